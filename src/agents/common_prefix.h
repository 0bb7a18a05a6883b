// The stable first part of every Analyzer and Generator prompt: equal bytes over all calls of a stage, so that providers and
// local engines reuse their cache (spec 5.3 rule 3).
#pragma once

#include <string>

#include "artefacts/config.h"
#include "artefacts/plan.h"
#include "artefacts/requirement.h"
#include "paper/paper_doc.h"

namespace p2c::agents {

std::string common_prefix(const paper::PaperDoc& paper, const artefacts::Requirements& requirements, const artefacts::Plan& plan,
                          const artefacts::Config& config);

// "optimizer.lr: float = 0.001 | 0.001  # doc [R-012]" one line a key.
std::string config_overview(const artefacts::Config& config);

}  // namespace p2c::agents
