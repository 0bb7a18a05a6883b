// Captions as plain text: "Figure 3: ...", "Table 2. ...", "Algorithm 1 ...".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paper/paper_doc.h"

namespace p2c::paper {

struct Caption {
  BlockType type = BlockType::figure;  // figure, table, algorithm or code (listing)
  std::string number;                  // "3", "A.1", "S2", "B"
  std::string text;                    // without kind, number and separator
};

// A colon, period or bar must follow the number ("Figure 3 shows" is prose), except for algorithms, whose
// title follows at once. nullopt for anything else.
std::optional<Caption> parse_caption(std::string_view text);

// A guess from caption and labels: architecture, flow, plot, sample or other.
std::string figure_role(const Figure& figure);

}  // namespace p2c::paper
