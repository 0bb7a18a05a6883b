// Splits lines beside wrapped floats.
#include "paper/pdf/wraps.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "paper/captions.h"

namespace p2c::paper {
namespace {

constexpr double kSegmentGap = 0.8;      // of the size: white that may part text from a float
constexpr double kNarrowest = 0.2;       // of the text width, for either side
constexpr double kStep = 3;              // points between places tried for the cut
constexpr std::size_t kFewestLines = 3;  // of running text beside a float
constexpr std::size_t kMaxCutsOfPage = 6;

struct Segment {
  std::size_t first = 0, end = 0;  // fragments
  double x0 = 0, x1 = 0;
};

std::vector<Segment> segments_of(const TextLine& line) {
  std::vector<Segment> segments;
  for (std::size_t i = 0; i < line.fragments.size(); ++i) {
    const Box& box = line.fragments[i].box;
    if (segments.empty() || box.x0 - segments.back().x1 > kSegmentGap * line.size)
      segments.push_back({i, i, box.x0, box.x0});
    segments.back().end = i + 1;
    segments.back().x1 = std::max(segments.back().x1, box.x1);
  }
  return segments;
}

bool is_caption(const TextLine& line, const Segment& segment) {
  const char first = line.fragments[segment.first].text.empty() ? ' ' : line.fragments[segment.first].text[0];
  if (first != 'F' && first != 'T' && first != 'A' && first != 'L') return false;
  const std::vector<PdfFragment> part(line.fragments.begin() + static_cast<std::ptrdiff_t>(segment.first),
                                      line.fragments.begin() + static_cast<std::ptrdiff_t>(segment.end));
  return parse_caption(join_fragments(part, line.baseline, line.size)).has_value();
}

bool crosses(const TextLine& line, double x) {
  return std::any_of(line.fragments.begin(), line.fragments.end(), [x](const PdfFragment& fragment) {
    return fragment.box.x0 < x - 1 && fragment.box.x1 > x + 1;
  });
}

// The part of a line on one side of x; without fragments when nothing stands there.
TextLine part_of(const TextLine& whole, double x, bool left) {
  TextLine part = whole;
  part.fragments.clear();
  for (const PdfFragment& fragment : whole.fragments) {
    if (((fragment.box.x0 + fragment.box.x1) / 2 < x) == left) part.fragments.push_back(fragment);
  }
  return part;
}

struct Cut {
  std::size_t first = 0, end = 0;  // lines
  double x = 0;
  bool float_on_right = true;
  std::size_t prose = 0;    // lines of running text beside the float
  bool two_floats = false;  // the other side is a float too

  std::size_t weight() const { return two_floats ? end - first : prose; }
};

class Splitter {
 public:
  explicit Splitter(PdfLayout& layout) : layout_(layout), lines_(layout.lines) {}

  void split() {
    bool any = false;
    for (std::size_t begin = 0; begin < lines_.size();) {
      std::size_t end = begin;
      while (end < lines_.size() && lines_[end].page == lines_[begin].page) ++end;
      any = split_page(begin, end) || any;
      begin = end;
    }
    if (any) mark_prose(layout_);
    for (TextLine& line : lines_) line.prose = line.prose && !line.in_float;
  }

 private:
  // `end` is moved when the page has more lines afterwards.
  bool split_page(std::size_t begin, std::size_t& end) {
    bool any = false;
    std::size_t cuts = 0;
    for (std::size_t i = begin; i < end && cuts < kMaxCutsOfPage; ++i) {
      if (lines_[i].column != Column::full || lines_[i].in_float) continue;
      const Cut cut = cut_for(i, begin, end);
      if (cut.end <= cut.first) continue;
      const std::size_t before = lines_.size();
      const std::size_t made = apply(cut);
      end += lines_.size() - before;
      i = cut.first + made - 1;
      any = true;
      ++cuts;
    }
    return any;
  }

  Cut cut_for(std::size_t i, std::size_t begin, std::size_t end) const {
    const TextLine& line = lines_[i];
    const double left = line.column_left, right = line.column_right, width = right - left;
    Cut best;
    if (width <= 0) return best;
    for (const Segment& segment : segments_of(line)) {
      if (!is_caption(line, segment)) continue;
      if (segment.x0 > left + kNarrowest * width) {
        for (double x = segment.x0 - 1.5; x > left + kNarrowest * width; x -= kStep)
          consider(best, i, begin, end, x, true);
      }
      if (segment.x1 < right - kNarrowest * width) {
        for (double x = segment.x1 + 1.5; x < right - kNarrowest * width; x += kStep)
          consider(best, i, begin, end, x, false);
      }
      if (best.weight() > 0) return best;
    }
    return best;
  }

