// Finds floats.
#include "paper/pdf/floats.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "paper/algorithm_text.h"

namespace p2c::paper {
namespace {

constexpr double kCaptionLeading = 1.35;  // of the usual leading: lines of one caption are no farther apart
constexpr std::size_t kMaxCaptionLines = 30;
constexpr std::size_t kMaxAlgorithmLines = 150;
constexpr int kMaxFloatsOfPage = 40;
constexpr double kCaptionAscent = 3;                       // points by which letters may rise over their box
constexpr double kTopMargin = 0.05, kBottomMargin = 0.94;  // of the page height

bool share_column(const TextLine& a, const TextLine& b) {
  return a.page == b.page && (a.column == b.column || a.column == Column::full || b.column == Column::full);
}

class FloatFinder {
 public:
  FloatFinder(const PdfLayout& layout, const std::vector<HeadingLine>& headings, std::size_t front_lines)
      : layout_(layout) {
    const std::size_t count = layout.lines.size();
    floats_.taken.assign(count, false);
    barrier_.assign(count, false);
    for (std::size_t i = 0; i < count; ++i) barrier_[i] = layout.lines[i].prose || i < front_lines;
    for (const HeadingLine& heading : headings) {
      for (std::size_t i = 0; i < heading.count; ++i) barrier_[heading.first + i] = true;
    }
    mark_references(headings);
    front_lines_ = front_lines;
    page_begins_.assign(layout.pages.size() + 2, count);
    for (std::size_t i = count; i-- > 0;) page_begins_[static_cast<std::size_t>(layout.lines[i].page)] = i;
    // Pages without lines begin where the next one does.
    for (std::size_t page = page_begins_.size() - 1; page-- > 0;)
      page_begins_[page] = std::min(page_begins_[page], page_begins_[page + 1]);
  }

  PdfFloats find() {
    find_captions();
    for (PdfFloat& found : floats_.list) {
      if (found.caption.type == BlockType::algorithm || found.caption.type == BlockType::code) {
        take_algorithm(found);
      }
    }
    const bool prefer_above = tables_stand_above();
    for (PdfFloat& found : floats_.list) {
      if (found.caption.type == BlockType::table) take_table(found, prefer_above);
    }
    for (PdfFloat& found : floats_.list) {
      if (found.caption.type == BlockType::figure) take_figure(found);
    }
    return std::move(floats_);
  }

 private:
  const TextLine& line(std::size_t i) const { return layout_.lines[i]; }

  // Entries of the references are set smaller than the text and are no rows of a float above or beside them.
  void mark_references(const std::vector<HeadingLine>& headings) {
    for (std::size_t h = 0; h < headings.size(); ++h) {
      if (!is_references_title(headings[h].heading.title)) continue;
      const std::size_t from = headings[h].first + headings[h].count,
                        to = h + 1 < headings.size() ? headings[h + 1].first : layout_.lines.size();
      std::map<double, std::size_t> sizes;
      for (std::size_t i = from; i < to; ++i) sizes[std::round(line(i).size * 5)] += line(i).text.size();
      const auto usual = std::max_element(sizes.begin(), sizes.end(),
                                          [](const auto& a, const auto& b) { return a.second < b.second; });
      for (std::size_t i = from; i < to; ++i) {
        const auto words = std::count(line(i).text.begin(), line(i).text.end(), ' ') + 1;
        if (std::abs(std::round(line(i).size * 5) - usual->first) < 1.5 && words >= 3 &&
            line(i).widest_gap < 1.6 && !line(i).in_float)
          barrier_[i] = true;
      }
    }
  }

  // "Figure 3." at the start of a line in the middle of a paragraph is no caption.
  bool goes_on_from_prose(std::size_t i) const {
    if (i == 0) return false;
    const TextLine &before = line(i - 1), &here = line(i);
    if (before.page != here.page || !share_column(before, here) || !before.prose || floats_.taken[i - 1])
      return false;
    return here.baseline - before.baseline < 1.3 * layout_.leading && std::abs(before.size - here.size) < 0.2;
  }

