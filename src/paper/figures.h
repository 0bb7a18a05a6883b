// Pictures of a paper: their kind and size, the words inside vector ones, and their copies in the output.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "paper/paper_doc.h"

namespace p2c::paper {

// What the first bytes of a picture say: "pdf", "png", "jpg", "svg", "eps", or empty.
std::string picture_format(std::string_view bytes);

// Fills format and size of every figure file under `root`, and text_inside of vector figures (PDF through
// poppler's pdftotext, SVG from its text elements) where it is still empty; guesses roles not known yet.
// Files that are missing, too large (64 MiB), not inside `root` or not pictures get one warning each; they
// stay listed as they were. Errors: cancelled.
void inspect_figures(PaperDoc& doc, const std::filesystem::path& root, const CancelToken& cancel);

// Copies the figure files from `root` into `figures_dir` as "<figure id>-<name>" and sets their paths to
// that. Errors: io, disk_full, cancelled; what cannot be read is a warning.
void export_figures(PaperDoc& doc, const std::filesystem::path& root,
                    const std::filesystem::path& figures_dir, const CancelToken& cancel);

// Whether the file has been copied by export_figures, so that its path is relative to the output's figures/.
bool is_exported(const Figure& figure, const FigureFile& file);

}  // namespace p2c::paper
