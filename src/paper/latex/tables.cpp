// Tables as cells: spans, emphasis, header rows, numbers.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "paper/cell_number.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxRows = 2'000, kMaxColumns = 200;
constexpr int kMaxSpan = 200;

int span_value(const std::string& text) {
  int value = 0;
  const std::string_view digits = trim(text);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return std::clamp(value, -kMaxSpan, kMaxSpan);
}

bool is_rule(std::string_view name) {
  return name == "hline" || name == "toprule" || name == "midrule" || name == "bottomrule" ||
         name == "specialrule" || name == "shline" || name == "Xhline" || name == "hhline" ||
         name == "thickhline" || name == "Hline" || name == "tophline" || name == "middlehline" ||
         name == "bottomhline" || name == "cmidrule" || name == "cline";
}

}  // namespace

Table DocumentBuilder::parse_table(std::size_t i, std::size_t end, Mentions& mentions) {
  Table table;
  const std::string name = name_at(i);
  const Range content = inside(s_, i, end);
  std::size_t k = std::max(i + 1, skip_arguments(s_, env_arguments(name), content.begin, content.end));
  std::vector<std::size_t> rules_before;  // rows above each full rule
  std::size_t booktabs_header = 0;        // rows above the first \midrule
  std::vector<TableCell> row;
  std::size_t cell_start = k;
  bool row_open = false;

  const auto finish_cell = [&](std::size_t cell_end) {
    if (row.size() >= kMaxColumns || table.rows.size() >= kMaxRows) return;
    row.push_back(table_cell(trim_spaces(s_, {cell_start, std::max(cell_start, cell_end)}), mentions));
    row_open = true;
  };
  const bool spans_cover = name.ends_with("tblr");  // tabularray writes the cells that a span covers
  const auto finish_row = [&] {
    for (std::size_t c = 0; spans_cover && c < row.size(); ++c) {
      const auto covered = std::min(row.size(), c + static_cast<std::size_t>(row[c].colspan));
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(c + 1),
                row.begin() + static_cast<std::ptrdiff_t>(covered));
    }
    const bool blank = row.size() <= 1 && (row.empty() || (row[0].text.empty() && row[0].latex.empty()));
    if (!blank) table.rows.push_back(row);
    row.clear();
    row_open = false;
  };
  while (k < content.end) {
    const Token& token = s_.tokens[k];
    const bool opens = token.kind == TokenKind::begin_group || token.kind == TokenKind::env_begin ||
                       token.kind == TokenKind::math_shift;
    if (opens && s_.partner[k] != kNone && s_.partner[k] > k && s_.partner[k] < content.end) {
      k = after(s_, k, content.end);
      continue;
    }
    if (token.kind == TokenKind::alignment) {
      finish_cell(k);
      cell_start = ++k;
      continue;
    }
    if (token.kind == TokenKind::control) {
      const std::string& command = name_at(k);
      if (command == "\\" || command == "tabularnewline" || command == "cr") {
        finish_cell(k);
        finish_row();
        std::size_t next = k + 1;
        if (is_character(s_, next, content.end, '*')) ++next;
        const Argument length = option_at(s_, next, content.end);
        const bool is_length = length.present && length.content.end - length.content.begin < 16;
        k = is_length ? length.after : next;
        cell_start = k;
        continue;
      }
      if (is_rule(command)) {
        std::size_t next = k + 1;
        if (command == "cmidrule" || command == "cline") {
          next = skip_arguments(s_, "o", next, content.end);
          if (is_character(s_, skip_spaces(s_, next, content.end), content.end, '(')) {
            while (next < content.end && !is_character(s_, next, content.end, ')')) ++next;
            if (next < content.end) ++next;
          }
          next = group_at(s_, next, content.end).after;
        } else {
          const auto arguments = command_arguments(command);
          if (arguments) next = skip_arguments(s_, *arguments, next, content.end);
          if (rules_before.empty() || rules_before.back() != table.rows.size())
            rules_before.push_back(table.rows.size());
          const bool middle = command == "midrule" || command == "middlehline";
          if (middle && booktabs_header == 0) booktabs_header = table.rows.size();
        }
        k = std::max(k + 1, next);
        if (!row_open && trim_spaces(s_, {cell_start, k}).begin != k) cell_start = k;
        continue;
      }
      if (command == "endhead" || command == "endfirsthead" || command == "endfoot" ||
          command == "endlastfoot") {
        // longtable repeats its header for later pages; only the first is kept.
        if (command == "endhead" && longtable_header_ > 0 && table.rows.size() >= longtable_header_)
          table.rows.resize(longtable_header_);
        if (command == "endfirsthead") longtable_header_ = table.rows.size();
        if (command == "endhead" && longtable_header_ == 0) longtable_header_ = table.rows.size();
        if (command == "endfoot" || command == "endlastfoot")
          table.rows.resize(std::min(table.rows.size(), longtable_header_));
        booktabs_header = longtable_header_;
        cell_start = ++k;
        continue;
      }
      if (command == "caption") {  // longtable
        const Argument text = group_at(s_, option_at(s_, k + 1, content.end).after, content.end);
        if (table.caption.empty()) table.caption = write(text.content, mentions);
        k = std::max(k + 1, text.after);
        cell_start = k;
        continue;
      }
      if (command == "label") {
        const Argument key = group_at(s_, k + 1, content.end);
        mentions.labels.push_back(collapse_whitespace(plain(key.content)));
        k = std::max(k + 1, key.after);
        if (!row_open) cell_start = k;
        continue;
      }
    }
    ++k;
  }
  finish_cell(content.end);
  finish_row();
  longtable_header_ = 0;

  // Upward \multirow: the text belongs to the first of its rows.
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
      TableCell& cell = table.rows[r][c];
      if (cell.rowspan >= 0) continue;
      const auto up = static_cast<std::size_t>(-cell.rowspan) - 1;
      const std::size_t top = r >= up ? r - up : 0;
      cell.rowspan = -cell.rowspan;
      if (top != r && c < table.rows[top].size() && table.rows[top][c].text.empty())
        std::swap(table.rows[top][c], cell);
    }
  }
  // Header: above the first \midrule; else above the first rule that has rows on both sides; else the first
  // row.
  const std::size_t rows = table.rows.size();
  std::size_t header = rows > 1 ? 1 : 0;
  const auto between = std::find_if(rules_before.begin(), rules_before.end(),
                                    [&](std::size_t above) { return above > 0 && above < rows; });
  if (booktabs_header > 0 && booktabs_header < rows) {
    header = booktabs_header;
  } else if (between != rules_before.end() && *between <= 6) {
    header = *between;
  }
  table.header_rows = static_cast<int>(std::min<std::size_t>(header, 10));
  return table;
}

