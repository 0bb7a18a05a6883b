// A best-effort TeX form of a display formula from the places of its glyphs (spec 9.5).
#pragma once

#include <string>
#include <vector>

#include "paper/pdf/fragments.h"

namespace p2c::paper {

// Rows of the formula as TeX: scripts by size and shift, fractions by what stands above and below, Unicode
// letters by name. Always lossy: rules are not seen, so roots reach over one item and fractions are guessed.
// With `baselines`, the place of each row on the page, top to bottom.
std::vector<std::string> linear_tex(const std::vector<PdfFragment>& fragments,
                                    std::vector<double>* baselines = nullptr);

// Unicode maths as TeX: "θ" is "\theta", "≤" is "\leq"; letters of words become \mathrm or an operator name.
std::string tex_of_text(std::string_view text, bool maths_font);

}  // namespace p2c::paper
