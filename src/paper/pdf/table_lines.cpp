// Reads tables from lines.
#include "paper/pdf/table_lines.h"

#include <algorithm>
#include <cmath>

#include "paper/cell_number.h"

namespace p2c::paper {
namespace {

constexpr double kCellGap = 0.75;  // of the font size; a blank is a third of it
constexpr std::size_t kMaxColumns = 60;

struct Cell {
  double x0 = 0, x1 = 0;
  TableCell content;
};
using Row = std::vector<Cell>;

Row row_of(std::vector<PdfFragment> fragments, double baseline, double size) {
  std::sort(fragments.begin(), fragments.end(),
            [](const PdfFragment& a, const PdfFragment& b) { return a.box.x0 < b.box.x0; });
  Row row;
  std::vector<PdfFragment> pieces;
  const auto finish = [&] {
    if (pieces.empty()) return;
    Cell& cell = row.emplace_back();
    cell.x0 = pieces.front().box.x0;
    double bold = 0, letters = 0;
    for (const PdfFragment& piece : pieces) {
      cell.x1 = std::max(cell.x1, piece.box.x1);
      letters += static_cast<double>(piece.text.size());
      if (piece.bold) bold += static_cast<double>(piece.text.size());
    }
    cell.content.text = join_fragments(pieces, baseline, size);
    cell.content.bold = bold > 0.6 * letters;
    parse_cell_number(cell.content);
    pieces.clear();
  };
  double reached = 0;
  for (PdfFragment& fragment : fragments) {
    if (!pieces.empty() && fragment.box.x0 - reached > kCellGap * size) finish();
    reached = pieces.empty() ? fragment.box.x1 : std::max(reached, fragment.box.x1);
    pieces.push_back(std::move(fragment));
  }
  finish();
  return row;
}

struct Extent {
  double x0 = 0, x1 = 0;
};

// Where the columns stand: the cells of the fullest rows, united where they overlap.
std::vector<Extent> columns_of(const std::vector<Row>& rows) {
  std::size_t most = 0;
  for (const Row& row : rows) most = std::max(most, row.size());
  std::vector<Extent> spans;
  for (const Row& row : rows) {
    if (row.size() + 1 < most && row.size() * 4 < most * 3) continue;
    for (const Cell& cell : row) spans.push_back({cell.x0, cell.x1});
  }
  std::sort(spans.begin(), spans.end(), [](const Extent& a, const Extent& b) { return a.x0 < b.x0; });
  std::vector<Extent> columns;
  for (const Extent& span : spans) {
    // Touching counts only from some overlap on: neighbouring columns may come close in one row.
    if (!columns.empty() && span.x0 < columns.back().x1 - 1) {
      columns.back().x1 = std::max(columns.back().x1, span.x1);
    } else if (columns.size() < kMaxColumns) {
      columns.push_back(span);
    }
  }
  return columns;
}

std::vector<TableCell> placed(Row row, const std::vector<Extent>& columns) {
  std::vector<TableCell> cells;
  std::size_t column = 0;
  for (Cell& cell : row) {
    std::size_t first = column;
    while (first + 1 < columns.size() && columns[first].x1 < cell.x0 + 0.5) ++first;
    for (; column < first; ++column) cells.emplace_back();
    std::size_t last = first;
    while (last + 1 < columns.size() && columns[last + 1].x0 < cell.x1 - 1) ++last;
    cell.content.colspan = static_cast<int>(last - first + 1);
    cells.push_back(std::move(cell.content));
    column = last + 1;
  }
  for (; column < columns.size(); ++column) cells.emplace_back();
  return cells;
}

}  // namespace

void fill_table(Table& table, std::vector<TextLine> lines) {
  std::sort(lines.begin(), lines.end(),
            [](const TextLine& a, const TextLine& b) { return a.baseline < b.baseline; });
  std::vector<Row> rows;
  for (std::size_t i = 0; i < lines.size();) {
    std::vector<PdfFragment> fragments;
    const double baseline = lines[i].baseline, size = lines[i].size;
    for (; i < lines.size() && lines[i].baseline - baseline < 0.4 * size; ++i) {
      fragments.insert(fragments.end(), lines[i].fragments.begin(), lines[i].fragments.end());
    }
    rows.push_back(row_of(std::move(fragments), baseline, size));
  }
  const std::vector<Extent> columns = columns_of(rows);
  for (Row& row : rows) table.rows.push_back(placed(std::move(row), columns));
  table.header_rows = table.rows.size() > 1 ? 1 : 0;
}

}  // namespace p2c::paper
