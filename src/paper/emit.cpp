// A Paper document as text: for a model with block ids (spec 8.8), for a person as Markdown, and for looking
// up quotes.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "base/text.h"
#include "paper/figures.h"
#include "paper/paper_doc.h"

namespace p2c::paper {
namespace {

// Deeper nesting than this is drawn at this depth: an algorithm or list from a stranger may claim any number.
constexpr int kMaxDrawnDepth = 16;
// A table wider than this is cut to it in the emitted form; colspans from a stranger may claim any number.
constexpr std::size_t kMaxDrawnColumns = 60;
// Labels of one picture that are shown; plots may hold hundreds.
constexpr std::size_t kMaxDrawnLabels = 60;

// Blank lines and trailing blanks removed: what remains is what a reader needs.
std::string compact_lines(std::string_view text) {
  std::string result;
  for (std::string_view line : split_lines(text)) {
    const std::size_t last = line.find_last_not_of(" \t\r");
    if (last == std::string_view::npos) continue;
    if (!result.empty()) result += '\n';
    result += line.substr(0, last + 1);
  }
  return result;
}

// "Figure 3: caption", or what of it there is.
std::string numbered_caption(std::string_view kind, const std::string& number, const std::string& caption) {
  const std::string text = collapse_whitespace(caption);
  if (number.empty()) return text;
  if (text.empty()) return fmt::format("{} {}", kind, number);
  return fmt::format("{} {}: {}", kind, number, text);
}

std::string bare_number(const std::string& number) {
  if (number.size() > 2 && number.front() == '(' && number.back() == ')')
    return number.substr(1, number.size() - 2);
  return number;
}

// "(4)", or "(4) (5)" for rows numbered one by one; empty without numbers.
std::string equation_numbers(const Block& block, const Equation* equation) {
  std::string result;
  if (equation != nullptr) {
    for (const std::string& number : equation->row_numbers) {
      if (!number.empty()) result += fmt::format("{}({})", result.empty() ? "" : " ", bare_number(number));
    }
  }
  const std::string& number =
      equation != nullptr && !equation->number.empty() ? equation->number : block.number;
  if (result.empty() && !number.empty()) result = fmt::format("({})", bare_number(number));
  return result;
}

std::string equation_latex(const Block& block, const Equation* equation) {
  if (equation != nullptr && !equation->latex.empty()) return compact_lines(equation->latex);
  return compact_lines(block.latex.empty() ? block.text : block.latex);
}

// Maths that needs an alignment or several rows gets the environment that renders it anywhere.
std::string displayed(const std::string& latex) {
  const bool aligned = contains(latex, "\\\\") || contains(latex, "&");
  if (!aligned || starts_with_nocase(latex, "\\begin{")) return latex;
  return "\\begin{aligned}\n" + latex + "\n\\end{aligned}";
}

std::string algorithm_lines(const Algorithm& algorithm) {
  std::string result;
  const auto add = [&result](std::string line) {
    if (!result.empty()) result += '\n';
    result += line;
  };
  for (const std::string& input : algorithm.inputs) add("Input: " + collapse_whitespace(input));
  for (const std::string& output : algorithm.outputs) add("Output: " + collapse_whitespace(output));
  for (const AlgorithmLine& line : algorithm.lines) {
    const std::string text = collapse_whitespace(line.text);
    const std::string comment = collapse_whitespace(line.comment);
    if (text.empty() && comment.empty()) continue;
    const int depth = std::clamp(line.depth, 0, kMaxDrawnDepth);
    std::string drawn = fmt::format("{:>2}: {:{}}{}", line.no, "", 2 * depth, text);
    if (!comment.empty()) drawn += (text.empty() ? "// " : "  // ") + comment;
    add(std::move(drawn));
  }
  return result;
}

std::string cell_text(const TableCell& cell) {
  std::string text = replace_all(collapse_whitespace(cell.text), "|", "\\|");
  if (text.empty()) return text;
  if (cell.bold) return "**" + text + "**";
  if (cell.underline) return "_" + text + "_";
  return text;
}

// Rows as a pipe table. Spanned columns stay empty; without header rows the first row stands in for one,
// because a pipe table cannot go without.
std::string pipe_table(const Table& table) {
  std::vector<std::vector<std::string>> drawn;
  std::size_t columns = 0;
  for (const auto& row : table.rows) {
    std::vector<std::string>& cells = drawn.emplace_back();
    for (const TableCell& cell : row) {
      if (cells.size() >= kMaxDrawnColumns) break;
      cells.push_back(cell_text(cell));
      for (int extra = 1; extra < cell.colspan && cells.size() < kMaxDrawnColumns; ++extra)
        cells.emplace_back();
    }
    columns = std::max(columns, cells.size());
  }
  std::string result;
  const std::size_t header = static_cast<std::size_t>(std::max(1, table.header_rows));
  for (std::size_t r = 0; r < drawn.size(); ++r) {
    drawn[r].resize(columns);
    if (r > 0) result += '\n';
    result += "| " + join(drawn[r], " | ") + " |";
    if (r + 1 == std::min(header, drawn.size())) {
      result += "\n|";
      for (std::size_t c = 0; c < columns; ++c) result += "---|";
    }
  }
  return result;
}

// "Parts: a; b", the first kMaxDrawnLabels of them; empty without any.
std::string named_list(std::string_view name, const std::vector<std::string>& values) {
  std::vector<std::string> texts;
  for (const std::string& value : values) {
    std::string text = collapse_whitespace(value);
    if (!text.empty()) texts.push_back(std::move(text));
  }
  if (texts.empty()) return {};
  const std::size_t more = texts.size() > kMaxDrawnLabels ? texts.size() - kMaxDrawnLabels : 0;
  texts.resize(texts.size() - more);
  if (more > 0) texts.push_back(fmt::format("({} more)", more));
  return fmt::format("\n{}: {}", name, join(texts, "; "));
}

std::string figure_details(const Figure& figure) {
  std::string result;
  if (figure.role != "other" && !figure.role.empty()) result += "\nKind: " + figure.role;
  result += named_list("Parts", figure.subfigures);
  // Numbers stay: they may be the ticks of an axis, but also sizes of layers or values a reader wants to
  // compare with.
  return result + named_list("Text inside", figure.text_inside);
}

std::string reference_line(const BibEntry& entry) {
  std::string authors;
  if (!entry.authors.empty()) {
    authors = entry.authors.front();
    if (entry.authors.size() == 2) authors += " and " + entry.authors.back();
    if (entry.authors.size() > 2) authors += " et al.";
  }
  std::vector<std::string> parts;
  for (const std::string& part : {authors, entry.title, entry.venue, entry.year}) {
    std::string text = collapse_whitespace(part);
    if (text.ends_with(".")) text.pop_back();
    const bool said = !parts.empty() && part == entry.year && contains(parts.back(), text);
    if (!text.empty() && !said) parts.push_back(std::move(text));
  }
  std::string text = entry.title.empty() ? collapse_whitespace(entry.raw) : join(parts, ". ");
  text = replace_all(std::move(text), "et al..", "et al.");  // the abbreviation ends its sentence, too
  if (!entry.arxiv_id.empty() && !contains(text, entry.arxiv_id)) text += " arXiv:" + entry.arxiv_id;
  return text;
}

std::string section_heading(const Block& block) {
  const std::string title = collapse_whitespace(block.title.empty() ? block.text : block.title);
  if (block.number.empty()) return title;
  return title.empty() ? block.number : block.number + " " + title;
}

std::string hashes(const Block& block) {
  return std::string(static_cast<std::size_t>(std::clamp(block.level, 1, 5)) + 1, '#');
}

// Blocks by id, for walking up from many of them.
class BlockFinder {
 public:
  explicit BlockFinder(const PaperDoc& doc) {
    blocks_.reserve(doc.blocks.size());
    for (const Block& block : doc.blocks) blocks_.emplace(block.id, &block);
  }
  const Block* find(std::string_view id) const {
    const auto found = blocks_.find(id);
    return found == blocks_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string_view, const Block*> blocks_;
};

using FindBlock = std::function<const Block*(std::string_view id)>;

// How many items enclose the block. Parents from a file may form a circle, so the steps are counted.
int list_depth(const Block& block, const FindBlock& find) {
  int depth = 0;
  const Block* above = find(block.parent);
  for (int step = 0; above != nullptr && step < 2 * kMaxDrawnDepth; ++step, above = find(above->parent)) {
    if (above->type == BlockType::item) ++depth;
    if (above->type != BlockType::item && above->type != BlockType::list) break;
  }
  return depth;
}

// What a theorem or a proof begins with: "Lemma 2." or "Proof."; empty when the text says it already.
std::string theorem_opening(const Block& block, const std::string& text) {
  std::string name = collapse_whitespace(block.title);
  if (name.empty()) name = block.type == BlockType::proof ? "Proof" : "Theorem";
  if (!block.number.empty() && !contains(name, block.number)) name += " " + block.number;
  return starts_with_nocase(text, name) ? std::string() : name + ". ";
}

// Text outside $...$ with the signs escaped that Markdown would take for markup or HTML.
std::string markdown_text(std::string_view text) {
  std::string result;
  bool in_maths = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escaped = i > 0 && text[i - 1] == '\\';
    if (c == '$' && !escaped) in_maths = !in_maths;
    const bool special = c == '*' || c == '`' || c == '<' || (c == '#' && i == 0);
    if (special && !in_maths && !escaped) result += '\\';
    result += c;
  }
  return result;
}

std::string markdown_figure(const Figure& figure) {
  std::string result;
  const std::string name = figure.number.empty() ? "Figure" : "Figure " + figure.number;
  for (const FigureFile& file : figure.files) {
    const std::string target = (is_exported(figure, file) ? "figures/" : "") + file.path;
    const bool shown = file.format == "png" || file.format == "jpg" || file.format == "svg";
    result += fmt::format("{}[{}](<{}>)\n\n", shown ? "!" : "",
                          shown ? name : name + " (" + file.format + ")", target);
  }
  const std::string caption = numbered_caption("Figure", figure.number, figure.caption);
  return result + (caption.empty() ? name : markdown_text(caption));
}

std::string code_fence(const std::string& code) {
  const std::string fence = contains(code, "```") ? "````" : "```";
  return fence + "\n" + code + "\n" + fence;
}

// The text of prose-like blocks, the same with and without ids.
std::string prose(const Block& block) {
  const std::string text = collapse_whitespace(block.text);
  if (text.empty()) return text;
  if (block.type == BlockType::theorem || block.type == BlockType::proof)
    return theorem_opening(block, text) + text;
  if (block.type == BlockType::footnote) return "(Footnote) " + text;
  if (block.type == BlockType::quote) return "> " + text;
  return text;
}

// Readers may also give the abstract as blocks; then it stands there, with ids.
bool abstract_in_blocks(const PaperDoc& doc) {
  return std::any_of(doc.blocks.begin(), doc.blocks.end(), [](const Block& block) {
    return block.type == BlockType::section && to_lower(trim(block.title)) == "abstract";
  });
}

// One block of paper.md; empty for what has nothing to show.
std::string markdown_block(const PaperDoc& doc, const Block& block, const FindBlock& find) {
  switch (block.type) {
    case BlockType::section: {
      const std::string heading = section_heading(block);
      return heading.empty() ? std::string() : hashes(block) + " " + markdown_text(heading);
    }
    case BlockType::equation: {
      const Equation* equation = doc.find_equation(block.id);
      const std::string latex = displayed(equation_latex(block, equation));
      const std::string numbers = equation_numbers(block, equation);
      if (latex.empty()) return {};
      return "$$\n" + latex + "\n$$" + (numbers.empty() ? "" : "\n\n" + numbers);
    }
    case BlockType::algorithm: {
      const Algorithm* algorithm = doc.find_algorithm(block.id);
      if (algorithm == nullptr) break;
      const std::string caption = numbered_caption("Algorithm", algorithm->number, algorithm->caption);
      return markdown_text(caption) + "\n\n" + code_fence(algorithm_lines(*algorithm));
    }
    case BlockType::table: {
      const Table* table = doc.find_table(block.id);
      if (table == nullptr) break;
      const std::string caption = numbered_caption("Table", table->number, table->caption);
      const std::string rows = pipe_table(*table);
      return markdown_text(caption) + (caption.empty() || rows.empty() ? "" : "\n\n") + rows;
    }
    case BlockType::figure: {
      const Figure* figure = doc.find_figure(block.id);
      if (figure == nullptr) break;
      return markdown_figure(*figure);
    }
    case BlockType::code: {
      const std::string code = compact_lines(block.text.empty() ? block.latex : block.text);
      return code.empty() ? std::string() : code_fence(code);
    }
    case BlockType::references: {
      std::string result;
      for (const BibEntry& entry : doc.bibliography) {
        const std::string line = entry.raw.empty() ? reference_line(entry) : collapse_whitespace(entry.raw);
        if (!line.empty())
          result +=
              fmt::format("\n- {}{}", entry.label.empty() ? "" : entry.label + " ", markdown_text(line));
      }
      return result.empty() ? std::string() : "## References\n" + result;
    }
    case BlockType::item: {
      const std::string text = markdown_text(collapse_whitespace(block.text));
      return text.empty() ? text : fmt::format("{:{}}- {}", "", 2 * list_depth(block, find), text);
    }
    default:
      break;
  }
  return markdown_text(prose(block));
}

std::string block_text(const PaperDoc& doc, const Block& block, const FindBlock& find) {
  switch (block.type) {
    case BlockType::section: {
      const std::string heading = section_heading(block);
      return heading.empty() ? std::string() : fmt::format("{} [{}] {}", hashes(block), block.id, heading);
    }
    case BlockType::equation: {
      const Equation* equation = doc.find_equation(block.id);
      const std::string latex = equation_latex(block, equation);
      if (latex.empty()) return {};
      const std::string numbers = equation_numbers(block, equation);
      const bool lossy = equation != nullptr && equation->lossy;
      return fmt::format("[{}{}{}]{} $${}$$", block.id, numbers.empty() ? "" : " ", numbers,
                         lossy ? " (from PDF, inexact)" : "", latex);
    }
    case BlockType::algorithm: {
      const Algorithm* algorithm = doc.find_algorithm(block.id);
      if (algorithm == nullptr) break;
      const std::string caption = numbered_caption("Algorithm", algorithm->number, algorithm->caption);
      const std::string lines = algorithm_lines(*algorithm);
      return fmt::format("[{}] {}{}{}", block.id, caption, lines.empty() ? "" : "\n", lines);
    }
    case BlockType::table: {
      const Table* table = doc.find_table(block.id);
      if (table == nullptr) break;
      const std::string caption = numbered_caption("Table", table->number, table->caption);
      const std::string rows = pipe_table(*table);
      return fmt::format("[{}] {}{}{}", block.id, caption, rows.empty() ? "" : "\n", rows);
    }
    case BlockType::figure: {
      const Figure* figure = doc.find_figure(block.id);
      if (figure == nullptr) break;
      return fmt::format("[{}] {}{}", block.id, numbered_caption("Figure", figure->number, figure->caption),
                         figure_details(*figure));
    }
    case BlockType::code: {
      const std::string code = compact_lines(block.text.empty() ? block.latex : block.text);
      if (code.empty()) return {};
      const std::string title = collapse_whitespace(block.title);
      return fmt::format("[{}]{}{}\n{}", block.id, title.empty() ? "" : " ", title, code_fence(code));
    }
    case BlockType::references: {
      std::string result;
      for (const BibEntry& entry : doc.bibliography) {
        const std::string line = reference_line(entry);
        if (!line.empty()) result += fmt::format("\n- {}: {}", entry.key, line);
      }
      return result.empty() ? std::string() : fmt::format("[{}] References{}", block.id, result);
    }
    case BlockType::item: {
      const std::string text = collapse_whitespace(block.text);
      if (text.empty()) return {};
      return fmt::format("{:{}}- [{}] {}", "", 2 * list_depth(block, find), block.id, text);
    }
    default:
      break;
  }
  const std::string text = prose(block);
  return text.empty() ? std::string() : fmt::format("[{}] {}", block.id, text);
}

}  // namespace

std::string emit_block(const PaperDoc& doc, const Block& block) {
  return block_text(doc, block, [&doc](std::string_view id) { return doc.find_block(id); });
}

std::string emit_paper(const PaperDoc& doc, bool with_appendix) {
  std::string result = "# " + collapse_whitespace(doc.title) + "\n";
  const std::string abstract = collapse_whitespace(doc.abstract);
  if (!abstract.empty() && !abstract_in_blocks(doc)) result += "\n[abstract] " + abstract + "\n";
  const BlockFinder finder(doc);
  const FindBlock find = [&finder](std::string_view id) { return finder.find(id); };
  for (const Block& block : doc.blocks) {
    if (block.appendix && !with_appendix) continue;
    const std::string text = block_text(doc, block, find);
    if (text.empty()) continue;
    if (block.type == BlockType::section) result += '\n';
    result += text;
    result += '\n';
  }
  return result;
}

std::string emit_markdown(const PaperDoc& doc) {
  std::string result = "# " + markdown_text(collapse_whitespace(doc.title)) + "\n";
  const auto add = [&result](const std::string& text) {
    if (!text.empty()) result += "\n" + text + "\n";
  };
  add(markdown_text(join(doc.authors, ", ")));
  if (!doc.source.arxiv_id.empty()) {
    const std::string version = doc.source.version > 0 ? fmt::format("v{}", doc.source.version) : "";
    add(fmt::format("arXiv:{}{}", doc.source.arxiv_id, version));
  }
  const std::string abstract = collapse_whitespace(doc.abstract);
  if (!abstract.empty() && !abstract_in_blocks(doc)) add("## Abstract\n\n" + markdown_text(abstract));
  const BlockFinder finder(doc);
  const FindBlock find = [&finder](std::string_view id) { return finder.find(id); };
  for (const Block& block : doc.blocks) add(markdown_block(doc, block, find));
  return result;
}

std::string searchable_text(const PaperDoc& doc, const Block& block) {
  std::string result;
  const auto add = [&result](std::string_view text) {
    if (trim(text).empty()) return;
    if (!result.empty()) result += '\n';
    result += text;
  };
  add(block.number.empty() || block.title.empty() ? block.title : block.number + " " + block.title);
  add(block.text);
  if (block.latex != block.text) add(block.latex);
  if (const Equation* equation = doc.find_equation(block.id)) {
    if (equation->latex != block.latex) add(equation->latex);
    if (equation->latex_raw != equation->latex) add(equation->latex_raw);
  }
  if (const Algorithm* algorithm = doc.find_algorithm(block.id)) {
    add(numbered_caption("Algorithm", algorithm->number, algorithm->caption));
    add(algorithm_lines(*algorithm));
    for (const AlgorithmLine& line : algorithm->lines) add(line.text);
  }
  if (const Table* table = doc.find_table(block.id)) {
    add(numbered_caption("Table", table->number, table->caption));
    for (const auto& row : table->rows) {
      std::string plain, latex;
      for (const TableCell& cell : row) {
        plain += (plain.empty() ? "" : " ") + cell.text;
        latex += (latex.empty() ? "" : " & ") + cell.latex;
      }
      add(plain);
      if (latex != plain) add(latex);
    }
    // The form a model was shown, so that a quote of a row across its bars is found.
    add(pipe_table(*table));
  }
  if (const Figure* figure = doc.find_figure(block.id)) {
    add(numbered_caption("Figure", figure->number, figure->caption));
    add(join(figure->subfigures, "\n"));
    add(join(figure->text_inside, "\n"));
    add(join(figure->text_inside, "; "));
    add(figure->tikz);
  }
  if (block.type == BlockType::references) {
    for (const BibEntry& entry : doc.bibliography) {
      add(entry.raw);
      add(reference_line(entry));
    }
  }
  return result;
}

}  // namespace p2c::paper
