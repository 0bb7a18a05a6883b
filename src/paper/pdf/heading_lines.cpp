// Finds headings among lines.
#include "paper/pdf/heading_lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.h"
#include "paper/captions.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxHeadingBytes = 160;
constexpr int kDefaultLevel = 2;  // of unnumbered headings no larger than the body
constexpr int kBracketLevel = 3;  // of "1) Title:"
constexpr int kRunInLevel = 4;    // LaTeX's \paragraph

std::string plain(std::string_view text) {
  std::string result;
  for (char c : normalise_for_match(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80)
      result += c;
  }
  return result;
}

class HeadingFinder {
 public:
  HeadingFinder(const PdfLayout& layout, const std::vector<PdfOutlineItem>& outline) : layout_(layout) {
    for (const PdfOutlineItem& item : outline)
      outline_[plain(split_heading(item.title, false).title)] = item.level;
  }

  std::vector<HeadingLine> find() {
    std::vector<HeadingLine> found;
    bool letters = false;  // behind the references a lone letter is a number
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      if (line(i).run_in || !stands_out(i) || !(is_large(line(i)) || is_bold(line(i)))) continue;
      const Heading heading = split_heading(line(i).text, number_stands_apart(line(i)));
      if (!heading.number.empty() && is_title_like(heading.title)) settings_.insert(setting_of(line(i)));
    }
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      if (!stands_out(i)) continue;
      HeadingLine heading = read(i, letters);
      if (heading.count == 0) continue;
      if (is_references_title(heading.heading.title) || is_appendix_title(heading.heading.title))
        letters = true;
      i += heading.count - 1;
      found.push_back(std::move(heading));
    }
    set_levels(found);
    return found;
  }

 private:
  const TextLine& line(std::size_t i) const { return layout_.lines[i]; }

  bool is_large(const TextLine& l) const { return l.size > 1.08 * layout_.body_size; }
  bool is_bold(const TextLine& l) const { return l.bold_share > 0.8; }
  // Font and size: headings of one level share them.
  static std::pair<std::string, int> setting_of(const TextLine& l) {
    return {l.font, static_cast<int>(std::lround(l.size * 5))};
  }
  // "A   Proofs": the white behind a letter is wider than a blank, so that it is a number.
  static bool number_stands_apart(const TextLine& l) {
    if (l.fragments.size() < 2) return false;
    const PdfFragment &number = l.fragments[0], &title = l.fragments[1];
    const bool letter = number.text.size() == 1 && number.text[0] >= 'A' && number.text[0] <= 'Z';
    return letter && title.box.x0 - number.box.x1 > 0.55 * l.size;
  }
  static bool is_capitals(const TextLine& l) {
    std::size_t upper = 0, lower = 0;
    for (char c : l.text) {
      upper += c >= 'A' && c <= 'Z';
      lower += c >= 'a' && c <= 'z';
    }
    return upper >= 4 && lower == 0;
  }

  bool same_place(std::size_t a, std::size_t b) const {
    return line(a).page == line(b).page && line(a).column == line(b).column;
  }

  // White above: the first line of a column, or a distance of more than a line.
  bool has_room_above(std::size_t i) const {
    // Words printed over or beside the heading are not above it.
    std::size_t above = i;
    while (above > 0 && same_place(above - 1, i) &&
           std::abs(line(i).baseline - line(above - 1).baseline) < 0.4 * layout_.leading)
      --above;
    if (above == 0 || !same_place(above - 1, i)) return true;
    const double step = line(i).baseline - line(above - 1).baseline;
    return step > 1.15 * layout_.leading || step < 0;
  }

  // "A. Graph Methods" in italics: short, and something follows it that is not.
  bool is_italic_title(std::size_t i, const HeadingLine& heading) const {
    const TextLine& l = line(i);
    const std::size_t next = i + heading.count;
    return l.italic_share > 0.8 && l.box.x0 < l.column_left + 2 * l.size &&
           heading.heading.title.size() < 90 && !heading.heading.title.ends_with(".") &&
           next < layout_.lines.size() && line(next).italic_share < 0.5;
  }

  bool has_room_below(std::size_t i) const {
    return i + 1 >= layout_.lines.size() || !same_place(i, i + 1) ||
           line(i + 1).baseline - line(i).baseline > 1.15 * layout_.leading;
  }

  bool stands_out(std::size_t i) const {
    const TextLine& l = line(i);
    if (l.run_in) return true;
    if (l.prose || l.text.size() > kMaxHeadingBytes || l.size < 0.9 * layout_.body_size ||
        l.maths_share > 0.5)
      return false;
    if (parse_caption(l.text)) return false;
    const bool other_font = l.font != layout_.body_font && l.maths_share < 0.2;
    return (is_large(l) || is_bold(l) || is_capitals(l) || l.small_caps || other_font ||
            l.font == kOcrFont) &&
           has_room_above(i);
  }

  HeadingLine read(std::size_t i, bool letters) const {
    HeadingLine result;
    result.first = i;
    std::string text = line(i).text;
    while (i + result.count < layout_.lines.size() && result.count < 3 && continues(i, i + result.count)) {
      const std::string& next = line(i + result.count).text;
      const bool broken = text.ends_with("-") && next[0] >= 'a' && next[0] <= 'z';
      if (broken) text.pop_back();
      text += (broken ? "" : " ") + next;
      ++result.count;
    }
    const TextLine& l = line(i);
    result.heading = split_heading(text, letters || number_stands_apart(l));
    result.run_in = l.run_in;
    if (l.run_in) {
      take_bracket_number(result.heading);
      return result;
    }
    const std::string& title = result.heading.title;
    const bool in_outline = outline_.contains(plain(title));
    const bool numbered = !result.heading.number.empty() && is_title_like(title);
    const bool known = is_known_title(title) || is_appendix_title(title);
    const bool set_apart = (is_large(l) || is_bold(l)) && is_title_like(title) && title.size() < 100 &&
                           l.widest_gap < 2 && !title.ends_with(".");
    // OCR does not tell bold letters: a short numbered line with white around it has to do.
    const bool scanned = l.font == kOcrFont && numbered && title.size() < 80 && !title.ends_with(".") &&
                         has_room_below(i + result.count - 1) &&
                         l.box.x1 < l.column_right - 0.15 * (l.column_right - l.column_left);
    const bool sure = in_outline || known || scanned ||
                      (numbered && (is_large(l) || is_bold(l) || is_capitals(l) || l.small_caps ||
                                    is_italic_title(i, result)));
    // Unnumbered bold lines count where running text follows: labels in figures have none below them, unless
    // they are large and look just like numbered headings.
    const bool alike = is_large(l) && settings_.contains(setting_of(l));
    const bool fits = sure || (set_apart && (alike || followed_by_prose(i + result.count)));
    if (!fits || l.text.size() < 3) result.count = 0;
    return result;
  }

  // "1) Preprocessing:" below "A. Data", as engineers number them.
  static void take_bracket_number(Heading& heading) {
    const std::size_t bracket = heading.title.find(") ");
    if (!heading.number.empty() || bracket == std::string::npos || bracket == 0 || bracket > 2) return;
    if (heading.title.substr(0, bracket).find_first_not_of("0123456789") != std::string::npos) return;
    heading.number = heading.title.substr(0, bracket);
    heading.title = heading.title.substr(bracket + 2);
    heading.level = kBracketLevel;
  }

  // The next line goes on with the same heading: same setting, close below, and no number of its own.
  bool continues(std::size_t first, std::size_t next) const {
    if (!same_place(first, next) || line(next).run_in != line(first).run_in) return false;
    if (line(first).run_in) return true;  // whatever follows the last line of the title is running text
    const TextLine &a = line(next - 1), &b = line(next);
    const double step = b.baseline - a.baseline;
    return b.font == line(first).font && std::abs(b.size - line(first).size) < 0.2 &&
           std::abs(b.bold_share - line(first).bold_share) < 0.2 && step > 0 &&
           step < 1.35 * std::max(layout_.leading, 1.2 * b.size) && !b.prose &&
           split_heading(b.text, false).number.empty() &&
           a.box.x1 > a.column_left + 0.6 * (a.column_right - a.column_left);
  }

  bool followed_by_prose(std::size_t i) const {
    return i < layout_.lines.size() && same_place(i - 1, i) && line(i).prose &&
           line(i).baseline - line(i - 1).baseline < 3.5 * layout_.leading;
  }

  static bool is_title_like(std::string_view title) {
    if (title.empty()) return false;
    const char c = title[0];
    const bool start = (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80 ||
                       (c >= 'a' && c <= 'z' && title.size() > 3);
    const auto letters = std::count_if(
        title.begin(), title.end(), [](char x) { return (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z'); });
    return start && letters >= 3 && letters * 2 > static_cast<std::ptrdiff_t>(title.size());
  }

  // Numbers tell the level; the sizes seen with numbers tell it for headings without.
  void set_levels(std::vector<HeadingLine>& found) const {
    std::map<double, int> level_of_size;
    HeadingLevels levels;
    for (HeadingLine& heading : found) {
      if (heading.heading.number.empty()) continue;
      heading.level = heading.run_in && heading.heading.level == kBracketLevel
                          ? kBracketLevel
                          : levels.level_of(heading.heading, 1);
      heading.appendix = levels.begins_appendix(heading.heading);
      if (!heading.run_in) level_of_size.emplace(std::round(line(heading.first).size * 5) / 5, heading.level);
    }
    for (HeadingLine& heading : found) {
      if (!heading.heading.number.empty()) continue;
      if (heading.run_in) {
        heading.level = kRunInLevel;
        continue;
      }
      const std::string& title = heading.heading.title;
      heading.appendix = is_appendix_title(title);
      const auto outlined = outline_.find(plain(title));
      const auto sized = level_of_size.find(std::round(line(heading.first).size * 5) / 5);
      if (heading.appendix || is_references_title(title) || is_abstract_title(title)) {
        heading.level = 1;
      } else if (outlined != outline_.end()) {
        heading.level = outlined->second;
      } else if (sized != level_of_size.end()) {
        heading.level = sized->second;
      } else {
        heading.level = is_large(line(heading.first)) || is_known_title(title) ? 1 : kDefaultLevel;
      }
    }
  }

  const PdfLayout& layout_;
  std::map<std::string, int> outline_;              // plain title to level
  std::set<std::pair<std::string, int>> settings_;  // of numbered headings that stand out
};

}  // namespace

std::vector<HeadingLine> find_headings(const PdfLayout& layout, const std::vector<PdfOutlineItem>& outline) {
  return HeadingFinder(layout, outline).find();
}

}  // namespace p2c::paper
