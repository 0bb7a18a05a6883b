// Joins fragments to lines and puts them into reading order.
#include "paper/pdf/lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "paper/pdf/fractions.h"
#include "paper/pdf/marks.h"
#include "paper/pdf/small_caps.h"

namespace p2c::paper {
namespace {

constexpr double kSmall = 0.85;         // of the line's size: sub- and superscripts
constexpr double kSameBaseline = 0.35;  // of the size
constexpr double kWordGap = 0.14;       // of the size: wider gaps are blanks
// Run-in headings stand this far from their text, cells of tables farther.
constexpr double kWideGap = 1.05;      // of the size
constexpr double kMarginShare = 0.09;  // of the page height: where running heads and page numbers live
constexpr double kMinGutterPoints = 8;
constexpr std::size_t kFewestLineNumbers = 8;  // on one page, to tell them from other numbers
constexpr double kFewLetters = 0.2;            // of a line: fewer in a larger size do not make it its size

using Fragments = std::vector<PdfFragment>;

double width_of(const Box& box) {
  return box.x1 - box.x0;
}

// The key with the largest total.
template <typename Key>
Key heaviest(const std::map<Key, double>& totals, Key fallback) {
  const auto best = std::max_element(totals.begin(), totals.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return best == totals.end() ? fallback : best->first;
}

double rounded(double value) {
  return std::round(value * 10) / 10;
}

// The white strip between two text columns of a page: its left and right edge.
struct Gutter {
  double left = 0, right = 0;
  double middle() const { return (left + right) / 2; }
};

// Two columns when most wide fragments end before or begin behind the middle of the page.
std::optional<Gutter> find_gutter(const PdfSheet& sheet) {
  const double middle = sheet.width / 2;
  std::vector<double> left_edges, right_edges;
  double crossing = 0;
  for (const PdfFragment& fragment : sheet.fragments) {
    if (width_of(fragment.box) < 0.2 * sheet.width) continue;
    if (fragment.box.x1 < middle + 0.03 * sheet.width) {
      left_edges.push_back(fragment.box.x1);
    } else if (fragment.box.x0 > middle - 0.03 * sheet.width) {
      right_edges.push_back(fragment.box.x0);
    } else {
      crossing += 1;
    }
  }
  const auto sides = static_cast<double>(left_edges.size() + right_edges.size());
  const bool both = left_edges.size() >= 5 && right_edges.size() >= 5;
  if (!both || sides < 2 * crossing) return std::nullopt;
  // A few odd fragments may reach over the edge: the edge is where most end.
  std::sort(left_edges.begin(), left_edges.end());
  std::sort(right_edges.begin(), right_edges.end());
  const Gutter gutter{left_edges[left_edges.size() * 95 / 100], right_edges[right_edges.size() * 5 / 100]};
  if (gutter.right - gutter.left < 4) return std::nullopt;
  return gutter;
}

// Lines by baseline. Small fragments join the line they stand beside afterwards.
std::vector<Fragments> cluster(Fragments fragments) {
  std::sort(fragments.begin(), fragments.end(), [](const PdfFragment& a, const PdfFragment& b) {
    return a.baseline() != b.baseline() ? a.baseline() < b.baseline() : a.box.x0 < b.box.x0;
  });
  std::vector<Fragments> lines;
  double baseline = 0, size = 0;
  for (PdfFragment& fragment : fragments) {
    const double tolerance = kSameBaseline * std::min(fragment.size, size);
    if (lines.empty() || fragment.baseline() - baseline > tolerance) {
      lines.emplace_back();
      size = fragment.size;
      baseline = fragment.baseline();
    }
    size = std::max(size, fragment.size);
    lines.back().push_back(std::move(fragment));
  }
  return lines;
}

double letters_of(const Fragments& fragments) {
  double letters = 0;
  for (const PdfFragment& fragment : fragments) letters += static_cast<double>(fragment.text.size());
  return letters;
}

// Clusters of small letters (scripts, limits) go to the neighbour they overlap and touch.
void attach_small_clusters(std::vector<Fragments>& lines, double body_size) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || largest_size(lines[i]) >= kSmall * body_size) continue;
    const Box own = box_of(lines[i]);
    std::size_t best = lines.size();
    double best_overlap = 0.3 * (own.y1 - own.y0);
    for (std::size_t j = i >= 3 ? i - 3 : 0; j < std::min(lines.size(), i + 4); ++j) {
      if (j == i || lines[j].empty()) continue;
      // A short line may have more letters in its scripts than on its baseline.
      if (largest_size(lines[j]) < kSmall * body_size && letters_of(lines[j]) < letters_of(lines[i]))
        continue;
      const Box other = box_of(lines[j]);
      const double overlap = std::min(own.y1, other.y1) - std::max(own.y0, other.y0);
      const bool touches =
          std::any_of(lines[j].begin(), lines[j].end(), [&own, body_size](const PdfFragment& fragment) {
            return own.x0 <= fragment.box.x1 + 1.2 * body_size && own.x1 >= fragment.box.x0 - 1.2 * body_size;
          });
      if (touches && overlap > best_overlap) {
        best = j;
        best_overlap = overlap;
      }
    }
    if (best == lines.size()) continue;
    lines[best].insert(lines[best].end(), lines[i].begin(), lines[i].end());
    lines[i].clear();
  }
  std::erase_if(lines, [](const Fragments& line) { return line.empty(); });
}

