// Reads a paper written in, or converted to, Markdown.
#include "paper/markdown/markdown_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/text.h"
#include "paper/algorithm_text.h"
#include "paper/captions.h"
#include "paper/cell_number.h"
#include "paper/doc_builder.h"
#include "paper/equation_text.h"
#include "paper/headings.h"
#include "paper/links.h"
#include "paper/markdown/inline.h"
#include "paper/markdown/tables.h"
#include "paper/mentions.h"
#include "paper/reader.h"
#include "paper/reference_text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxMarkdownBytes = 16u << 20;

class MarkdownReader {
 public:
  MarkdownReader(std::string_view text, std::string file)
      : text_(text), file_(std::move(file)), builder_(doc_) {
    lines_ = split_lines(text_);
  }

  PaperDoc read() {
    skip_front_matter();
    while (at_ < lines_.size()) read_block();
    flush_caption();
    collect_urls(doc_);
    link_mentions(doc_);
    return std::move(doc_);
  }

 private:
  std::string_view line() const { return lines_[at_]; }
  std::size_t offset(std::size_t line_index) const {
    return line_index < lines_.size() ? static_cast<std::size_t>(lines_[line_index].data() - text_.data())
                                      : text_.size();
  }
  void place(std::size_t first_line) {
    builder_.last_block().span = {file_, offset(first_line), offset(at_)};
  }

  // "---" lines around simple "title: ..." pairs.
  void skip_front_matter() {
    if (lines_.empty() || trim(lines_[0]) != "---") return;
    for (std::size_t i = 1; i < lines_.size() && i < 200; ++i) {
      if (trim(lines_[i]) == "---") {
        at_ = i + 1;
        return;
      }
      if (lines_[i].starts_with("title:")) {
        std::string_view title = trim(lines_[i].substr(6));
        if (title.size() >= 2 && (title.front() == '"' || title.front() == '\'') &&
            title.back() == title.front()) {
          title = title.substr(1, title.size() - 2);
        }
        doc_.title = std::string(title);
      }
    }
  }

  void read_block() {
    const std::string_view text = trim(line());
    const std::size_t first = at_;
    if (text.empty()) {
      ++at_;
    } else if (text.starts_with("<!--")) {
      skip_comment();
    } else if (text.starts_with("```") || text.starts_with("~~~")) {
      read_code(text.substr(0, 3));
      place(first);
    } else if (text.starts_with("$$") || text.starts_with("\\[")) {
      read_equation(text.starts_with("$$") ? "$$" : "\\]");
    } else if (heading_marks(text) > 0) {
      ++at_;
      add_heading(heading_marks(text), heading_text(text), first);
    } else if (at_ + 1 < lines_.size() && is_underline(lines_[at_ + 1]) && list_marker(text) == 0) {
      const int marks = trim(lines_[at_ + 1]).front() == '=' ? 1 : 2;
      at_ += 2;
      add_heading(marks, std::string(text), first);
    } else if (const auto image = image_of(text)) {
      ++at_;
      add_figure(*image, first);
    } else if (at_ + 1 < lines_.size() && contains(text, "|") && is_pipe_rule(lines_[at_ + 1])) {
      read_pipe_table();
    } else if (starts_with_nocase(text, "<table")) {
      read_html_table();
    } else if (list_marker(text) > 0) {
      read_list();
    } else if (text.starts_with(">")) {
      read_quote();
    } else if (is_rule(text)) {
      ++at_;
    } else {
      read_paragraph();
    }
  }

  static bool is_underline(std::string_view raw) {
    const std::string_view text = trim(raw);
    return text.size() >= 3 && (text.find_first_not_of('=') == std::string_view::npos ||
                                text.find_first_not_of('-') == std::string_view::npos);
  }
  static bool is_rule(std::string_view text) {
    return text.size() >= 3 && (text.find_first_not_of("* ") == std::string_view::npos ||
                                text.find_first_not_of("- ") == std::string_view::npos ||
                                text.find_first_not_of("_ ") == std::string_view::npos);
  }

  void skip_comment() {
    while (at_ < lines_.size() && !contains(line(), "-->")) ++at_;
    if (at_ < lines_.size()) ++at_;
  }

