// paper2code resume: goes on with a run.
#include <memory>
#include <string>

#include "command.h"
#include "run/pipeline.h"
#include "run/store.h"
#include "work.h"

namespace p2c::cli {
namespace {

constexpr const char* kText =
    "Everything is as the run was started, unless an option here says otherwise; --until is not kept, so the "
    "run goes on to\n"
    "its end. Finished stages stay; finished calls of the interrupted stage come from the journal. With "
    "another --max-rounds\n"
    "than before, verification starts again from the first emission.\n"
    "\nExamples:\n"
    "  paper2code resume fingerprints-run\n"
    "  paper2code resume fingerprints-run --budget-usd 5 --jobs 8";

// What was given on this command line goes over what the run was started with.
run::RunOptions merged(const CLI::App& command, const run::RunOptions& given,
                       const std::filesystem::path& directory) {
  run::RunOptions options = run::stored_options(directory);
  const auto is_given = [&](const char* name) { return command.count(name) > 0; };
  options.until = given.until;
  if (is_given("--base-url")) options.base_url = given.base_url;
  if (is_given("--model")) options.model = given.model;
  if (is_given("--context")) options.context_tokens = given.context_tokens;
  if (is_given("--max-output")) options.max_output_tokens = given.max_output_tokens;
  if (is_given("--recorded")) options.recorded = given.recorded;
  // An endpoint that is named now is meant to be asked, also when the run began as a replay.
  if (!is_given("--recorded") && (is_given("--base-url") || is_given("--model"))) options.recorded.clear();
  if (is_given("--budget-usd")) options.budget.max_usd = given.budget.max_usd;
  if (is_given("--budget-tokens")) options.budget.max_tokens = given.budget.max_tokens;
  if (is_given("--jobs")) options.jobs = given.jobs;
  if (is_given("--max-rounds") && given.max_rounds != options.max_rounds) {
    options.max_rounds = given.max_rounds;
    run::Store::open(directory, false)->reset_stage("verify");
  }
  return options;
}

}  // namespace

void add_resume(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<WorkOptions>();
  CLI::App* command = app.add_subcommand("resume", "Go on with a run that stopped");
  command->add_option("DIR", options->run.directory, "The run directory")->required();
  add_work_options(*command, *options);
  command->footer(footer(kText, kWorkExitCodes));
  command->callback([options, command, &chosen] {
    chosen = [options, command] {
      WorkOptions work_options = *options;
      work_options.run = merged(*command, options->run, options->run.directory);
      return work(work_options);
    };
  });
}

}  // namespace p2c::cli