TableCell DocumentBuilder::table_cell(Range range, Mentions& mentions) {
  TableCell cell;
  const Range whole = range;
  // \multicolumn and \multirow may be wrapped in colours and sizes and in each other.
  for (int guard = 0; guard < 6; ++guard) {
    bool found = false;
    for (std::size_t k = range.begin; k < range.end; ++k) {
      const Token& token = s_.tokens[k];
      if (token.kind == TokenKind::env_begin) break;
      if (token.kind != TokenKind::control) continue;
      const std::string& name = name_at(k);
      if (name == "multicolumn") {
        const Argument count = argument_at(s_, k + 1, range.end);
        const Argument format = argument_at(s_, count.after, range.end);
        const Argument body = argument_at(s_, format.after, range.end);
        if (!body.present) break;
        cell.colspan = std::max(1, span_value(plain(count.content)));
        range = body.content;
        found = true;
        break;
      }
      if (name == "SetCell") {  // \SetCell[r=2,c=3]{style} text
        const Argument spans = option_at(s_, k + 1, range.end);
        const Argument style = group_at(s_, spans.after, range.end);
        for (const std::string& part : split(plain(spans.content), ',')) {
          const std::string_view key = trim(part);
          if (key.starts_with("c=")) cell.colspan = std::max(1, span_value(std::string(key.substr(2))));
          if (key.starts_with("r=")) cell.rowspan = std::max(1, span_value(std::string(key.substr(2))));
        }
        range.begin = std::max(k + 1, style.after);
        found = true;
        break;
      }
      if (name == "multirow" || name == "multirowcell") {
        std::size_t at = option_at(s_, k + 1, range.end).after;
        const Argument count = argument_at(s_, at, range.end);
        at = option_at(s_, count.after, range.end).after;
        const Argument width = name == "multirow" ? argument_at(s_, at, range.end) : Argument{true, {}, at};
        at = option_at(s_, width.after, range.end).after;
        const Argument body = argument_at(s_, at, range.end);
        if (!body.present) break;
        cell.rowspan = span_value(plain(count.content));
        if (cell.rowspan == 0) cell.rowspan = 1;
        range = body.content;
        found = true;
        break;
      }
    }
    if (!found) break;
  }
  cell.bold = has_bold(s_, whole, names_);
  cell.underline = has_underline(s_, whole, names_);
  cell.text = write(trim_spaces(s_, range), mentions);
  cell.latex = to_tex(s_.tokens, range.begin, range.end, names_);
  if (cell.latex == cell.text) cell.latex.clear();
  parse_cell_number(cell);
  return cell;
}

