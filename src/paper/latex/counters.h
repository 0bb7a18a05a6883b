// LaTeX's counters, simulated: a source carries no printed numbers (spec 8.5).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "paper/latex/token.h"

namespace p2c::paper::latex {

class Counters {
 public:
  // The counters and formats of a document class: "IEEEtran", "report", ... with its options after a comma.
  Counters(Names& names, std::string_view document_class);

  void define(const std::string& name, const std::string& within = {});
  bool has(const std::string& name) const { return counters_.contains(name); }
  void set(const std::string& name, int value);
  void add(const std::string& name, int amount);
  void step(const std::string& name);  // also resets the counters within it
  void reset_within(const std::string& name, const std::string& within, bool in_format);
  void not_within(const std::string& name, const std::string& within);
  void set_format(const std::string& name, TokenList format);
  void set_format(const std::string& name, std::string_view tex);
  TokenList format(const std::string& name) const;
  int value(const std::string& name) const;
  std::string printed(const std::string& name) const { return printed(name, 0); }  // \the<name>
  // The characters of a format or tag with counter commands evaluated.
  std::string evaluate(const TokenList& tokens) const { return evaluate(tokens, 0); }
  // Letters for sections (chapters) from here on, counting from A.
  void begin_appendix(bool has_chapters);

 private:
  struct Counter {
    int value = 0;
    TokenList format;
    std::vector<std::string> children;
  };
  std::string printed(const std::string& name, int depth) const;
  std::string evaluate(const TokenList& tokens, int depth) const;

  Names& names_;
  std::map<std::string, Counter> counters_;
  bool roman_ = false;
};

// 1 -> "a" / "A" / "i" / "I"; values out of range as digits.
std::string number_as(std::string_view style, int value);

}  // namespace p2c::paper::latex