  // The stretch of lines around i that x parts, kept when it has more running text than the best so far.
  void consider(Cut& best, std::size_t i, std::size_t begin, std::size_t end, double x,
                bool float_on_right) const {
    Cut cut{i, i, x, float_on_right, 0, false};
    while (cut.first > begin && parts(cut.first - 1, x)) --cut.first;
    while (cut.end < end && parts(cut.end, x)) ++cut.end;
    if (cut.end == cut.first) return;
    double edge = float_on_right ? -HUGE_VAL : HUGE_VAL;
    std::vector<TextLine> beside;
    for (std::size_t k = cut.first; k < cut.end; ++k) {
      TextLine part = part_of(lines_[k], x, float_on_right);
      if (part.fragments.empty()) continue;
      measure_line(part);
      edge = float_on_right ? std::max(edge, part.box.x1) : std::min(edge, part.box.x0);
      beside.push_back(std::move(part));
    }
    const TextLine& line = lines_[i];
    const double column = float_on_right ? edge - line.column_left : line.column_right - edge;
    for (const TextLine& part : beside) {
      const bool body = part.font == layout_.body_font && std::abs(part.size - layout_.body_size) < 0.3;
      const bool wide = part.box.x1 - part.box.x0 > 0.8 * column && part.widest_gap < 1.2;
      const bool at_edge = float_on_right ? part.box.x0 < line.column_left + 2 * part.size
                                          : part.box.x1 > line.column_right - 2 * part.size;
      cut.two_floats = cut.two_floats || parse_caption(part.text).has_value();
      if (body && wide && at_edge && part.text.find(' ') != std::string::npos) ++cut.prose;
    }
    const bool flows = cut.prose >= kFewestLines && cut.prose * 3 >= beside.size();
    if (!flows && !cut.two_floats) return;
    if (flows) cut.two_floats = false;
    if (!cut.two_floats) trim_ends(cut);
    if (cut.end <= i || cut.first > i) return;
    if (cut.weight() > best.weight()) best = cut;
  }

  // Nothing stands across x.
  bool parts(std::size_t k, double x) const {
    return lines_[k].column == Column::full && !lines_[k].in_float && !crosses(lines_[k], x) &&
           !has_word_at(k, x);
  }

  // Running text with only a blank at x.
  bool has_word_at(std::size_t k, double x) const {
    const TextLine& line = lines_[k];
    double before = -HUGE_VAL, behind = HUGE_VAL;
    for (const PdfFragment& fragment : line.fragments) {
      if ((fragment.box.x0 + fragment.box.x1) / 2 < x) {
        before = std::max(before, fragment.box.x1);
      } else {
        behind = std::min(behind, fragment.box.x0);
      }
    }
    return behind - before < 0.6 * line.size;
  }

  // Lines at the ends of the stretch that have text on the side of the running text alone, and are no
  // narrower than it because of a float but because a paragraph, a heading or a formula ends there, belong to
  // the page.
  void trim_ends(Cut& cut) const {
    const auto on_float_side = [&](std::size_t k) {
      return !part_of(lines_[k], cut.x, !cut.float_on_right).fragments.empty();
    };
    while (cut.end > cut.first && !on_float_side(cut.end - 1) && is_short(cut.end - 1, cut)) --cut.end;
    while (cut.end > cut.first && !on_float_side(cut.first) && is_short(cut.first, cut)) ++cut.first;
  }
  bool is_short(std::size_t k, const Cut& cut) const {
    const TextLine& line = lines_[k];
    const double room = cut.float_on_right ? cut.x - line.column_left : line.column_right - cut.x;
    return line.font != layout_.body_font || line.box.x1 - line.box.x0 < 0.7 * room;
  }

  // Returns how many lines stand for those of the cut now.
  std::size_t apply(const Cut& cut) {
    std::vector<TextLine> text, floats;
    const Column text_side = cut.float_on_right ? Column::left : Column::right;
    double text_edge = cut.float_on_right ? -HUGE_VAL : HUGE_VAL;
    for (std::size_t k = cut.first; k < cut.end; ++k) {
      for (const bool left : {true, false}) {
        TextLine part = part_of(lines_[k], cut.x, left);
        if (part.fragments.empty()) continue;
        measure_line(part);
        const bool is_text = left == cut.float_on_right;
        part.column = left ? Column::left : Column::right;
        part.in_float = !is_text || cut.two_floats;
        if (is_text) {
          text_edge =
              cut.float_on_right ? std::max(text_edge, part.box.x1) : std::min(text_edge, part.box.x0);
        } else {
          (left ? part.column_right : part.column_left) = cut.x;
        }
        (is_text ? text : floats).push_back(std::move(part));
      }
    }
    for (TextLine& line : text)
      (text_side == Column::left ? line.column_right : line.column_left) = cut.two_floats ? cut.x : text_edge;
    const std::size_t made = text.size() + floats.size();
    const auto at = lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(cut.first),
                                 lines_.begin() + static_cast<std::ptrdiff_t>(cut.end));
    const auto behind =
        lines_.insert(at, std::make_move_iterator(text.begin()), std::make_move_iterator(text.end()));
    lines_.insert(behind + static_cast<std::ptrdiff_t>(text.size()), std::make_move_iterator(floats.begin()),
                  std::make_move_iterator(floats.end()));
    return made;
  }

  PdfLayout& layout_;
  std::vector<TextLine>& lines_;
};

}  // namespace

void split_wrapped_floats(PdfLayout& layout) {
  Splitter(layout).split();
}

}  // namespace p2c::paper
