// Small operations on UTF-8 text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::vector<std::string_view> split_lines(std::string_view text);  // without line ends; no last empty line
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string to_lower(std::string_view text);                              // ASCII only
bool starts_with_nocase(std::string_view text, std::string_view prefix);  // ASCII only
bool contains(std::string_view text, std::string_view part);

bool is_valid_utf8(std::string_view bytes);
// Invalid sequences become U+FFFD. Result is valid UTF-8.
std::string repair_utf8(std::string_view bytes);
std::string latin1_to_utf8(std::string_view bytes);  // CP1252 for 0x80..0x9f
std::size_t count_code_points(std::string_view text);
// At most max_bytes, cut at a code-point boundary.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

// Runs of white space (also U+00A0 and the U+2000..U+200B spaces) become one blank; ends trimmed.
std::string collapse_whitespace(std::string_view text);
// The form in which quotes are compared with a paper: collapsed white space, typographic quotes and dashes
// made plain, ligatures opened, soft hyphens dropped, ASCII lower case.
std::string normalise_for_match(std::string_view text);
// ANSI escape sequences and other control characters (but \n and \t) removed.
std::string strip_control(std::string_view text);
// Number of lines = number of '\n', plus one when the last line has no end.
std::size_t count_lines(std::string_view text);

}  // namespace p2c