// Words printed over each other in two sizes (one of them is clipped away or white) are two lines.
void part_overprinted(std::vector<Fragments>& lines) {
  for (std::size_t i = 0, count = lines.size(); i < count; ++i) {
    Fragments& line = lines[i];
    const double size = largest_size(line);
    Fragments over;
    for (std::size_t a = 0; a < line.size() && line.size() < 200; ++a) {
      if (line[a].size > kSmall * size || line[a].text.size() < 4) continue;
      const bool covered = std::any_of(line.begin(), line.end(), [&](const PdfFragment& other) {
        const double overlap =
            std::min(line[a].box.x1, other.box.x1) - std::max(line[a].box.x0, other.box.x0);
        return other.size > 1.15 * line[a].size && other.text.size() >= 4 &&
               overlap > 0.6 * width_of(line[a].box) && overlap > 2 * line[a].size;
      });
      if (covered) {
        over.push_back(std::move(line[a]));
        line.erase(line.begin() + static_cast<std::ptrdiff_t>(a--));
      }
    }
    if (!over.empty()) lines.push_back(std::move(over));
  }
}

struct PageLines {
  std::vector<TextLine> full, left, right;
};

std::vector<TextLine> make_lines(Fragments fragments, double body_size, int page, Column column) {
  std::vector<TextLine> result;
  std::vector<Fragments> clusters = cluster(std::move(fragments));
  attach_small_clusters(clusters, body_size);
  part_overprinted(clusters);
  for (Fragments& pieces : clusters) {
    TextLine& line = result.emplace_back();
    line.page = page;
    line.column = column;
    line.fragments = std::move(pieces);
    measure_line(line);
    if (settle_small_caps(line.fragments)) {
      line.small_caps = true;
      measure_line(line);
    }
  }
  return result;
}

// Moves what stands on the same baseline right beside a full-width line from the column lines into it.
void absorb_neighbours(std::vector<TextLine>& full, std::vector<TextLine>& side, double gap_limit) {
  for (TextLine& line : full) {
    for (TextLine& other : side) {
      if (other.fragments.empty() || std::abs(other.baseline - line.baseline) > kSameBaseline * line.size)
        continue;
      const double gap = std::max(other.box.x0 - line.box.x1, line.box.x0 - other.box.x1);
      if (gap > gap_limit) continue;
      line.fragments.insert(line.fragments.end(), other.fragments.begin(), other.fragments.end());
      other.fragments.clear();
      measure_line(line);
    }
  }
  std::erase_if(side, [](const TextLine& line) { return line.fragments.empty(); });
}

