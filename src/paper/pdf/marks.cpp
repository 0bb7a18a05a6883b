// Settles root signs and accents.
#include "paper/pdf/marks.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::pair<std::string_view, std::string_view> kAccents[] = {
    {"¯", "\u0304"}, {"ˆ", "\u0302"}, {"˜", "\u0303"}, {"˙", "\u0307"}, {"¨", "\u0308"}, {"⃗", "\u20d7"}};

constexpr std::size_t kMaxMarks = 1'000;  // of one page; each is compared with its surroundings

std::string_view combining_of(const std::string& text) {
  for (const auto& [spacing, combining] : kAccents) {
    if (text == spacing) return combining;
  }
  return {};
}

// The big signs of TeX's maths extension font by their codes, which is what poppler prints for them. Pieces
// of high brackets and braces are named by the piece that is always there, the others vanish.
struct BigSign {
  char code;
  std::string_view sign;
};
constexpr BigSign kBigSigns[] = {
    {'P', "∑"}, {'X', "∑"},  {'Q', "∏"}, {'Y', "∏"},  {'R', "∫"}, {'Z', "∫"}, {'S', "⋃"}, {'[', "⋃"},
    {'T', "⋂"}, {'\\', "⋂"}, {'H', "∮"}, {'I', "∮"},  {'J', "⊙"}, {'K', "⊙"}, {'L', "⊕"}, {'M', "⊕"},
    {'N', "⊗"}, {'O', "⊗"},  {'V', "⋀"}, {'^', "⋀"},  {'W', "⋁"}, {'_', "⋁"}, {'`', "∐"}, {'a', "∐"},
    {'b', "ˆ"}, {'c', "ˆ"},  {'d', "ˆ"}, {'e', "˜"},  {'f', "˜"}, {'g', "˜"}, {'h', "["}, {'i', "]"},
    {'j', "⌊"}, {'k', "⌋"},  {'l', "⌈"}, {'m', "⌉"},  {'n', "{"}, {'o', "}"}, {'p', "√"}, {'q', "√"},
    {'r', "√"}, {'s', "√"},  {'t', "√"}, {'u', ""},   {'v', ""},  {'!', ")"}, {'"', "["}, {'#', "]"},
    {'$', "⌊"}, {'%', "⌋"},  {'&', "⌈"}, {'\'', "⌉"}, {'(', "{"}, {')', "}"}, {'*', "⟨"}, {'+', "⟩"},
    {',', "/"}, {'.', "/"},  {'0', "("}, {'1', ")"},  {'2', "["}, {'3', "]"}, {'4', ""},  {'5', ""},
    {'6', ""},  {'7', ""},   {'8', ""},  {'9', ""},   {':', ""},  {';', ""},  {'<', "{"}, {'=', "}"},
    {'>', ""},  {'@', ""},   {'A', ""},  {'B', ""},   {'C', ""},  {'D', "⟨"}, {'E', "⟩"}, {'z', ""},
    {'{', ""},  {'|', ""},   {'}', ""}};

bool is_extension_font(const PdfFragment& fragment) {
  return fragment.font.starts_with("CMEX") || fragment.font.starts_with("cmex");
}

// Whether something is left of the fragment.
bool name_big_signs(PdfFragment& fragment) {
  std::string named;
  for (const char c : fragment.text) {
    const auto* const sign = std::find_if(std::begin(kBigSigns), std::end(kBigSigns),
                                          [c](const BigSign& s) { return s.code == c; });
    if (sign != std::end(kBigSigns)) {
      named += sign->sign;
    } else {
      named += c;
    }
  }
  fragment.text = collapse_whitespace(named);
  return !fragment.text.empty();
}

bool is_operator(const std::string& text) {
  for (std::string_view sign : {"∑", "∏", "∫", "⋃", "⋂", "⊕", "⊗", "∐"}) {
    if (text == sign) return true;
  }
  return false;
}

double middle_x(const PdfFragment& fragment) {
  return (fragment.box.x0 + fragment.box.x1) / 2;
}
double middle_y(const PdfFragment& fragment) {
  return (fragment.box.y0 + fragment.box.y1) / 2;
}

