#include "verify/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "verify/repair.h"
#include "verify/verify_tools.h"

namespace p2c::verify {
namespace {

using artefacts::LevelResult;
using artefacts::VerifyReport;

bool is_clean(const Evaluation& evaluation) {
  return evaluation.all_passed() &&
         std::none_of(evaluation.findings.begin(), evaluation.findings.end(),
                      [](const auto& finding) { return finding.severity == "error"; });
}

class Verification {
 public:
  Verification(const VerifyInput& input, const VerifyOptions& options, const VerifyTools& tools,
               llm::Caller* caller, EventSink& events, const CancelToken& cancel)
      : input_(input), options_(options), caller_(caller), events_(events), cancel_(cancel) {
    try {
      sandbox_ = tools.sandbox();
      report_.sandbox = sandbox_->describe();
      level_tools_.sandbox = sandbox_.get();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::sandbox_unavailable) throw;
      level_tools_.sandbox_problem =
          error.message() + (error.detail().hint.empty() ? "" : ". " + error.detail().hint);
      report_.sandbox = level_tools_.sandbox_problem;
      events_.emit({{}, "verify", "sandbox", "warning", {{"message", error.what()}}});
    }
    level_tools_.environment = [this, make = tools.environment](const std::string& requirements) {
      return environment(requirements, make);
    };
  }

  VerifyReport run() {
    cancel_.check();
    const RepoFiles first = start_from_snapshot();
    Workspace workspace(options_.repo, first, input_.plan, input_.config);
    tell_findings(workspace.state().findings);
    Ledger ledger(first, options_.repair ? options_.ledger : fs::path());

    const RepoState emitted = workspace.state();
    const bool changed = options_.repair && fix_for_free(workspace, ledger);
    Evaluation evaluation = first_evaluation(workspace, emitted, changed);
    if (options_.repair && caller_ != nullptr && !is_clean(evaluation)) repair(workspace, ledger, evaluation);
    finish(evaluation, ledger);
    return std::move(report_);
  }

 private:
  // A run that was stopped in the middle begins again from the first emission: finished model calls come from
  // the journal, so the same repository comes out. Files that differ are kept beside the logs, should a
  // person have changed them.
  RepoFiles start_from_snapshot() {
    if (!options_.repair || options_.snapshot0.empty()) return load_repo(options_.repo);
    if (!fs::exists(options_.snapshot0)) {
      fs::create_directories(options_.snapshot0.parent_path());
      copy_tree(options_.repo, options_.snapshot0);
      return load_repo(options_.repo);
    }
    const RepoFiles first = load_repo(options_.snapshot0);
    const RepoFiles now = load_repo(options_.repo);
    for (const std::string& path : changed_paths(first, now)) {
      const auto text = now.find(path);
      if (text != now.end() && !options_.logs.empty())
        write_file_atomic(options_.logs / "replaced" / path, text->second);
      const fs::path place = confine(options_.repo, path);
      if (const auto old_text = first.find(path); old_text != first.end()) {
        write_file_atomic(place, old_text->second);
      } else {
        std::error_code error;
        fs::remove(place, error);
      }
    }
    return first;
  }

  Environment environment(const std::string& requirements,
                          const std::function<Environment(const std::string&)>& make) {
    // One that cannot be made is not tried again for each evaluation: it costs minutes.
    if (const auto it = environments_.find(requirements); it != environments_.end()) {
      if (it->second.error) throw *it->second.error;
      return it->second.environment;
    }
    Made& made = environments_[requirements];
    try {
      made.environment = make(requirements);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::cancelled) made.error = error;
      throw;
    }
    return made.environment;
  }

  void tell_findings(const std::vector<artefacts::Finding>& findings) {
    for (const auto& finding : findings) {
      events_.emit({{},
                    "verify",
                    finding.file,
                    "finding",
                    {{"check", finding.check},
                     {"severity", finding.severity},
                     {"line", finding.line},
                     {"message", fmt::format("{} {}{}: {}", finding.check, finding.file,
                                             finding.line > 0 ? fmt::format(":{}", finding.line) : "",
                                             finding.message)}}});
    }
  }

  // Repairs that need no model, before anything runs. True when something changed.
  bool fix_for_free(Workspace& workspace, Ledger& ledger) {
    std::vector<AppliedFix> fixes;
    const RepoState before = workspace.state();
    RepoState next = workspace.auto_fixed(before, fixes);
    const RepoFiles fixed = next.files;
    if (workspace.adopt(std::move(next)).empty()) return false;
    RepoFiles so_far = before.files;
    for (const AppliedFix& fix : fixes) {  // one entry a file, with the first finding that led there
      const auto now = fixed.find(fix.file);
      if (now != fixed.end())
        so_far[fix.file] = now->second;
      else
        so_far.erase(fix.file);
      ledger.record(so_far, {0,
                             "tool",
                             {fix.finding.check, cause_class(fix.finding.check, "", fix.finding.message),
                              fix.finding.message},
                             "",
                             "",
                             {}});
    }
    ledger.record(fixed, {0, "tool", {"auto", "other", "consequence of an automatic fix"}, "", "", {}});
    events_.emit(
        {{}, "verify", "static", "progress", {{"message", fmt::format("{} automatic fixes", fixes.size())}}});
    return true;
  }

