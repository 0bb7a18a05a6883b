// Builds blocks from the lines of a PDF.
#include "paper/pdf/pdf_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "paper/algorithm_text.h"
#include "paper/captions.h"
#include "paper/doc_builder.h"
#include "paper/links.h"
#include "paper/mentions.h"
#include "paper/pdf/floats.h"
#include "paper/pdf/formula.h"
#include "paper/pdf/front_matter.h"
#include "paper/pdf/heading_lines.h"
#include "paper/pdf/line_joiner.h"
#include "paper/pdf/lines.h"
#include "paper/pdf/run_in.h"
#include "paper/pdf/table_lines.h"
#include "paper/pdf/wraps.h"
#include "paper/reference_text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kFewLetters = 4;  // of a formula: fewer are a stray piece

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_small_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_small_letter(c) || (c >= 'A' && c <= 'Z');
}

bool ends_sentence(std::string_view text) {
  while (!text.empty() && (text.back() == ')' || text.back() == '"' || text.ends_with("”"))) {
    text.remove_suffix(text.back() == ')' || text.back() == '"' ? 1 : std::string_view("”").size());
  }
  return text.empty() || text.back() == '.' || text.back() == '?' || text.back() == '!' || text.back() == ':';
}

bool is_bullet(std::string_view text) {
  for (std::string_view mark : {"• ", "∙ ", "◦ ", "▪ ", "– ", "‣ ", "· "}) {
    if (text.starts_with(mark)) return true;
  }
  return false;
}

// Titles that run in end in a full stop or a colon, which is not part of them.
std::string without_stop(std::string_view title) {
  while (!title.empty() && (title.back() == '.' || title.back() == ':')) title.remove_suffix(1);
  return std::string(trim(title));
}

std::string_view without_bullet(std::string_view text) {
  return trim(text.substr(text.find(' ')));
}

// The number of a formula, "(4)" or "(A.2)", when the fragment is one: without brackets, else empty.
std::string equation_number(const PdfFragment& fragment, const TextLine& line) {
  const std::string& text = fragment.text;
  if (text.size() < 3 || text.size() > 8 || text.front() != '(' || text.back() != ')') return {};
  const std::string inside = text.substr(1, text.size() - 2);
  const bool plain = std::all_of(inside.begin(), inside.end(), [](char c) {
    return is_digit(c) || c == '.' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'd');
  });
  const double width = line.column_right - line.column_left;
  if (!plain || !std::any_of(inside.begin(), inside.end(), is_digit)) return {};
  return fragment.box.x1 > line.column_right - 0.06 * width ? inside : std::string();
}

std::string number_of(const TextLine& line) {
  return line.fragments.empty() ? std::string() : equation_number(line.fragments.back(), line);
}

// The indent is that of what follows the line number. TeX's comment triangle comes out as a full stop of a
// maths font behind a wide gap.
PseudocodeLine pseudocode_of(const TextLine& line) {
  PseudocodeLine result;
  std::vector<PdfFragment> fragments = line.fragments;
  for (std::size_t i = 1; i < fragments.size(); ++i) {
    const double gap = fragments[i].box.x0 - fragments[i - 1].box.x1;
    if (fragments[i].text == "." && fragments[i].maths && gap > 0.8 * line.size) fragments[i].text = "▷";
  }
  result.text = join_fragments(fragments, line.baseline, line.size);
  const bool numbered =
      fragments.size() > 1 && fragments[0].text.size() <= 4 && is_digit(fragments[0].text[0]);
  result.indent = fragments[numbered ? 1 : 0].box.x0;
  return result;
}

class PdfBuilder {
 public:
  PdfBuilder(PdfPieces pieces, std::string file)
      : file_(std::move(file)), builder_(result_.doc), layout_(lay_out(std::move(pieces.sheets))) {
    split_side_by_side(layout_);
    split_wrapped_floats(layout_);
    split_run_in_headings(layout_);
    over_limit_ = pieces.left_out;
    headings_ = find_headings(layout_, pieces.outline);
    front_ = read_front_matter(layout_, headings_);
    std::erase_if(headings_, [this](const HeadingLine& heading) { return heading.first < front_.lines; });
    floats_ = find_floats(layout_, headings_, front_.lines);
    for (const TextLine& line : layout_.lines) {
      joiner_.learn(line.text);
      has_prose_ = has_prose_ || line.prose;
    }
  }

