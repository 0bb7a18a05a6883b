// Where a subcommand says what it does and what came of it: standard error for progress, standard output for
// results.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/event.h"
#include "base/json.h"

namespace p2c::cli {

struct OutputOptions {
  bool json = false, quiet = false;
};
// Adds --json and --quiet.
void add_output_options(CLI::App& command, OutputOptions& options);

class Output {
 public:
  explicit Output(OutputOptions options);
  // Progress: a live line or plain lines on standard error; JSON lines on standard output with --json;
  // nothing with --quiet.
  EventSink& events() { return *sink_; }
  // A line of the result for a person; not with --json or --quiet.
  void line(const std::string& text) const;
  // The result as the last JSON line, with --json only.
  void result(const Json& data) const;
  // Ends the live line, so that what follows stands on its own.
  void finish_progress();

 private:
  OutputOptions options_;
  std::unique_ptr<EventSink> sink_;
};

// "paper2code: ..." on standard error, and with --json also as the last JSON line.
void print_error(const Error& error);

}  // namespace p2c::cli