  Evaluation evaluate_state(const RepoState& state, const std::string& log_prefix, const Evaluation* previous,
                            const std::set<std::string>* touched) {
    cancel_.check();
    LevelOptions options{options_.repo, options_.logs, log_prefix, 200, cancel_};
    return evaluate(state.files, state.facts, state.findings, input_.plan, level_tools_, options, events_,
                    previous, touched);
  }

  // The levels as first emitted and as they are after the free fixes. The emission itself is only run when
  // its static levels pass: otherwise they say already how far it got.
  Evaluation first_evaluation(Workspace& workspace, const RepoState& emitted, bool changed) {
    if (!changed) {
      Evaluation evaluation = evaluate_state(workspace.state(), "first-", nullptr, nullptr);
      set_first(evaluation.levels, evaluation.highest());
      return evaluation;
    }
    if (passes_level0(emitted.findings) && passes_level1(emitted.findings)) {
      const RepoState fixed = workspace.state();
      workspace.adopt(emitted);
      const Evaluation first = evaluate_state(emitted, "first-", nullptr, nullptr);
      set_first(first.levels, first.highest());
      workspace.adopt(fixed);
    } else {
      const bool parses = passes_level0(emitted.findings);
      std::vector<LevelResult> levels = {
          {"L0", parses ? "passed" : "failed", parses ? "" : "code does not parse or is left out"},
          {"L1", passes_level1(emitted.findings) ? "passed" : "failed",
           passes_level1(emitted.findings) ? "" : "an import or package does not resolve"}};
      for (const char* level : {"L2", "L3", "L4"})
        levels.push_back({level, "not_attempted", "a level below failed on first emission"});
      set_first(levels, parses ? "L0" : "");
    }
    return evaluate_state(workspace.state(), "fixed-", nullptr, nullptr);
  }

  void set_first(const std::vector<LevelResult>& levels, const std::string& highest) {
    report_.first_levels = levels;
    report_.first_level = highest;
    events_.emit({{},
                  "verify",
                  "first emission",
                  "progress",
                  {{"message", "level reached on first emission: " + (highest.empty() ? "none" : highest)}}});
  }

  void repair(Workspace& workspace, Ledger& ledger, Evaluation& evaluation) {
    const auto evaluate_part = [this](const RepoState& state, const std::string& prefix,
                                      const Evaluation* previous, const std::set<std::string>* touched) {
      return evaluate_state(state, prefix, previous, touched);
    };
    Repairer repairer(input_, workspace, ledger, *caller_, evaluate_part, events_, cancel_);
    RepairOutcome outcome = repairer.run(evaluation, options_.max_rounds);
    report_.rounds = outcome.rounds;
    report_.tickets = std::move(outcome.tickets);
    extra_findings_ = std::move(outcome.findings);
  }

  void finish(const Evaluation& evaluation, const Ledger& ledger) {
    report_.levels = evaluation.levels;
    report_.level = evaluation.highest();
    report_.findings = evaluation.findings;
    report_.findings.insert(report_.findings.end(), extra_findings_.begin(), extra_findings_.end());
    report_.tests = evaluation.tests;
    if (!evaluation.packages.empty()) {
      report_.environment =
          fmt::format("Python {}; {}", evaluation.python_version, join(evaluation.packages, ", "));
    }
    const Ledger::Summary summary = ledger.summary();
    report_.lines_total = summary.lines_total;
    report_.lines_changed = summary.changed.changed;
    const auto by = [&](const char* actor) {
      return summary.by_actor.contains(actor) ? summary.by_actor.at(actor) : 0;
    };
    report_.lines_changed_tool = by("tool");
    report_.lines_changed_model = by("model");
    report_.touches = summary.changed.touches;
    report_.files_touched = summary.changed.files;
    report_.line_fix_rate = summary.rate;
  }

  struct Made {
    Environment environment;
    std::optional<Error> error;
  };

  const VerifyInput& input_;
  const VerifyOptions& options_;
  llm::Caller* caller_;
  EventSink& events_;
  const CancelToken& cancel_;
  std::unique_ptr<Sandbox> sandbox_;
  LevelTools level_tools_;
  std::map<std::string, Made> environments_;
  std::vector<artefacts::Finding> extra_findings_;
  VerifyReport report_;
};

}  // namespace

VerifyReport verify_with_tools(const VerifyInput& input, const VerifyOptions& options,
                               const VerifyTools& tools, llm::Caller* caller, EventSink& events,
                               const CancelToken& cancel) {
  return Verification(input, options, tools, caller, events, cancel).run();
}

VerifyReport verify_repository(const VerifyInput& input, const VerifyOptions& options, llm::Caller* caller,
                               EventSink& events, const CancelToken& cancel) {
  VerifyTools tools;
  tools.sandbox = make_sandbox;
  tools.environment = [&](const std::string& requirements) {
    EnvironmentOptions environment;
    environment.cache_dir = options.environment_cache;
    environment.events = &events;
    environment.cancel = cancel;
    return make_environment(requirements, environment);
  };
  return verify_with_tools(input, options, tools, caller, events, cancel);
}

}  // namespace p2c::verify
