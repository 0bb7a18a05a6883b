// Reads plain-text headings.
#include "paper/headings.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace p2c::paper {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_roman(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("IVX") == std::string_view::npos;
}

// Length of ".12" groups from `at`; a section number has at most two digits a part and five parts.
std::size_t parts_length(std::string_view text, std::size_t at, int& parts) {
  const std::size_t start = at;
  while (parts < 5 && at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    std::size_t end = at + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - at > 3) break;
    at = end;
    ++parts;
  }
  return at - start;
}

std::string plain_title(std::string_view title) {
  std::string text = to_lower(collapse_whitespace(title));
  while (!text.empty() && (text.back() == ':' || text.back() == '.')) text.pop_back();
  return text;
}

template <std::size_t N>
bool is_one_of(std::string_view title, const std::array<std::string_view, N>& titles) {
  const std::string text = plain_title(title);
  return std::find(titles.begin(), titles.end(), text) != titles.end();
}

// "Appendix B: Title" and "Appendix B" without a title.
bool take_appendix(std::string_view text, Heading& heading) {
  if (!starts_with_nocase(text, "appendix ")) return false;
  const std::string_view rest = trim(text.substr(9));
  if (rest.empty() || !is_capital(rest[0])) return false;
  int parts = 1;
  const std::size_t length = 1 + parts_length(rest, 1, parts);
  if (rest.size() > length && std::string_view(" .:-").find(rest[length]) == std::string_view::npos)
    return false;
  heading.number = std::string(rest.substr(0, length));
  heading.level = parts;
  heading.lettered = true;
  const std::size_t title = rest.find_first_not_of(" .:-", length);
  heading.title = title == std::string_view::npos ? std::string(text) : std::string(rest.substr(title));
  return true;
}

}  // namespace

Heading split_heading(std::string_view raw, bool letters) {
  const std::string collapsed = collapse_whitespace(raw);
  const std::string_view text = collapsed;
  Heading heading;
  heading.title = collapsed;
  if (text.empty() || take_appendix(text, heading)) return heading;
  std::size_t length = 0;
  int parts = 1;
  bool lettered = false, roman = false;
  if (is_digit(text[0])) {
    length = text.size() > 1 && is_digit(text[1]) ? 2 : 1;
    length += parts_length(text, length, parts);
  } else if (is_capital(text[0])) {
    const std::size_t word = std::min(text.find_first_not_of("IVX"), text.size());
    const std::size_t after = word > 0 ? word : 1;
    roman = word > 0 && is_roman(text.substr(0, word)) && text.substr(after).starts_with(". ");
    length = roman ? word : 1;
    lettered = !roman;
    if (lettered) length += parts_length(text, 1, parts);
    const bool bare_letter = lettered && parts == 1;
    if (bare_letter && !letters && !text.substr(1).starts_with(". ")) return heading;
  } else {
    return heading;
  }
  std::size_t at = length;
  if (at < text.size() && (text[at] == '.' || text[at] == ':')) ++at;
  if (at >= text.size() || text[at] != ' ') return heading;
  const std::string_view title = trim(text.substr(at));
  // "3 2 1" or "5 %" is no heading: a title has a letter near its start.
  if (title.empty() || is_digit(title[0]) ||
      std::string_view("%.,;:=+*/<>|").find(title[0]) != std::string_view::npos) {
    return heading;
  }
  heading.number = std::string(text.substr(0, length));
  heading.title = std::string(title);
  heading.level = parts;
  heading.lettered = lettered;
  heading.roman = roman;
  return heading;
}

bool is_abstract_title(std::string_view title) {
  return plain_title(title) == "abstract";
}

bool is_references_title(std::string_view title) {
  static constexpr std::array<std::string_view, 4> kTitles{"references", "bibliography", "literature cited",
                                                           "reference"};
  return is_one_of(title, kTitles);
}

bool is_appendix_title(std::string_view title) {
  const std::string text = plain_title(title);
  return text == "appendix" || text == "appendices" || text.starts_with("supplementary") ||
         text.starts_with("supplemental") || text.starts_with("appendix ") || text == "supplement";
}

bool is_known_title(std::string_view title) {
  static constexpr std::array<std::string_view, 34> kTitles{"abstract",
                                                            "introduction",
                                                            "related work",
                                                            "related works",
                                                            "background",
                                                            "preliminaries",
                                                            "preliminary",
                                                            "method",
                                                            "methods",
                                                            "methodology",
                                                            "approach",
                                                            "proposed method",
                                                            "model",
                                                            "model architecture",
                                                            "training",
                                                            "experiments",
                                                            "experimental setup",
                                                            "experimental results",
                                                            "evaluation",
                                                            "results",
                                                            "analysis",
                                                            "ablation study",
                                                            "discussion",
                                                            "limitations",
                                                            "conclusion",
                                                            "conclusions",
                                                            "future work",
                                                            "acknowledgments",
                                                            "acknowledgements",
                                                            "acknowledgment",
                                                            "references",
                                                            "bibliography",
                                                            "appendix",
                                                            "supplementary material"};
  return is_one_of(title, kTitles);
}

int HeadingLevels::level_of(const Heading& heading, int fallback) {
  if (heading.number.empty()) return last_ = std::max(1, fallback);
  if (heading.roman && (heading.number.size() > 1 || heading.number == "I" || roman_)) {
    roman_ = true;
    return last_ = 1;
  }
  if (roman_ && heading.level == 1) return last_ = heading.lettered || heading.roman ? 2 : 3;
  return last_ = heading.level;
}

bool HeadingLevels::begins_appendix(const Heading& heading) const {
  return heading.lettered && !roman_;
}

}  // namespace p2c::paper
