// What reading a paper leaves in a folder.
#pragma once

#include <filesystem>

#include "paper/paper_doc.h"

namespace p2c::paper {

// Writes paper.json and paper.md into `dir` (made when missing), each atomically; figures are there already
// when the paper was read with figures_dir = dir / "figures". Errors: io, disk_full.
void write_paper_outputs(const PaperDoc& doc, const std::filesystem::path& dir);

}  // namespace p2c::paper
