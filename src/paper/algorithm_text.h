// Pseudocode printed as plain lines: numbers, inputs and outputs, kinds of lines, nesting.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

struct PseudocodeLine {
  double indent =
      0;  // from the left edge of the body, any unit; used only where no "end" lines tell the nesting
  std::string text;
};

// "3: x := y", "Require: ...", "Output: ...": a line only pseudocode has.
bool looks_like_pseudocode(std::string_view line);

// Fills inputs, outputs and lines. Lines without a number of their own continue the one before when numbers
// are used.
void fill_algorithm(Algorithm& algorithm, const std::vector<PseudocodeLine>& lines);

}  // namespace p2c::paper
