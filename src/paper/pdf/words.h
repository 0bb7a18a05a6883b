// The words of a PDF with their places, as poppler's "pdftotext -bbox-layout" prints them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

struct PdfWord {
  Box box;  // points, origin at the top left
  std::string text;
};

// Words poppler puts on one line of one block.
struct PdfLine {
  std::vector<PdfWord> words;
  Box box;        // around the words
  int block = 0;  // poppler's block, counted over the page
};

struct PdfPage {
  double width = 0, height = 0;  // points
  std::vector<PdfLine> lines;    // in poppler's order
};

// Limits on what is kept; what lies beyond is dropped.
inline constexpr std::size_t kMaxPdfPages = 2'000;
inline constexpr std::size_t kMaxPdfWords = 2'000'000;

// Parses the XHTML. Words without text or with boxes that are no numbers are dropped; never throws on bad
// input.
std::vector<PdfPage> parse_bbox_layout(std::string_view xhtml);

// "word word word" of a line.
std::string line_text(const PdfLine& line);

}  // namespace p2c::paper
