// Run-in headings: "Datasets. We train on ..." with the first words bold.
#pragma once

#include "paper/pdf/lines.h"

namespace p2c::paper {

// Splits lines where a paragraph begins with a bold title: the title becomes lines of its own (`run_in`),
// what follows stays a line of running text.
void split_run_in_headings(PdfLayout& layout);

}  // namespace p2c::paper
