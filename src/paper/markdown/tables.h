// Tables in Markdown: pipe tables and the HTML tables converters write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

// "|---|:--:|": the line below the header of a pipe table.
bool is_pipe_rule(std::string_view line);
// Cells of one line; "\|" and bars inside $...$ or `...` do not split.
std::vector<std::string> split_pipe_row(std::string_view line);
// One cell from Markdown text: bold and underline marks taken off.
TableCell markdown_cell(std::string_view text);
// Rows of a <table> element with spans; header rows are those of <th> cells at the top, else the first.
void fill_from_html(Table& table, std::string_view html);

}  // namespace p2c::paper
