#include "agents/evidence_check.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/text.h"

namespace p2c::agents {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

constexpr std::array<std::pair<std::string_view, double>, 16> kWords{{{"zero", 0}, {"one", 1}, {"two", 2}, {"three", 3}, {"four", 4},
    {"five", 5}, {"six", 6}, {"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10}, {"eleven", 11}, {"twelve", 12},
    {"half", 0.5}, {"hundred", 100}, {"thousand", 1000}}};

// TeX spellings of digit groups and exponents, made plain before scanning.
std::string plain_numbers(std::string_view text) {
  std::string t(text);
  for (const auto& [from, to] : {std::pair{"{,}", ""}, {"\\,", ""}, {"\\times", "*"}, {"\\cdot", "*"}, {"\xC3\x97", "*"}, {"\xE2\x88\x92", "-"},
                                 {"\xE2\x80\x93", " - "}, {"\\%", "%"}, {"^{", "^("}}) {
    t = replace_all(std::move(t), from, to);
  }
  return t;
}

// An exponent after '^': "^-9", "^(-9", "^{-9}" (already made "^("). Advances `at` past it.
std::optional<double> exponent_at(std::string_view t, std::size_t& at) {
  std::size_t i = at;
  if (i >= t.size() || t[i] != '^') return std::nullopt;
  ++i;
  while (i < t.size() && (t[i] == '(' || t[i] == ' ' || t[i] == '{')) ++i;
  double sign = 1;
  if (i < t.size() && (t[i] == '-' || t[i] == '+')) sign = t[i++] == '-' ? -1 : 1;
  if (i >= t.size() || !is_digit(t[i])) return std::nullopt;
  double value = 0;
  const std::size_t first = i;
  while (i < t.size() && is_digit(t[i]) && i - first < 6) value = value * 10 + (t[i++] - '0');
  at = i;
  return sign * value;
}

// A plain decimal at `at` (thousands separators removed); advances past it.
std::optional<double> decimal_at(std::string_view t, std::size_t& at) {
  std::size_t i = at;
  std::string digits;
  bool dot = false;
  while (i < t.size() && digits.size() < 40) {
    if (is_digit(t[i])) {
      digits += t[i++];
    } else if (t[i] == ',' && !dot && i + 3 < t.size() && is_digit(t[i + 1]) && is_digit(t[i + 2]) && is_digit(t[i + 3]) &&
               (i + 4 >= t.size() || !is_digit(t[i + 4])) && !digits.empty()) {
      ++i;
    } else if (t[i] == '.' && !dot && i + 1 < t.size() && is_digit(t[i + 1])) {
      dot = true;
      digits += t[i++];
    } else {
      break;
    }
  }
  if (digits.empty() || digits == ".") return std::nullopt;
  if (i + 1 < t.size() && (t[i] == 'e' || t[i] == 'E')) {
    std::size_t k = i + 1;
    if (t[k] == '-' || t[k] == '+') ++k;
    if (k < t.size() && is_digit(t[k])) {
      std::size_t end = k;
      while (end < t.size() && is_digit(t[end]) && end - k < 4) ++end;
      digits += std::string(t.substr(i, end - i));
      i = end;
    }
  }
  at = i;
  return std::strtod(digits.c_str(), nullptr);
}

}  // namespace

std::vector<double> numbers_in(std::string_view text) {
  const std::string plain = plain_numbers(text.substr(0, 200'000));
  const std::string_view t = plain;
  std::vector<double> out;
  std::size_t i = 0;
  while (i < t.size()) {
    if (is_alpha(t[i])) {
      const std::size_t start = i;
      while (i < t.size() && is_alpha(t[i])) ++i;
      const std::string word = to_lower(t.substr(start, i - start));
      for (const auto& [name, value] : kWords) {
        if (word == name) out.push_back(value);
      }
      continue;
    }
    const bool starts = is_digit(t[i]) || (t[i] == '.' && i + 1 < t.size() && is_digit(t[i + 1]));
    if (!starts) {
      ++i;
      continue;
    }
    const bool negative = i > 0 && t[i - 1] == '-' && (i < 2 || !is_digit(t[i - 2]));
    auto value = decimal_at(t, i);
    if (!value) {
      ++i;
      continue;
    }
    double v = *value;
    out.push_back(v);
    if (negative) out.push_back(-v);
    if (auto e = exponent_at(t, i)) {  // 10^{-3}, 2^16
      v = std::pow(v, *e);
      out.push_back(v);
    }
    std::size_t k = i;
    while (k < t.size() && t[k] == ' ') ++k;
    if (k < t.size() && (t[k] == '*' || t[k] == 'x')) {  // 2*10^{-3}
      ++k;
      while (k < t.size() && t[k] == ' ') ++k;
      std::size_t after = k;
      if (auto base = decimal_at(t, after)) {
        if (auto e = exponent_at(t, after)) {
          out.push_back(v * std::pow(*base, *e));
          i = after;
        } else {
          out.push_back(v * *base);
        }
      }
    } else if (k < t.size() && t[k] == '/') {  // 1/255
      ++k;
      std::size_t after = k;
      if (auto divisor = decimal_at(t, after); divisor && *divisor != 0) out.push_back(v / *divisor);
    } else if (k < t.size() && t[k] == '%') {
      out.push_back(v / 100);
    } else if (i < t.size() && (t[i] == 'k' || t[i] == 'K' || t[i] == 'M' || t[i] == 'B') && (i + 1 >= t.size() || !is_alpha(t[i + 1]))) {
      out.push_back(v * (t[i] == 'M' ? 1e6 : t[i] == 'B' ? 1e9 : 1e3));
    }
  }
  return out;
}

bool states_number(std::string_view text, double value) {
  for (const double v : numbers_in(text)) {
    if (v == value || std::fabs(v - value) <= 1e-9 * std::max(std::fabs(v), std::fabs(value))) return true;
  }
  return false;
}

std::string bare_form(std::string_view text) {
  std::string out;
  bool in_command = false;
  for (const char c : normalise_for_match(text)) {
    if (c == '\\') {
      in_command = true;
      continue;
    }
    const auto u = static_cast<unsigned char>(c);
    if (in_command) {
      if (is_alpha(c)) continue;  // the command's name: models write "sigma" or a Greek letter for it, so neither counts
      in_command = false;
    }
    if (std::isalnum(u) != 0 || u >= 0x80 || c == '+' || c == '=' || c == '<' || c == '>' || c == '.') out += c;
  }
  return out;
}

std::optional<QuotePlace> find_quote(const paper::PaperDoc& paper, std::string_view quote, std::string_view block,
                                     const std::vector<std::string>& candidates) {
  const std::string wanted = normalise_for_match(quote);
  if (wanted.size() < 4) return std::nullopt;
  const std::string bare = bare_form(quote);
  const auto try_block = [&](std::string_view id) -> std::optional<QuotePlace> {
    const paper::Block* b = paper.find_block(id);
    if (b == nullptr) return std::nullopt;
    for (const std::string& text : {searchable_text(paper, *b), emit_block(paper, *b)}) {
      const std::string haystack = normalise_for_match(text);
      if (haystack.find(wanted) == std::string::npos && (bare.size() < 8 || bare_form(text).find(bare) == std::string::npos)) continue;
      const std::string searchable = searchable_text(paper, *b);
      const std::size_t exact = searchable.find(trim(quote));
      return QuotePlace{std::string(id), exact == std::string::npos ? -1 : static_cast<std::int64_t>(exact)};
    }
    return std::nullopt;
  };
  if (auto place = try_block(block)) return place;
  for (const std::string& id : candidates) {
    if (id == block) continue;
    if (auto place = try_block(id)) return place;
  }
  return std::nullopt;
}

}  // namespace p2c::agents
