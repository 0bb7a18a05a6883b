// Reading LaTeX given as strings, for the tests of the LaTeX reader.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "paper/latex/read_latex.h"
#include "paper/latex/source_tree.h"
#include "paper/paper_doc.h"

namespace p2c::paper::latex {

using Files = std::vector<std::pair<std::string, std::string>>;

inline PaperDoc read_files(Files files, std::string_view main_file = {}) {
  SourceTree sources(std::move(files));
  return read_sources(sources, main_file);
}

// A document with the given preamble and body.
inline PaperDoc read_body(const std::string& body, const std::string& preamble = {}) {
  return read_files({{"main.tex", "\\documentclass{article}\n" + preamble + "\\begin{document}\n" + body +
                                      "\n\\end{document}\n"}});
}

// Text of the blocks of a type, in order.
inline std::vector<std::string> texts(const PaperDoc& doc, BlockType type) {
  std::vector<std::string> out;
  for (const Block& block : doc.blocks) {
    if (block.type == type) out.push_back(block.text);
  }
  return out;
}

inline std::vector<std::string> ids(const PaperDoc& doc) {
  std::vector<std::string> out;
  for (const Block& block : doc.blocks) out.push_back(block.id);
  return out;
}

// The text of the only paragraph of a document.
inline std::string text_of(const std::string& body, const std::string& preamble = {}) {
  const PaperDoc doc = read_body(body, preamble);
  std::string out;
  for (const std::string& text : texts(doc, BlockType::paragraph)) out += (out.empty() ? "" : "|") + text;
  return out;
}

inline bool warned(const PaperDoc& doc, std::string_view part) {
  return std::any_of(doc.warnings.begin(), doc.warnings.end(),
                     [&](const Warning& w) { return contains(w.message, part); });
}

}  // namespace p2c::paper::latex
