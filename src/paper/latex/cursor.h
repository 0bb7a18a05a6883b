// Walking over a Stream: arguments, options and the extent of whatever opens at a token.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "paper/latex/token.h"

namespace p2c::paper::latex {

// Half-open token range.
struct Range {
  std::size_t begin = 0, end = 0;
  bool empty() const { return begin >= end; }
};

struct Argument {
  bool present = false;
  Range content;          // without braces or brackets
  std::size_t after = 0;  // first token after the argument; the start index when absent
};

// First index >= i that is no space. Paragraphs are not skipped.
std::size_t skip_spaces(const Stream& stream, std::size_t i, std::size_t end);
// {..} at i (spaces before it allowed). An unmatched brace ends with the paragraph or with `end`.
Argument group_at(const Stream& stream, std::size_t i, std::size_t end);
// {..} or a single token.
Argument argument_at(const Stream& stream, std::size_t i, std::size_t end);
// [..] at i, brackets inside braces not counted. At most 2,000 tokens long.
Argument option_at(const Stream& stream, std::size_t i, std::size_t end);
// Skips '*', options and groups by the letters of command_arguments() up to the first 'k'; '?' skips one
// option.
std::size_t skip_arguments(const Stream& stream, std::string_view specification, std::size_t i,
                           std::size_t end);
// Contents of the environment, maths or group that opens at i and the index after it. Unmatched: to `end`.
Range inside(const Stream& stream, std::size_t i, std::size_t end);
std::size_t after(const Stream& stream, std::size_t i, std::size_t end);
bool is_character(const Stream& stream, std::size_t i, std::size_t end, std::uint32_t c);
Range trim_spaces(const Stream& stream, Range range);

}  // namespace p2c::paper::latex
