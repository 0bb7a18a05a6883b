// Settles small capitals.
#include "paper/pdf/small_caps.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr double kSmallest = 0.68, kLargest = 0.9;  // small capitals, of the size of the capitals
constexpr double kSameBaseline = 0.06;              // of the size

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool only_capitals(const std::string& text) {
  const bool small = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return !small && std::any_of(text.begin(), text.end(), is_capital);
}

}  // namespace

bool settle_small_caps(std::vector<PdfFragment>& line) {
  const PdfFragment* capital = nullptr;  // the last one of full size
  double reached = 0;
  bool any = false;
  for (PdfFragment& fragment : line) {
    const bool follows = capital != nullptr && capital->font == fragment.font && !fragment.maths &&
                         fragment.size > kSmallest * capital->size &&
                         fragment.size < kLargest * capital->size &&
                         std::abs(fragment.baseline() - capital->baseline()) < kSameBaseline * capital->size;
    if (follows && fragment.box.x0 - reached < 0.5 * capital->size &&
        (only_capitals(fragment.text) || fragment.text.find_first_not_of("-,.:;") == std::string::npos)) {
      fragment.text = to_lower(fragment.text);
      const double baseline = capital->baseline();
      const double height = capital->box.y1 - capital->box.y0;
      fragment.size = capital->size;
      fragment.box.y0 = baseline - 0.8 * height;
      fragment.box.y1 = baseline + 0.2 * height;
      reached = fragment.box.x1;
      any = true;
      continue;
    }
    const bool on = !fragment.maths && !fragment.text.empty() && is_capital(fragment.text.back());
    // Words of one size between ("2.1", "A") keep the chain; other fonts end it.
    if (on || capital == nullptr || fragment.font != capital->font || fragment.size != capital->size)
      capital = on ? &fragment : nullptr;
    reached = fragment.box.x1;
  }
  return any;
}

}  // namespace p2c::paper
