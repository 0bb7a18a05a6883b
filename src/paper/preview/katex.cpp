// KaTeX as text inside a page.
#include "paper/preview/katex.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxFile = 4u << 20;

// "src:url(fonts/X.woff2) format('woff2'),url(fonts/X.woff) ..." keeps its first, as data; browsers of the last ten years
// read WOFF2.
std::string with_fonts_inside(const std::string& style, const std::filesystem::path& folder) {
  constexpr std::string_view kStart = "src:url(";
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t start = style.find(kStart, at);
    if (start == std::string::npos) break;
    const std::size_t name_start = start + kStart.size(), name_end = style.find(')', name_start);
    const std::size_t end = style.find_first_of(";}", name_start);
    if (name_end == std::string::npos || end == std::string::npos || name_end > end) break;
    const std::string name = style.substr(name_start, name_end - name_start);
    out += style.substr(at, start - at);
    out += "src:url(data:font/woff2;base64," +
           base64(read_file(folder / "fonts" / std::filesystem::path(name).filename(), kMaxFile)) + ")";
    at = end;
  }
  return out + style.substr(at);
}

}  // namespace

Katex load_katex(const std::filesystem::path& folder) {
  if (folder.empty()) return {};
  try {
    Katex katex{read_file(folder / "katex.min.js", kMaxFile), {}};
    katex.style = with_fonts_inside(read_file(folder / "katex.min.css", kMaxFile), folder);
    if (contains(to_lower(katex.script), "</script") || contains(to_lower(katex.style), "</style")) return {};
    return katex;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace p2c::paper
