// Reads tables from lines.
#include "paper/pdf/table_lines.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

// The letters of full size of a cell: scripts are told by them.
std::pair<double, double> baseline_and_size(const std::vector<PdfFragment>& pieces) {
  const PdfFragment& largest =
      *std::max_element(pieces.begin(), pieces.end(),
                        [](const PdfFragment& a, const PdfFragment& b) { return a.size < b.size; });
  return {largest.baseline(), largest.size};
}

Row row_of(std::vector<PdfFragment> fragments, double size) {
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
    const auto [baseline, cell_size] = baseline_and_size(pieces);
    cell.content.text = join_fragments(pieces, baseline, cell_size);
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

// The larger steps between rows are those of whole rows.
double usual_step(const std::vector<double>& places) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < places.size(); ++i) steps.push_back(places[i] - places[i - 1]);
  if (steps.empty()) return 0;
  std::sort(steps.begin(), steps.end());
  return steps[steps.size() * 3 / 4];
}

bool is_empty(const TableCell& cell) {
  return cell.text.empty();
}

// Column at which each cell of a row begins.
std::vector<std::size_t> starts_of(const std::vector<TableCell>& row) {
  std::vector<std::size_t> starts;
  std::size_t at = 0;
  for (const TableCell& cell : row) {
    starts.push_back(at);
    at += static_cast<std::size_t>(std::max(1, cell.colspan));
  }
  return starts;
}

// Cells that reach over two rows are set halfway between them: such a row of its own is put into the one
// above.
void merge_between(std::vector<std::vector<TableCell>>& rows, std::vector<double> places) {
  for (std::size_t k = 1; k + 1 < rows.size(); ++k) {
    const double above = places[k] - places[k - 1], below = places[k + 1] - places[k];
    if (std::abs(above - below) > 0.35 * (above + below)) continue;
    const std::vector<std::size_t> own = starts_of(rows[k]), before = starts_of(rows[k - 1]),
                                   behind = starts_of(rows[k + 1]);
    const auto free_at = [](const std::vector<TableCell>& row, const std::vector<std::size_t>& starts,
                            std::size_t column) {
      const auto found = std::find(starts.begin(), starts.end(), column);
      return found != starts.end() && is_empty(row[static_cast<std::size_t>(found - starts.begin())]);
    };
    bool fits = true, any = false;
    for (std::size_t c = 0; c < rows[k].size() && fits; ++c) {
      if (is_empty(rows[k][c])) continue;
      any = true;
      fits = rows[k][c].colspan == 1 && free_at(rows[k - 1], before, own[c]) &&
             free_at(rows[k + 1], behind, own[c]);
    }
    // The rows around it are as near to each other as rows are.
    const double usual = usual_step(places);
    if (!fits || !any || above + below > 1.5 * usual) continue;
    for (std::size_t c = 0; c < rows[k].size(); ++c) {
      if (is_empty(rows[k][c])) continue;
      const auto at =
          static_cast<std::size_t>(std::find(before.begin(), before.end(), own[c]) - before.begin());
      rows[k - 1][at] = std::move(rows[k][c]);
      rows[k - 1][at].rowspan = 2;
    }
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(k));
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(k));
    --k;
  }
}

}  // namespace

void fill_table(Table& table, std::vector<TextLine> lines) {
  std::sort(lines.begin(), lines.end(),
            [](const TextLine& a, const TextLine& b) { return a.baseline < b.baseline; });
  std::vector<Row> rows;
  std::vector<double> places;
  for (std::size_t i = 0; i < lines.size();) {
    std::vector<PdfFragment> fragments;
    const double baseline = lines[i].baseline, size = lines[i].size;
    for (; i < lines.size() && lines[i].baseline - baseline < 0.4 * size; ++i) {
      fragments.insert(fragments.end(), lines[i].fragments.begin(), lines[i].fragments.end());
    }
    rows.push_back(row_of(std::move(fragments), size));
    places.push_back(baseline);
  }
  const std::vector<Extent> columns = columns_of(rows);
  for (Row& row : rows) table.rows.push_back(placed(std::move(row), columns));
  merge_between(table.rows, std::move(places));
  table.header_rows = table.rows.size() > 1 ? 1 : 0;
}

}  // namespace p2c::paper
