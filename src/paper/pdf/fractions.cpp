// Settles fractions and roots.
#include "paper/pdf/fractions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.h"
#include "paper/pdf/formula.h"
#include "paper/pdf/lines.h"

namespace p2c::paper {
namespace {

using Fragments = std::vector<PdfFragment>;

constexpr double kSlack = 1.5;                               // points by which a bar may miss its letters
constexpr double kHighest = 0.98, kLowest = 1.4;             // baselines above and below a bar, of the size
constexpr double kRootHeight = 1.2, kHighRootHeight = 1.75;  // of the size: below the bar of a root
constexpr double kAxis = 0.25;          // of the size: bars stand this high above baselines
constexpr std::size_t kMaxParts = 300;  // of one fraction
constexpr std::size_t kMaxBars = 400;   // of a page that are looked at

double width_of(const Fragments& fragments) {
  const Box box = box_of(fragments);
  return box.x1 - box.x0;
}

// The baseline of the widest stretch of full-size letters.
double baseline_of(const Fragments& fragments) {
  const double size = largest_size(fragments);
  double baseline = fragments.front().baseline(), widest = -1;
  for (const PdfFragment& fragment : fragments) {
    if (fragment.size < 0.9 * size || fragment.box.x1 - fragment.box.x0 <= widest) continue;
    widest = fragment.box.x1 - fragment.box.x0;
    baseline = fragment.baseline();
  }
  return baseline;
}

Fragments sorted(Fragments fragments) {
  std::sort(fragments.begin(), fragments.end(),
            [](const PdfFragment& a, const PdfFragment& b) { return a.box.x0 < b.box.x0; });
  return fragments;
}

std::string text_of(const Fragments& fragments) {
  return join_fragments(sorted(fragments), baseline_of(fragments), largest_size(fragments));
}

// In brackets when it is more than one thing.
std::string grouped(const std::string& text) {
  bool single = text.find_first_of(" +/=·") == std::string::npos && !contains(text, "−");
  if (text.starts_with("√(")) {
    // A root whose bracket closes at the end is one thing, too.
    int depth = 0;
    std::size_t at = 0;
    while (at < text.size() && (depth > 0 || text[at] != ')')) {
      depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
      ++at;
      if (depth == 0 && text[at - 1] == ')') break;
    }
    single = single || at == text.size();
  }
  return single ? text : "(" + text + ")";
}

std::string tex_of(const Fragments& fragments) {
  return join(linear_tex(fragments), " ");
}

// One fragment in the place of several.
PdfFragment united(const Fragments& parts, double baseline, double size, std::string text, std::string tex) {
  PdfFragment fragment;
  const Box box = box_of(parts);
  const double height = 0.9 * size;
  fragment.box = {box.x0, baseline - 0.8 * height, box.x1, baseline + 0.2 * height};
  fragment.size = size;
  fragment.font = "CMMI";
  fragment.maths = true;
  fragment.text = std::move(text);
  fragment.tex = std::move(tex);
  return fragment;
}

// Words of running text: several in one piece.
bool is_text(const Fragments& fragments) {
  return std::any_of(fragments.begin(), fragments.end(), [](const PdfFragment& fragment) {
    const auto letters = std::count_if(fragment.text.begin(), fragment.text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    return !fragment.maths && contains(fragment.text, " ") && letters > 6;
  });
}

// White as wide as between the cells of a table.
bool has_cells(const Fragments& fragments) {
  const Fragments line = sorted(fragments);
  const double size = largest_size(line);
  double reached = line.front().box.x1;
  for (const PdfFragment& fragment : line) {
    if (fragment.box.x0 - reached > 1.1 * size) return true;
    reached = std::max(reached, fragment.box.x1);
  }
  return false;
}

class Settler {
 public:
  explicit Settler(PdfSheet& sheet) : sheet_(sheet) {}

  void settle() {
    std::vector<PdfRule> bars = sheet_.rules;
    // Inner bars first: they are no wider than what they stand in.
    std::stable_sort(bars.begin(), bars.end(),
                     [](const PdfRule& a, const PdfRule& b) { return a.x1 - a.x0 < b.x1 - b.x0; });
    if (bars.size() > kMaxBars) bars.resize(kMaxBars);
    for (const PdfRule& bar : bars) {
      if (bar.x1 - bar.x0 > 0.6 * sheet_.width) continue;
      if (!settle_root(bar)) settle_fraction(bar);
    }
  }

 private:
  static bool in_range(const PdfFragment& fragment, const PdfRule& bar) {
    const double middle = (fragment.box.x0 + fragment.box.x1) / 2;
    return middle > bar.x0 - 0.5 && middle < bar.x1 + 0.5 && fragment.box.x0 > bar.x0 - 3 &&
           fragment.box.x1 < bar.x1 + 3;
  }

  // Indices of the fragments within the bar's width whose baselines lie in [from, to].
  std::vector<std::size_t> parts_in(const PdfRule& bar, double from, double to) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < sheet_.fragments.size() && found.size() <= kMaxParts; ++i) {
      const PdfFragment& fragment = sheet_.fragments[i];
      if (fragment.baseline() >= from && fragment.baseline() <= to && in_range(fragment, bar))
        found.push_back(i);
    }
    return found;
  }

