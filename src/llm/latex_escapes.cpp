#include "llm/latex_escapes.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace p2c::llm {
namespace {

// What follows the escape letter in commands of LaTeX, amsmath and common paper macros.
constexpr std::array<std::string_view, 38> kAfterN = {
    "Leftarrow", "Rightarrow", "VDash",     "Vdash",     "abla",   "atural", "cong",    "e",
    "earrow",    "eg",         "eq",        "ewcommand", "ewline", "ewpage", "exists",  "geq",
    "gtr",       "icefrac",    "leftarrow", "leq",       "less",   "mid",    "oindent", "olimits",
    "onumber",   "orm",        "ormalfont", "ormalsize", "ot",     "otag",   "otin",    "parallel",
    "prec",      "rightarrow", "sim",       "subseteq",  "u",      "warrow"};
constexpr std::array<std::string_view, 49> kAfterT = {"ableofcontents",
                                                      "abularnewline",
                                                      "ag",
                                                      "an",
                                                      "anh",
                                                      "au",
                                                      "binom",
                                                      "ensor",
                                                      "ext",
                                                      "extbackslash",
                                                      "extbf",
                                                      "extcolor",
                                                      "extit",
                                                      "extmd",
                                                      "extnormal",
                                                      "extrm",
                                                      "extsc",
                                                      "extsf",
                                                      "extsl",
                                                      "extstyle",
                                                      "extsubscript",
                                                      "extsuperscript",
                                                      "exttt",
                                                      "extwidth",
                                                      "extup",
                                                      "frac",
                                                      "fracs",
                                                      "hanks",
                                                      "herefore",
                                                      "heta",
                                                      "hickapprox",
                                                      "hicksim",
                                                      "hinspace",
                                                      "hispagestyle",
                                                      "ilde",
                                                      "imes",
                                                      "iny",
                                                      "itle",
                                                      "o",
                                                      "op",
                                                      "oprule",
                                                      "r",
                                                      "race",
                                                      "ranspose",
                                                      "riangle",
                                                      "riangledown",
                                                      "riangleleft",
                                                      "riangleq",
                                                      "riangleright"};
constexpr std::array<std::string_view, 35> kAfterR = {"Vert",
                                                      "aggedright",
                                                      "aisebox",
                                                      "angle",
                                                      "ank",
                                                      "bag",
                                                      "brace",
                                                      "brack",
                                                      "ceil",
                                                      "ef",
                                                      "elax",
                                                      "elu",
                                                      "enewcommand",
                                                      "esizebox",
                                                      "estriction",
                                                      "floor",
                                                      "group",
                                                      "hd",
                                                      "ho",
                                                      "ight",
                                                      "ightarrow",
                                                      "ightharpoondown",
                                                      "ightharpoonup",
                                                      "ightleftarrows",
                                                      "ightleftharpoons",
                                                      "ightsquigarrow",
                                                      "isingdotseq",
                                                      "lap",
                                                      "m",
                                                      "moustache",
                                                      "oot",
                                                      "otatebox",
                                                      "times",
                                                      "ule",
                                                      "vert"};
// Tails that are words or variable names of their own, so that a line break or tab in front of them is as
// likely.
constexpr std::array<std::string_view, 6> kAmbiguous = {"an", "e", "eg", "o", "r", "u"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view leading_letters(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && n < 32 && is_letter(text[n])) ++n;
  return text.substr(0, n);
}

bool known(char letter, std::string_view tail) {
  switch (letter) {
    case 'n':
      return holds(kAfterN, tail);
    case 't':
      return holds(kAfterT, tail);
    case 'r':
      return holds(kAfterR, tail);
    default:
      return false;
  }
}

}  // namespace

bool escape_is_latex(std::string_view from_letter, char before) {
  if (from_letter.empty()) return false;
  const char letter = from_letter.front();
  const std::string_view tail = leading_letters(from_letter.substr(1));
  if (tail.empty()) return false;
  // Nobody writes a backspace or form feed in front of a letter; own macros (\bfx, \fcal) are in no list.
  if (letter == 'b' || letter == 'f') return true;
  if (!known(letter, tail)) return false;
  if (letter == 'r' || !holds(kAmbiguous, tail)) return true;
  constexpr std::string_view kFormulaBefore = " $({[^_=,+-*/|&~";
  constexpr std::string_view kFormulaAfter = "_^$}){\\";
  const std::string_view rest = from_letter.substr(1 + tail.size());
  if (before == '\0' || kFormulaBefore.find(before) != std::string_view::npos) return true;
  return !rest.empty() && kFormulaAfter.find(rest.front()) != std::string_view::npos;
}

char control_letter(char control) {
  switch (control) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\t':
      return 't';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

bool control_is_latex(char control, std::string_view after) {
  const char letter = control_letter(control);
  const std::string_view tail = leading_letters(after);
  if (letter == 0 || tail.empty()) return false;
  if (letter == 'b' || letter == 'f') return true;
  return known(letter, tail) && !holds(kAmbiguous, tail);
}

}  // namespace p2c::llm