  void find_captions() {
    std::map<int, int> floats_on_page;
    // A picture may stand between the title and the abstract.
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      auto caption = parse_caption(line(i).text);
      if (!caption || floats_.taken[i] || goes_on_from_prose(i)) continue;
      int& on_page = floats_on_page[line(i).page];
      if (++on_page > kMaxFloatsOfPage) continue;
      PdfFloat& found = floats_.list.emplace_back();
      found.page = line(i).page;
      found.anchor = i;
      std::size_t end = i + 1;
      std::vector<std::string> texts{caption->text};
      if (caption->type != BlockType::algorithm) {
        while (end < layout_.lines.size() && end - i < kMaxCaptionLines && continues_caption(i, end))
          texts.push_back(line(end++).text);
      }
      for (std::size_t k = i; k < end; ++k) floats_.taken[k] = barrier_[k] = true;
      caption_end_.push_back(end);
      found.caption = std::move(*caption);
      found.caption_lines = std::move(texts);
      i = end - 1;
    }
  }

  bool continues_caption(std::size_t first, std::size_t next) const {
    const TextLine &a = line(next - 1), &b = line(next);
    const double step = b.baseline - a.baseline;
    const double usual = std::max(layout_.leading * line(first).size / layout_.body_size, 1.15 * b.size);
    // More white than between the lines before, behind the end of a sentence: something else begins.
    if (next >= first + 2 && step > 1.12 * (a.baseline - line(next - 2).baseline) && a.text.ends_with("."))
      return false;
    if (b.run_in) return false;
    return a.page == b.page && a.column == b.column && step > 0 && step < kCaptionLeading * usual &&
           std::abs(b.size - line(first).size) < 0.3 && b.widest_gap < 2 && !parse_caption(b.text) &&
           (b.bold_share < 0.9 || line(first).bold_share > 0.5) &&
           a.box.x1 > a.box.x0 + 0.5 * (line(first).box.x1 - line(first).box.x0);
  }

  // Nearest barrier above `top` or below `bottom` in the same column; the page's margins when there is none.
  double barrier_above(const TextLine& anchor, double top) const {
    const auto page = static_cast<std::size_t>(anchor.page - 1);
    double y = std::max(kTopMargin * layout_.pages[page].y1, layout_.text_tops[page] + 3);
    for (std::size_t i = page_begin(anchor.page); i < page_begin(anchor.page + 1); ++i) {
      if (barrier_[i] && share_column(line(i), anchor) && line(i).box.y1 <= top + 1)
        y = std::max(y, line(i).box.y1);
    }
    return y;
  }
  double barrier_below(const TextLine& anchor, double bottom) const {
    double y = kBottomMargin * layout_.pages[static_cast<std::size_t>(anchor.page - 1)].y1;
    for (std::size_t i = page_begin(anchor.page); i < page_begin(anchor.page + 1); ++i) {
      if (barrier_[i] && share_column(line(i), anchor) && line(i).box.y0 >= bottom - 1)
        y = std::min(y, line(i).box.y0);
    }
    return y;
  }

  std::vector<std::size_t> free_lines(const TextLine& anchor, double top, double bottom) const {
    std::vector<std::size_t> found;
    for (std::size_t i = std::max(front_lines_, page_begin(anchor.page)); i < page_begin(anchor.page + 1);
         ++i) {
      const TextLine& l = line(i);
      if (floats_.taken[i] || barrier_[i] || !share_column(l, anchor)) continue;
      if (l.baseline > top - 1 && l.baseline < bottom + 1) found.push_back(i);
    }
    std::stable_sort(found.begin(), found.end(),
                     [this](std::size_t a, std::size_t b) { return line(a).baseline < line(b).baseline; });
    return found;
  }

  std::size_t index_of(const PdfFloat& found) const {
    return static_cast<std::size_t>(&found - floats_.list.data());
  }
  double caption_top(const PdfFloat& found) const { return line(found.anchor).box.y0; }
  double caption_bottom(const PdfFloat& found) const {
    return line(caption_end_[index_of(found)] - 1).box.y1;
  }

  void take(PdfFloat& found, std::vector<std::size_t> body, double top, double bottom) {
    const TextLine& anchor = line(found.anchor);
    found.area = {anchor.column_left, top, anchor.column_right, bottom};
    if (anchor.column == Column::full) {
      found.area.x0 = std::min(found.area.x0, anchor.box.x0);
      found.area.x1 = std::max(found.area.x1, anchor.box.x1);
    }
    for (std::size_t i : body) {
      floats_.taken[i] = true;
      found.area.x0 = std::min(found.area.x0, line(i).box.x0);
      found.area.x1 = std::max(found.area.x1, line(i).box.x1);
    }
    found.body = std::move(body);
  }

