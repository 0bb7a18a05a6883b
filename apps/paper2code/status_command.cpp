// paper2code status: where a run stands.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "command.h"
#include "run/lock_file.h"
#include "run/run_record.h"
#include "run/store.h"

namespace p2c::cli {
namespace {

struct StatusCommand {
  std::filesystem::path directory;
  bool json = false;
};

constexpr const char* kText =
    "Reads only, so it also works while another process works on the run. With --json it prints the run "
    "record (run.json).\n"
    "\nExample:\n"
    "  paper2code status fingerprints-run";

struct StageSpending {
  std::int64_t calls = 0, tokens = 0;
};

StageSpending spending_of(const artefacts::RunRecord& record, const std::string& stage) {
  StageSpending spending;
  for (const artefacts::CallRecord& call : record.calls) {
    if (call.stage != stage || call.cache_hit || call.tokens_in + call.tokens_out == 0) continue;
    ++spending.calls;
    spending.tokens += call.tokens_in + call.tokens_out;
  }
  return spending;
}

int status(const StatusCommand& command) {
  const auto store = run::Store::open(command.directory, false, true);
  const artefacts::RunRecord record = run::make_run_record(*store);
  if (command.json) {
    fmt::print("{}", pretty_json(artefacts::to_json(record)));
    return 0;
  }
  const bool working = run::LockFile::held(command.directory / run::kLockName);
  const std::string title = optional_string(record.inputs, "title");
  fmt::print("run     {}{}\n", command.directory.string(), title.empty() ? "" : "  \"" + title + "\"");
  fmt::print("source  {}\n", optional_string(record.inputs, "source"));
  std::string next;
  for (const artefacts::StageRecord& stage : record.stages) {
    const bool running = stage.state == "running";
    const std::string state = running && !working ? "interrupted" : stage.state;
    const StageSpending spending = spending_of(record, stage.name);
    std::string line = fmt::format("  {:<10} {:<12}", stage.name, state);
    if (!stage.started.empty() && stage.state != "pending") line += " " + stage.started;
    if (spending.calls > 0) line += fmt::format("  {} calls, {} tokens", spending.calls, spending.tokens);
    if (const std::string failure = store->failure(stage.name); !failure.empty()) line += "  " + failure;
    fmt::print("{}\n", line);
    if (next.empty() && stage.state != "done") next = stage.name;
  }
  const artefacts::RunTotals& totals = record.totals;
  fmt::print("calls   {} paid, {} from the journal; {} tokens in, {} out; {}; {}\n", totals.calls,
             totals.cache_hits, totals.tokens_in, totals.tokens_out,
             totals.cost ? fmt::format("{:.2f} USD", *totals.cost) : "price unknown",
             format_duration(std::chrono::milliseconds(totals.wall_ms)));
  fmt::print("level   {}\n", record.level.empty() ? "not verified yet" : record.level);
  if (next.empty()) {
    fmt::print("next    nothing, the run is complete\n");
  } else if (working) {
    fmt::print("next    {}, a process works on it now\n", next);
  } else {
    fmt::print("next    {}: paper2code resume {}\n", next, command.directory.string());
  }
  return 0;
}

}  // namespace

void add_status(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<StatusCommand>();
  CLI::App* command = app.add_subcommand("status", "Tell where a run stands");
  command->add_option("DIR", options->directory, "The run directory")->required();
  command->add_flag("--json", options->json, "The run record as JSON");
  command->footer(footer(
      kText,
      "  0  shown\n  2  wrong use\n  3  no run there\n  4  its database is damaged\n  22  a run directory of "
      "another version"));
  command->callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

}  // namespace p2c::cli
