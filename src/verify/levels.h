// Tries a repository level by level: programs show help, smoke runs end well, tests pass (spec 11.1, L2 to
// L4).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "artefacts/plan.h"
#include "artefacts/trace.h"
#include "base/event.h"
#include "verify/environment.h"
#include "verify/error_record.h"
#include "verify/sandbox.h"
#include "verify/static_checks.h"

namespace p2c::verify {

using FactsByPath = std::map<std::string, python::SourceFacts>;

// A program of the repository.
struct Program {
  std::string name;                    // "train"; unique in the list
  std::string module;                  // "pkg.train"; empty when it is run by path
  std::string file;                    // "pkg/train.py"
  std::vector<std::string> arguments;  // of its own, without --config and --output
  bool writes_metrics = true;          // false for programs that only prepare data
  std::vector<std::string> argv(const std::vector<std::string>& more) const;
};
// Of the plan's entry points: data first, then training, then the rest. Without a plan: every file with a
// main guard outside the tests.
std::vector<Program> programs_of(const artefacts::Plan* plan, const RepoFiles& files,
                                 const FactsByPath& facts);

// Files that import `touched` directly or not, with `touched` itself. nullopt: everything may depend on it
// (configuration, requirements, a package's __init__ of everything).
std::optional<std::set<std::string>> dependents_of(const std::set<std::string>& touched,
                                                   const RepoFiles& files, const FactsByPath& facts);
// Local files that `path` imports directly, sorted.
std::vector<std::string> local_imports(const std::string& path, const RepoFiles& files,
                                       const FactsByPath& facts);

// Something that went wrong when the repository was run.
struct Failure {
  std::string check;    // "L2:config", "L2:train", "L3:train", "L4", "T:tests/test_x.py::test_y"
  std::string summary;  // one sentence: "python -m pkg.train --help ended with exit code 1"
  std::string command;  // how to see it again; may be empty
  ErrorRecord error;
};

struct Evaluation {
  std::vector<artefacts::Finding> findings;
  std::vector<artefacts::LevelResult> levels;  // L0 .. L4
  std::vector<artefacts::TestOutcome> tests;
  std::vector<Failure> failures;      // in order of level, then of running
  std::vector<std::string> packages;  // of the environment
  std::string python_version;
  std::map<std::string, std::string> help;  // text of --help by program name

  const artefacts::LevelResult& level(int number) const { return levels[static_cast<std::size_t>(number)]; }
  std::string highest() const;  // highest level passed with all below; "" when L0 failed
  bool all_passed() const { return highest() == "L4"; }
};

// What the levels need from outside; tests give their own.
struct LevelTools {
  Sandbox* sandbox = nullptr;  // null: see sandbox_problem
  std::string sandbox_problem;
  std::function<Environment(const std::string& requirements)> environment;  // throws Error
};

struct LevelOptions {
  std::filesystem::path repo;  // on disk as in `files`
  std::filesystem::path logs;  // outputs of every run; empty: none kept
  std::string log_prefix;      // "first-", "round1-"
  std::size_t error_lines = 200;
  CancelToken cancel;
};

// Runs everything, or with `previous` and `touched` only what depends on the touched files; the rest is taken
// over. `findings` are the static findings of the same files. Never throws for a bad repository. Errors:
// cancelled, io, disk_full.
Evaluation evaluate(const RepoFiles& files, const FactsByPath& facts,
                    std::vector<artefacts::Finding> findings, const artefacts::Plan* plan,
                    const LevelTools& tools, const LevelOptions& options, EventSink& events,
                    const Evaluation* previous = nullptr, const std::set<std::string>* touched = nullptr);

}  // namespace p2c::verify
