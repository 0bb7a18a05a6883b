// A paper written in, or converted to, Markdown (CommonMark with $$ formulas, pipe and HTML tables).
#pragma once

#include <string>
#include <string_view>

#include "paper/paper_doc.h"

namespace p2c::paper {

// `text` is UTF-8, `file` the name used in spans and warnings. Never fails: what it cannot read becomes a
// paragraph. The first heading is the title, a section Abstract the abstract, a section References the
// bibliography.
PaperDoc parse_markdown(std::string_view text, const std::string& file);

}  // namespace p2c::paper
