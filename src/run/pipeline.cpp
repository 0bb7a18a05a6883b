// Drives the stages of a run and keeps the run's record.
#include "run/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "artefacts/layout.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "paper/reader.h"
#include "run/run_record.h"
#include "run/stage.h"
#include "run/store.h"

namespace p2c::run {
namespace {

namespace layout = artefacts::layout;

const std::vector<std::string> kFrameworks = {"pytorch", "jax", "hf"};

class StoreSink : public EventSink {
 public:
  explicit StoreSink(Store& store) : store_(store) {}
  void emit(Event event) override {
    try {
      store_.record_event(event);
    } catch (...) {  // out of memory: this one is not kept
    }
  }

 private:
  Store& store_;
};

// A relative path means something only from where it was typed.
std::string absolute_when_path(const std::string& name) {
  std::error_code error;
  if (name.empty() || !fs::exists(name, error)) return name;
  return fs::weakly_canonical(name).string();
}

void require_one_of(const std::string& value, const std::vector<std::string>& known,
                    const std::string& option) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  throw Error(ErrorCode::usage, "unknown value",
              {.subject = option, .found = value, .expected = join(known, ", ")});
}

// Remembers what this run is of, and refuses to mix two runs in one directory.
void identify(Store& store, const RunOptions& options, const std::string& source_path) {
  const auto known = store.meta("source_path");
  if (known) {
    if (known->get<std::string>() != source_path) {
      throw Error(ErrorCode::usage, "the folder holds a run of another source",
                  {.subject = options.directory.string(),
                   .found = known->get<std::string>(),
                   .expected = source_path,
                   .hint = "Give another folder with -o."});
    }
    const std::string framework = optional_string(store.meta("options").value(), "framework");
    if (framework != options.framework) {
      throw Error(ErrorCode::usage, "the folder holds a run for another framework",
                  {.subject = options.directory.string(),
                   .found = framework,
                   .expected = options.framework,
                   .hint = "Give another folder with -o."});
    }
  } else {
    store.set_meta("inputs", Json{{"source", options.source}});
  }
  RunOptions kept = options;
  kept.source = optional_string(store.meta("inputs").value(), "source");
  store.set_meta("options", to_json(kept));
  store.set_meta("recorded_path", absolute_when_path(options.recorded));
  store.set_meta("budgets",
                 Json{{"max_usd", options.budget.max_usd}, {"max_tokens", options.budget.max_tokens}});
  // Last, since it is what says that the rest is there: a kill may come between any two of these.
  if (!known) store.set_meta("source_path", source_path);
}

class Driver {
 public:
  Driver(const std::vector<Stage>& stages, StageContext context)
      : stages_(stages), context_(std::move(context)) {}

  void run() {
    for (const Stage& stage : stages_) {
      if (!context_.store.stage_done(stage.name)) run_stage(stage);
      if (stage.name == context_.options.until) return;
    }
  }

 private:
  void run_stage(const Stage& stage) {
    context_.cancel.check();
    context_.store.begin_stage(stage.name);
    emit(stage.name, "start", Json::object());
    try {
      const std::vector<std::string> artefacts = stage.run(context_);
      context_.store.finish_stage(stage.name, artefacts);
      // The record first: who sees the end of a stage finds it told in run.json.
      save_record();
      emit(stage.name, "end", Json::object());
    } catch (const std::exception& error) {
      const auto* known = dynamic_cast<const Error*>(&error);
      if (known != nullptr && known->code() == ErrorCode::gate) retire_refused_answers(stage.name);
      note_failure(stage.name, error.what());
      emit(stage.name, "end", Json{{"ok", false}, {"message", error.what()}});
      throw;
    }
  }

  // The answers that a gate refused are in the journal like all others; left there, going on would fail at
  // once.
  void retire_refused_answers(const std::string& stage) {
    try {
      context_.store.retire_answers(stage, llm::CallerOptions().max_reasks + 1);
    } catch (const std::exception&) {
      // The failure itself is what has to be told; the next start fails likewise and tries this again.
    }
  }

  void note_failure(const std::string& stage, const char* message) {
    try {
      context_.store.fail_stage(stage, message);
      save_record();
    } catch (const std::exception&) {
      // The disk is full or gone: what stopped the stage is the thing to tell, and the stage is not marked
      // done.
    }
  }

  void save_record() {
    const std::int64_t before = context_.store.meta("wall_ms").value_or(Json(0)).get<std::int64_t>();
    context_.store.set_meta("wall_ms", before + watch_.elapsed().count());
    watch_ = Stopwatch();
    context_.store.write_artefact(layout::kRun,
                                  pretty_json(artefacts::to_json(make_run_record(context_.store))));
  }

  void emit(const std::string& stage, std::string kind, Json data) {
    context_.events.emit({"", stage, "", std::move(kind), std::move(data)});
  }

