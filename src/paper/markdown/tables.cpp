// Reads tables from Markdown.
#include "paper/markdown/tables.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "paper/xml_scan.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxCells = 100'000;
constexpr std::size_t kMaxColumns = 400;

int span_of(const XmlEvent& event, std::string_view name) {
  const std::string_view text = event.attribute(name);
  int span = 1;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), span);
  return result.ec == std::errc() ? std::clamp(span, 1, 200) : 1;
}

// True when the text is one pair of marks around the rest: "**x**".
bool take_marks(std::string_view& text, std::string_view mark) {
  if (text.size() <= 2 * mark.size() || !text.starts_with(mark) || !text.ends_with(mark)) return false;
  const std::string_view inside = text.substr(mark.size(), text.size() - 2 * mark.size());
  if (contains(inside, mark)) return false;
  text = trim(inside);
  return true;
}

}  // namespace

bool is_pipe_rule(std::string_view line) {
  const std::string_view text = trim(line);
  return text.size() >= 3 && contains(text, "-") && contains(text, "|") &&
         text.find_first_not_of("|:- \t") == std::string_view::npos;
}

std::vector<std::string> split_pipe_row(std::string_view line) {
  std::string_view text = trim(line);
  if (text.starts_with("|")) text.remove_prefix(1);
  if (text.ends_with("|") && !text.ends_with("\\|")) text.remove_suffix(1);
  std::vector<std::string> cells(1);
  char inside = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size() && text[i + 1] == '|') {
      cells.back() += '|';
      ++i;
      continue;
    }
    const bool closes_later = (c == '$' || c == '`') && text.find(c, i + 1) != std::string_view::npos;
    if (c == inside) {
      inside = '\0';
    } else if (inside == '\0' && closes_later) {
      inside = c;
    }
    if (c == '|' && inside == '\0') {
      if (cells.size() >= kMaxColumns) break;
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (std::string& cell : cells) cell = std::string(trim(cell));
  return cells;
}

TableCell markdown_cell(std::string_view raw) {
  TableCell cell;
  std::string_view text = trim(raw);
  cell.bold = take_marks(text, "**") || take_marks(text, "__");
  cell.underline = !cell.bold && (take_marks(text, "_") || take_marks(text, "*"));
  cell.text = collapse_whitespace(text);
  return cell;
}

void fill_from_html(Table& table, std::string_view html) {
  XmlScanner scanner(html);
  XmlEvent event;
  bool in_cell = false, bold = false, header_cells = false;
  std::string text;
  std::size_t cells = 0;
  TableCell cell;
  int header_rows = 0;
  while (scanner.next(event) && cells < kMaxCells) {
    const std::string name = to_lower(event.name);
    const bool start = event.kind == XmlEvent::Kind::start;
    if (event.kind == XmlEvent::Kind::text) {
      if (in_cell) text += event.text;
    } else if (name == "tr" && start) {
      table.rows.emplace_back();
      header_cells = true;
    } else if (name == "tr") {
      const bool all_before = header_rows + 1 == static_cast<int>(table.rows.size());
      if (header_cells && all_before && !table.rows.back().empty()) ++header_rows;
    } else if ((name == "td" || name == "th") && start) {
      in_cell = true;
      text.clear();
      cell = {};
      bold = false;
      cell.colspan = span_of(event, "colspan");
      cell.rowspan = span_of(event, "rowspan");
      if (name == "td") header_cells = false;
    } else if (name == "td" || name == "th") {
      if (!in_cell) continue;
      in_cell = false;
      ++cells;
      const TableCell read = markdown_cell(text);
      cell.text = read.text;
      cell.bold = read.bold || bold;
      cell.underline = read.underline;
      if (table.rows.empty()) table.rows.emplace_back();
      if (table.rows.back().size() < kMaxColumns) table.rows.back().push_back(cell);
    } else if ((name == "b" || name == "strong") && start) {
      bold = true;
    } else if (name == "br" && start && in_cell) {
      text += ' ';
    }
  }
  std::erase_if(table.rows, [](const std::vector<TableCell>& row) { return row.empty(); });
  table.header_rows = table.rows.empty() ? 0 : std::max(1, header_rows);
}

}  // namespace p2c::paper