// A left and a right line with no more than a blank between them are one full-width line.
void join_across(PageLines& lines, double gap_limit) {
  for (TextLine& left : lines.left) {
    for (TextLine& right : lines.right) {
      if (left.fragments.empty() || right.fragments.empty()) continue;
      const double gap = right.box.x0 - left.box.x1;
      if (gap > gap_limit || std::abs(left.baseline - right.baseline) > 0.15 * left.size) continue;
      TextLine joined = left;
      joined.column = Column::full;
      joined.fragments.insert(joined.fragments.end(), right.fragments.begin(), right.fragments.end());
      measure_line(joined);
      lines.full.push_back(std::move(joined));
      left.fragments.clear();
      right.fragments.clear();
    }
  }
  std::erase_if(lines.left, [](const TextLine& line) { return line.fragments.empty(); });
  std::erase_if(lines.right, [](const TextLine& line) { return line.fragments.empty(); });
}

void sort_down(std::vector<TextLine>& lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const TextLine& a, const TextLine& b) { return a.baseline < b.baseline; });
}

// Between full-width lines: the left column, then the right one.
std::vector<TextLine> order_bands(PageLines lines) {
  sort_down(lines.full);
  sort_down(lines.left);
  sort_down(lines.right);
  std::vector<TextLine> result;
  std::size_t left = 0, right = 0;
  const auto take_until = [&result](std::vector<TextLine>& from, std::size_t& at, double y) {
    while (at < from.size() && from[at].baseline < y) result.push_back(std::move(from[at++]));
  };
  for (TextLine& line : lines.full) {
    take_until(lines.left, left, line.baseline);
    take_until(lines.right, right, line.baseline);
    result.push_back(std::move(line));
  }
  take_until(lines.left, left, HUGE_VAL);
  take_until(lines.right, right, HUGE_VAL);
  return result;
}

// The gutter most pages with two columns have.
std::optional<Gutter> usual_gutter(const std::vector<PdfSheet>& sheets) {
  std::map<std::pair<int, int>, std::pair<double, Gutter>> seen;
  for (const PdfSheet& sheet : sheets) {
    const std::optional<Gutter> gutter = find_gutter(sheet);
    if (!gutter) continue;
    auto& entry = seen[{static_cast<int>(gutter->left / 6), static_cast<int>(gutter->right / 6)}];
    entry.first += 1;
    entry.second = *gutter;
  }
  const auto best = std::max_element(
      seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  return best == seen.end() ? std::nullopt : std::optional<Gutter>(best->second.second);
}

// A page with too little text to show its columns (the end of the references) has those of the others when
// nothing but the odd wide heading crosses them and text begins where the right column does.
bool fits_gutter(const PdfSheet& sheet, const Gutter& gutter) {
  std::size_t left = 0, right = 0, crossing = 0;
  for (const PdfFragment& fragment : sheet.fragments) {
    const bool in_margin =
        fragment.box.y1 < kMarginShare * sheet.height || fragment.box.y0 > (1 - kMarginShare) * sheet.height;
    if (in_margin) continue;
    if (fragment.box.x1 < gutter.left + 3) {
      left += width_of(fragment.box) > 0.15 * sheet.width ? 1 : 0;
    } else if (fragment.box.x0 > gutter.right - 3) {
      right += std::abs(fragment.box.x0 - gutter.right) < 3 ? 1 : 0;
    } else if (fragment.box.x0 < gutter.left && fragment.box.x1 > gutter.right) {
      ++crossing;
    }
  }
  return left >= 3 && right >= 1 && crossing * 5 < left + right;
}

std::vector<TextLine> page_lines(const PdfSheet& sheet, int page, double body_size,
                                 const std::optional<Gutter>& usual) {
  std::optional<Gutter> gutter = find_gutter(sheet);
  if (!gutter && usual && fits_gutter(sheet, *usual)) gutter = usual;
  if (!gutter) {
    std::vector<TextLine> lines = make_lines(sheet.fragments, body_size, page, Column::full);
    sort_down(lines);
    return lines;
  }
  Fragments full, left, right;
  for (const PdfFragment& fragment : sheet.fragments) {
    if (fragment.box.x1 <= gutter->middle()) {
      left.push_back(fragment);
    } else if (fragment.box.x0 >= gutter->middle()) {
      right.push_back(fragment);
    } else {
      // A line of one column may stick out a little.
      const double over_left = gutter->middle() - fragment.box.x0,
                   over_right = fragment.box.x1 - gutter->middle();
      const bool slightly = std::min(over_left, over_right) < 0.02 * sheet.width;
      (slightly ? (over_left > over_right ? left : right) : full).push_back(fragment);
    }
  }
  const double gap_limit = std::max(kMinGutterPoints, 0.6 * (gutter->right - gutter->left));
  PageLines lines{make_lines(std::move(full), body_size, page, Column::full),
                  make_lines(std::move(left), body_size, page, Column::left),
                  make_lines(std::move(right), body_size, page, Column::right)};
  absorb_neighbours(lines.full, lines.left, gap_limit);
  absorb_neighbours(lines.full, lines.right, gap_limit);
  join_across(lines, gap_limit);
  return order_bands(std::move(lines));
}

// Running text with its numbers made equal, so that "page 3" and "page 14" are the same furniture.
std::string furniture_key(const TextLine& line) {
  std::string key;
  for (char c : line.text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit || !key.ends_with('#')) key += digit ? '#' : c;
  }
  return key;
}

