// Takes display formulas apart.
#include "paper/equation_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxSymbols = 100;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The name of the environment the whole formula stands in, taken off; empty without one.
std::string unwrap_environment(std::string_view& tex) {
  if (!tex.starts_with("\\begin{")) return {};
  const std::size_t close = tex.find('}');
  if (close == std::string_view::npos) return {};
  const std::string name(tex.substr(7, close - 7));
  const std::string end = "\\end{" + name + "}";
  static constexpr std::array<std::string_view, 6> kPlain{"aligned",  "align", "gather",
                                                          "gathered", "split", "equation"};
  const std::string bare = name.ends_with("*") ? name.substr(0, name.size() - 1) : name;
  if (std::find(kPlain.begin(), kPlain.end(), bare) == kPlain.end() || !tex.ends_with(end)) return {};
  if (tex.size() < close + 1 + end.size()) return {};
  tex = trim(tex.substr(close + 1, tex.size() - close - 1 - end.size()));
  return name;
}

// Splits at \\ outside of braces and inner environments.
std::vector<std::string> split_rows(std::string_view tex) {
  std::vector<std::string> rows;
  int braces = 0, environments = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < tex.size(); ++i) {
    if (tex[i] == '\\') {
      const std::string_view rest = tex.substr(i);
      if (rest.starts_with("\\begin{")) ++environments;
      if (rest.starts_with("\\end{")) environments = std::max(0, environments - 1);
      if (rest.starts_with("\\\\") && braces == 0 && environments == 0) {
        rows.emplace_back(trim(tex.substr(start, i - start)));
        start = i + 2;
        if (start < tex.size() && tex[start] == '[') {  // \\[2pt]
          const std::size_t close = tex.substr(0, start + 12).find(']', start);
          if (close != std::string_view::npos) start = close + 1;
        }
        i = start - 1;
      } else {
        ++i;
      }
    } else if (tex[i] == '{') {
      ++braces;
    } else if (tex[i] == '}') {
      braces = std::max(0, braces - 1);
    }
  }
  rows.emplace_back(trim(tex.substr(std::min(start, tex.size()))));
  std::erase_if(rows, [](const std::string& row) { return row.empty(); });
  return rows;
}

// The argument of `command` in the row, the command removed with it; empty when it is absent.
std::string take_argument(std::string& row, std::string_view command) {
  const std::size_t at = row.find(command);
  if (at == std::string::npos) return {};
  const std::size_t end = row.find('}', at);
  if (end == std::string::npos) return {};
  std::string argument(trim(std::string_view(row).substr(at + command.size(), end - at - command.size())));
  row = std::string(trim(row.substr(0, at))) + std::string(row.substr(end + 1));
  return argument;
}

