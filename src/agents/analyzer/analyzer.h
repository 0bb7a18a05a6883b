// The Analyzer: each method section into concrete decisions, one specification a file (spec 4.2).
#pragma once

#include <vector>

#include "agents/planner/planner.h"
#include "artefacts/analysis.h"

namespace p2c::agents {

struct AnalyzerResult {
  artefacts::SectionMap section_map;
  artefacts::Decisions decisions;
  std::vector<artefacts::FileSpec> specs;       // in build order, one for every planned module and script
  artefacts::Requirements requirements;         // the Planner's plus what A1 found uncovered
  artefacts::Config config;                     // the Planner's plus keys that file specifications asked for
};

// A1 (parallel, one a method section), A2 (parallel, one a file; signatures are the plan's), A3 (code) with targeted re-asks.
// Errors as plan_repository.
AnalyzerResult analyze(const paper::PaperDoc& paper, const PlannerResult& planned, int jobs, llm::Caller& caller);

}  // namespace p2c::agents
