// Line differences between two texts: for the change ledger, for provenance that follows edits, for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

// Lines [old_start, old_start+old_count) of the old text became lines [new_start, ...) of the new one.
// 0-based.
struct DiffHunk {
  std::size_t old_start = 0, old_count = 0, new_start = 0, new_count = 0;
};

// Myers' O(ND) difference in linear memory, with trailing blanks of each line (and a missing last line end)
// ignored. Hunks come in order, never touch and are never empty. They are minimal while the search stays
// below 16 million steps, e.g. two texts that differ in some 4,000 lines; beyond that the parts not yet told
// apart are given as replaced whole, which is correct but not minimal, so that no input costs more than a
// fraction of a second.
std::vector<DiffHunk> diff_lines(std::string_view old_text, std::string_view new_text);
// Unified text of the hunks with `context` lines around them, for reports and prompts; empty without
// difference. Lines of context are those of the old text.
std::string unified_diff(std::string_view old_text, std::string_view new_text, std::string_view name,
                         std::size_t context = 3);

}  // namespace p2c