// Fragments by the whole points they start at, so that neighbours are found without comparing all with all.
using ByRow = std::multimap<int, std::size_t>;

ByRow index_rows(const PdfSheet& sheet) {
  ByRow rows;
  for (std::size_t i = 0; i < sheet.fragments.size(); ++i)
    rows.emplace(static_cast<int>(middle_y(sheet.fragments[i])), i);
  return rows;
}

// Inserts the mark behind the letter that stands at `x`.
void insert_mark(PdfFragment& base, double x, std::string_view mark) {
  const std::size_t letters = count_code_points(base.text);
  const double width = std::max(0.1, base.box.x1 - base.box.x0);
  const double share = std::clamp((x - base.box.x0) / width, 0.0, 0.999);
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(letters)) + 1;
  std::size_t seen = 0, at = 0;
  while (at < base.text.size() && seen < wanted) {
    ++at;
    while (at < base.text.size() && (static_cast<unsigned char>(base.text[at]) & 0xc0) == 0x80) ++at;
    ++seen;
  }
  base.text.insert(at, mark);
}

}  // namespace

void settle_marks(PdfSheet& sheet) {
  std::erase_if(sheet.fragments, [](PdfFragment& fragment) {
    const bool ascii = std::all_of(fragment.text.begin(), fragment.text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return is_extension_font(fragment) && ascii && !name_big_signs(fragment);
  });
  const ByRow rows = index_rows(sheet);
  std::size_t marks = 0;
  std::vector<bool> gone(sheet.fragments.size(), false);
  for (std::size_t i = 0; i < sheet.fragments.size(); ++i) {
    PdfFragment& mark = sheet.fragments[i];
    const std::string_view combining = combining_of(mark.text);
    const bool root = mark.text == "√", sum = is_extension_font(mark) && is_operator(mark.text);
    if ((!root && !sum && combining.empty()) || ++marks > kMaxMarks) continue;
    const int y = static_cast<int>(middle_y(mark)),
              reach = static_cast<int>(std::min(40.0, 1.6 * mark.size)) + 1;
    double best = root ? 1.6 : (sum ? 2.5 : 0.9) * mark.size;  // distance that still counts
    PdfFragment* target = nullptr;
    for (auto row = rows.lower_bound(y - reach); row != rows.end() && row->first <= y + reach; ++row) {
      PdfFragment& other = sheet.fragments[row->second];
      if (row->second == i || other.text == "√" || !combining_of(other.text).empty() || gone[row->second])
        continue;
      double distance = HUGE_VAL;
      if (root) {
        const bool under = other.baseline() > mark.box.y0 && other.baseline() < mark.box.y1 + other.size;
        if (under) distance = std::abs(other.box.x0 - mark.box.x1);
      } else if (sum) {
        // The sign hangs from its own baseline, which is high above that of its row.
        const double drop = other.baseline() - mark.baseline();
        const bool of_row =
            drop > 0.4 * other.size && drop < 1.35 * other.size && other.size > 0.85 * mark.size;
        const double gap = std::max(other.box.x0 - mark.box.x1, mark.box.x0 - other.box.x1);
        if (of_row && gap > -0.3 * mark.size && !is_extension_font(other)) distance = std::max(0.0, gap);
      } else if (middle_x(mark) > other.box.x0 - 0.5 && middle_x(mark) < other.box.x1 + 0.5 && other.maths) {
        distance = std::abs(middle_y(other) - middle_y(mark));
      }
      if (distance >= best) continue;
      best = distance;
      target = &other;
    }
    if (target == nullptr) continue;
    if (root || sum) {
      mark.box.y0 = target->box.y0;
      mark.box.y1 = target->box.y1;
      mark.size = target->size;
    } else {
      insert_mark(*target, middle_x(mark), combining);
      gone[i] = true;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sheet.fragments.size(); ++i) {
    if (gone[i]) continue;
    if (kept != i) sheet.fragments[kept] = std::move(sheet.fragments[i]);
    ++kept;
  }
  sheet.fragments.resize(kept);
}

}  // namespace p2c::paper
