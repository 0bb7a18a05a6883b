// Entries of a reference list printed as plain text.
#pragma once

#include <string>
#include <string_view>

#include "paper/paper_doc.h"

namespace p2c::paper {

// The label a reference starts with, "[12]", "[Kin14]" or "12.", taken off `text`; empty when there is none.
std::string take_reference_label(std::string_view& text);

// Year, arXiv id, DOI and addresses by pattern; authors, title and venue by the usual punctuation. `text` has
// no label. What is not recognised stays empty; raw is always kept.
BibEntry parse_reference(std::string_view text);

}  // namespace p2c::paper
