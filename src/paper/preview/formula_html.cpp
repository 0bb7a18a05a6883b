// Formulas for the page's script.
#include "paper/preview/formula_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/markup.h"
#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxInline = 4'000;

std::size_t next_dollar(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '$') {
      return i;
    }
  }
  return std::string_view::npos;
}

// What drawing does not know and does not need.
std::string drawable(std::string latex) {
  for (const std::string_view gone : {"\\nonumber", "\\notag", "\\displaybreak", "\\allowdisplaybreaks"}) latex = replace_all(std::move(latex), gone, "");
  return latex;
}

}  // namespace

std::string text_html(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = next_dollar(text, at);
    const std::size_t close = open == std::string_view::npos ? open : next_dollar(text, open + 1);
    if (close == std::string_view::npos || close - open > kMaxInline) break;
    out += html_escape(replace_all(std::string(text.substr(at, open - at)), "\\$", "$"));
    if (close > open + 1) out += "<span class=\"tex\">" + html_escape(text.substr(open + 1, close - open - 1)) + "</span>";
    at = close + 1;
  }
  return out + html_escape(replace_all(std::string(text.substr(at)), "\\$", "$"));
}

std::string equation_html(const Block& block, const Equation* equation) {
  std::string latex = equation != nullptr && !equation->latex.empty() ? equation->latex : block.latex.empty() ? block.text : block.latex;
  const std::string_view env = equation != nullptr ? std::string_view(equation->env) : std::string_view();
  std::vector<std::string> numbers;
  if (equation != nullptr) {
    for (const std::string& number : equation->row_numbers) {
      if (!number.empty()) numbers.push_back("(" + number + ")");
    }
  }
  const std::string& whole = equation != nullptr && !equation->number.empty() ? equation->number : block.number;
  if (numbers.empty() && !whole.empty()) numbers.push_back("(" + whole + ")");
  latex = drawable(std::move(latex));
  const bool rows = contains(latex, "\\\\") || contains(latex, "&");
  const bool has_environment = starts_with_nocase(trim(latex), "\\begin{aligned") || starts_with_nocase(trim(latex), "\\begin{array");
  if (rows && !has_environment) {
    const std::string_view kind = env.starts_with("gather") || env.starts_with("multline") ? "gathered" : "aligned";
    latex = env.starts_with("eqnarray") ? "\\begin{array}{rcl}" + latex + "\\end{array}" : fmt::format("\\begin{{{0}}}{1}\\end{{{0}}}", kind, latex);
  }
  const bool lossy = equation != nullptr && equation->lossy;
  return fmt::format("<div class=\"equation\"><div class=\"tex display\">{}</div><div class=\"numbers\">{}</div></div>{}", html_escape(latex), html_escape(join(numbers, " ")),
                     lossy ? "<p class=\"links\">read from the page, best effort</p>" : "");
}

}  // namespace p2c::paper
