// Lines of text of a PDF in reading order: fragments joined by baseline, columns told apart, page furniture
// removed.
#pragma once

#include <string>
#include <vector>

#include "paper/paper_doc.h"
#include "paper/pdf/fragments.h"

namespace p2c::paper {

enum class Column { full, left, right };  // full: the only column of a page, or across both

struct TextLine {
  int page = 0;  // 1-based
  Column column = Column::full;
  Box box;
  double column_left = 0, column_right = 0;  // edges of the text column the line stands in
  double baseline = 0;
  double size = 0;        // font size of most of its letters
  std::string font;       // font of most of its letters
  double bold_share = 0;  // of its letters, 0 to 1
  double italic_share = 0;
  double maths_share = 0;
  double widest_gap = 0;  // between neighbouring fragments, in units of the font size
  int wide_gaps = 0;      // how many are wider than those of running text
  std::string text;       // words with inline "_{..}" and "^{..}" for lowered and raised small letters
  std::vector<PdfFragment> fragments;  // left to right
  bool prose = false;                  // a line of running text in the body font
  bool in_float = false;               // beside running text, see wraps.h
  bool small_caps = false;             // some of its words are set in small capitals
  bool run_in = false;                 // a title cut off the beginning of a paragraph, see run_in.h

  double height() const { return box.y1 - box.y0; }
};

struct PdfLayout {
  std::vector<TextLine>
      lines;  // reading order: pages, bands between full-width lines, columns, top to bottom
  double body_size = 10;
  std::string body_font;
  double leading = 12;            // usual distance of baselines in the body
  std::vector<Box> pages;         // page rectangles
  std::vector<double> text_tops;  // per page: lower edge of the running head, 0 without one
};

// Reading order of all sheets. Running heads, page numbers and margin line numbers are left out.
PdfLayout lay_out(std::vector<PdfSheet> sheets);

// Sorts the fragments and fills what follows from them: box, baseline, size, font, shares, gap and text.
void measure_line(TextLine& line);

// Tells which lines are running text, by their fonts and their place in the column.
void mark_prose(PdfLayout& layout);

// Fragments of one line (left to right) as text, small raised and lowered ones marked as ^{..} and _{..}.
std::string join_fragments(const std::vector<PdfFragment>& fragments, double baseline, double size);

}  // namespace p2c::paper
