// The smallest pieces of loosely written JSON: quotation marks of all kinds, constants, numbers, code points.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"

namespace p2c::llm {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// Characters of keys, constants and numbers without quotes.
inline bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '$' || c == '-' || c == '.';
}

// True, False, None.
bool is_python_word(std::string_view word);
// NaN, Infinity and their short forms, with or without a sign.
bool is_not_a_number(std::string_view word);
// The above and true, false, null.
bool is_constant(std::string_view word);

// A quotation mark that can open a string: its bytes, and the family it closes with.
struct Quote {
  std::size_t bytes = 0;  // 0: no quote here
  bool typographic = false;
  char plain = '"';  // '"' or '\'' or '`'
};
Quote quote_at(std::string_view text, std::size_t place);
// A typographic mark inside plain quotes is text; inside typographic ones any mark of the family may be the
// end.
bool can_close(const Quote& open, const Quote& close);

// A number in JSON's grammar, also with a leading '+' and with nothing before or behind the point. Null:
// none. No leading zeros: "007" is more likely an identifier than seven.
Json number_from(std::string_view token);

// Four hexadecimal digits, or -1.
int hex4(std::string_view text);
// `code` below 0x110000 and no surrogate.
void append_utf8(std::string& out, unsigned code);

}  // namespace p2c::llm