bool in_margin(const TextLine& line, const Box& page) {
  const double margin = kMarginShare * page.y1;
  return line.baseline < margin || line.baseline > page.y1 - margin;
}

bool only_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Running heads and feet (the same on several pages), page numbers, and the line numbers of review copies.
void drop_furniture(PdfLayout& layout) {
  std::vector<TextLine>& lines = layout.lines;
  const std::vector<Box>& pages = layout.pages;
  std::map<std::string, std::set<int>> pages_of;
  std::map<std::pair<int, int>, int> digit_columns;  // page and rounded x to the number of lone numbers there
  for (const TextLine& line : lines) {
    if (in_margin(line, pages[static_cast<std::size_t>(line.page - 1)]))
      pages_of[furniture_key(line)].insert(line.page);
    if (only_digits(line.text)) ++digit_columns[{line.page, static_cast<int>(line.box.x1 / 3)}];
  }
  const std::size_t often = std::clamp<std::size_t>(pages.size() / 3, 2, 5);
  std::erase_if(lines, [&](const TextLine& line) {
    const Box& page = pages[static_cast<std::size_t>(line.page - 1)];
    const bool margin = in_margin(line, page);
    if (margin && (only_digits(line.text) || pages_of[furniture_key(line)].size() >= often)) {
      double& top = layout.text_tops[static_cast<std::size_t>(line.page - 1)];
      if (line.baseline < page.y1 / 2) top = std::max(top, line.box.y1);
      return true;
    }
    const bool beside = line.box.x1 < 0.12 * page.x1 || line.box.x0 > 0.88 * page.x1;
    return only_digits(line.text) && beside &&
           digit_columns[{line.page, static_cast<int>(line.box.x1 / 3)}] >= 15;
  });
}