  // Pictures stand above their captions; below only where there is no room above.
  void take_figure(PdfFloat& found) {
    const TextLine& anchor = line(found.anchor);
    const double top = barrier_above(anchor, caption_top(found)),
                 bottom = barrier_below(anchor, caption_bottom(found));
    const double above = caption_top(found) - top, below = bottom - caption_bottom(found);
    if (above > 2.5 * layout_.leading || above >= below) {
      take(found, free_lines(anchor, top, caption_top(found)), top, caption_top(found) - kCaptionAscent);
    } else if (below > 4 * layout_.leading) {
      take(found, free_lines(anchor, caption_bottom(found), bottom), caption_bottom(found), bottom);
    }
  }

  // Free lines of a table on both sides of its caption, cut where the rows end.
  struct Sides {
    std::vector<std::size_t> above, below;
    double gap_above = HUGE_VAL, gap_below = HUGE_VAL;
    double top = 0;
  };

  Sides sides_of(const PdfFloat& found) const {
    const TextLine& anchor = line(found.anchor);
    Sides sides;
    sides.below = free_lines(anchor, caption_bottom(found), barrier_below(anchor, caption_bottom(found)));
    cut_at_gap(sides.below, caption_bottom(found));
    if (!sides.below.empty()) sides.gap_below = line(sides.below.front()).box.y0 - caption_bottom(found);
    sides.top = barrier_above(anchor, caption_top(found));
    sides.above = free_lines(anchor, sides.top, caption_top(found));
    if (!sides.above.empty()) sides.gap_above = caption_top(found) - line(sides.above.back()).box.y1;
    if (sides.gap_above > 2.5 * layout_.leading) sides.above.clear();
    return sides;
  }

  // Papers keep to one habit; the nearer lines of all captions tell which.
  bool tables_stand_above() const {
    int above = 0, below = 0;
    for (const PdfFloat& found : floats_.list) {
      if (found.caption.type != BlockType::table) continue;
      const Sides sides = sides_of(found);
      if (sides.above.empty() && sides.below.empty()) continue;
      const bool is_above =
          sides.below.empty() || (!sides.above.empty() && sides.gap_above < sides.gap_below);
      ++(is_above ? above : below);
    }
    return above > below;
  }

  void take_table(PdfFloat& found, bool prefer_above) {
    Sides sides = sides_of(found);
    const bool above = !sides.above.empty() && (prefer_above || sides.below.empty());
    if (above) {
      take(found, std::move(sides.above), sides.top, caption_top(found));
    } else if (!sides.below.empty()) {
      const double end = line(sides.below.back()).box.y1;
      take(found, std::move(sides.below), caption_bottom(found), end);
    }
  }

  // Rows are close together: what comes after a wide white strip belongs to something else.
  void cut_at_gap(std::vector<std::size_t>& body, double from) const {
    double y = from;
    for (std::size_t k = 0; k < body.size(); ++k) {
      if (line(body[k]).box.y0 - y > 2.5 * layout_.leading) {
        body.resize(k);
        return;
      }
      y = std::max(y, line(body[k]).box.y1);
    }
  }

  void take_algorithm(PdfFloat& found) {
    const std::size_t start = caption_end_[index_of(found)];
    std::vector<std::size_t> body;
    bool numbered = false;
    for (std::size_t i = start; i < layout_.lines.size() && body.size() < kMaxAlgorithmLines; ++i) {
      const TextLine &a = line(i - 1), &b = line(i);
      if (a.page != b.page || a.column != b.column || floats_.taken[i]) break;
      const double step = b.baseline - a.baseline;
      const bool code = looks_like_pseudocode(b.text);
      if (step < 0 || step > 1.9 * layout_.leading) break;
      // Wrapped lines of the pseudocode are indented; running text starts at the edge of the column.
      const bool at_edge = b.box.x0 < b.column_left + 2 && b.box.x1 > b.column_right - 2;
      if (numbered && !code && at_edge && step > 1.25 * layout_.leading) break;
      numbered = numbered || code;
      body.push_back(i);
    }
    if (body.empty()) return;
    for (std::size_t i : body) barrier_[i] = true;
    const double bottom = line(body.back()).box.y1;
    take(found, std::move(body), caption_bottom(found), bottom);
  }