  void read_code(std::string_view fence) {
    const std::string language(trim(trim(line()).substr(3)));
    std::string code;
    for (++at_; at_ < lines_.size() && !trim(line()).starts_with(fence); ++at_) {
      code += line();
      code += '\n';
    }
    if (at_ < lines_.size()) ++at_;
    if (language == "math" || language == "latex") {
      fill_equation(builder_.equation(), code);
      finish_equation();
    } else {
      builder_.text_block(BlockType::code, std::move(code)).title = language;
    }
  }

  void read_equation(std::string_view close) {
    const std::size_t first = at_;
    std::string_view rest = trim(line()).substr(2);
    std::string tex;
    for (;;) {
      if (const std::size_t end = rest.find(close); end != std::string_view::npos) {
        tex += rest.substr(0, end);
        tex += ' ';
        // "$$ ... $$ (4)": a printed number behind the formula
        const std::string_view behind = trim(rest.substr(end + 2));
        if (behind.size() >= 3 && behind.size() <= 8 && behind.front() == '(' && behind.back() == ')') {
          tex += fmt::format("\\tag{{{}}}", behind.substr(1, behind.size() - 2));
        }
        ++at_;
        break;
      }
      tex += rest;
      tex += '\n';
      if (++at_ >= lines_.size()) {
        doc_.warnings.push_back({fmt::format("{}:{}", file_, first + 1), "a formula without its end"});
        break;
      }
      rest = line();
    }
    if (trim(tex).empty()) return;
    fill_equation(builder_.equation(), tex);
    finish_equation();
    place(first);
  }

  void finish_equation() {
    const Equation& equation = doc_.equations.back();
    Block& block = builder_.last_block();
    block.number = equation.number;
    block.latex = equation.latex;
    if (!equation.label.empty()) block.labels.push_back(equation.label);
  }

  void add_heading(int marks, const std::string& text, std::size_t first) {
    if (text.empty()) return;
    flush_caption();
    if (const auto caption = parse_caption(text); caption && caption->type == BlockType::algorithm) {
      read_algorithm(*caption, first);
      return;
    }
    if (doc_.title.empty() && doc_.blocks.empty() && split_heading(text, false).number.empty() &&
        !is_known_title(text)) {
      doc_.title = plain_inline(text);
      title_marks_ = marks;
      return;
    }
    in_references_ = is_references_title(split_heading(text, false).title);
    in_abstract_ = is_abstract_title(text);
    if (in_abstract_) return;
    if (in_references_) {
      references_seen_ = true;
      builder_.text_block(BlockType::references, "").title = text;
      place(first);
      return;
    }
    const Heading heading = split_heading(text, references_seen_);
    if (is_appendix_title(heading.title) || levels_.begins_appendix(heading)) builder_.begin_appendix();
    // With the title as the only "#", sections start at "##".
    const int shift = title_marks_ == 1 && marks > 1 ? 1 : 0;
    builder_.section(levels_.level_of(heading, marks - shift), heading.number, plain_inline(heading.title));
    place(first);
  }

  // The lines below "Algorithm 1 ...": up to a blank line that no numbered line follows.
  void read_algorithm(const Caption& caption, std::size_t first) {
    std::vector<PseudocodeLine> body;
    while (at_ < lines_.size()) {
      if (trim(line()).empty()) {
        std::size_t next = at_;
        while (next < lines_.size() && trim(lines_[next]).empty()) ++next;
        if (next >= lines_.size() || !looks_like_pseudocode(lines_[next])) break;
        at_ = next;
      }
      if (heading_marks(trim(line())) > 0) break;
      const std::size_t indent = std::min(line().find_first_not_of(" \t"), line().size());
      body.push_back({static_cast<double>(indent) / 2, plain_inline(line())});
      ++at_;
    }
    Algorithm& algorithm = builder_.algorithm();
    algorithm.number = caption.number;
    algorithm.caption = plain_inline(caption.text);
    fill_algorithm(algorithm, body);
    builder_.last_block().number = caption.number;
    builder_.last_block().text = algorithm.caption;
    place(first);
  }

