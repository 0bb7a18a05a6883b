// Figures, tables and algorithms of a PDF: their captions, and the lines that belong to their bodies.
#pragma once

#include <cstddef>
#include <vector>

#include "paper/captions.h"
#include "paper/pdf/heading_lines.h"
#include "paper/pdf/lines.h"

namespace p2c::paper {

struct PdfFloat {
  Caption caption;                         // its text is that of the first line
  std::vector<std::string> caption_lines;  // without kind and number
  int page = 0;
  Box area;                       // of the body on the page; for figures the place of the picture
  std::size_t anchor = 0;         // first line of the caption
  std::vector<std::size_t> body;  // lines of the layout, top to bottom
};

struct PdfFloats {
  std::vector<PdfFloat> list;  // in reading order of their captions
  std::vector<bool> taken;     // per line of the layout: part of a caption or a body
};

// Two floats beside each other on a page with one column ("Algorithm 1 ...   Algorithm 2 ..."): their lines,
// which poppler sees as one, are split, the left float first.
void split_side_by_side(PdfLayout& layout);

// `front_lines` lines at the start are the title and the authors, which no float may reach into.
PdfFloats find_floats(const PdfLayout& layout, const std::vector<HeadingLine>& headings,
                      std::size_t front_lines);

}  // namespace p2c::paper
