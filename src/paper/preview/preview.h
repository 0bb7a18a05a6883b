// preview.html: one self-contained page that shows a person what a reader understood of a paper, block by block,
// beside the place in the source each block was read from.
#pragma once

#include <filesystem>
#include <string>

#include "base/cancel.h"
#include "paper/paper_doc.h"

namespace p2c::paper {

struct PreviewOptions {
  // The files the paper was read from (ReadOptions::sources_dir). LaTeX and Markdown blocks show their source text,
  // PDF blocks the piece of the page. Empty: places are named, nothing is shown of them.
  std::filesystem::path sources_dir;
  std::filesystem::path figures_dir;  // exported pictures; empty: captions only
  // Folder with katex.min.js, katex.min.css and fonts/, e.g. of the Debian package libjs-katex. Without it formulas stay
  // TeX and the page says so.
  std::filesystem::path katex_dir = "/usr/share/javascript/katex";
  CancelToken cancel;
};

// The page. It loads nothing and runs only its own script: text of the paper cannot become markup, formulas are drawn
// with links, HTML and file commands of TeX switched off, pictures come as data. At most kMaxPreviewBytes: pictures that
// would go beyond are left out and named. Errors: cancelled.
inline constexpr std::size_t kMaxPreviewBytes = 64u << 20;
std::string render_preview(const PaperDoc& doc, const PreviewOptions& options);

}  // namespace p2c::paper
