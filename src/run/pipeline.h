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

inline const std::vector<std::string> kStages = {"ingest",    "planner", "analyzer",
                                                 "generator", "verify",  "report"};

struct RunOptions {
  std::string source;  // as the user named it
  std::filesystem::path directory;
  std::string framework = "pytorch";
  std::string base_url, model;  // recorded in the run; the key never is
  // What the model can hold and give, in tokens; 0: as its name says.
  std::int64_t context_tokens = 0, max_output_tokens = 0;
  std::string recorded;         // folder of recorded replies; empty: the endpoint
  llm::Budget budget;
  int max_rounds = 5;
  std::string until;  // last stage to run; empty: all
  int jobs = 4;
};
// Without `directory`, which is where the JSON lies.
Json to_json(const RunOptions& options);
RunOptions run_options_from_json(const Json& json);

struct RunOutcome {
  std::string level;                   // highest level reached, "" when verification did not run
  std::filesystem::path repo, report;  // empty when not there yet
  artefacts::RunRecord record;
};

// Starts or goes on: finished stages with intact artefacts are skipped, finished calls come from the journal.
// `model` is made by the caller from the options, so that tests can give their own. Errors: usage when the
// directory holds a run of another source or framework, or an unknown stage or framework is named; whatever
// stages throw, after run.json and the store say where it stopped.
RunOutcome run_pipeline(const RunOptions& options, llm::ChatModel& model, EventSink& events,
                        const CancelToken& cancel);

// The options of the last start in this directory, with source and recording as absolute paths, so that a run
// can be resumed from anywhere. Errors: as Store::open.
RunOptions stored_options(const std::filesystem::path& directory);

// The readable record from the store alone.
artefacts::RunRecord read_run_record(const std::filesystem::path& directory);

// Renders REPORT.md and report.html again from the artefacts of a verified run. Errors: busy; not_found when
// verification has not run; io.
void render_report(const std::filesystem::path& directory);

}  // namespace p2c::run
