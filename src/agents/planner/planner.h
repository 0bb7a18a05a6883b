// The Planner: from the Paper document to requirements, figure graphs, plan and config (spec 4.1).
#pragma once

#include <string>

#include "artefacts/config.h"
#include "artefacts/figure_graph.h"
#include "artefacts/plan.h"
#include "artefacts/requirement.h"
#include "llm/caller.h"
#include "paper/paper_doc.h"

namespace p2c::agents {

struct PlannerOptions {
  std::string framework = "pytorch";  // pytorch, jax, hf
  int jobs = 1;
};

struct PlannerResult {
  artefacts::Requirements requirements;
  artefacts::FigureGraphs figures;
  artefacts::Plan plan;
  artefacts::Config config;
};

// Calls P1 (parallel, one a chunk), P2, P4 (files; then contract), P5, P6 with their gates. P3 is done by code from captions
// and the text inside vector figures. Errors: gate with the failing items when neither re-asks nor code could mend them;
// whatever the caller throws.
PlannerResult plan_repository(const paper::PaperDoc& paper, const PlannerOptions& options, llm::Caller& caller);

}  // namespace p2c::agents