// Body font, size and leading: what most letters of the document are set in.
void find_body(PdfLayout& layout) {
  std::map<std::pair<double, std::string>, double> letters;
  for (const TextLine& line : layout.lines)
    letters[{rounded(line.size), line.font}] += static_cast<double>(line.text.size());
  const auto body = heaviest(letters, std::pair<double, std::string>{10.0, ""});
  layout.body_size = body.first;
  layout.body_font = body.second;
  std::map<double, double> leadings;
  for (std::size_t i = 1; i < layout.lines.size(); ++i) {
    const TextLine &a = layout.lines[i - 1], &b = layout.lines[i];
    const double step = b.baseline - a.baseline;
    const bool body_pair =
        a.page == b.page && a.column == b.column && a.font == layout.body_font && b.font == layout.body_font;
    if (body_pair && step > 0.8 * layout.body_size && step < 3 * layout.body_size)
      leadings[std::round(step * 2) / 2] += 1;
  }
  layout.leading = heaviest(leadings, 1.2 * layout.body_size);
}

// Digits alone beside the text, x of their left and right edge.
struct LoneNumber {
  std::size_t fragment = 0;
  double x0 = 0, x1 = 0, y = 0;
  int value = 0;
};

std::vector<LoneNumber> lone_numbers(const PdfSheet& sheet,
                                     const std::vector<std::pair<double, double>>& text) {
  std::vector<LoneNumber> found;
  for (std::size_t i = 0; i < sheet.fragments.size(); ++i) {
    const PdfFragment& fragment = sheet.fragments[i];
    if (fragment.text.size() > 4 || !only_digits(fragment.text)) continue;
    const bool beside = std::none_of(text.begin(), text.end(), [&fragment](const auto& span) {
      return fragment.box.x1 > span.first + 1 && fragment.box.x0 < span.second - 1;
    });
    if (beside)
      found.push_back({i, fragment.box.x0, fragment.box.x1, fragment.baseline(), std::stoi(fragment.text)});
  }
  std::sort(found.begin(), found.end(), [](const LoneNumber& a, const LoneNumber& b) { return a.y < b.y; });
  return found;
}

