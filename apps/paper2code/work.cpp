// Builds the model from the options, runs the pipeline, prints the outcome.
#include "work.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "llm/chat_model.h"
#include "llm/model_quirks.h"
#include "run/check.h"

namespace p2c::cli {
namespace {

constexpr const char* kWantedLevel = "L3";  // below it the repository does not run its own smoke profile

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::unique_ptr<llm::ChatModel> make_model(const WorkOptions& options) {
  if (!options.run.recorded.empty()) return llm::make_recorded_model(options.run.recorded);
  // Reading asks no model, so no name is needed to get that far.
  if (options.run.model.empty() && options.run.until != "ingest") {
    throw Error(
        ErrorCode::usage, "no model is named",
        {.hint = "Give --model NAME (and --base-url URL for an endpoint of your own), or --recorded DIR."});
  }
  if (!options.run.base_url.starts_with("http://") && !options.run.base_url.starts_with("https://")) {
    throw Error(
        ErrorCode::usage, "is no address of an endpoint",
        {.subject = "--base-url", .found = options.run.base_url, .expected = "http://... or https://..."});
  }
  if (options.run.budget.max_usd > 0 && !options.run.model.empty() && !llm::model_quirks(options.run.model).price) {
    throw Error(ErrorCode::usage, "the price of this model is not known, so a cap in money cannot hold",
                {.subject = "--budget-usd", .found = options.run.model, .hint = "Give --budget-tokens N instead."});
  }
  llm::OpenAiOptions model;
  model.base_url = options.run.base_url;
  model.api_key = environment("OPENAI_API_KEY");
  model.model = options.run.model.empty() ? "none" : options.run.model;
  model.max_retries = options.retries;
  model.context_tokens = options.run.context_tokens;
  model.max_output_tokens = options.run.max_output_tokens;
  model.idle_timeout_ms = static_cast<std::int64_t>(options.timeout_s * 1000);
  model.total_timeout_ms = std::max(model.total_timeout_ms, model.idle_timeout_ms);
  return llm::make_openai_model(model);
}

std::string spent_line(const artefacts::RunTotals& totals) {
  std::string text = fmt::format("{} calls", totals.calls);
  if (totals.cache_hits > 0) text += fmt::format(" and {} answered from the journal", totals.cache_hits);
  text += fmt::format(", {} tokens in, {} out, ", totals.tokens_in, totals.tokens_out);
  text += totals.cost ? fmt::format("{:.2f} USD", *totals.cost) : std::string("price unknown");
  return text + ", " + format_duration(std::chrono::milliseconds(totals.wall_ms));
}

const artefacts::StageRecord* next_stage(const artefacts::RunRecord& record) {
  for (const artefacts::StageRecord& stage : record.stages) {
    if (stage.state != "done") return &stage;
  }
  return nullptr;
}

int print_outcome(const Output& output, const run::RunOutcome& outcome, const run::RunOptions& options) {
  const std::string directory = options.directory.string();
  const artefacts::StageRecord* next = next_stage(outcome.record);
  const bool reached = next != nullptr || run::level_reached(outcome.level, kWantedLevel);
  output.line("run         " + directory);
  if (!outcome.repo.empty()) output.line("repository  " + outcome.repo.string());
  if (!outcome.report.empty()) output.line("report      " + outcome.report.string());
  if (next == nullptr)
    output.line("level       " + (outcome.level.empty() ? std::string("none") : outcome.level));
  output.line((options.recorded.empty() ? "spent       " : "replayed    ") + spent_line(outcome.record.totals));
  if (next != nullptr)
    output.line(fmt::format("next        {}: paper2code resume {}", next->name, directory));
  output.result(Json{{"directory", directory},
                     {"repository", outcome.repo.string()},
                     {"report", outcome.report.string()},
                     {"level", outcome.level},
                     {"next", next != nullptr ? next->name : ""},
                     {"totals", artefacts::to_json(outcome.record.totals)},
                     {"exit", reached ? 0 : 1}});
  return reached ? 0 : 1;
}

}  // namespace

void add_work_options(CLI::App& command, WorkOptions& options) {
  run::RunOptions& run = options.run;
  command
      .add_option("--base-url", run.base_url,
                  "OpenAI-compatible endpoint (default: OPENAI_BASE_URL, else OpenAI's)")
      ->type_name("URL");
  command.add_option("--model", run.model, "Name of the model at that endpoint")->type_name("NAME");
  command
      .add_option("--context", run.context_tokens,
                  "What the model can hold, in tokens (default: a table of known models, else 32768)")
      ->type_name("N")
      ->check(CLI::Range(4'096, 100'000'000));
  command
      .add_option("--max-output", run.max_output_tokens,
                  "What the model can answer at once, in tokens (default: the same table, else 8192)")
      ->type_name("N")
      ->check(CLI::Range(1'024, 10'000'000));
  command
      .add_option("--recorded", run.recorded, "Answer from recorded replies in DIR instead of an endpoint")
      ->type_name("DIR");
  command
      .add_option("--budget-usd", run.budget.max_usd,
                  "Stop before spending more than X US dollars; 0: no cap")
      ->type_name("X")
      ->check(CLI::Range(0.0, 1e6));
  command
      .add_option("--budget-tokens", run.budget.max_tokens,
                  "Stop before using more than N tokens, in and out; 0: no cap")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000'000}));
  command.add_option("--max-rounds", run.max_rounds, "Repair rounds after the first emission (default 5)")
      ->type_name("N")
      ->check(CLI::Range(0, 50));
  command.add_option("--until", run.until, "Stop after this stage: " + join(run::kStages, ", "))
      ->type_name("STAGE")
      ->check(CLI::IsMember(run::kStages));
  command.add_option("--jobs", run.jobs, "Model calls under way at the same time (default 4)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  command
      .add_option("--timeout", options.timeout_s, "Longest silence of the endpoint in seconds (default 300)")
      ->type_name("S")
      ->check(CLI::Range(1.0, 86'400.0));
  command
      .add_option("--retries", options.retries,
                  "Tries after a failed request, with growing pauses (default 5)")
      ->type_name("N")
      ->check(CLI::Range(0, 100));
  add_output_options(command, options.output);
}

int work(const WorkOptions& given) {
  WorkOptions options = given;
  if (options.run.base_url.empty()) options.run.base_url = environment("OPENAI_BASE_URL");
  if (options.run.base_url.empty()) options.run.base_url = llm::OpenAiOptions().base_url;
  Output output(options.output);
  const CancelToken cancel;
  cancel_on_signals(cancel);
  const auto model = make_model(options);
  try {
    const run::RunOutcome outcome = run::run_pipeline(options.run, *model, output.events(), cancel);
    output.finish_progress();
    return print_outcome(output, outcome, options.run);
  } catch (const Error& error) {
    output.finish_progress();
    if (error.code() != ErrorCode::cancelled) throw;
    throw Error(ErrorCode::cancelled, "stopped on request",
                {.hint = "Go on with: paper2code resume " + options.run.directory.string()});
  }
}

}  // namespace p2c::cli