  PdfDocument build() {
    PaperDoc& doc = result_.doc;
    doc.title = front_.title;
    doc.authors = front_.authors;
    std::size_t heading = 0;
    std::size_t next_float = 0;
    const std::size_t untitled_list = find_untitled_references();
    for (at_ = front_.lines; at_ < layout_.lines.size();) {
      while (next_float < floats_.list.size() && floats_.list[next_float].anchor <= at_)
        waiting_.push_back(next_float++);
      if (heading < headings_.size() && headings_[heading].first == at_ && !floats_.taken[at_]) {
        at_ += headings_[heading].count;
        open_section(headings_[heading++]);
      } else if (at_ == untitled_list && !in_references_) {
        finish_paragraph();
        builder_.text_block(BlockType::references, "");
        place(line(at_), line(at_));
        in_references_ = true;
      } else if (floats_.taken[at_]) {
        if (!paragraph_open_) flush_waiting();
        ++at_;
      } else if (in_references_) {
        reference_lines_.push_back(at_++);
      } else if (is_equation(at_)) {
        read_equation();
      } else {
        read_text_line();
      }
      while (heading < headings_.size() && headings_[heading].first < at_) ++heading;
    }
    while (next_float < floats_.list.size()) waiting_.push_back(next_float++);
    finish_paragraph();
    finish_references();
    finish();
    return std::move(result_);
  }

 private:
  const TextLine& line(std::size_t i) const { return layout_.lines[i]; }

  bool same_flow(std::size_t a, std::size_t b) const {
    return line(a).page == line(b).page && line(a).column == line(b).column;
  }

  // Page and rectangle of the lines [first, last] go to the newest block.
  void place(const TextLine& first, const TextLine& last) {
    Block& block = builder_.last_block();
    block.page = first.page;
    block.span = {file_, 0, 0};
    Box box = first.box;
    if (last.page == first.page && last.column == first.column) {
      box = {std::min(box.x0, last.box.x0), std::min(box.y0, last.box.y0), std::max(box.x1, last.box.x1),
             std::max(box.y1, last.box.y1)};
    }
    block.box = box;
  }

  void open_section(const HeadingLine& heading) {
    finish_paragraph();
    finish_references();
    const std::string& title = heading.heading.title;
    in_abstract_ = is_abstract_title(title);
    if (in_abstract_) return;
    in_references_ = is_references_title(title);
    if (in_references_) {
      builder_.text_block(BlockType::references, "").title = title;
    } else {
      if (heading.appendix) builder_.begin_appendix();
      builder_.section(heading.level, heading.heading.number, without_stop(title));
    }
    place(line(heading.first), line(heading.first + heading.count - 1));
  }

  // ---- formulas

  bool is_formula_line(std::size_t i) const {
    const TextLine& l = line(i);
    if (l.prose || floats_.taken[i] || is_bullet(l.text)) return false;
    const bool indented = l.box.x0 > l.column_left + 0.4 * layout_.body_size;
    return l.maths_share >= 0.4 && indented;
  }

  // Lines that belong to a formula only beside others: numbers, words in \text, limits.
  bool may_join_formula(std::size_t i) const {
    const TextLine& l = line(i);
    if (l.prose || floats_.taken[i] || is_bullet(l.text) || begins_with_word(i)) return false;
    return is_formula_line(i) || !number_of(l).empty() || l.maths_share > 0.25 ||
           (l.maths_share > 0 && l.text.size() < 40) || l.text.size() <= 4;
  }

  bool near(std::size_t a, std::size_t b) const {
    const double step = line(b).baseline - line(a).baseline;
    return same_flow(a, b) && step >= 0 && step < 2.0 * layout_.leading;
  }

  bool is_equation(std::size_t i) const {
    if (is_formula_line(i)) return true;
    // A line like "Loss = ..." in upright letters, or a fraction's upper half, right above formula lines.
    if (!may_join_formula(i) || line(i).box.x0 < line(i).column_left + 0.4 * layout_.body_size) return false;
    return !number_of(line(i)).empty() ||
           (i + 1 < layout_.lines.size() && near(i, i + 1) && is_formula_line(i + 1));
  }

