// KaTeX, the library that draws formulas in a browser, made part of a page: script, style and fonts as text.
#pragma once

#include <filesystem>
#include <string>

namespace p2c::paper {

struct Katex {
  std::string script, style;  // style with its fonts inside as data URLs
  bool found() const { return !script.empty(); }
};

// Reads katex.min.js, katex.min.css and the .woff2 fonts of `folder`. Whatever is missing or larger than 4 MiB makes the
// result empty: a page without formulas drawn is better than none.
Katex load_katex(const std::filesystem::path& folder);

}  // namespace p2c::paper
