// paper2code check: static checks and levels of any repository, without changing it.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/cancel.h"
#include "command.h"
#include "output.h"
#include "run/check.h"

namespace p2c::cli {
namespace {

struct CheckCommand {
  run::CheckOptions check;
  OutputOptions output;
};

constexpr const char* kText =
    "L0: every file parses and is whole. L1: every import resolves, no cycle. L2: the entry points start. "
    "L3: the smoke\n"
    "profile runs. L4: the tests pass. From L2 on the code is executed, in the sandbox only. A run directory "
    "is taken for\n"
    "its repo/, which is then checked against its plan as well.\n"
    "\nExamples:\n"
    "  paper2code check my-repository\n"
    "  paper2code check fingerprints-run/repo --level L4";

std::string place_of(const artefacts::Finding& finding) {
  if (finding.file.empty()) return "repository";
  return finding.line > 0 ? fmt::format("{}:{}", finding.file, finding.line) : finding.file;
}

int check(const CheckCommand& command) {
  Output output(command.output);
  const CancelToken cancel;
  cancel_on_signals(cancel);
  const artefacts::VerifyReport report = run::check_repository(command.check, output.events(), cancel);
  output.finish_progress();
  for (const artefacts::Finding& finding : report.findings) {
    output.line(fmt::format("{}: {}: {} [{}]{}", place_of(finding), finding.severity, finding.message,
                            finding.check, finding.suggestion.empty() ? "" : "; " + finding.suggestion));
  }
  for (const artefacts::LevelResult& level : report.levels) {
    output.line(
        fmt::format("{} {}{}", level.level, level.state, level.reason.empty() ? "" : ": " + level.reason));
  }
  output.line("level " + (report.level.empty() ? std::string("none") : report.level));
  const bool reached = run::level_reached(report.level, command.check.level);
  output.result(Json{{"report", artefacts::to_json(report)}, {"exit", reached ? 0 : 1}});
  return reached ? 0 : 1;
}

}  // namespace

void add_check(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<CheckCommand>();
  CLI::App* command = app.add_subcommand("check", "Check a repository without changing it");
  command->add_option("REPO", options->check.repository, "The repository, or a run directory")->required();
  command
      ->add_option("--level", options->check.level,
                   "The level wanted, and the highest one tried (default L1)")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"L0", "L1", "L2", "L3", "L4"}));
  command->add_option("--jobs", options->check.jobs, "Tests under way at the same time (default 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  add_output_options(*command, options->output);
  command->footer(footer(
      kText,
      "  0  the level is reached\n  1  it is not\n  2  wrong use\n  3  no such folder\n  7  too many or too "
      "large files\n  23  stopped by Ctrl-C"));
  command->callback([options, &chosen] { chosen = [options] { return check(*options); }; });
}

}  // namespace p2c::cli
