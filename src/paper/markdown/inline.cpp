// Reads single lines of Markdown.
#include "paper/markdown/inline.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace p2c::paper {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::size_t list_marker(std::string_view text) {
  if (text.starts_with("- ") || text.starts_with("* ") || text.starts_with("+ ")) return 2;
  if (text.starts_with("• ")) return std::string_view("• ").size();
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const bool marker = digits >= 1 && digits <= 3 && digits + 1 < text.size() &&
                      (text[digits] == '.' || text[digits] == ')') && text[digits + 1] == ' ';
  return marker ? digits + 2 : 0;
}

int heading_marks(std::string_view text) {
  std::size_t marks = 0;
  while (marks < text.size() && text[marks] == '#') ++marks;
  return marks >= 1 && marks <= 6 && marks < text.size() && text[marks] == ' ' ? static_cast<int>(marks) : 0;
}

std::string heading_text(std::string_view text) {
  text = trim(text.substr(static_cast<std::size_t>(heading_marks(text))));
  while (text.ends_with("#")) text.remove_suffix(1);
  return replace_all(std::string(trim(text)), "**", "");
}

std::optional<ImageLink> image_of(std::string_view line) {
  const std::string_view text = trim(line);
  if (!text.starts_with("![") || !text.ends_with(")")) return std::nullopt;
  const std::size_t middle = text.find("](");
  if (middle == std::string_view::npos) return std::nullopt;
  std::string_view path = text.substr(middle + 2, text.size() - middle - 3);
  if (path.starts_with("<")) {
    path = path.substr(1, path.find('>') - 1);
  } else {
    path = path.substr(0, path.find_first_of(" \t"));
  }
  return ImageLink{std::string(text.substr(2, middle - 2)), std::string(path)};
}

std::string plain_inline(std::string_view text) {
  std::string result;
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '$' || c == '`') {
      const std::size_t end = text.find(c, i + 1);
      if (end != std::string_view::npos) {
        result += text.substr(i, end - i + 1);
        i = end + 1;
        continue;
      }
    }
    if (c == '[') {
      const std::size_t close = text.substr(0, std::min(text.size(), i + 300)).find("](", i);
      const std::size_t end = close == std::string_view::npos
                                  ? close
                                  : text.substr(0, std::min(text.size(), close + 600)).find(')', close);
      const bool nested = close != std::string_view::npos &&
                          text.substr(i + 1, close - i - 1).find('[') != std::string_view::npos;
      if (end != std::string_view::npos && !nested) {
        const std::string_view label = text.substr(i + 1, close - i - 1);
        const std::string_view target = text.substr(close + 2, end - close - 2);
        if (!result.empty() && result.back() == '!') result.pop_back();
        result += label;
        if (target.starts_with("http") && label != target) result += fmt::format(" ({})", target);
        i = end + 1;
        continue;
      }
    }
    if (text.substr(i).starts_with("**")) {
      i += 2;
      continue;
    }
    if (c == '\\' && i + 1 < text.size() &&
        std::string_view("*_#[]`<>").find(text[i + 1]) != std::string_view::npos) {
      result += text[i + 1];
      i += 2;
      continue;
    }
    result += c;
    ++i;
  }
  return collapse_whitespace(result);
}

}  // namespace p2c::paper
