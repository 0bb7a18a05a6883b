// Takes one file, or edit blocks, out of a model's answer (spec 6.3, 11.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2c::llm {

struct ExtractedCode {
  bool found = false;
  bool truncated = false;  // the fence or sentinel never closes
  bool elided = false;     // "... rest unchanged ..." and the like: an invalid answer
  std::string path;
  std::string code;  // '\n' line ends, final newline, stray fences and line-number gutters removed
  std::vector<std::string> warnings;
};

// The largest fenced block or <<<FILE path ... >>>END pair.
ExtractedCode extract_code(std::string_view answer);

// One edit of a repair answer: `old_text` must occur exactly once in `path`; empty old_text with `whole_file`
// creates or replaces the file; `remove` deletes it. Format asked for in prompts:
//   <<<EDIT path
//   <<<OLD
//   ...
//   <<<NEW
//   ...
//   >>>END
// and   <<<FILE path ... >>>END   and   <<<DELETE path>>>.
struct EditBlock {
  std::string path;
  std::string old_text, new_text;
  bool whole_file = false;
  bool remove = false;
};
struct ExtractedEdits {
  std::vector<EditBlock> edits;
  std::vector<std::string> problems;  // malformed blocks, one sentence each
};
ExtractedEdits extract_edits(std::string_view answer);

}  // namespace p2c::llm
