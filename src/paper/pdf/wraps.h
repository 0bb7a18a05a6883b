// Floats that running text flows around, in papers of one column.
#pragma once

#include "paper/pdf/lines.h"

namespace p2c::paper {

// Where a caption stands beside narrow running text (or beside another caption), the lines of that stretch of
// the page are split: first those of the running text, then those of the float.
void split_wrapped_floats(PdfLayout& layout);

}  // namespace p2c::paper