void DocumentBuilder::table_block(std::size_t i, std::size_t end) {
  const Range whole{i, std::max(after(s_, i, end), i + 1)};
  Mentions mentions;
  Table parsed = parse_table(i, end, mentions);
  const bool captioned = !parsed.caption.empty();  // longtable
  if (captioned) counters_.step("table");
  parsed.id = blocks_.table().id;
  const std::size_t index = doc_.blocks.size() - 1;
  place(index, whole);
  parsed.number = captioned ? counters_.printed("table") : std::string();
  doc_.blocks[index].number = parsed.number;
  doc_.blocks[index].text = parsed.caption;
  const LabelTarget target{parsed.id, parsed.number, "table", "", parsed.caption};
  doc_.tables.back() = std::move(parsed);
  note(index, mentions);
  for (const std::string& label : mentions.labels) bind(label, target, i);
  if (!doc_.blocks[index].labels.empty()) doc_.tables.back().label = doc_.blocks[index].labels.front();
  footnotes(mentions.footnotes, target.block);
  loose_figure_ = index;
}

void DocumentBuilder::emit_tables(const std::vector<FloatElement>& elements, Range whole, bool numbered) {
  using Kind = FloatElement::Kind;
  Mentions mentions;
  Range caption_range{};
  const std::string caption = caption_of(elements, mentions, &caption_range);
  if (numbered) counters_.step("table");
  const std::string number = numbered ? counters_.printed("table") : std::string();
  std::vector<const FloatElement*> bodies, sub_captions;
  bool images = false;
  for (const FloatElement& element : elements) {
    if (element.kind == Kind::table) bodies.push_back(&element);
    if (element.kind == Kind::sub_caption) sub_captions.push_back(&element);
    images = images || element.kind == Kind::image || element.kind == Kind::picture;
  }
  std::string first_id;
  std::size_t first_detail = 0;
  for (std::size_t b = 0; b < std::max<std::size_t>(bodies.size(), 1); ++b) {
    Mentions inner;
    Table parsed = bodies.empty() ? Table{} : parse_table(bodies[b]->at, bodies[b]->range.end, inner);
    parsed.id = blocks_.table().id;
    const std::size_t index = doc_.blocks.size() - 1;
    place(index, whole);
    if (bodies.size() > 1) doc_.blocks[index].span = span_of(bodies[b]->range);
    parsed.number = number;
    parsed.caption = caption;
    // Several tabulars under one caption: each keeps the caption, with its own line where it has one.
    if (sub_captions.size() == bodies.size() && bodies.size() > 1) {
      Mentions sub;
      parsed.caption += fmt::format(" ({}) {}", number_as("alph", static_cast<int>(b) + 1),
                                    write(sub_captions[b]->range, sub));
      note(index, sub);
    } else if (b > 0) {
      parsed.caption += fmt::format(" (part {})", b + 1);
    }
    doc_.blocks[index].number = number;
    doc_.blocks[index].text = parsed.caption;
    const std::string id = parsed.id;
    doc_.tables.back() = std::move(parsed);
    if (b == 0) {
      first_id = id;
      first_detail = doc_.tables.size() - 1;
      note(index, mentions);
      const LabelTarget target{id, number, "table", "", caption};
      bind_float_labels(elements, target);
      for (const std::string& label : mentions.labels) bind(label, target, whole.begin);
      if (!doc_.blocks[index].labels.empty())
        doc_.tables[first_detail].label = doc_.blocks[index].labels.front();
      footnotes(mentions.footnotes, id);
    }
    note(index, inner);
    for (const std::string& label : inner.labels)
      bind(label, {id, number, "table", "", caption}, whole.begin);
    footnotes(inner.footnotes, id);
  }
  if (bodies.empty() && images) {
    // A table printed as a picture: the picture becomes a figure without a number that keeps the caption's
    // words.
    std::vector<FloatElement> pictures;
    std::copy_if(elements.begin(), elements.end(), std::back_inserter(pictures),
                 [](const FloatElement& e) { return e.kind == Kind::image || e.kind == Kind::picture; });
    emit_figure(pictures, whole, false);
    doc_.figures.back().caption =
        (number.empty() ? "Table: " : "Table " + number + " as a picture: ") + caption;
    doc_.blocks.back().text = doc_.figures.back().caption;
    warn(whole.begin, fmt::format("table {} is a picture; its cells were not read", number));
  }
  std::vector<FloatElement> rest;
  std::copy_if(elements.begin(), elements.end(), std::back_inserter(rest),
               [](const FloatElement& e) { return e.kind != Kind::table; });
  emit_inner(rest, first_id, nullptr);
}

}  // namespace p2c::paper::latex
