// Tables from the places of their cells.
#pragma once

#include <vector>

#include "paper/paper_doc.h"
#include "paper/pdf/lines.h"

namespace p2c::paper {

// Fills table.rows and header_rows: lines on one baseline are a row, wide gaps part cells, and columns are
// where the cells of the fullest rows stand. A cell that reaches over several columns gets a colspan.
void fill_table(Table& table, std::vector<TextLine> lines);

}  // namespace p2c::paper
