// Where a block was read, and what stands there: lines of a source text, or a piece of a PDF page.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "paper/paper_doc.h"

namespace p2c::paper {

class Places {
 public:
  Places(const PaperDoc& doc, const std::filesystem::path& sources_dir, const CancelToken& cancel);

  // "main.tex, lines 12 to 30", "page 4", or "" when the block has no place.
  std::string name(const Block& block) const;
  // HTML of what stands at the place: <pre> with the source, at most kMaxExcerpt bytes, or a cut of the page's picture;
  // "" when the source is not there.
  std::string excerpt(const Block& block) const;
  // CSS that the cuts need: every page's picture once.
  const std::string& style() const { return style_; }

  static constexpr std::size_t kMaxExcerpt = 6'000;
  static constexpr int kMaxPages = 60;

 private:
  struct Text {
    std::string bytes;
    std::vector<std::size_t> line_starts;
    std::size_t line_of(std::size_t offset) const;  // 1-based
  };
  void draw_pages(const std::filesystem::path& pdf, const CancelToken& cancel);

  std::map<std::string, Text> texts_;
  std::map<int, bool> pages_;
  std::string style_;
};

}  // namespace p2c::paper