  const std::vector<Stage>& stages_;
  StageContext context_;
  Stopwatch watch_;
};

// The caps are for the run, not for this process: what earlier processes spent is taken off.
llm::Budget remaining_budget(const llm::Budget& budget, const artefacts::RunTotals& spent) {
  llm::Budget left = budget;
  const auto over = [](const char* what, const std::string& cap) {
    throw Error(
        ErrorCode::budget, std::string("the budget is spent"),
        {.subject = what, .found = "all of " + cap, .hint = "Give a larger one to `paper2code resume`."});
  };
  if (budget.max_tokens > 0) {
    left.max_tokens = budget.max_tokens - spent.tokens_in - spent.tokens_out;
    if (left.max_tokens <= 0) over("tokens", fmt::format("{} tokens", budget.max_tokens));
  }
  if (budget.max_usd > 0) {
    left.max_usd = budget.max_usd - spent.cost.value_or(0);
    if (left.max_usd <= 0) over("money", fmt::format("{} USD", budget.max_usd));
  }
  return left;
}

}  // namespace

Json to_json(const RunOptions& options) {
  return Json{{"source", options.source},
              {"framework", options.framework},
              {"base_url", options.base_url},
              {"model", options.model},
              {"context_tokens", options.context_tokens},
              {"max_output_tokens", options.max_output_tokens},
              {"recorded", options.recorded},
              {"budget_usd", options.budget.max_usd},
              {"budget_tokens", options.budget.max_tokens},
              {"max_rounds", options.max_rounds},
              {"until", options.until},
              {"jobs", options.jobs}};
}

RunOptions run_options_from_json(const Json& json) {
  RunOptions options;
  options.source = optional_string(json, "source");
  options.framework = optional_string(json, "framework", options.framework);
  options.base_url = optional_string(json, "base_url");
  options.model = optional_string(json, "model");
  options.context_tokens = optional_int(json, "context_tokens");
  options.max_output_tokens = optional_int(json, "max_output_tokens");
  options.recorded = optional_string(json, "recorded");
  options.budget.max_usd = optional_number(json, "budget_usd");
  options.budget.max_tokens = optional_int(json, "budget_tokens");
  options.max_rounds = static_cast<int>(optional_int(json, "max_rounds", options.max_rounds));
  options.until = optional_string(json, "until");
  options.jobs = static_cast<int>(optional_int(json, "jobs", options.jobs));
  return options;
}

RunOptions stored_options(const fs::path& directory) {
  const auto store = Store::open(directory, false, true);
  const auto source_path = store->meta("source_path");
  if (!source_path) {
    throw Error(ErrorCode::not_found, "the run was stopped before it began",
                {.subject = directory.string(), .hint = "Give its `paper2code run` again."});
  }
  RunOptions options = run_options_from_json(store->meta("options").value());
  options.directory = directory;
  options.source = source_path->get<std::string>();
  options.recorded = store->meta("recorded_path").value_or(Json(options.recorded)).get<std::string>();
  return options;
}

RunOutcome run_stages(const RunOptions& options, const std::vector<Stage>& stages, llm::ChatModel& model,
                      EventSink& events, const CancelToken& cancel) {
  const auto store = Store::open(options.directory, true);
  RunOptions resolved = options;
  resolved.source = absolute_when_path(options.source);
  // Once the paper is read its source may be gone; then the name alone must do.
  const auto known_path = store->meta("source_path");
  if (known_path && !fs::exists(resolved.source) &&
      optional_string(store->meta("inputs").value(), "source") == options.source) {
    resolved.source = known_path->get<std::string>();
  }
  identify(*store, options, resolved.source);
  store->set_meta("model", Json{{"name", model.name()},
                                {"context_tokens", model.context_tokens()},
                                {"max_output_tokens", model.max_output_tokens()}});

  StoreSink kept(*store);
  const auto tee = make_tee_sink({&kept, &events});
  llm::CallerOptions caller_options;
  caller_options.model = options.model;
  const bool finished = std::all_of(stages.begin(), stages.end(),
                                    [&](const Stage& stage) { return store->stage_done(stage.name); });
  if (!finished) caller_options.budget = remaining_budget(options.budget, make_run_record(*store).totals);
  llm::Caller caller(model, *store, *tee, cancel, caller_options);
  Driver(stages, {resolved, *store, caller, *tee, cancel}).run();

  RunOutcome outcome;
  outcome.record = make_run_record(*store);
  outcome.level = outcome.record.level;
  if (fs::exists(options.directory / layout::kRepo)) outcome.repo = options.directory / layout::kRepo;
  if (store->stage_done("report")) outcome.report = options.directory / layout::kReportHtml;
  return outcome;
}

RunOutcome run_pipeline(const RunOptions& options, llm::ChatModel& model, EventSink& events,
                        const CancelToken& cancel) {
  require_one_of(options.framework, kFrameworks, "--framework");
  if (!options.until.empty()) require_one_of(options.until, kStages, "--until");
  // A slip in the source's name is told before a folder is made for it.
  if (!fs::exists(options.directory / layout::kDatabase)) paper::classify_source(options.source);
  return run_stages(options, all_stages(), model, events, cancel);
}

std::vector<Stage> all_stages() {
  return {{"ingest", run_ingest},       {"planner", run_planner}, {"analyzer", run_analyzer},
          {"generator", run_generator}, {"verify", run_verify},   {"report", run_report}};
}

}  // namespace p2c::run
