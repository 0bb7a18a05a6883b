// Names of output folders when the person gives none.
#pragma once

#include <string>
#include <string_view>

namespace p2c::run {

// A short name for a source: "papers/neural-fingerprints/latex/main.tex" gives "neural-fingerprints", an
// arXiv link its identifier. Lower-case letters, digits, '.', '_' and '-'; at most 60 characters; never
// empty.
std::string short_name(std::string_view source);

}  // namespace p2c::run
