// LaTeX sources of one or two files: the first, then after a NUL byte a file "b.tex" that it may include.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unordered_set>

#include "base/error.h"
#include "paper/latex/read_latex.h"
#include "paper/latex/source_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 50'000) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = bytes.find('\0');
  std::vector<std::pair<std::string, std::string>> files = {
      {"main.tex", bytes.substr(0, cut)}, {"b.tex", cut == std::string::npos ? "" : bytes.substr(cut + 1)}};
  try {
    p2c::paper::latex::SourceTree sources(std::move(files));
    const p2c::paper::PaperDoc doc = p2c::paper::latex::read_sources(sources, "main.tex");
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < doc.blocks.size(); ++i) {
      const auto& block = doc.blocks[i];
      if (!seen.insert(block.id).second || block.order != i)
        std::abort();  // ids are unique, order is the position
      if (!block.parent.empty() && !seen.contains(block.parent))
        std::abort();  // a parent stands before its children
      if (block.span.start > block.span.end) std::abort();
    }
  } catch (const p2c::Error&) {
    // a refusal with a reason is a fine answer
  }
  return 0;
}
