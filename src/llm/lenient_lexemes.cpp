#include "llm/lenient_lexemes.h"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace p2c::llm {

bool is_python_word(std::string_view word) {
  return word == "True" || word == "False" || word == "None";
}
bool is_not_a_number(std::string_view word) {
  if (!word.empty() && (word.front() == '-' || word.front() == '+')) word.remove_prefix(1);
  return word == "NaN" || word == "nan" || word == "Infinity" || word == "inf" || word == "Inf";
}
bool is_constant(std::string_view word) {
  return word == "true" || word == "false" || word == "null" || is_python_word(word) || is_not_a_number(word);
}

Quote quote_at(std::string_view text, std::size_t place) {
  if (place >= text.size()) return {};
  const char c = text[place];
  if (c == '"' || c == '\'' || c == '`') return {1, false, c};
  if (static_cast<unsigned char>(c) != 0xE2 || place + 2 >= text.size()) return {};
  if (static_cast<unsigned char>(text[place + 1]) != 0x80) return {};
  const auto last = static_cast<unsigned char>(text[place + 2]);
  if (last >= 0x9C && last <= 0x9F) return {3, true, '"'};   // “ ” „ ‟
  if (last >= 0x98 && last <= 0x9B) return {3, true, '\''};  // ‘ ’ ‚ ‛
  return {};
}

bool can_close(const Quote& open, const Quote& close) {
  return close.bytes > 0 && close.plain == open.plain && (open.typographic || !close.typographic);
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

int hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  return error == std::errc() && end == text.data() + 4 ? value : -1;
}

Json number_from(std::string_view token) {
  if (!token.empty() && token.front() == '+') token.remove_prefix(1);
  std::size_t i = 0;
  if (i < token.size() && token[i] == '-') ++i;
  const std::size_t digits_at = i;
  while (i < token.size() && is_digit(token[i])) ++i;
  const std::size_t whole = i - digits_at;
  if (whole > 1 && token[digits_at] == '0') return nullptr;
  bool real = false;
  std::size_t fraction = 0;
  if (i < token.size() && token[i] == '.') {
    real = true;
    const std::size_t at = ++i;
    while (i < token.size() && is_digit(token[i])) ++i;
    fraction = i - at;
  }
  if (whole + fraction == 0) return nullptr;
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    real = true;
    ++i;
    if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
    const std::size_t at = i;
    while (i < token.size() && is_digit(token[i])) ++i;
    if (i == at) return nullptr;
  }
  if (i != token.size()) return nullptr;
  const char* first = token.data();
  const char* last = token.data() + token.size();
  if (!real) {
    std::int64_t small = 0;
    if (std::from_chars(first, last, small).ec == std::errc()) return small;
    std::uint64_t large = 0;
    if (*first != '-' && std::from_chars(first, last, large).ec == std::errc()) return large;
  }
  double number = 0;
  if (std::from_chars(first, last, number).ec != std::errc() || !std::isfinite(number)) return nullptr;
  return number;
}

}  // namespace p2c::llm
