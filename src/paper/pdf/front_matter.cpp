// Reads the front matter.
#include "paper/pdf/front_matter.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "paper/captions.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxTitleLines = 6;
constexpr std::size_t kMaxFrontLines = 80;
constexpr std::size_t kMaxAuthors = 100;
constexpr std::size_t kFewestAbstractLines = 3;

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [text](std::string_view part) { return contains(text, part); });
}

// Where the front matter ends: at the first heading that a body has, else at the first running text.
std::size_t front_end(const PdfLayout& layout, const std::vector<HeadingLine>& headings) {
  for (const HeadingLine& heading : headings) {
    const bool of_body =
        !heading.run_in && (!heading.heading.number.empty() || is_known_title(heading.heading.title));
    if (of_body && layout.lines[heading.first].page <= 2 && heading.first <= kMaxFrontLines)
      return heading.first;
  }
  for (std::size_t i = 0; i < std::min(layout.lines.size(), kMaxFrontLines); ++i) {
    if (layout.lines[i].prose) return i;
  }
  return 0;
}

// Marks of affiliations and everything that no name holds.
std::string without_marks(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] == '^' || text[i] == '_') && i + 1 < text.size() && text[i + 1] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) break;
      result += ',';
      i = end;
      continue;
    }
    result += text[i] >= '0' && text[i] <= '9' ? ',' : text[i];
  }
  for (std::string_view mark : {"†", "‡", "∗", "*", "§", "¶"})
    result = replace_all(std::move(result), mark, ",");
  return result;
}

bool is_name(std::string_view text) {
  if (text.size() < 4 || text.size() > 50 ||
      has_any(text, {"@", "University", "Institute", "Department", "Research", "Google", "Inc", "Lab",
                     "School", "College", "http", "Abstract", "Conference", "Brain", "Rua ", "Street",
                     "Avenue", "Road", "ORCID"})) {
    return false;
  }
  std::size_t words = 0;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (word.find_first_of("„“”\"():;/") != std::string::npos || word == "ID") return false;
    const bool particle =
        word == "van" || word == "de" || word == "der" || word == "von" || word == "den" || word == "la";
    if (!particle && !is_capital(word[0]) && static_cast<unsigned char>(word[0]) < 0x80) return false;
    ++words;
  }
  return words >= 2 && words <= 5;
}

void add_names(std::string_view text, std::vector<std::string>& names) {
  std::string list = replace_all(without_marks(text), " and ", ",");
  for (const std::string& part : split(list, ',')) {
    const std::string_view name = trim(part);
    if (is_name(name) && names.size() < kMaxAuthors) names.emplace_back(name);
  }
}

// The longest stretch of lines in one smaller size that reads like sentences: physicists set abstracts so.
std::vector<std::string> small_abstract(const PdfLayout& layout, std::size_t from, std::size_t to) {
  std::vector<std::string> best, run;
  const auto close = [&best, &run] {
    const auto stops = std::count_if(run.begin(), run.end(), [](const std::string& text) {
      return contains(text, ". ") || text.ends_with(".");
    });
    if (run.size() > kFewestAbstractLines && stops >= 2 && run.size() > best.size()) best = run;
    run.clear();
  };
  for (std::size_t i = from; i < to; ++i) {
    const TextLine& line = layout.lines[i];
    const TextLine* before = run.empty() ? nullptr : &layout.lines[i - 1];
    const bool goes_on = before != nullptr && before->page == line.page && before->column == line.column &&
                         std::abs(before->size - line.size) < 0.2 && before->font == line.font &&
                         line.baseline - before->baseline < 1.6 * line.size;
    if (!goes_on) close();
    const auto words = std::count(line.text.begin(), line.text.end(), ' ') + 1;
    if (goes_on || words >= 6) run.push_back(line.text);
  }
  close();
  return best;
}

// Running text between the authors and the first heading, where no line says "Abstract".
std::vector<std::string> untitled_abstract(const PdfLayout& layout, std::size_t from, std::size_t to) {
  std::vector<std::string> lines;
  const TextLine* last = nullptr;
  for (std::size_t i = from; i < to; ++i) {
    const TextLine& line = layout.lines[i];
    // The last line of a paragraph may be too short to be told from other text by itself.
    const bool ends = last != nullptr && line.page == last->page && line.column == last->column &&
                      line.font == last->font && std::abs(line.size - last->size) < 0.2 &&
                      line.baseline - last->baseline < 1.35 * layout.leading;
    if (parse_caption(line.text)) break;
    if (!line.prose && !(ends && line.box.x0 > last->column_left - line.size)) continue;
    lines.push_back(line.text);
    last = &line;
  }
  return lines.size() >= kFewestAbstractLines ? lines : small_abstract(layout, from, to);
}

}  // namespace

FrontMatter read_front_matter(const PdfLayout& layout, const std::vector<HeadingLine>& headings) {
  FrontMatter front;
  front.lines = front_end(layout, headings);
  double largest = 0;
  for (std::size_t i = 0; i < front.lines; ++i) largest = std::max(largest, layout.lines[i].size);
  std::size_t first = front.lines;
  for (std::size_t i = 0; i < front.lines && first == front.lines; ++i) {
    if (layout.lines[i].size > 0.97 * largest) first = i;
  }
  std::size_t end = first;
  while (end < front.lines && end - first < kMaxTitleLines && layout.lines[end].size > 0.97 * largest) {
    front.title += (front.title.empty() ? "" : " ") + layout.lines[end++].text;
  }
  front.title = collapse_whitespace(front.title);
  for (std::size_t i = end; i < front.lines; ++i) {
    // Names beside each other are parted by wide gaps.
    std::vector<PdfFragment> piece;
    const TextLine& line = layout.lines[i];
    if (line.text.starts_with("Abstract")) break;
    for (const PdfFragment& fragment : line.fragments) {
      if (!piece.empty() && fragment.box.x0 - piece.back().box.x1 > 0.9 * line.size) {
        add_names(join_fragments(piece, line.baseline, line.size), front.authors);
        piece.clear();
      }
      piece.push_back(fragment);
    }
    add_names(join_fragments(piece, line.baseline, line.size), front.authors);
  }
  // "Abstract—We show": the abstract runs in and has no heading of its own.
  for (std::size_t i = end; i < front.lines; ++i) {
    std::string_view text = layout.lines[i].text;
    if (!text.starts_with("Abstract") || text.size() < 20) continue;
    text.remove_prefix(8);
    for (std::string_view mark : {"—", "–", ".", ":", "-", " "}) {
      while (text.starts_with(mark)) text.remove_prefix(mark.size());
    }
    front.abstract.emplace_back(text);
    for (std::size_t k = i + 1; k < front.lines; ++k) front.abstract.push_back(layout.lines[k].text);
    return front;
  }
  front.abstract = untitled_abstract(layout, end, front.lines);
  return front;
}

}  // namespace p2c::paper
