// Rows, numbers and symbols of a display formula given as TeX text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

// Fills latex, latex_raw, rows, row_numbers, row_labels, number and symbols from the inside of a display ($$
// ... $$). An environment around the whole is taken off; \tag{4} gives the number and is removed.
void fill_equation(Equation& equation, std::string_view tex);

}  // namespace p2c::paper
