// Pages that are pictures, read by tesseract.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "paper/pdf/fragments.h"
#include "paper/pdf/poppler.h"

namespace p2c::paper {

// Whether tesseract can be found in PATH.
bool has_ocr();

// Fills the sheets of `pages` (1-based) with what tesseract sees there; returns the pages that were read, in
// order. Pages are left out when the time is over or a program fails on them. Errors: cancelled.
std::vector<int> read_by_ocr(const std::filesystem::path& pdf, const std::vector<int>& pages,
                             PdfPieces& pieces, const ReadingTime& time, const CancelToken& cancel);

// The lines of tesseract's hOCR as fragments; `scale` is points for each pixel. Never throws on bad input.
std::vector<PdfFragment> parse_hocr(std::string_view hocr, double scale);

// Sizes measured on pictures vary from line to line: those near the size of most letters become it.
void settle_sizes(std::vector<PdfSheet*> sheets);

}  // namespace p2c::paper
