// Where in the paper a block is, in a person's words.
#pragma once

#include <string>
#include <string_view>

#include "paper/paper_doc.h"

namespace p2c::artefacts {

// "§3.2", "Eq. 4, §3.2", "Table 1, §5", "Algorithm 2, §3": printed numbers where there are any, the block id
// where there are none. Plain text, not escaped. An unknown block is named by its id.
std::string place_of(const paper::PaperDoc& paper, std::string_view block_id);

}  // namespace p2c::artefacts
