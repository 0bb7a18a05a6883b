// Finds and splits run-in headings.
#include "paper/pdf/run_in.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "paper/captions.h"
#include "paper/headings.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxLeadBytes = 130;
constexpr std::size_t kMaxLeadLines = 3;
constexpr std::ptrdiff_t kMaxItalicBlanks = 5;
constexpr double kQuad = 0.6;  // of the size: the gap behind a title without a full stop

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// Bold beginnings that are something else.
bool is_other_lead(std::string_view text) {
  static constexpr std::array<std::string_view, 20> kWords{
      "abstract",   "keywords", "index terms", "theorem", "lemma",      "proposition", "corollary",
      "definition", "proof",    "remark",      "example", "assumption", "claim",       "conjecture",
      "fact",       "step",     "input",       "output",  "require",    "ensure"};
  const std::string lower = to_lower(text);
  const bool word = std::any_of(kWords.begin(), kWords.end(), [&lower](std::string_view w) {
    return lower == w || (lower.starts_with(w) &&
                          (std::string_view(" .:").find(lower[w.size()]) != std::string_view::npos) &&
                          (lower.size() < w.size() + 8 || contains(lower.substr(w.size(), 8), "(") ||
                           (lower[w.size() + 1] >= '0' && lower[w.size() + 1] <= '9')));
  });
  return word || parse_caption(text).has_value();
}

// Letters of formulas; digits and signs may come in the font of the body.
bool is_formula(const PdfFragment& fragment) {
  if (fragment.maths) return true;
  for (std::size_t i = 0; i + 1 < fragment.text.size(); ++i) {
    if (is_letter(fragment.text[i]) && is_letter(fragment.text[i + 1])) return false;
  }
  return fragment.text.size() <= 6;
}

// How titles are set apart.
enum class Setting { bold, italic };

bool is_set(const PdfFragment& fragment, Setting setting) {
  return !fragment.maths && (setting == Setting::bold ? fragment.bold : fragment.italic);
}

// How many fragments from the left are bold; formulas count when bold letters follow or a title must end
// there.
std::size_t lead_of(const TextLine& line, Setting setting) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.fragments.size(); ++i) {
    const PdfFragment& fragment = line.fragments[i];
    if (is_set(fragment, setting)) {
      end = i + 1;
    } else if (i == 0 || !is_formula(fragment)) {
      break;
    }
  }
  return end;
}

class Splitter {
 public:
  explicit Splitter(PdfLayout& layout) : layout_(layout), lines_(layout.lines) {}

  void split() {
    std::vector<TextLine> result;
    result.reserve(lines_.size());
    bool in_caption = false;  // lines behind a caption without white between
    for (std::size_t i = 0; i < lines_.size();) {
      const bool close = i > 0 && same_place(result.back(), lines_[i]) &&
                         lines_[i].baseline - result.back().baseline < 1.2 * layout_.leading;
      in_caption = (in_caption && close) || parse_caption(lines_[i].text).has_value();
      const std::size_t taken = in_caption || lines_[i].in_float ? 0 : take_title(i, result);
      if (taken == 0) {
        result.push_back(std::move(lines_[i++]));
      } else {
        i += taken;
      }
    }
    layout_.lines = std::move(result);
  }

 private:
  static bool same_place(const TextLine& a, const TextLine& b) {
    return a.page == b.page && a.column == b.column;
  }
  bool same_flow(std::size_t a, std::size_t b) const { return same_place(lines_[a], lines_[b]); }

  // The line is the first of a paragraph, as far as places tell. `before` may have been moved away, but its
  // places stay.
  bool begins_paragraph(std::size_t i, const std::vector<TextLine>& done) const {
    const TextLine& here = lines_[i];
    if (done.empty()) return true;
    const TextLine& before = done.back();
    if (before.page != here.page || before.column != here.column) return true;
    const double step = here.baseline - before.baseline, em = layout_.body_size;
    if (step < 0 || step > 1.12 * layout_.leading || !before.prose) return true;
    const bool indented =
        here.box.x0 > here.column_left + 0.7 * em && before.box.x0 < here.column_left + 0.5 * em;
    return indented || before.box.x1 < before.column_right - 2 * em;
  }

