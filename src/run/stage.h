// One stage of a run, and what it is given. Stages read artefacts of earlier stages from the run directory
// and nothing else.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/event.h"
#include "llm/caller.h"
#include "run/pipeline.h"
#include "run/store.h"

namespace p2c::run {

struct StageContext {
  const RunOptions& options;  // `source` is resolved: absolute when it is a path
  Store& store;
  llm::Caller& caller;
  EventSink& events;
  const CancelToken& cancel;
};

struct Stage {
  std::string name;
  // Does the work and gives the artefacts to hash: files or folders inside the run directory. What it throws
  // ends the run. A stage that was interrupted runs again from its start, and finds its finished calls in the
  // journal.
  std::function<std::vector<std::string>(StageContext&)> run;
};

std::vector<std::string> run_ingest(StageContext& context);     // paper/
std::vector<std::string> run_planner(StageContext& context);    // plan/
std::vector<std::string> run_analyzer(StageContext& context);   // analysis/
std::vector<std::string> run_generator(StageContext& context);  // generated/, verify/snapshot0, repo/
std::vector<std::string> run_verify(StageContext& context);     // verify/, repairs in repo/
std::vector<std::string> run_report(StageContext& context);     // REPORT.md, report.html

// The six above, in the order of kStages.
std::vector<Stage> all_stages();

// run_pipeline() over any stages; the seam for tests.
RunOutcome run_stages(const RunOptions& options, const std::vector<Stage>& stages, llm::ChatModel& model,
                      EventSink& events, const CancelToken& cancel);

}  // namespace p2c::run