  void read_equation() {
    const std::size_t first = at_;
    std::size_t end = first + 1;
    while (end < layout_.lines.size() && may_join_formula(end) && near(end - 1, end)) ++end;
    std::vector<PdfFragment> fragments;
    std::vector<std::string> raw;
    std::vector<std::pair<double, std::string>> numbers;  // with the line they stand on
    for (std::size_t i = first; i < end; ++i) {
      raw.push_back(line(i).text);
      for (const PdfFragment& fragment : line(i).fragments) {
        const std::string number = equation_number(fragment, line(i));
        if (number.empty()) {
          fragments.push_back(fragment);
        } else {
          numbers.emplace_back(fragment.baseline(), number);
        }
      }
    }
    at_ = end;
    // A root sign or half a fraction of the line above or below is no formula; it stays in the text.
    std::size_t letters = 0;
    for (const PdfFragment& fragment : fragments) letters += count_code_points(fragment.text);
    if (letters <= kFewLetters && numbers.empty()) {
      if (paragraph_open_) {
        joiner_.append(paragraph_text_, join(raw, " "));
      } else {
        ++left_out_;
      }
      return;
    }
    finish_paragraph();
    Equation& equation = builder_.equation();
    equation.env = "pdf";
    equation.lossy = true;
    std::vector<double> places;
    equation.rows = linear_tex(fragments, &places);
    if (equation.rows.empty()) equation.rows = {collapse_whitespace(join(raw, " "))};
    equation.latex = join(equation.rows, " \\\\\n");
    equation.latex_raw = join(raw, "\n");
    equation.row_labels.assign(equation.rows.size(), "");
    equation.row_numbers.assign(equation.rows.size(), "");
    number_rows(equation, places, numbers);
    Block& block = builder_.last_block();
    block.number = equation.number;
    block.latex = equation.latex;
    block.text = collapse_whitespace(join(raw, " "));
    place(line(first), line(end - 1));
  }

  // Each number goes to the row nearest to it; two numbers never share one while there are rows left.
  static void number_rows(Equation& equation, const std::vector<double>& places,
                          const std::vector<std::pair<double, std::string>>& numbers) {
    for (const auto& [place, number] : numbers) {
      if (equation.number.empty()) equation.number = number;
      std::size_t best = equation.rows.size();
      for (std::size_t i = 0; i < equation.rows.size(); ++i) {
        if (!equation.row_numbers[i].empty()) continue;
        if (best == equation.rows.size() ||
            (i < places.size() && std::abs(places[i] - place) < std::abs(places[best] - place)))
          best = i;
      }
      if (best == equation.rows.size()) {
        // More numbers than rows were made out: the number stays with an empty row.
        equation.rows.emplace_back();
        equation.row_labels.emplace_back();
        equation.row_numbers.emplace_back();
      }
      equation.row_numbers[best] = number;
    }
  }

  // ---- running text

  // A line that begins with a word of the body at the edge of the column: no formula does.
  bool begins_with_word(std::size_t i) const {
    const TextLine& l = line(i);
    if (l.fragments.empty()) return false;
    const PdfFragment& first = l.fragments.front();
    const bool word = first.text.size() > 1 && is_letter(first.text[0]) && is_letter(first.text[1]);
    return word && !first.maths && first.font == layout_.body_font &&
           std::abs(first.size - layout_.body_size) < 0.06 * layout_.body_size &&
           l.box.x0 < l.column_left + 0.3 * layout_.body_size;
  }

  void read_text_line() {
    const TextLine& l = line(at_);
    if (is_footnote_start(at_)) {
      read_footnote();
      return;
    }
    const std::size_t i = at_++;
    if (!l.prose && has_prose_ && !belongs_to_text(i)) {
      ++left_out_;
      return;
    }
    const bool bullet = is_bullet(l.text);
    if (!paragraph_open_ || bullet || starts_paragraph(i)) {
      finish_paragraph();
      paragraph_open_ = true;
      paragraph_is_item_ = bullet;
      paragraph_first_ = i;
      paragraph_text_.clear();
      item_indent_ = l.box.x0;
    }
    joiner_.append(paragraph_text_, bullet ? without_bullet(l.text) : std::string_view(l.text));
    paragraph_last_ = i;
  }

