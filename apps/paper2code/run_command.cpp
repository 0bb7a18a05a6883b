// paper2code run: from a paper to a tested repository.
#include <memory>
#include <string>

#include "command.h"
#include "run/naming.h"
#include "work.h"

namespace p2c::cli {
namespace {

constexpr const char* kText =
    "The run directory holds everything: paper/, plan/, analysis/, repo/ (the repository), verify/, "
    "REPORT.md, report.html\n"
    "and run.json. A run that was stopped, by Ctrl-C, an error or a crash, goes on with `paper2code resume "
    "DIR`, or with the\n"
    "same `run` again; no answer is paid for twice.\n"
    "\nExamples:\n"
    "  paper2code run paper.pdf --model gpt-5-mini --budget-usd 2\n"
    "  paper2code run latex/ -o out --base-url http://127.0.0.1:8080/v1 --model local --jobs 2 --timeout "
    "1800\n"
    "  paper2code run latex/ -o out --recorded examples/neural-graph-fingerprints/recording\n"
    "  paper2code run arXiv:1509.09292 --model gpt-5-mini --until planner";

}  // namespace

void add_run(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<WorkOptions>();
  CLI::App* command = app.add_subcommand("run", "Turn a paper into a repository, end to end");
  command->add_option("SOURCE", options->run.source, kSourceHelp)->required();
  command
      ->add_option("-o,--output", options->run.directory,
                   "Run directory (default: named after the source, e.g. fingerprints-run)")
      ->type_name("DIR");
  command
      ->add_option("--framework", options->run.framework, "Of the generated code: pytorch (default), jax, hf")
      ->type_name("NAME")
      ->check(CLI::IsMember({"pytorch", "jax", "hf"}));
  add_work_options(*command, *options);
  command->footer(footer(kText, kWorkExitCodes));
  command->callback([options, &chosen] {
    chosen = [options] {
      if (options->run.directory.empty())
        options->run.directory = run::short_name(options->run.source) + "-run";
      return work(*options);
    };
  });
}

}  // namespace p2c::cli
