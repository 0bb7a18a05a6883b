// Horizontal rules of pages: the bars of fractions and roots, the lines of tables.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "paper/pdf/fragments.h"
#include "paper/pdf/poppler.h"

namespace p2c::paper {

// The rules of a page drawn as SVG by pdftocairo, top to bottom. Never throws on bad input.
std::vector<PdfRule> parse_rules(std::string_view svg);

// Draws the pages (1-based) and fills the rules of their sheets. Pages that cannot be drawn in time, or are
// larger than a drawing of text is, stay without. Errors: cancelled.
void read_rules(const std::filesystem::path& pdf, const std::vector<int>& pages, PdfPieces& pieces,
                const ReadingTime& time, const CancelToken& cancel);

}  // namespace p2c::paper