  // Lines in another font or size are kept when they read like text; lone labels of charts are not.
  bool belongs_to_text(std::size_t i) const {
    const TextLine& l = line(i);
    if (is_bullet(l.text) || (begins_with_word(i) && l.widest_gap < 2)) return true;
    if (paragraph_open_ && near(paragraph_last_, i) && l.widest_gap < 2) return true;
    const auto words = std::count(l.text.begin(), l.text.end(), ' ') + 1;
    return words >= 4 && l.widest_gap < 2;
  }

  bool starts_paragraph(std::size_t i) const {
    const TextLine &before = line(paragraph_last_), &here = line(i);
    const double em = layout_.body_size;
    if (!same_flow(paragraph_last_, i) || i != paragraph_last_ + 1) {
      if (paragraph_is_item_) return here.box.x0 < here.column_left + 0.5 * em;
      const bool moved = !same_flow(paragraph_last_, i);
      if (!ends_sentence(paragraph_text_) || is_small_letter(here.text[0])) return false;
      return !moved || here.box.x0 > here.column_left + 0.7 * em ||
             before.box.x1 < before.column_right - 2 * em || ends_sentence(paragraph_text_);
    }
    const double step = here.baseline - before.baseline;
    if (step < 0) return true;
    if (paragraph_is_item_) return here.box.x0 < item_indent_ + 0.3 * em || step > 1.6 * layout_.leading;
    if (step > 1.8 * layout_.leading) return true;
    if (step > 1.32 * layout_.leading && ends_sentence(paragraph_text_)) return true;
    const bool indented =
        here.box.x0 > here.column_left + 0.7 * em && before.box.x0 < before.column_left + 0.5 * em;
    const bool short_line = before.box.x1 < before.column_right - 2.5 * em;
    return ends_sentence(paragraph_text_) &&
           (indented || (short_line && step > 1.05 * layout_.leading) || (short_line && indented));
  }

  void finish_paragraph() {
    if (paragraph_open_) {
      paragraph_open_ = false;
      add_paragraph();
    }
    flush_waiting();
  }

  void add_paragraph() {
    std::string text = collapse_whitespace(paragraph_text_);
    if (text.empty()) return;
    if (in_abstract_) {
      result_.doc.abstract += (result_.doc.abstract.empty() ? "" : "\n\n") + text;
      return;
    }
    if (!paragraph_is_item_) {
      builder_.text_block(BlockType::paragraph, std::move(text));
    } else {
      const bool goes_on = !result_.doc.blocks.empty() && result_.doc.blocks.back().type == BlockType::item;
      if (!goes_on) {
        list_id_ = builder_.text_block(BlockType::list, "").id;
        place(line(paragraph_first_), line(paragraph_last_));
      }
      builder_.item(list_id_, std::move(text));
    }
    place(line(paragraph_first_), line(paragraph_last_));
  }

  // ---- footnotes

  // Small type at the foot of a column that starts with a mark.
  bool is_footnote_start(std::size_t i) const {
    const TextLine& l = line(i);
    const Box& page = layout_.pages[static_cast<std::size_t>(l.page - 1)];
    if (l.prose || l.size > 0.96 * layout_.body_size || l.baseline < 0.5 * page.y1) return false;
    if (is_notice(i)) return true;
    const std::string& text = l.text;
    return text.starts_with("^{") || text.starts_with("†") || text.starts_with("∗") ||
           text.starts_with("*") || text.starts_with("‡") ||
           (text.size() > 2 && is_digit(text[0]) && (l.fragments[0].size < 0.85 * l.size));
  }