// Command names that are no symbol of the paper: structure, functions, relations, spacing.
bool is_plain_command(std::string_view name) {
  static constexpr std::array<std::string_view, 64> kNames{
      "array",  "begin", "big",          "bigl",   "bigr",       "bmatrix",    "cdot",         "cdots",
      "cos",    "dfrac", "displaystyle", "dots",   "end",        "equiv",      "exp",          "forall",
      "frac",   "ge",    "geq",          "in",     "infty",      "int",        "label",        "langle",
      "ldots",  "le",    "left",         "leq",    "lim",        "ln",         "log",          "mapsto",
      "mathrm", "max",   "mid",          "min",    "nabla",      "neq",        "operatorname", "partial",
      "prod",   "quad",  "qquad",        "rangle", "right",      "rightarrow", "rm",           "sim",
      "sin",    "sqrt",  "sum",          "tag",    "tanh",       "text",       "textbf",       "textit",
      "textrm", "tfrac", "times",        "to",     "underbrace", "propto",     "approx",       "mathop"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_accent(std::string_view name) {
  static constexpr std::array<std::string_view, 18> kNames{
      "hat",    "tilde",   "bar",      "vec",        "dot", "ddot",     "widehat",   "widetilde", "mathbf",
      "mathbb", "mathcal", "mathfrak", "boldsymbol", "bm",  "overline", "underline", "mathsf",    "bf"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Length of a group "{...}" or of one character at `at`.
std::size_t argument_length(std::string_view tex, std::size_t at) {
  if (at >= tex.size()) return 0;
  if (tex[at] != '{') {
    if (tex[at] != '\\') return 1;
    std::size_t end = at + 1;
    while (end < tex.size() && is_letter(tex[end])) ++end;
    return std::max<std::size_t>(2, end - at);
  }
  int depth = 0;
  for (std::size_t i = at; i < tex.size(); ++i) {
    if (tex[i] == '{') ++depth;
    if (tex[i] == '}' && --depth == 0) return i - at + 1;
  }
  return tex.size() - at;
}

std::string without_blanks(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') result += c;
  }
  return result;
}

std::size_t skip_blanks(std::string_view tex, std::size_t at) {
  while (at < tex.size() && (tex[at] == ' ' || tex[at] == '\n' || tex[at] == '\t')) ++at;
  return at;
}

// Letters and named symbols, with an accent or a subscript where they have one, each once in order.
std::vector<std::string> symbols_of(std::string_view tex) {
  std::vector<std::string> symbols;
  std::size_t i = 0;
  while (i < tex.size() && symbols.size() < kMaxSymbols) {
    std::size_t end = i;
    if (tex[i] == '\\') {
      end = i + 1;
      while (end < tex.size() && is_letter(tex[end])) ++end;
      const std::string_view name = tex.substr(i + 1, end - i - 1);
      if (name.empty()) {
        i += 2;
        continue;
      }
      if (name == "text" || name == "textrm" || name == "mathrm" || name == "operatorname" ||
          name == "label" || name == "begin" || name == "end" || name == "tag") {
        i = skip_blanks(tex, end);
        i += argument_length(tex, i);
        continue;
      }
      if (is_plain_command(name)) {
        i = end;
        continue;
      }
      if (is_accent(name)) {
        end = skip_blanks(tex, end);
        end += argument_length(tex, end);
      }
    } else if (is_letter(tex[i])) {
      end = i + 1;
    } else {
      ++i;
      continue;
    }
    std::string symbol = without_blanks(tex.substr(i, end - i));
    const std::size_t mark = skip_blanks(tex, end);
    if (mark < tex.size() && tex[mark] == '_') {
      const std::size_t argument = skip_blanks(tex, mark + 1);
      const std::size_t length = argument_length(tex, argument);
      const std::string below = without_blanks(tex.substr(std::min(argument, tex.size()), length));
      if (below.size() <= 24) symbol += "_" + below;
      end = std::min(argument + length, tex.size());
    }
    if (std::find(symbols.begin(), symbols.end(), symbol) == symbols.end())
      symbols.push_back(std::move(symbol));
    i = std::max(end, i + 1);
  }
  return symbols;
}

}  // namespace

void fill_equation(Equation& equation, std::string_view tex) {
  tex = trim(tex);
  equation.latex_raw = std::string(tex);
  std::string_view inside = tex;
  std::string environment = unwrap_environment(inside);
  equation.env = environment.empty() ? "$$" : std::move(environment);
  equation.rows = split_rows(inside);
  for (std::string& row : equation.rows) {
    std::string number = take_argument(row, "\\tag{");
    if (number.empty()) number = take_argument(row, "\\tag*{");
    if (number.size() > 2 && number.front() == '(' && number.back() == ')')
      number = number.substr(1, number.size() - 2);
    const std::string label = take_argument(row, "\\label{");
    if (equation.number.empty()) equation.number = number;
    if (equation.label.empty()) equation.label = label;
    equation.row_numbers.push_back(number);
    equation.row_labels.push_back(label);
  }
  equation.latex = join(equation.rows, " \\\\\n");
  equation.symbols = symbols_of(equation.latex);
}

}  // namespace p2c::paper
