// Fractions and roots of formulas, told by their bars.
#pragma once

#include "paper/pdf/fragments.h"

namespace p2c::paper {

// What stands above and below the bar of a fraction, and below that of a root, becomes one fragment on the
// row's baseline with its TeX and a readable text: "\frac{1}{\sqrt{d_{k}}}", "1/√d_{k}". Rules of tables and
// underlines are left alone. Without rules nothing happens.
void settle_fractions(PdfSheet& sheet);

}  // namespace p2c::paper
