// The number a table cell prints.
#pragma once

#include "paper/paper_doc.h"

namespace p2c::paper {

// Sets number and plus_minus when the cell's text is one value: "12.3 ± 0.4", "1{,}000", "3e-4", "$2^{16}$",
// "1/255", "50%", "1.5M" (spec 8.5). Marks behind the value (footnote signs, arrows) are ignored; percentages
// stay as printed.
void parse_cell_number(TableCell& cell);

}  // namespace p2c::paper