  void add_figure(const ImageLink& image, std::size_t first) {
    Figure& figure = builder_.figure();
    figure.caption = plain_inline(image.alt);
    if (!image.path.empty() && !contains(image.path, "://")) {
      const std::size_t dot = image.path.rfind('.');
      figure.files.push_back(
          {image.path, dot == std::string::npos ? "" : to_lower(image.path.substr(dot + 1)), 0, 0});
    }
    if (const auto caption = parse_caption(image.alt); caption && caption->type == BlockType::figure) {
      figure.number = caption->number;
      figure.caption = plain_inline(caption->text);
    } else if (pending_ && pending_->type == BlockType::figure) {
      figure.number = pending_->number;
      figure.caption = pending_->text;
      pending_.reset();
    }
    builder_.last_block().number = figure.number;
    builder_.last_block().text = figure.caption;
    place(first);
    // Several pictures of one figure stand one below the other, the caption after the last.
    const std::size_t count = doc_.figures.size();
    const bool bare = figure.number.empty() && count >= 2 && doc_.figures[count - 2].number.empty() &&
                      doc_.blocks.size() >= 2 &&
                      doc_.blocks[doc_.blocks.size() - 2].type == BlockType::figure;
    if (!bare) return;
    Figure& before = doc_.figures[count - 2];
    before.files.insert(before.files.end(), figure.files.begin(), figure.files.end());
    if (before.caption.empty()) before.caption = figure.caption;
    doc_.figures.pop_back();
    doc_.blocks.pop_back();
  }

  void finish_table(std::size_t first) {
    Table& table = doc_.tables.back();
    for (auto& row : table.rows) {
      for (TableCell& cell : row) {
        cell.text = plain_inline(cell.text);
        parse_cell_number(cell);
      }
    }
    if (pending_ && pending_->type == BlockType::table) {
      table.number = pending_->number;
      table.caption = pending_->text;
      pending_.reset();
    }
    builder_.last_block().number = table.number;
    builder_.last_block().text = table.caption;
    place(first);
  }

  void read_pipe_table() {
    const std::size_t first = at_;
    Table& table = builder_.table();
    table.header_rows = 1;
    for (; at_ < lines_.size() && contains(line(), "|") && !trim(line()).empty(); ++at_) {
      if (at_ == first + 1) continue;  // the rule
      std::vector<TableCell>& row = table.rows.emplace_back();
      for (const std::string& cell : split_pipe_row(line())) row.push_back(markdown_cell(cell));
    }
    finish_table(first);
  }

  void read_html_table() {
    const std::size_t first = at_;
    std::string html;
    for (; at_ < lines_.size(); ++at_) {
      html += line();
      html += '\n';
      if (contains(to_lower(line()), "</table>")) {
        ++at_;
        break;
      }
    }
    fill_from_html(builder_.table(), html);
    finish_table(first);
  }

