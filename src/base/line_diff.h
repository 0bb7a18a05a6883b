// Line differences between two texts: for the change ledger, for provenance that follows edits, for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

// Lines [old_start, old_start+old_count) of the old text became lines [new_start, ...) of the new one. 0-based.
struct DiffHunk {
  std::size_t old_start = 0, old_count = 0, new_start = 0, new_count = 0;
};

// Myers' O(ND) difference with trailing blanks of each line ignored; minimal for texts up to 20,000 lines.
std::vector<DiffHunk> diff_lines(std::string_view old_text, std::string_view new_text);
// Unified text of the hunks with `context` lines around them, for reports and prompts.
std::string unified_diff(std::string_view old_text, std::string_view new_text, std::string_view name, std::size_t context = 3);

}  // namespace p2c
