// What the subcommands share: how they are registered, and the words every help text ends with.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace p2c::cli {

// Set by the subcommand that was named; gives the exit code. Errors are thrown.
using Action = std::function<int()>;

// One file each. They add the subcommand with its options and, when it is the one named, set `chosen`.
void add_run(CLI::App& app, Action& chosen);
void add_read(CLI::App& app, Action& chosen);
void add_resume(CLI::App& app, Action& chosen);
void add_status(CLI::App& app, Action& chosen);
void add_check(CLI::App& app, Action& chosen);
void add_report(CLI::App& app, Action& chosen);
void add_record(CLI::App& app, Action& chosen);

// The part of a help text after the options: what it does, examples, then the exit codes this subcommand has.
std::string footer(const std::string& text, const std::string& exit_codes);

inline constexpr const char* kSourceHelp =
    "The paper: a LaTeX folder, .tex, .tar.gz or .zip; a PDF; Markdown; an arXiv id or URL";

}  // namespace p2c::cli
