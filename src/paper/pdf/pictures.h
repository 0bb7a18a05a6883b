// Figures of a PDF cut out of its pages.
#pragma once

#include <filesystem>
#include <set>

#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/poppler.h"

namespace p2c::paper {

// Writes each figure's place on its page to `folder` and lists the files in doc.figures: PNG where the page
// is drawn (with the page as SVG cut to the place, when that is small), JPEG where it holds images
// (`image_pages`, 1-based). What cannot be cut out is a warning. Errors: io, disk_full, cancelled.
void cut_pictures(PdfDocument& document, const std::filesystem::path& pdf, const std::set<int>& image_pages,
                  const std::filesystem::path& folder, const ReadingTime& time, const CancelToken& cancel);

// A page as SVG shown only inside the box (points); empty when its root tells no size.
std::string cut_svg(std::string_view svg, const Box& box);

}  // namespace p2c::paper
