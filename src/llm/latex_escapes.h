// Tells a LaTeX command from a JSON escape: in "\frac" a JSON reader sees a form feed and "rac" (spec 6.2).
#pragma once

#include <string_view>

namespace p2c::llm {

// Whether `\` + letter at the start of `from_letter` (that is, the text after the backslash) was meant as a
// LaTeX command although it is a legal JSON escape. `before` is the character in front of the backslash, 0 at
// the start of a string: it decides the few commands whose tail is also a word ("\nu" is a line break and
// "u", or the Greek letter). Letters other than b, f, n, r, t give false.
bool escape_is_latex(std::string_view from_letter, char before);

// The same for a control character that already stands in a text (a reader upstream decoded it): `after` is
// the text behind it. True: the control character should become a backslash and control_letter().
bool control_is_latex(char control, std::string_view after);
// 'b' for U+0008, 'f' for U+000C, 'n', 't', 'r'; 0 for others.
char control_letter(char control);

}  // namespace p2c::llm
