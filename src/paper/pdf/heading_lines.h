// Which lines of a PDF are headings: by number, known title or outline, and by how they are set.
#pragma once

#include <vector>

#include "paper/headings.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/lines.h"

namespace p2c::paper {

struct HeadingLine {
  std::size_t first = 0, count = 1;  // lines of the layout: long headings are broken
  Heading heading;
  int level = 1;
  bool appendix = false;  // this heading begins the appendix
  bool run_in = false;    // text follows on its last line; level 4 without a number
};

// In reading order. Headings of the front matter (the paper's title) are not among them.
std::vector<HeadingLine> find_headings(const PdfLayout& layout, const std::vector<PdfOutlineItem>& outline);

}  // namespace p2c::paper
