// Joins the lines of a paragraph and undoes hyphenation with the document's own words as dictionary.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace p2c::paper {

class LineJoiner {
 public:
  // Learns the words of a line; call for the whole document before joining.
  void learn(std::string_view line);
  // Adds a line to a paragraph. A hyphen at the end of what is there goes when a small letter follows and the
  // document does not speak for a compound: it is written with its hyphen elsewhere, or both parts are words
  // and the whole is none.
  void append(std::string& paragraph, std::string_view line) const;
  std::string join(const std::vector<std::string>& lines) const;

 private:
  bool is_compound(const std::string& before, const std::string& after) const;
  std::unordered_set<std::string> words_;     // lower case, compounds with their hyphens
  std::unordered_set<std::string> prefixes_;  // what stands before hyphens inside words
  bool broken_ = false;                       // the line learned last ended in a hyphen
};

}  // namespace p2c::paper
