// Big signs, root signs and accents of formulas, which PDFs place on their own, put where they belong.
#pragma once

#include "paper/pdf/fragments.h"

namespace p2c::paper {

// The signs of TeX's maths extension font get their Unicode names, and big operators the baseline of their
// row. Root signs get the height of what begins right behind them, since they hang far below their own
// baseline; accents standing alone ("¯" over "α") become combining marks of the letter below them, and their
// fragment goes.
void settle_marks(PdfSheet& sheet);

}  // namespace p2c::paper