  Fragments at(const std::vector<std::size_t>& indices) const {
    Fragments result;
    for (std::size_t i : indices) result.push_back(sheet_.fragments[i]);
    return result;
  }

  // Puts `made` in the place of the fragments.
  void replace(std::vector<std::size_t> indices, PdfFragment made) {
    std::sort(indices.begin(), indices.end());
    const std::size_t first = indices.front();
    sheet_.fragments[first] = std::move(made);
    for (std::size_t k = indices.size(); k-- > 1;)
      sheet_.fragments.erase(sheet_.fragments.begin() + static_cast<std::ptrdiff_t>(indices[k]));
  }

  bool settle_root(const PdfRule& bar) {
    std::size_t sign = sheet_.fragments.size();
    for (std::size_t i = 0; i < sheet_.fragments.size(); ++i) {
      const PdfFragment& fragment = sheet_.fragments[i];
      if (fragment.text != "√" || !fragment.tex.empty()) continue;
      const bool meets = std::abs(fragment.box.x1 - bar.x0) < kSlack + 1;
      if (meets && fragment.baseline() > bar.y - 2 && fragment.baseline() < bar.y + 3.5 * fragment.size)
        sign = i;
    }
    if (sign == sheet_.fragments.size()) return false;
    const double size = sheet_.fragments[sign].size;
    const bool high = sheet_.fragments[sign].font.starts_with("CMEX");
    std::vector<std::size_t> inside =
        parts_in(bar, bar.y, bar.y + (high ? kHighRootHeight : kRootHeight) * size);
    std::erase(inside, sign);
    if (inside.empty() || inside.size() > kMaxParts) return true;
    Fragments parts = at(inside);
    const double baseline = baseline_of(parts), full = largest_size(parts);
    const std::string text = "√" + grouped(text_of(parts)), tex = "\\sqrt{" + tex_of(parts) + "}";
    inside.push_back(sign);
    parts.push_back(sheet_.fragments[sign]);
    PdfFragment made = united(parts, baseline, full, text, tex);
    replace(std::move(inside), std::move(made));
    return true;
  }

  void settle_fraction(const PdfRule& bar) {
    // Letters next to the bar tell the size, which tells how far the halves reach.
    double size = 0;
    for (const PdfFragment& fragment : at(parts_in(bar, bar.y - 10, bar.y + 12)))
      size = std::max(size, fragment.size);
    if (size <= 0) return;
    std::vector<std::size_t> upper = parts_in(bar, bar.y - kHighest * size, bar.y + 0.05 * size),
                             lower = parts_in(bar, bar.y + 0.3 * size, bar.y + kLowest * size);
    if (upper.empty() || lower.empty() || upper.size() + lower.size() > kMaxParts) return;
    const Fragments above = at(upper), below = at(lower);
    // TeX makes the bar just as wide as the wider half; rules of tables are longer or shorter.
    const double wider = std::max(width_of(above), width_of(below));
    if (std::abs(wider - (bar.x1 - bar.x0)) > std::max(2.0, 0.04 * wider)) return;
    const auto is_maths = [](const PdfFragment& f) {
      return f.maths || f.text.find_first_not_of("0123456789.,+-=()/") == std::string::npos;
    };
    Fragments all = above;
    all.insert(all.end(), below.begin(), below.end());
    const auto maths = std::count_if(all.begin(), all.end(), is_maths);
    if (maths * 2 < static_cast<std::ptrdiff_t>(all.size()) || is_text(all)) return;
    if (has_cells(above) || has_cells(below)) return;
    const double own = largest_size(all), row = own > 0.62 * usual_size() ? std::max(own, usual_size()) : own;
    const std::string text = grouped(text_of(above)) + "/" + grouped(text_of(below)),
                      tex = "\\frac{" + tex_of(above) + "}{" + tex_of(below) + "}";
    PdfFragment made = united(all, bar.y + kAxis * row, row, text, tex);
    upper.insert(upper.end(), lower.begin(), lower.end());
    replace(std::move(upper), std::move(made));
  }

  // The size of most letters of the page.
  double usual_size() {
    if (usual_ > 0) return usual_;
    std::map<double, std::size_t> letters;
    for (const PdfFragment& fragment : sheet_.fragments)
      letters[std::round(fragment.size * 10) / 10] += fragment.text.size();
    std::size_t most = 0;
    for (const auto& [size, count] : letters) {
      if (count <= most) continue;
      most = count;
      usual_ = size;
    }
    return usual_;
  }

  PdfSheet& sheet_;
  double usual_ = 0;
};

}  // namespace

void settle_fractions(PdfSheet& sheet) {
  if (!sheet.rules.empty()) Settler(sheet).settle();
}

}  // namespace p2c::paper
