// Labels and what points at them. Text is written before all labels are known, so references go in as marks
// and are replaced by printed numbers at the end.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper::latex {

struct LabelTarget {
  std::string block;   // block id
  std::string number;  // as printed, without brackets
  std::string
      kind;  // "section", "equation", "figure", "table", "algorithm", "theorem", "item", "line", "footnote"
  std::string name;  // printed kind of theorem-like things: "Lemma"
  std::string title;
};

class References {
 public:
  // Of several bindings the last counts, as in print, though it is an error of the paper. False for all but
  // the first.
  bool bind(const std::string& label, LabelTarget target);
  const LabelTarget* find(const std::string& label) const;

  // Mark to put into text for \command{keys}.
  std::string mark(std::string command, std::vector<std::string> keys);
  // Numbers that refer to others, as of \tag{\ref{key}'}, become text. Call once all labels are bound.
  void settle_numbers();
  // Replaces marks by what LaTeX would print; unresolved keys stay as "[key]".
  void resolve(std::string& text) const;
  // \ref{key} and \eqref{key} standing in formulas replaced likewise; unresolved ones stay as they are.
  void resolve_commands(std::string& tex) const;
  // Keys to block ids, duplicates removed; unresolved keys stay.
  std::vector<std::string> targets(const std::vector<std::string>& keys) const;
  std::vector<std::string> labels_of(const std::string& block) const;

 private:
  struct Request {
    std::string command;
    std::vector<std::string> keys;
  };
  std::string printed(const Request& request) const;

  std::unordered_map<std::string, LabelTarget> labels_;
  std::vector<Request> requests_;
};

}  // namespace p2c::paper::latex