// Takes out the line numbers of review copies: columns of numbers that grow downwards where no running text
// of the document stands.
void drop_line_numbers(std::vector<PdfSheet>& sheets) {
  std::vector<std::pair<double, double>> text;  // where wide fragments stand
  for (const PdfSheet& sheet : sheets) {
    for (const PdfFragment& fragment : sheet.fragments) {
      if (width_of(fragment.box) < 0.2 * sheet.width || text.size() > 20'000) continue;
      const auto same = std::find_if(text.begin(), text.end(), [&fragment](auto& span) {
        return std::abs(span.first - fragment.box.x0) < 3 && std::abs(span.second - fragment.box.x1) < 3;
      });
      if (same == text.end()) text.emplace_back(fragment.box.x0, fragment.box.x1);
    }
  }
  std::set<int> left_edges, right_edges;  // of columns of numbers, in steps of 2 points
  const auto step = [](double x) { return static_cast<int>(std::lround(x / 2)); };
  for (const PdfSheet& sheet : sheets) {
    std::map<int, std::vector<const LoneNumber*>> by_left, by_right;
    const std::vector<LoneNumber> numbers = lone_numbers(sheet, text);
    for (const LoneNumber& number : numbers) {
      by_left[step(number.x0)].push_back(&number);
      by_right[step(number.x1)].push_back(&number);
    }
    const auto learn = [](const auto& columns, std::set<int>& edges) {
      for (const auto& [edge, column] : columns) {
        std::size_t growing = 0;
        for (std::size_t k = 1; k < column.size(); ++k) {
          const int more = column[k]->value - column[k - 1]->value;
          growing += more >= 1 && more <= 5 ? 1 : 0;
        }
        if (growing >= kFewestLineNumbers && growing * 10 >= 8 * (column.size() - 1)) edges.insert(edge);
      }
    };
    learn(by_left, left_edges);
    learn(by_right, right_edges);
  }
  if (left_edges.empty() && right_edges.empty()) return;
  const auto near = [&step](const std::set<int>& edges, double x) {
    return edges.contains(step(x)) || edges.contains(step(x) - 1) || edges.contains(step(x) + 1);
  };
  for (PdfSheet& sheet : sheets) {
    std::set<std::size_t> gone;
    for (const LoneNumber& number : lone_numbers(sheet, text)) {
      if (near(left_edges, number.x0) || near(right_edges, number.x1)) gone.insert(number.fragment);
    }
    std::size_t index = 0;
    std::erase_if(sheet.fragments, [&](const PdfFragment&) { return gone.contains(index++); });
  }
}

// Edges of the text columns: for each page and column where most prose starts and ends.
void find_column_edges(PdfLayout& layout) {
  std::map<std::pair<int, Column>, std::pair<std::map<double, double>, std::map<double, double>>> edges;
  std::map<Column, std::pair<std::map<double, double>, std::map<double, double>>> overall;
  for (const TextLine& line : layout.lines) {
    if (line.font != layout.body_font || std::abs(line.size - layout.body_size) > 0.1 * layout.body_size)
      continue;
    const double weight = width_of(line.box);
    for (auto* side : {&edges[{line.page, line.column}], &overall[line.column]}) {
      side->first[std::round(line.box.x0)] += weight;
      side->second[std::round(line.box.x1)] += weight;
    }
  }
  for (TextLine& line : layout.lines) {
    const auto page = edges.find({line.page, line.column});
    const auto all = overall.find(line.column);
    const Box& sheet = layout.pages[static_cast<std::size_t>(line.page - 1)];
    line.column_left = line.box.x0;
    line.column_right = line.box.x1;
    if (page != edges.end()) {
      line.column_left = heaviest(page->second.first, line.box.x0);
      line.column_right = heaviest(page->second.second, line.box.x1);
    } else if (all != overall.end()) {
      line.column_left = heaviest(all->second.first, line.box.x0);
      line.column_right = heaviest(all->second.second, line.box.x1);
    }
    // A page without running text of its own: the edges of the page.
    if (line.column_right - line.column_left < 0.2 * width_of(sheet)) {
      line.column_left = std::min(line.column_left, line.box.x0);
      line.column_right = std::max(line.column_right, line.box.x1);
    }
  }
}

// Words in the outer margin beside a line, with white between; the number of a heading that hangs there
// stays.
bool starts_in_margin(const TextLine& line, double em) {
  const PdfFragment& first = line.fragments.front();
  const bool outside = first.box.x1 < line.column_left - 0.8 * em;
  return outside && first.text.find_first_not_of("0123456789.ABCDEFIVX") != std::string::npos;
}

// Notes in the margin become lines of their own, behind the others of their page.
void part_margin_notes(PdfLayout& layout) {
  std::vector<TextLine> result, notes;
  result.reserve(layout.lines.size());
  for (std::size_t i = 0; i < layout.lines.size(); ++i) {
    TextLine& line = layout.lines[i];
    const bool wide = line.column_right - line.column_left > 20 * layout.body_size;
    const auto text =
        std::find_if(line.fragments.begin(), line.fragments.end(), [&](const PdfFragment& fragment) {
          return fragment.box.x0 > line.column_left - 0.5 * layout.body_size;
        });
    if (wide && line.column != Column::right && starts_in_margin(line, layout.body_size) &&
        text != line.fragments.end()) {
      TextLine note = line;
      note.fragments.assign(line.fragments.begin(), text);
      line.fragments.erase(line.fragments.begin(), text);
      measure_line(line);
      measure_line(note);
      notes.push_back(std::move(note));
    }
    const bool last_of_page = i + 1 == layout.lines.size() || layout.lines[i + 1].page != line.page;
    result.push_back(std::move(line));
    if (last_of_page) {
      std::move(notes.begin(), notes.end(), std::back_inserter(result));
      notes.clear();
    }
  }
  layout.lines = std::move(result);
}

std::size_t word_count(std::string_view text) {
  return text.empty() ? 0 : static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

// What the letters of a line are set in, as shares of all.
struct Setting {
  double body = 0, maths = 0;
};

Setting setting_of(const TextLine& line, const std::string& body_font) {
  Setting setting;
  double letters = 0;
  for (const PdfFragment& fragment : line.fragments) {
    const auto weight = static_cast<double>(fragment.text.size());
    letters += weight;
    if (fragment.maths) {
      setting.maths += weight;
    } else if (fragment.font == body_font || fragment.italic || fragment.bold) {
      setting.body += weight;
    }
  }
  if (letters > 0) setting = {setting.body / letters, setting.maths / letters};
  return setting;
}

// Digits, brackets and function names of formulas are set in the upright font of the maths family. Where the
// body is set in another family, that font means maths too.
void mark_roman_maths(std::vector<PdfSheet>& sheets, const std::string& body_font) {
  const auto is_roman_family = [](const std::string& font) {
    return font.starts_with("CMR") || font.starts_with("CMBX") || font.starts_with("LMRoman") ||
           font.starts_with("SFRM");
  };
  if (is_roman_family(body_font)) return;
  for (PdfSheet& sheet : sheets) {
    for (PdfFragment& fragment : sheet.fragments)
      fragment.maths = fragment.maths || is_roman_family(fragment.font);
  }
}

}  // namespace

// "B. Other Methods" in italics from the edge of the column on, however long it is.
static bool is_italic_heading(const TextLine& line) {
  const std::string& text = line.text;
  return line.italic_share > 0.95 && text.size() > 4 && text[0] >= 'A' && text[0] <= 'Z' && text[1] == '.' &&
         text[2] == ' ' && text[3] >= 'A' && text[3] <= 'Z';
}

void mark_prose(PdfLayout& layout) {
  for (std::size_t i = 0; i < layout.lines.size(); ++i) {
    TextLine& line = layout.lines[i];
    const Setting setting = setting_of(line, layout.body_font);
    const double column = line.column_right - line.column_left;
    const bool at_edge = line.box.x0 < line.column_left + 0.3 * layout.body_size;
    // A line full of inline formulas is prose when it starts at the edge, where display formulas do not.
    const bool body_letters =
        setting.body > 0.5 || (setting.body > 0.1 && setting.body + setting.maths > 0.8 && at_edge);
    const bool body_size = std::abs(line.size - layout.body_size) <= 0.06 * layout.body_size;
    if (!body_letters || !body_size || line.bold_share > 0.8 || line.widest_gap > 1.6) continue;
    if (line.wide_gaps > 1) continue;  // a row of a table
    if (is_italic_heading(line)) continue;
    const bool wide = width_of(line.box) > 0.6 * column && word_count(line.text) >= 4;
    const TextLine* before = i > 0 ? &layout.lines[i - 1] : nullptr;
    const bool follows = before != nullptr && before->prose && before->page == line.page &&
                         before->column == line.column &&
                         line.baseline - before->baseline < 1.35 * layout.leading &&
                         line.box.x0 < line.column_left + 0.5 * column;
    line.prose = wide || follows;
  }
}

void measure_line(TextLine& line) {
  std::sort(line.fragments.begin(), line.fragments.end(), [](const PdfFragment& a, const PdfFragment& b) {
    return a.box.x0 != b.box.x0 ? a.box.x0 < b.box.x0 : a.box.y0 < b.box.y0;
  });
  std::map<double, double> sizes, baselines;
  std::map<std::string, double> fonts;
  double letters = 0, bold = 0, italic = 0, maths = 0;
  line.box = line.fragments.front().box;
  for (const PdfFragment& fragment : line.fragments) {
    const auto weight = static_cast<double>(count_code_points(fragment.text));
    line.box = united(line.box, fragment.box);
    sizes[rounded(fragment.size)] += weight;
    fonts[fragment.font] += weight;
    letters += weight;
    if (fragment.bold) bold += weight;
    if (fragment.italic) italic += weight;
    if (fragment.maths) maths += weight;
  }
  line.size = heaviest(sizes, 10.0);
  // Scripts may outnumber the letters they belong to.
  for (const auto& [size, count] : sizes) {
    if (size * kSmall > line.size && count > kFewLetters * letters) line.size = size;
  }
  line.font = heaviest(fonts, std::string());
  line.bold_share = letters > 0 ? bold / letters : 0;
  line.italic_share = letters > 0 ? italic / letters : 0;
  line.maths_share = letters > 0 ? maths / letters : 0;
  for (const PdfFragment& fragment : line.fragments) {
    if (fragment.size >= kSmall * line.size)
      baselines[rounded(fragment.baseline())] += static_cast<double>(fragment.text.size());
  }
  line.baseline = heaviest(baselines, line.fragments.front().baseline());
  line.widest_gap = 0;
  line.wide_gaps = 0;
  double reached = line.fragments.front().box.x1;
  for (const PdfFragment& fragment : line.fragments) {
    const double gap = (fragment.box.x0 - reached) / std::max(1.0, line.size);
    line.widest_gap = std::max(line.widest_gap, gap);
    if (gap > kWideGap) ++line.wide_gaps;
    reached = std::max(reached, fragment.box.x1);
  }
  line.text = join_fragments(line.fragments, line.baseline, line.size);
}

std::string join_fragments(const std::vector<PdfFragment>& fragments, double baseline, double size) {
  std::string text;
  const PdfFragment* before = nullptr;
  char script = '\0';  // '_' or '^' while inside one
  for (const PdfFragment& fragment : fragments) {
    const bool small = fragment.size < kSmall * size;
    const double shift = fragment.baseline() - baseline;
    const char wanted = !small ? '\0' : shift > 0.08 * size ? '_' : shift < -0.15 * size ? '^' : '\0';
    const double gap = before == nullptr ? 0 : fragment.box.x0 - before->box.x1;
    const bool blank = gap > kWordGap * size;
    if (script != '\0' && (wanted != script || blank)) {
      text += '}';
      script = '\0';
    }
    if (before != nullptr && blank && (wanted == '\0' || gap > 0.3 * size)) text += ' ';
    if (wanted != '\0' && script == '\0') {
      text += wanted;
      text += '{';
      script = wanted;
    }
    text += fragment.text;
    before = &fragment;
  }
  if (script != '\0') text += '}';
  // Accents may come as a fragment of their own.
  return collapse_whitespace(compose_accents(text));
}

PdfLayout lay_out(std::vector<PdfSheet> sheets) {
  PdfLayout layout;
  drop_line_numbers(sheets);
  std::map<double, double> sizes;
  std::map<std::string, double> fonts;
  for (const PdfSheet& sheet : sheets) {
    layout.pages.push_back({0, 0, sheet.width, sheet.height});
    for (const PdfFragment& fragment : sheet.fragments) {
      sizes[rounded(fragment.size)] += static_cast<double>(fragment.text.size());
      fonts[fragment.font] += static_cast<double>(fragment.text.size());
    }
  }
  const double body_size = heaviest(sizes, 10.0);
  mark_roman_maths(sheets, heaviest(fonts, std::string()));
  for (PdfSheet& sheet : sheets) {
    settle_marks(sheet);
    settle_fractions(sheet);
  }
  const std::optional<Gutter> usual = usual_gutter(sheets);
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    std::vector<TextLine> lines = page_lines(sheets[i], static_cast<int>(i + 1), body_size, usual);
    std::move(lines.begin(), lines.end(), std::back_inserter(layout.lines));
  }
  layout.text_tops.assign(sheets.size(), 0);
  drop_furniture(layout);
  find_body(layout);
  find_column_edges(layout);
  part_margin_notes(layout);
  mark_prose(layout);
  return layout;
}

}  // namespace p2c::paper
