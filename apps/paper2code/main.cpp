// The paper2code program: reads the command line, runs one subcommand, tells errors in one line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <string>

#include "base/error.h"
#include "command.h"
#include "output.h"
#include "run/version.h"

namespace p2c::cli {

std::string footer(const std::string& text, const std::string& exit_codes) {
  return "\n" + text +
         "\n\nExit codes (all of them in docs/exit-codes.md); every error is one line on standard error:\n" +
         exit_codes;
}

namespace {

constexpr const char* kDescription =
    "paper2code turns a machine-learning paper into a runnable, tested, traceable repository.";
constexpr const char* kFooter =
    "\nExamples:\n"
    "  paper2code run papers/fingerprints/latex --model gpt-5-mini\n"
    "  paper2code run 1509.09292 --base-url http://127.0.0.1:8080/v1 --model local\n"
    "  paper2code resume fingerprints-run\n"
    "\n`paper2code SUBCOMMAND --help` tells all options, examples and exit codes of a subcommand.\n"
    "Environment: OPENAI_API_KEY is sent to the endpoint; OPENAI_BASE_URL is the endpoint when --base-url is "
    "not given.";

int run_command_line(int argc, char** argv) {
  CLI::App app(kDescription, "paper2code");
  app.footer(kFooter);
  app.set_version_flag("--version", "paper2code " + std::string(run::kProgramVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  Action chosen;
  add_run(app, chosen);
  add_read(app, chosen);
  add_resume(app, chosen);
  add_status(app, chosen);
  add_check(app, chosen);
  add_report(app, chosen);
  add_record(app, chosen);
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  const bool known = argc < 2 || argv[1][0] == '-' ||
                     std::any_of(commands.begin(), commands.end(),
                                 [&](const CLI::App* c) { return c->get_name() == argv[1]; });
  if (!known) {
    throw Error(ErrorCode::usage, "there is no such subcommand",
                {.subject = argv[1], .hint = "See `paper2code --help`."});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version, on standard output
    std::string command = "paper2code ";
    for (const CLI::App* named : app.get_subcommands()) command += named->get_name() + " ";
    throw Error(ErrorCode::usage, error.what(), {.hint = "See `" + command + "--help`."});
  }
  return chosen();
}

}  // namespace
}  // namespace p2c::cli

int main(int argc, char** argv) {
  using p2c::Error;
  using p2c::ErrorCode;
  const auto fail = [](const Error& error) {
    p2c::cli::print_error(error);
    return p2c::exit_code(error.code());
  };
  try {
    return p2c::cli::run_command_line(argc, argv);
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::bad_alloc&) {
    return fail(Error(ErrorCode::limit, "out of memory"));
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(Error(ErrorCode::io, error.code().message(), {.subject = error.path1().string()}));
  } catch (const std::exception& error) {
    return fail(Error(ErrorCode::internal, error.what(),
                      {.hint = "This is a mistake in paper2code; please report it."}));
  }
}
