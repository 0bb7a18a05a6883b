// The LaTeX reader behind paper::read_latex, on any SourceTree.
#pragma once

#include <string_view>

#include "base/cancel.h"
#include "paper/latex/source_tree.h"
#include "paper/paper_doc.h"

namespace p2c::paper::latex {

// Errors: bad_input (no main file), not_found (main_file given and absent), limit, io, cancelled. Malformed
// TeX is no error: it is read as far as it goes, with warnings.
PaperDoc read_sources(SourceTree& sources, std::string_view main_file, const CancelToken& cancel = {});

}  // namespace p2c::paper::latex