  // The title of a paragraph that begins at line i, moved to `result` with the rest of its last line; returns
  // how many lines that were.
  std::size_t take_title(std::size_t i, std::vector<TextLine>& result) {
    const TextLine& first = lines_[i];
    const double em = layout_.body_size;
    if (std::abs(first.size - em) > 0.08 * em && !(first.bold_share > 0.5)) return 0;
    if (first.size > 1.08 * em || first.size < 0.92 * em) return 0;
    if (first.fragments.empty() || first.box.x0 > first.column_left + 3 * em) return 0;
    const Setting setting = first.fragments[0].bold ? Setting::bold : Setting::italic;
    if (!is_set(first.fragments[0], setting)) return 0;
    if (!begins_paragraph(i, result)) return 0;
    std::size_t count = 1, end = lead_of(lines_[i], setting);
    std::string title = text_of(lines_[i], 0, end);
    while (end == lines_[i + count - 1].fragments.size()) {
      // Bold to the edge of the column: the title goes on in the next line.
      const std::size_t next = i + count;
      if (count >= kMaxLeadLines || next >= lines_.size() || !same_flow(i, next)) return 0;
      const TextLine &above = lines_[next - 1], &here = lines_[next];
      const double step = here.baseline - above.baseline;
      if (step <= 0 || step > 1.2 * layout_.leading || above.box.x1 < above.column_right - 6 * em) return 0;
      if (here.fragments.empty() || !is_set(here.fragments[0], setting)) return 0;
      end = lead_of(here, setting);
      title += " " + text_of(here, 0, end);
      ++count;
    }
    const TextLine& last = lines_[i + count - 1];
    if (end == 0) return 0;
    // A formula at the end of the title stands before the bold full stop or a quad.
    const double gap = last.fragments[end].box.x0 - last.fragments[end - 1].box.x1;
    std::string_view name = trim(title);
    const bool stop =
        name.ends_with(".") || name.ends_with(":") || name.ends_with("?") || name.ends_with("!");
    if (!stop && gap < kQuad * em) return 0;
    // Italics emphasise as well: only a few words with a full stop are a title.
    const auto blanks = std::count(name.begin(), name.end(), ' ');
    if (setting == Setting::italic &&
        (count > 1 || !stop || name.ends_with("!") || blanks > kMaxItalicBlanks))
      return 0;
    if (name.size() > kMaxLeadBytes || is_other_lead(name)) return 0;
    if (std::count_if(name.begin(), name.end(), is_letter) < 3 || name.ends_with(",")) return 0;
    const std::string rest = text_of(last, end, last.fragments.size());
    if (std::count(rest.begin(), rest.end(), ' ') < 1 && last.box.x1 < last.column_right - 6 * em) return 0;
    if (last.wide_gaps > 1 || (last.widest_gap > 1.9 && last.wide_gaps > 0)) return 0;
    for (std::size_t k = i; k + 1 < i + count; ++k) {
      result.push_back(std::move(lines_[k]));
      result.back().prose = false;
      result.back().run_in = true;
    }
    TextLine head = lines_[i + count - 1], tail = std::move(lines_[i + count - 1]);
    head.fragments.resize(end);
    tail.fragments.erase(tail.fragments.begin(), tail.fragments.begin() + static_cast<std::ptrdiff_t>(end));
    measure_line(head);
    measure_line(tail);
    head.prose = false;
    head.run_in = true;
    tail.prose = true;
    result.push_back(std::move(head));
    result.push_back(std::move(tail));
    return count;
  }

  static std::string text_of(const TextLine& line, std::size_t from, std::size_t to) {
    const std::vector<PdfFragment> part(line.fragments.begin() + static_cast<std::ptrdiff_t>(from),
                                        line.fragments.begin() + static_cast<std::ptrdiff_t>(to));
    return join_fragments(part, line.baseline, line.size);
  }

  PdfLayout& layout_;
  std::vector<TextLine>& lines_;
};

}  // namespace

void split_run_in_headings(PdfLayout& layout) {
  Splitter(layout).split();
}

}  // namespace p2c::paper
