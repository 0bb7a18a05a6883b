// Title and authors from the first page of a PDF.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "paper/pdf/heading_lines.h"
#include "paper/pdf/lines.h"

namespace p2c::paper {

struct FrontMatter {
  std::string title;
  std::vector<std::string> authors;   // best effort
  std::vector<std::string> abstract;  // lines of one that has no heading of its own: "Abstract—We show ..."
  std::size_t lines = 0;              // how many lines of the layout it takes
};

// The largest letters before the first heading are the title; names are looked for below it.
FrontMatter read_front_matter(const PdfLayout& layout, const std::vector<HeadingLine>& headings);

}  // namespace p2c::paper
