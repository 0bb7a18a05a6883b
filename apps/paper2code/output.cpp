// Output of the subcommands.
#include "output.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace p2c::cli {
namespace {

bool json_output = false;  // set by the one Output of the process, for errors that end it

void print_line(std::FILE* stream, const std::string& text) {
  std::fputs((text + "\n").c_str(), stream);
  std::fflush(stream);
}

std::unique_ptr<EventSink> make_sink(const OutputOptions& options) {
  if (options.json) return make_json_lines_sink(STDOUT_FILENO);
  if (options.quiet) return make_null_sink();
  return make_terminal_sink(STDERR_FILENO);
}

}  // namespace

void add_output_options(CLI::App& command, OutputOptions& options) {
  auto* json =
      command.add_flag("--json", options.json, "Progress and result as JSON lines on standard output");
  command.add_flag("--quiet", options.quiet, "No progress and no result; errors only")->excludes(json);
}

Output::Output(OutputOptions options) : options_(options), sink_(make_sink(options)) {
  json_output = options.json;
}

void Output::line(const std::string& text) const {
  if (!options_.json && !options_.quiet) print_line(stdout, text);
}

void Output::result(const Json& data) const {
  if (options_.json) sink_->emit({"", "run", "", "result", data});
}

void Output::finish_progress() {
  // The terminal's sink wipes its live line when it goes.
  if (!options_.json) sink_ = make_null_sink();
}

void print_error(const Error& error) {
  print_line(stderr, std::string("paper2code: ") + error.what());
  if (!json_output) return;
  make_json_lines_sink(STDOUT_FILENO)
      ->emit({"", "run", "", "error",
              Json{{"code", to_string(error.code())},
                   {"exit", exit_code(error.code())},
                   {"message", error.what()}}});
}

}  // namespace p2c::cli
