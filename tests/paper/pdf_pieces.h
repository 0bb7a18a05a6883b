// Pieces of text as poppler reports them, and rows of tables, for tests of layout.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "paper/pdf/fragments.h"
#include "paper/pdf/lines.h"

namespace p2c::paper {

// A fragment whose baseline is at y: poppler's boxes reach 80 % of their height above it. The font "Bold" is bold, those of TeX's are maths.
inline PdfFragment piece(double x0, double x1, double y, std::string text, double size = 10, std::string font = "Body") {
  PdfFragment fragment;
  const double height = 0.9 * size;
  fragment.box = {x0, y - 0.8 * height, x1, y + 0.2 * height};
  fragment.size = size;
  fragment.maths = font.starts_with("CM");
  fragment.bold = font == "Bold";
  fragment.font = std::move(font);
  fragment.text = std::move(text);
  return fragment;
}

// A line of page 1 whose fragments' baselines are given from y.
inline TextLine table_row(double y, std::vector<PdfFragment> fragments) {
  TextLine line;
  line.page = 1;
  for (PdfFragment& fragment : fragments) {
    fragment.box.y0 += y;
    fragment.box.y1 += y;
  }
  line.fragments = std::move(fragments);
  measure_line(line);
  return line;
}

}  // namespace p2c::paper