  void read_list() {
    const std::size_t first = at_;
    std::vector<std::string> items;
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view text = trim(line());
      const std::size_t marker = list_marker(text);
      if (marker > 0) {
        items.emplace_back(text.substr(marker));
      } else if (text.empty()) {
        const bool goes_on = at_ + 1 < lines_.size() && list_marker(trim(lines_[at_ + 1])) > 0;
        if (!goes_on) break;
      } else if (heading_marks(text) > 0 || text.starts_with("$$") || text.starts_with("```")) {
        break;
      } else {
        items.back() += " " + std::string(text);
      }
    }
    if (in_references_) {
      for (const std::string& item : items) add_reference(item);
      return;
    }
    const std::string list = builder_.text_block(BlockType::list, "").id;
    place(first);
    for (const std::string& item : items)
      builder_.item(list, plain_inline(item)).span = {file_, offset(first), offset(at_)};
  }

  void read_quote() {
    const std::size_t first = at_;
    std::string text;
    for (; at_ < lines_.size() && trim(line()).starts_with(">"); ++at_)
      text += std::string(trim(line()).substr(1)) + " ";
    builder_.text_block(BlockType::quote, plain_inline(text));
    place(first);
  }

  bool ends_paragraph() const {
    const std::string_view text = trim(line());
    return text.empty() || heading_marks(text) > 0 || text.starts_with("$$") || text.starts_with("```") ||
           text.starts_with("\\[") || starts_with_nocase(text, "<table") || image_of(text).has_value();
  }

  void read_paragraph() {
    const std::size_t first = at_;
    std::string raw(trim(line()));
    // A caption stands alone even when text follows on the next line.
    if (const auto caption = parse_caption(raw); caption && caption->type == BlockType::algorithm) {
      ++at_;
      read_algorithm(*caption, first);
      return;
    }
    for (++at_; at_ < lines_.size() && !ends_paragraph(); ++at_) raw += " " + std::string(trim(line()));
    const std::string text = plain_inline(raw);
    if (text.empty()) return;
    if (in_references_) {
      add_reference(text);
    } else if (in_abstract_) {
      doc_.abstract += (doc_.abstract.empty() ? "" : "\n\n") + text;
    } else if (const auto caption = parse_caption(text)) {
      add_caption(*caption);
    } else if (starts_with_nocase(raw, "[^") && contains(raw, "]:")) {
      builder_.text_block(BlockType::footnote, plain_inline(raw.substr(raw.find("]:") + 2)));
      place(first);
    } else if (is_author_line(text)) {
      doc_.authors.push_back(text);
    } else {
      builder_.text_block(BlockType::paragraph, text);
      place(first);
    }
  }

  // The line between the title and the first heading.
  bool is_author_line(const std::string& text) const {
    if (!doc_.blocks.empty() || doc_.title.empty() || !doc_.authors.empty() || !doc_.abstract.empty())
      return false;
    std::size_t next = at_;
    while (next < lines_.size() && trim(lines_[next]).empty()) ++next;
    const bool heading_follows = next < lines_.size() && heading_marks(trim(lines_[next])) > 0;
    return heading_follows && text.size() < 400 && !text.ends_with(".") && !contains(text, ". ");
  }

  // A caption belongs to the picture or table just before it that has none, else to the next one.
  void add_caption(const Caption& caption) {
    flush_caption();
    const bool last_is_kind =
        !doc_.blocks.empty() && doc_.blocks.back().type == caption.type && doc_.blocks.back().number.empty();
    if (last_is_kind && caption.type == BlockType::figure && !doc_.figures.empty()) {
      doc_.figures.back().number = caption.number;
      doc_.figures.back().caption = caption.text;
    } else if (last_is_kind && caption.type == BlockType::table && !doc_.tables.empty()) {
      doc_.tables.back().number = caption.number;
      doc_.tables.back().caption = caption.text;
    } else {
      pending_ = caption;
      return;
    }
    doc_.blocks.back().number = caption.number;
    doc_.blocks.back().text = caption.text;
  }

  // A caption whose table or picture never came keeps its place as a figure or table without body.
  void flush_caption() {
    if (!pending_) return;
    const Caption caption = *pending_;
    pending_.reset();
    if (caption.type == BlockType::table) {
      Table& table = builder_.table();
      table.number = caption.number;
      table.caption = caption.text;
    } else if (caption.type == BlockType::figure) {
      Figure& figure = builder_.figure();
      figure.number = caption.number;
      figure.caption = caption.text;
    } else {
      builder_.text_block(BlockType::paragraph, caption.text);
      return;
    }
    builder_.last_block().number = caption.number;
    builder_.last_block().text = caption.text;
  }

  void add_reference(const std::string& raw) {
    std::string_view text = raw;
    const std::string label = take_reference_label(text);
    BibEntry entry = parse_reference(plain_inline(text));
    if (entry.raw.empty()) return;
    const std::size_t count = doc_.bibliography.size() + 1;
    entry.label = label.empty() ? std::to_string(count) : label;
    entry.key = fmt::format("ref{}", count);
    doc_.bibliography.push_back(std::move(entry));
  }

  std::string_view text_;
  std::string file_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  PaperDoc doc_;
  DocBuilder builder_;
  HeadingLevels levels_;
  int title_marks_ = 0;
  bool in_references_ = false, references_seen_ = false, in_abstract_ = false;
  std::optional<Caption> pending_;
};

}  // namespace

PaperDoc parse_markdown(std::string_view text, const std::string& file) {
  return MarkdownReader(text, file).read();
}

PaperDoc read_markdown(const std::filesystem::path& file, const ReadOptions& options) {
  options.cancel.check();
  const std::string bytes = read_file(file, kMaxMarkdownBytes);
  if (trim(bytes).empty()) {
    throw Error(ErrorCode::bad_input, "the file is empty",
                {.subject = file.string(), .hint = "Give the paper's text."});
  }
  const std::string name = file.filename().string();
  std::string text = is_valid_utf8(bytes) ? bytes : latin1_to_utf8(bytes);
  // A byte order mark would hide the first heading; as blanks it leaves the spans right.
  if (text.starts_with("\xef\xbb\xbf")) text.replace(0, 3, "   ");
  PaperDoc doc = parse_markdown(text, name);
  doc.source.kind = SourceKind::markdown;
  doc.source.sha256 = sha256_hex(bytes);
  doc.source.main_file = name;
  doc.source.files = {name};
  return doc;
}

}  // namespace p2c::paper