  // First line of a page (from 1); one past the last line for the page behind the last.
  std::size_t page_begin(int page) const { return page_begins_[static_cast<std::size_t>(page)]; }

  const PdfLayout& layout_;
  std::vector<std::size_t> page_begins_;
  std::size_t front_lines_ = 0;
  PdfFloats floats_;
  std::vector<bool> barrier_;             // per line: running text, headings, captions
  std::vector<std::size_t> caption_end_;  // per float: one past the last line of its caption
};

TextLine part_of(const TextLine& whole, double from, double to) {
  TextLine part = whole;
  part.fragments.clear();
  for (const PdfFragment& fragment : whole.fragments) {
    const double middle = (fragment.box.x0 + fragment.box.x1) / 2;
    if (middle >= from && middle < to) part.fragments.push_back(fragment);
  }
  return part;
}

bool may_be_caption(const std::string& text) {
  return text.starts_with("Fig") || text.starts_with("Tab") || text.starts_with("Alg") ||
         text.starts_with("List") || text.starts_with("FIG") || text.starts_with("TAB");
}

// The x at which a second caption begins on the line, behind a wide gap; 0 when there is none.
double second_caption(const TextLine& line) {
  if (line.column != Column::full || !parse_caption(line.text)) return 0;
  for (std::size_t i = 1; i < line.fragments.size(); ++i) {
    const double gap = line.fragments[i].box.x0 - line.fragments[i - 1].box.x1;
    if (gap < 1.0 * line.size || !may_be_caption(line.fragments[i].text)) continue;
    const std::vector<PdfFragment> rest(line.fragments.begin() + static_cast<std::ptrdiff_t>(i),
                                        line.fragments.end());
    if (parse_caption(join_fragments(rest, line.baseline, line.size))) return line.fragments[i].box.x0 - 2;
  }
  return 0;
}

// Text runs across x: a fragment over it, or running text with no more than a blank around it.
bool crosses(const TextLine& line, double x) {
  double left = -HUGE_VAL, right = HUGE_VAL;
  for (const PdfFragment& fragment : line.fragments) {
    if (fragment.box.x0 < x - 3 && fragment.box.x1 > x + 3) return true;
    ((fragment.box.x0 + fragment.box.x1) / 2 < x ? left : right) = (fragment.box.x0 + fragment.box.x1) / 2 < x
                                                                       ? std::max(left, fragment.box.x1)
                                                                       : std::min(right, fragment.box.x0);
  }
  return line.prose && right - left < 0.35 * line.size;
}

}  // namespace

void split_side_by_side(PdfLayout& layout) {
  std::vector<TextLine> lines;
  for (std::size_t i = 0; i < layout.lines.size(); ++i) {
    const double x = second_caption(layout.lines[i]);
    if (x <= 0 || crosses(layout.lines[i], x)) {
      lines.push_back(std::move(layout.lines[i]));
      continue;
    }
    std::vector<TextLine> left, right;
    const int page = layout.lines[i].page;
    for (; i < layout.lines.size() && layout.lines[i].page == page && !crosses(layout.lines[i], x); ++i) {
      TextLine a = part_of(layout.lines[i], -HUGE_VAL, x), b = part_of(layout.lines[i], x, HUGE_VAL);
      for (auto* part : {&a, &b}) {
        if (part->fragments.empty()) continue;
        measure_line(*part);
        part->prose = false;
        part->column = part == &a ? Column::left : Column::right;
        (part == &a ? part->column_right : part->column_left) = x;
        (part == &a ? left : right).push_back(std::move(*part));
      }
    }
    --i;
    std::move(left.begin(), left.end(), std::back_inserter(lines));
    std::move(right.begin(), right.end(), std::back_inserter(lines));
  }
  layout.lines = std::move(lines);
}

PdfFloats find_floats(const PdfLayout& layout, const std::vector<HeadingLine>& headings,
                      std::size_t front_lines) {
  return FloatFinder(layout, headings, front_lines).find();
}

}  // namespace p2c::paper
