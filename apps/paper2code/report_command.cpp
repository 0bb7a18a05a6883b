// paper2code report: renders the report of a run again.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "artefacts/layout.h"
#include "command.h"
#include "run/pipeline.h"

namespace p2c::cli {
namespace {

constexpr const char* kText =
    "REPORT.md and report.html are made from the artefacts of the run; no model is asked and no code is "
    "run.\n"
    "\nExample:\n"
    "  paper2code report fingerprints-run";

int report(const std::filesystem::path& directory) {
  run::render_report(directory);
  for (const std::string_view name : {artefacts::layout::kReportMarkdown, artefacts::layout::kReportHtml}) {
    fmt::print("{}\n", (directory / name).string());
  }
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Action& chosen) {
  auto directory = std::make_shared<std::filesystem::path>();
  CLI::App* command = app.add_subcommand("report", "Write REPORT.md and report.html of a run again");
  command->add_option("DIR", *directory, "The run directory")->required();
  command->footer(
      footer(kText,
             "  0  written\n  2  wrong use\n  3  no run there, or not verified yet\n  8, 9  writing failed, "
             "the disk "
             "is full\n  21  another process works there\n  22  a run directory of another version"));
  command->callback([directory, &chosen] { chosen = [directory] { return report(*directory); }; });
}

}  // namespace p2c::cli
