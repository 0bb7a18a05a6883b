// Reads numbers from the cells of tables.
#include "paper/cell_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace p2c::paper {
namespace {

// A plain decimal at the front of `text`; moves past it. Thousands separators are accepted where groups of
// three follow.
std::optional<double> take_decimal(std::string_view& text) {
  std::string digits;
  std::size_t i = 0;
  bool point = false, any = false;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) digits += text[i++];
  if (text.substr(i).starts_with("−")) {
    digits = "-";
    i += 3;
  }
  for (; i < text.size() && i < 40; ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits += c;
      any = true;
    } else if (c == '.' && !point && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') {
      digits += any ? "." : "0.";
      point = true;
    } else if (c == ',' && any && !point && i + 3 < text.size() + 0 && text.size() - i > 3 &&
               std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                           text.begin() + static_cast<std::ptrdiff_t>(i) + 4,
                           [](char d) { return d >= '0' && d <= '9'; }) &&
               (text.size() - i == 4 || text[i + 4] < '0' || text[i + 4] > '9')) {
      continue;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (!digits.empty() && digits[0] == '+') digits.erase(0, 1);
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc()) return std::nullopt;
  text.remove_prefix(i);
  return value;
}

// Maths signs reduced to plain ones: "$12.3_{\pm 0.4}$" becomes "12.3 ± 0.4".
std::string plain_number_text(std::string text) {
  for (const auto& [from, to] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"\\mathbf", ""},     {"\\bm", ""},     {"\\boldsymbol", ""},
           {"\\mathrm", ""},     {"\\textbf", ""}, {"\\pm", "±"},
           {"\\times", "×"},     {"\\cdot", "×"},  {"\\!", ""},
           {"\\,", ""},          {"{,}", ","},     {"\\%", "%"},
           {"\\underline", ""},  {"_{±", "±"},     {"_{\\scriptsize", "{"},
           {"\\scriptsize", ""}, {"\\tiny", ""},   {"\\small", ""},
           {"\\std", "±"},       {"+/-", "±"},     {"$", ""},
           {"\\phantom", ""},    {"~", " "}}) {
    text = replace_all(std::move(text), from, to);
  }
  std::string out;
  for (const char c : text) {
    if (c != '{' && c != '}' && c != ' ') out += c;
  }
  return out;
}

}  // namespace

void parse_cell_number(TableCell& cell) {
  static constexpr std::string_view kMarks[] = {
      "†",  "‡",  "*",  "×",  "(",  "\\uparrow", "\\downarrow", "^\\uparrow", "^\\downarrow",
      "↑",  "↓",  "^*", "^†", "^‡", "^\\dagger", "^\\ddagger",  "^\\ast",     "^a",
      "^b", "^c", "^d"};
  if (cell.text.empty() || cell.text.size() > 60) return;
  const std::string plain = plain_number_text(cell.text);
  std::string_view rest = plain;
  std::optional<double> value = take_decimal(rest);
  if (!value) return;
  if (rest.starts_with("^") && rest.size() > 1) {  // 10^{-3}, 2^{16}
    std::string_view exponent = rest.substr(1);
    if (const auto power = take_decimal(exponent); power && std::abs(*power) <= 300) {
      value = std::pow(*value, *power);
      rest = exponent;
    }
  } else if (rest.starts_with("×10^")) {
    std::string_view exponent = rest.substr(std::string_view("×10^").size());
    if (const auto power = take_decimal(exponent); power && std::abs(*power) <= 300) {
      value = *value * std::pow(10.0, *power);
      rest = exponent;
    }
  } else if (rest.size() > 1 && (rest[0] == 'e' || rest[0] == 'E')) {
    std::string_view exponent = rest.substr(1);
    if (const auto power = take_decimal(exponent); power && std::abs(*power) <= 300) {
      value = *value * std::pow(10.0, *power);
      rest = exponent;
    }
  } else if (rest.starts_with("/") && *value >= 1 && *value <= 9 && !contains(cell.text, " ")) {
    std::string_view below = rest.substr(1);  // 1/255; "0.8/0.2" and "10 / 5" are two values
    const auto divisor = take_decimal(below);
    if (divisor && *divisor > *value && below.empty() && *value == std::floor(*value) &&
        *divisor == std::floor(*divisor)) {
      value = *value / *divisor;
      rest = below;
    }
  }
  std::optional<double> spread;
  if (rest.starts_with("±")) {
    std::string_view behind = rest.substr(std::string_view("±").size());
    if ((spread = take_decimal(behind))) rest = behind;
  }
  double factor = 1;
  if (rest == "K" || rest == "k") factor = 1e3;
  if (rest == "M") factor = 1e6;
  if (rest == "B" || rest == "G") factor = 1e9;
  if (rest == "T") factor = 1e12;
  if (rest.starts_with("%")) rest.remove_prefix(1);
  // Marks and changes behind the value: footnote signs, arrows, "(+2.45)".
  const bool mark = std::any_of(std::begin(kMarks), std::end(kMarks),
                                [&](std::string_view sign) { return rest.starts_with(sign); });
  const bool unit =
      rest.empty() || factor != 1 || mark || rest == "x" || rest == "s" || rest == "ms" || rest == "h";
  if (!unit || !std::isfinite(*value * factor)) return;
  cell.number = *value * factor;
  if (spread) cell.plus_minus = *spread * factor;
}

}  // namespace p2c::paper
