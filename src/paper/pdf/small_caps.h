// Small capitals: words set as capitals of two sizes ("R" and "ELATED WORK") become ordinary words.
#pragma once

#include <vector>

#include "paper/pdf/fragments.h"

namespace p2c::paper {

// `line` are the fragments of one line, left to right. Capitals that follow a larger capital of the same font
// on the same baseline become small letters of the larger size. Tells whether there are any.
bool settle_small_caps(std::vector<PdfFragment>& line);

}  // namespace p2c::paper
