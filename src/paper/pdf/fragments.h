// Pieces of text of a PDF in one font each, with places and fonts, as poppler's "pdftohtml -xml" prints them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

struct PdfFragment {
  Box box;           // points, origin at the top left
  double size = 0;   // font size in points
  std::string font;  // family without the subset prefix: "NimbusRomNo9L-Regu", "CMMI10"
  bool bold = false, italic = false;
  bool maths = false;  // one of TeX's or the common maths fonts
  std::string text;
  std::string tex;  // of a part of a formula put together from several pieces; else empty

  // Where the letters stand: poppler's boxes reach from the ascent to the descent of the font.
  double baseline() const { return box.y1 - 0.2 * (box.y1 - box.y0); }
};

// The smallest box around both, or around all of at least one.
Box united(const Box& a, const Box& b);
Box box_of(const std::vector<PdfFragment>& fragments);
// In points; 0 of none.
double largest_size(const std::vector<PdfFragment>& fragments);

// The font of letters that OCR read: it knows none.
inline constexpr std::string_view kOcrFont = "ocr";

// A thin horizontal line, points.
struct PdfRule {
  double x0 = 0, x1 = 0, y = 0;
};

struct PdfSheet {
  double width = 0, height = 0;  // points
  std::vector<PdfFragment> fragments;
  std::vector<PdfRule> rules = {};  // where the page was drawn, see rules.h
};

struct PdfOutlineItem {
  std::string title;
  int level = 1;
  int page = 0;  // 1-based
};

struct PdfPieces {
  std::vector<PdfSheet> sheets;
  std::vector<PdfOutlineItem> outline;
  std::size_t left_out = 0;  // fragments beyond the limits
};

// Limits on what is kept; what lies beyond is dropped.
inline constexpr std::size_t kMaxPdfFragments = 400'000;
inline constexpr std::size_t kMaxPageFragments = 8'000;
inline constexpr std::size_t kMaxOutlineItems = 5'000;

// Parses the XML; `zoom` is the one poppler was given. Rotated text (boxes without width) and blank pieces
// are dropped, ligatures opened, accents set before their letter composed with it. Never throws on bad input.
PdfPieces parse_pdf_xml(std::string_view xml, double zoom);

// "G´omez" as "Gómez": spacing accents that TeX's old fonts put before the letter, and dotless i and j under
// them.
std::string compose_accents(std::string_view text);

}  // namespace p2c::paper
