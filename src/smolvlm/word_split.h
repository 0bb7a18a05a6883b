// Cuts text into the words that BPE never merges across.
#pragma once

#include <string_view>
#include <vector>

namespace p2c::smolvlm {

// Every numeric character (category N) by itself; what lies between is cut by GPT-2's pattern
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// The words are pieces of `text` and cover it. Bytes that are no UTF-8 count as characters that are neither letter nor space.
std::vector<std::string_view> split_words(std::string_view text);

}  // namespace p2c::smolvlm
