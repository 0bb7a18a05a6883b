// The lines of a source file with the tags "[R-001, E3, A2:7, D-04]" that stand in their comments and
// docstrings.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace p2c::agents {

struct Tags {
  std::set<std::string> reqs, equations, decisions;  // equations: "E3", and algorithm lines "A2:7"
  bool empty() const { return reqs.empty() && equations.empty() && decisions.empty(); }
  void merge(const Tags& other);
};

// All bracketed groups of a text that hold nothing but tags, separated by commas, semicolons or blanks.
// "A2:3-5" stands for the three lines.
Tags find_tags(std::string_view text);

struct TaggedLine {
  int indent = 0;  // leading blanks; a tab counts as one
  bool is_blank = false;
  bool is_comment = false;  // nothing but a comment
  bool in_string = false;   // begins inside a triple-quoted string
  bool has_code = false;    // something else than comments and triple-quoted strings
  std::string yaml_key;     // of "key: value" lines in YAML files
  Tags tags;                // in the comment and in triple-quoted text of this line
  Tags comment_tags;        // in the comment alone
};

// `path` decides between Python and YAML. Text that does not parse is read as well as it goes.
std::vector<TaggedLine> tagged_lines(std::string_view path, std::string_view text);

}  // namespace p2c::agents
