// Escaping of untrusted text for Markdown and HTML.
#include "base/markup.h"

#include <algorithm>

#include "base/text.h"

namespace p2c {

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : strip_control(repair_utf8(text))) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_escape(std::string_view text) {
  const std::string line = collapse_whitespace(strip_control(repair_utf8(text)));
  std::string out;
  out.reserve(line.size() + line.size() / 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '`':
        out += "\\`";
        break;
      case '!':
        out += next == '[' ? "\\!" : "!";
        break;
      case ']':
        out += next == '(' || next == '[' || next == ':' ? "\\]" : "]";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_cell(std::string_view text) {
  return replace_all(markdown_escape(text), "|", "\\|");
}

std::string markdown_code(std::string_view text) {
  const std::string line = replace_all(collapse_whitespace(strip_control(repair_utf8(text))), "|", "\\|");
  if (line.empty()) return {};
  std::size_t longest = 0, run = 0;
  for (const char c : line) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const std::string pad = line.front() == '`' || line.back() == '`' ? " " : "";
  return fence + pad + line + pad + fence;
}

std::string markdown_anchor(std::string_view heading) {
  std::string out;
  for (const char c : to_lower(heading)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (c & 0x80)) {
      out += c;
    } else if (c == ' ') {
      out += '-';
    }
  }
  return out;
}

}  // namespace p2c