  // Small type at the foot of the first page, with nothing but more of it below: the notice of a journal.
  bool is_notice(std::size_t i) const {
    const TextLine& l = line(i);
    const Box& page = layout_.pages[static_cast<std::size_t>(l.page - 1)];
    if (l.page != 1 || l.size > 0.9 * layout_.body_size || l.baseline < 0.7 * page.y1) return false;
    if (i > 0 && same_flow(i - 1, i) && !line(i - 1).prose && line(i - 1).size < 0.9 * layout_.body_size)
      return false;  // its first line has told
    for (std::size_t k = i; k < layout_.lines.size() && same_flow(i, k); ++k) {
      if (line(k).size > 0.9 * layout_.body_size && line(k).baseline > l.baseline) return false;
    }
    return std::count(l.text.begin(), l.text.end(), ' ') >= 3;
  }

  void read_footnote() {
    const std::size_t first = at_;
    std::string text = line(at_++).text;
    while (at_ < layout_.lines.size() && same_flow(first, at_) && !floats_.taken[at_] && !line(at_).prose &&
           !is_footnote_start(at_) && line(at_).size <= 0.96 * layout_.body_size) {
      joiner_.append(text, line(at_++).text);
    }
    footnotes_.push_back({text, first, at_ - 1});
    if (!paragraph_open_) flush_waiting();
  }

  // ---- floats

  // Floats and footnotes met inside a paragraph come behind it.
  void flush_waiting() {
    for (std::size_t index : waiting_) add_float(floats_.list[index]);
    waiting_.clear();
    for (const Note& note : footnotes_) {
      builder_.text_block(BlockType::footnote, collapse_whitespace(note.text));
      place(line(note.first), line(note.last));
    }
    footnotes_.clear();
  }

  void add_float(const PdfFloat& found) {
    const std::string caption = collapse_whitespace(joiner_.join(found.caption_lines));
    switch (found.caption.type) {
      case BlockType::table: {
        Table& table = builder_.table();
        table.number = found.caption.number;
        table.caption = caption;
        std::vector<TextLine> lines;
        for (std::size_t i : found.body) lines.push_back(line(i));
        fill_table(table, std::move(lines));
        break;
      }
      case BlockType::algorithm: {
        Algorithm& algorithm = builder_.algorithm();
        algorithm.number = found.caption.number;
        algorithm.caption = caption;
        std::vector<PseudocodeLine> lines;
        for (std::size_t i : found.body) lines.push_back(pseudocode_of(line(i)));
        fill_algorithm(algorithm, lines);
        break;
      }
      case BlockType::code: {
        std::string code;
        for (std::size_t i : found.body) {
          const double indent =
              std::max(0.0, line(i).box.x0 - found.area.x0) / std::max(1.0, 0.5 * line(i).size);
          code += std::string(static_cast<std::size_t>(std::min(indent, 80.0)), ' ') + line(i).text + "\n";
        }
        builder_.text_block(BlockType::code, std::move(code)).title = caption;
        break;
      }
      default: {
        Figure& figure = builder_.figure();
        figure.number = found.caption.number;
        figure.caption = caption;
        for (std::size_t i : found.body) figure.text_inside.push_back(line(i).text);
        figure.role = figure_role(figure);
        const bool seen = found.area.y1 - found.area.y0 > 2 * layout_.leading;
        result_.pictures.push_back({seen ? found.page : 0, found.area});
        break;
      }
    }
    Block& block = builder_.last_block();
    block.number = found.caption.number;
    if (found.caption.type != BlockType::code) block.text = caption;
    place(line(found.anchor), line(found.anchor));
  }

  // ---- references

  // Where "[1] ...", "[2] ...", "[3] ..." begin lines near the end of a paper that has no heading for them;
  // the number of lines when there is none.
  std::size_t find_untitled_references() const {
    const std::size_t none = layout_.lines.size();
    const bool titled = std::any_of(headings_.begin(), headings_.end(), [](const HeadingLine& heading) {
      return is_references_title(heading.heading.title);
    });
    if (titled) return none;
    std::size_t first = none;
    int next = 1;
    for (std::size_t i = front_.lines; i < none; ++i) {
      if (floats_.taken[i] || !line(i).text.starts_with("[")) continue;
      std::string_view text = line(i).text;
      const std::string label = take_reference_label(text);
      if (label == "1") {
        first = i;
        next = 2;
      } else if (first != none && label == std::to_string(next)) {
        ++next;
      }
    }
    return next >= 4 ? first : none;
  }

