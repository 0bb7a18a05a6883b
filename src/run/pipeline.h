// The pipeline as a resumable run: ingest, planner, analyzer, generator, verify, report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "artefacts/run_record.h"
#include "base/cancel.h"
#include "base/event.h"
#include "llm/caller.h"
#include "llm/chat_model.h"

namespace p2c::run {

inline const std::vector<std::string> kStages = {"ingest", "planner", "analyzer", "generator", "verify", "report"};

struct RunOptions {
  std::string source;                 // as the user named it
  std::filesystem::path directory;
  std::string framework = "pytorch";
  std::string base_url, model;        // recorded in the run; the key never is
  std::string recorded;               // folder of recorded replies; empty: the endpoint
  llm::Budget budget;
  int max_rounds = 5;
  std::string until;                  // last stage to run; empty: all
  int jobs = 4;
};
Json to_json(const RunOptions& options);
RunOptions run_options_from_json(const Json& json);

struct RunOutcome {
  std::string level;                  // highest level reached, "" when verification did not run
  std::filesystem::path repo, report;
  artefacts::RunRecord record;
};

// Starts or goes on: finished stages with intact artefacts are skipped, finished calls come from the journal. `model` is
// made by the caller from the options, so that tests can give their own. Errors: whatever stages throw, after run.json and
// the store say where it stopped.
RunOutcome run_pipeline(const RunOptions& options, llm::ChatModel& model, EventSink& events, const CancelToken& cancel);

// The readable record from the store alone.
artefacts::RunRecord read_run_record(const std::filesystem::path& directory);

}  // namespace p2c::run