  bool starts_with_label(std::size_t i) const {
    std::string_view text = line(i).text;
    return !take_reference_label(text).empty();
  }

  // Entries begin at a label; without labels, at lines left of the hanging indent, or behind extra white.
  void finish_references() {
    if (reference_lines_.empty()) return;
    std::vector<std::size_t> lines;
    lines.swap(reference_lines_);
    const auto labelled = static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [this](std::size_t i) { return starts_with_label(i); }));
    const bool labels = labelled >= 3 && labelled * 8 > lines.size();
    std::map<std::pair<int, int>, double> left;  // page and column to the leftmost line
    std::size_t indented = 0;
    for (std::size_t i : lines) {
      const auto place_of = std::pair{line(i).page, static_cast<int>(line(i).column)};
      const auto found = left.find(place_of);
      if (found == left.end() || line(i).box.x0 < found->second) left[place_of] = line(i).box.x0;
    }
    const auto is_indented = [&](std::size_t i) {
      return line(i).box.x0 >
             left[{line(i).page, static_cast<int>(line(i).column)}] + 0.4 * layout_.body_size;
    };
    for (std::size_t i : lines) indented += is_indented(i) ? 1 : 0;
    const bool hanging = indented * 4 > lines.size();
    std::string entry;
    for (std::size_t k = 0; k < lines.size(); ++k) {
      const std::size_t i = lines[k];
      const bool white = k > 0 && same_flow(lines[k - 1], i) &&
                         line(i).baseline - line(lines[k - 1]).baseline > 1.3 * layout_.leading;
      const bool begins = labels    ? starts_with_label(i)
                          : hanging ? !is_indented(i)
                                    : white || (k > 0 && !same_flow(lines[k - 1], i) && ends_sentence(entry));
      if (begins || k == 0) {
        add_reference(entry);
        entry.clear();
      }
      joiner_.append(entry, line(i).text);
    }
    add_reference(entry);
  }

  void add_reference(const std::string& raw) {
    std::string_view text = raw;
    const std::string label = take_reference_label(text);
    BibEntry entry = parse_reference(text);
    if (entry.raw.size() < 10) return;
    entry.label = label;
    entry.key = fmt::format("ref{}", result_.doc.bibliography.size() + 1);
    result_.doc.bibliography.push_back(std::move(entry));
  }

  void finish() {
    PaperDoc& doc = result_.doc;
    if (doc.abstract.empty()) doc.abstract = collapse_whitespace(joiner_.join(front_.abstract));
    if (!doc.equations.empty()) {
      doc.warnings.push_back(
          {file_,
           fmt::format("{} display formulas were rebuilt from the places of their letters and are inexact",
                       doc.equations.size())});
    }
    if (over_limit_ > 0) {
      doc.warnings.push_back(
          {file_, fmt::format("{} pieces of text on overfull pages were left out", over_limit_)});
    }
    if (left_out_ > 0)
      doc.warnings.push_back(
          {file_, fmt::format("{} short lines outside of running text were left out", left_out_)});
    collect_urls(doc);
    link_mentions(doc);
  }

  struct Note {
    std::string text;
    std::size_t first = 0, last = 0;
  };

  std::string file_;
  PdfDocument result_;
  DocBuilder builder_;
  PdfLayout layout_;
  std::vector<HeadingLine> headings_;
  FrontMatter front_;
  PdfFloats floats_;
  LineJoiner joiner_;
  std::size_t at_ = 0;
  bool in_abstract_ = false, in_references_ = false;
  bool paragraph_open_ = false, paragraph_is_item_ = false;
  std::string paragraph_text_, list_id_;
  std::size_t paragraph_first_ = 0, paragraph_last_ = 0;
  double item_indent_ = 0;
  std::vector<std::size_t> waiting_;  // floats to come behind the open paragraph
  std::vector<Note> footnotes_;       // likewise
  std::vector<std::size_t> reference_lines_;
  std::size_t left_out_ = 0, over_limit_ = 0;
  bool has_prose_ = false;  // without any, short lines are all there is
};

}  // namespace

PdfDocument build_pdf_document(PdfPieces pieces, const std::string& file) {
  return PdfBuilder(std::move(pieces), file).build();
}

}  // namespace p2c::paper
