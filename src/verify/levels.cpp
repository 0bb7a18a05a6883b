#include "verify/levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "verify/checks/repo_view.h"
#include "verify/test_runner.h"

namespace p2c::verify {
namespace {

using artefacts::LevelResult;
using std::chrono::milliseconds;

// Spec 11.1 allows a smoke run 60 s and 2 GB. Twice that time is given, since other work may share the
// machine's processors; a run that loops or does too much takes far longer.
constexpr SandboxLimits kSmokeLimits = {
    .wall = milliseconds{120'000}, .cpu_seconds = 120, .memory_bytes = 2ull << 30};
constexpr SandboxLimits kHelpLimits = {
    .wall = milliseconds{120'000}, .cpu_seconds = 60, .memory_bytes = 2ull << 30};
constexpr const char* kSmokeConfig = "configs/smoke.yaml";
constexpr std::size_t kMaxMetricsBytes = 4u << 20;

// Loads every configuration the way the programs do.
constexpr const char* kLoadConfigs = R"(import glob, importlib, sys
import yaml
load = yaml.safe_load
module = sys.argv[1]
if module:
    load_config = importlib.import_module(module).load_config
for path in sorted(glob.glob("configs/*.yaml") + glob.glob("configs/*.yml")):
    print("loading", path, flush=True)
    if module:
        load_config(path)
    else:
        with open(path, encoding="utf-8") as file:
            if not isinstance(yaml.safe_load(file), dict):
                raise ValueError(f"{path} is no mapping")
)";

LevelResult passed(const char* level) {
  return {level, "passed", {}};
}
LevelResult failed(const char* level, std::string reason) {
  return {level, "failed", std::move(reason)};
}
LevelResult not_attempted(const char* level, std::string reason) {
  return {level, "not_attempted", std::move(reason)};
}

std::string command_text(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& word : argv) {
    const bool plain = word.find_first_of(" \n\"'$") == std::string::npos && !word.empty();
    text += (text.empty() ? "" : " ") + (plain ? word : "'" + replace_all(word, "'", "'\\''") + "'");
  }
  return text;
}

// Why a run is no success; empty when it is one. Numbers in it are limits, never measurements.
std::string what_went_wrong(const SandboxResult& result, const SandboxLimits& limits) {
  if (result.process.timed_out || result.cpu_limit_hit)
    return fmt::format("did not end within {} s", limits.wall.count() / 1000);
  if (result.memory_limit_hit)
    return fmt::format("used more than {} MiB of memory", limits.memory_bytes >> 20);
  if (result.disk_limit_hit)
    return fmt::format("wrote more than {} MiB to the disk", limits.disk_bytes >> 20);
  if (result.process_limit_hit) return fmt::format("started more than {} processes", limits.processes);
  if (result.process.output_limit_hit)
    return fmt::format("printed more than {} MiB", limits.output_bytes >> 20);
  if (result.process.signal != 0) return fmt::format("was ended by signal {}", result.process.signal);
  if (result.process.exit_code != 0) return fmt::format("ended with exit code {}", result.process.exit_code);
  return {};
}

std::string one_of(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

class Evaluator {
 public:
  Evaluator(const RepoFiles& files, const FactsByPath& facts, const artefacts::Plan* plan,
            const LevelTools& tools, const LevelOptions& options, EventSink& events)
      : files_(files),
        plan_(plan),
        tools_(tools),
        options_(options),
        events_(events),
        programs_(programs_of(plan, files, facts)) {
    for (const auto& [path, text] : files) paths_.insert(path);
    for (const auto& [path, fact] : facts) {
      if (!path.ends_with("/config.py")) continue;
      for (const python::Definition& definition : fact.definitions) {
        if (definition.name != "load_config" || !files.contains(folder_of(path) + "/__init__.py")) continue;
        if (config_module_.empty() || (plan != nullptr && path == plan->package + "/config.py"))
          config_module_ = RepoView::module_name(path);
      }
    }
  }

  // `affected`: files whose behaviour may have changed since `previous`; null: all.
  Evaluation run(std::vector<artefacts::Finding> findings, const Evaluation* previous,
                 const std::set<std::string>* affected) {
    previous_ = previous;
    affected_ = affected;
    result_.findings = std::move(findings);
    static_levels();
    if (result_.level(0).state == "passed" && prepare()) {
      level2();
      level3();
      level4();
    } else {
      const std::string reason = result_.level(0).state == "passed" ? problem_ : "files do not parse (L0)";
      for (const char* level : {"L2", "L3", "L4"}) finish(not_attempted(level, reason));
    }
    return std::move(result_);
  }

 private:
  void finish(LevelResult level) {
    const bool ok = level.state == "passed";
    events_.emit(
        {{},
         "verify",
         level.level,
         "end",
         {{"ok", ok},
          {"state", level.state},
          {"message", level.level + (ok ? " passed"
                                        : " " + replace_all(level.state, "_", " ") + ": " + level.reason)}}});
    result_.levels.push_back(std::move(level));
  }
  void tell(const char* level, const std::string& message) const {
    events_.emit({{}, "verify", level, "progress", {{"message", message}}});
  }

  void static_levels() {
    std::size_t unparsed = 0, unresolved = 0;
    for (const artefacts::Finding& finding : result_.findings) {
      if (finding.severity != "error") continue;
      if (!passes_level0({finding})) ++unparsed;
      if (!passes_level1({finding})) ++unresolved;
    }
    finish(unparsed == 0
               ? passed("L0")
               : failed("L0", one_of(unparsed, "place") + " where code does not parse or is left out"));
    finish(unresolved == 0
               ? passed("L1")
               : failed("L1", one_of(unresolved, "import or package") + " that does not resolve"));
  }

  // The environment and the sandbox. False, with the reason in problem_, when there is none.
  bool prepare() {
    if (tools_.sandbox == nullptr) {
      problem_ = tools_.sandbox_problem;
      return false;
    }
    const auto requirements = files_.find("requirements.txt");
    try {
      const Environment environment =
          tools_.environment(requirements == files_.end() ? std::string() : requirements->second);
      job_.repo = options_.repo;
      job_.environment = environment.root;
      job_.cancel = options_.cancel;
      result_.packages = environment.packages;
      result_.python_version = environment.python_version;
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled || error.code() == ErrorCode::disk_full ||
          error.code() == ErrorCode::internal)
        throw;
      problem_ = fmt::format("no environment: {}", error.message());
      // An installer that does not find a package is the repository's fault and can be repaired there.
      const bool fault =
          error.code() == ErrorCode::unsafe_input ||
          (error.code() == ErrorCode::environment && contains(error.detail().hint, "requirements.txt"));
      if (fault)
        add_failure("L2:environment", "the packages of requirements.txt cannot be installed", {},
                    error.what());
      return false;
    }
  }

  bool is_affected(const std::string& file) const {
    return affected_ == nullptr || affected_->contains(file);
  }

  void add_failure(std::string check, std::string summary, std::string command, std::string_view output) {
    Failure failure{std::move(check), std::move(summary), std::move(command),
                    read_error(output, paths_, {.lines = options_.error_lines})};
    result_.failures.push_back(std::move(failure));
  }

  // Takes over what `previous` found for a check that needs not run again. True when it is taken over.
  bool take_over(const std::string& check, const std::string& file) {
    if (previous_ == nullptr || is_affected(file)) return false;
    for (const Failure& failure : previous_->failures) {
      if (failure.check == check) result_.failures.push_back(failure);
    }
    return true;
  }

  void log(const std::string& name, const std::vector<std::string>& argv, const SandboxResult& result) const {
    if (options_.logs.empty()) return;
    write_file_atomic(
        options_.logs / (options_.log_prefix + name + ".log"),
        fmt::format("$ {}\nexit code {}, {} ms, {} MiB\n--- standard output\n{}\n--- standard error\n{}\n",
                    command_text(argv), result.process.exit_code, result.process.elapsed.count(),
                    result.peak_memory_bytes >> 20, result.process.out, result.process.err));
  }

  SandboxResult run_program(const std::string& log_name, const std::vector<std::string>& argv,
                            const SandboxLimits& limits) {
    SandboxJob job = job_;
    job.argv = argv;
    job.limits = limits;
    const SandboxResult result = tools_.sandbox->run(job);
    log(log_name, argv, result);
    return result;
  }

  std::size_t failures_of(std::string_view level) const {
    return static_cast<std::size_t>(
        std::count_if(result_.failures.begin(), result_.failures.end(),
                      [&](const Failure& failure) { return failure.check.starts_with(level); }));
  }

  void level2() {
    const bool configs = std::any_of(files_.begin(), files_.end(), [](const auto& file) {
      return file.first.starts_with("configs/") &&
             (file.first.ends_with(".yaml") || file.first.ends_with(".yml"));
    });
    const std::string config_file =
        config_module_.empty() ? std::string() : replace_all(config_module_, ".", "/") + ".py";
    if (configs && !take_over("L2:config", config_file)) {
      tell("L2", "loading the configuration");
      const std::vector<std::string> argv = {"python", "-c", kLoadConfigs, config_module_};
      const SandboxResult result = run_program("L2-config", argv, kHelpLimits);
      if (const std::string wrong = what_went_wrong(result, kHelpLimits); !wrong.empty()) {
        add_failure("L2:config", "loading configs/*.yaml " + wrong,
                    config_module_.empty() ? "" : "load_config() of " + config_module_,
                    result.process.out + result.process.err);
      }
    }
    for (const Program& program : programs_) {
      const std::string check = "L2:" + program.name;
      if (take_over(check, program.file)) {
        if (const auto it = previous_->help.find(program.name); it != previous_->help.end())
          result_.help.insert(*it);
        continue;
      }
      const std::vector<std::string> argv = program.argv({"--help"});
      tell("L2", command_text(argv));
      const SandboxResult result = run_program("L2-" + program.name, argv, kHelpLimits);
      result_.help[program.name] = result.process.out;
      if (const std::string wrong = what_went_wrong(result, kHelpLimits); !wrong.empty()) {
        add_failure(check, command_text(argv) + " " + wrong, command_text(argv),
                    result.process.out + result.process.err);
      }
    }
    if (programs_.empty()) {
      finish(failed("L2", "there is no program to start"));
    } else if (const std::size_t count = failures_of("L2:"); count > 0) {
      finish(failed("L2", fmt::format("{} of {} programs and configurations fail", count,
                                      programs_.size() + (configs ? 1 : 0))));
    } else {
      finish(passed("L2"));
    }
  }

  bool works(const Program& program) const {
    return std::none_of(result_.failures.begin(), result_.failures.end(),
                        [&](const Failure& f) { return f.check == "L2:" + program.name; });
  }

  bool takes(const Program& program, const char* option) const {
    const auto it = result_.help.find(program.name);
    return it != result_.help.end() && contains(it->second, option);
  }

  // Smoke runs, one after another; each sees what those before it left below outputs/.
  void level3() {
    const bool any_affected = std::any_of(programs_.begin(), programs_.end(),
                                          [&](const Program& p) { return is_affected(p.file); });
    if (programs_.empty()) return finish(not_attempted("L3", "there is no program to start"));
    if (!any_affected && previous_ != nullptr) {
      for (const Program& program : programs_) take_over("L3:" + program.name, program.file);
      return finish(previous_->level(3));
    }
    if (!files_.contains(kSmokeConfig) && plan_ == nullptr)
      return finish(not_attempted("L3", "no smoke profile: configs/smoke.yaml is missing"));

    const TempDir state("p2c-smoke");
    for (const std::string& name : list_files(options_.repo)) {
      if (name.starts_with(".git/")) continue;
      fs::create_directories((state.path() / name).parent_path());
      fs::copy_file(options_.repo / name, state.path() / name);
    }
    std::size_t attempted = 0, blocked = 0;
    for (const Program& program : programs_) {
      if (!works(program)) {
        ++blocked;
        continue;
      }
      ++attempted;
      smoke_run(program, state.path());
    }
    const std::size_t count = failures_of("L3:");
    if (count > 0) {
      finish(failed("L3", fmt::format("{} of {} smoke runs fail", count, programs_.size())));
    } else if (attempted == 0) {
      finish(not_attempted("L3", "no program shows its help (L2)"));
    } else if (blocked > 0) {
      finish(failed("L3", fmt::format("{} of {} programs do not start (L2)", blocked, programs_.size())));
    } else {
      finish(passed("L3"));
    }
  }

  void smoke_run(const Program& program, const fs::path& state) {
    const std::string output = "outputs/smoke/" + program.name;
    std::vector<std::string> arguments;
    if (takes(program, "--config")) arguments.insert(arguments.end(), {"--config", kSmokeConfig});
    const bool takes_output = takes(program, "--output");
    if (takes_output) arguments.insert(arguments.end(), {"--output", output});
    arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());

    const TempDir results("p2c-smoke");
    SandboxJob job = job_;
    job.repo = state;
    job.argv = program.argv(arguments);
    job.limits = kSmokeLimits;
    job.collect = {"outputs"};
    job.collect_into = results.path();
    const std::string command = command_text(job.argv);
    tell("L3", command);
    const SandboxResult result = tools_.sandbox->run(job);
    log("L3-" + program.name, job.argv, result);
    const std::string printed = result.process.out + result.process.err;
    const std::string check = "L3:" + program.name;
    if (const std::string wrong = what_went_wrong(result, kSmokeLimits); !wrong.empty()) {
      add_failure(check, command + " " + wrong, command, printed);
      return;
    }
    for (const std::string& name : list_files(results.path())) {
      fs::create_directories((state / name).parent_path());
      fs::copy_file(results.path() / name, state / name, fs::copy_options::overwrite_existing);
    }
    if (!program.writes_metrics) return;
    std::string metrics = output + "/metrics.json";
    if (!takes_output) {  // a program of other habits: any metrics.json will do
      const auto it = std::find_if(result.created.begin(), result.created.end(),
                                   [](const std::string& name) { return name.ends_with("metrics.json"); });
      if (it != result.created.end()) return;
    }
    if (!fs::exists(results.path() / metrics)) {
      add_failure(check, fmt::format("{} ended well but did not write {}", command, metrics), command,
                  printed);
      return;
    }
    try {
      const Json value = parse_json(read_file(results.path() / metrics, kMaxMetricsBytes), metrics);
      if (!value.is_object() || value.empty())
        add_failure(check, fmt::format("{} wrote {} without any metric", command, metrics), command, printed);
    } catch (const Error& error) {
      add_failure(check, fmt::format("{} wrote a {} that is no JSON: {}", command, metrics, error.message()),
                  command, printed);
    }
  }

  static std::string file_of(const std::string& test) { return test.substr(0, test.find("::")); }

  void level4() {
    std::vector<std::string> paths;
    if (affected_ != nullptr) {
      for (const auto& [path, text] : files_) {
        if (path.ends_with(".py") && is_test_file(path) && !path.ends_with("conftest.py") &&
            affected_->contains(path))
          paths.push_back(path);
      }
    }
    TestRun run;
    if (affected_ == nullptr || !paths.empty()) {
      tell("L4", affected_ == nullptr ? "running the tests" : "running the tests of " + join(paths, ", "));
      run = run_tests(*tools_.sandbox, job_, paths);
      if (!options_.logs.empty())
        write_file_atomic(options_.logs / (options_.log_prefix + "L4-tests.log"), run.output);
    }
    for (const auto& test : run.outcomes) {
      if (test.outcome != "failed" && test.outcome != "error") continue;
      const auto text = run.failures.find(test.name);
      add_failure("T:" + test.name,
                  fmt::format("the test {} {}", test.name, test.outcome == "error" ? "cannot run" : "fails"),
                  "python -m pytest " + test.name, text == run.failures.end() ? test.message : text->second);
    }
    if (!run.problem.empty()) {
      // A hanging test is named; without a name the output is all there is.
      const bool named = failures_of("T:") > 0;
      if (!named) add_failure("L4", run.problem, "python -m pytest", run.output);
    }
    if (previous_ != nullptr && affected_ != nullptr) keep_other_tests(run);
    result_.tests = run.outcomes;
    events_.emit({{},
                  "verify",
                  "L4",
                  "progress",
                  {{"message", fmt::format("{} passed, {} failed, {} errors, {} skipped", run.count("passed"),
                                           run.count("failed"), run.count("error"), run.count("skipped"))},
                   {"done", run.count("passed")},
                   {"total", static_cast<int>(run.outcomes.size())}}});
    if (run.passed()) return finish(passed("L4"));
    const int bad = run.count("failed") + run.count("error");
    finish(failed("L4", !run.problem.empty() ? run.problem
                        : bad > 0            ? fmt::format("{} of {} tests fail", bad, run.outcomes.size())
                                             : "no test passes"));
  }

  // Outcomes and failures of test files that did not run this time, at their places.
  void keep_other_tests(TestRun& run) {
    std::vector<artefacts::TestOutcome> kept;
    std::set<std::string> exists;
    for (const auto& [path, text] : files_) exists.insert(path);
    for (const auto& test : previous_->tests) {
      const std::string file = file_of(test.name);
      if (!affected_->contains(file) && exists.contains(file)) kept.push_back(test);
    }
    for (const Failure& failure : previous_->failures) {
      if (!failure.check.starts_with("T:")) continue;
      const std::string file = file_of(failure.check.substr(2));
      if (!affected_->contains(file) && exists.contains(file)) result_.failures.push_back(failure);
    }
    run.outcomes.insert(run.outcomes.end(), kept.begin(), kept.end());
    std::stable_sort(run.outcomes.begin(), run.outcomes.end(),
                     [](const auto& a, const auto& b) { return file_of(a.name) < file_of(b.name); });
  }

  const RepoFiles& files_;
  const artefacts::Plan* plan_;
  const LevelTools& tools_;
  const LevelOptions& options_;
  EventSink& events_;
  std::vector<Program> programs_;
  std::set<std::string> paths_;
  std::string config_module_;
  const Evaluation* previous_ = nullptr;
  const std::set<std::string>* affected_ = nullptr;
  SandboxJob job_;
  std::string problem_;
  Evaluation result_;
};

}  // namespace

std::string Evaluation::highest() const {
  std::string best;
  for (const LevelResult& level : levels) {
    if (level.state != "passed") break;
    best = level.level;
  }
  return best;
}

Evaluation evaluate(const RepoFiles& files, const FactsByPath& facts,
                    std::vector<artefacts::Finding> findings, const artefacts::Plan* plan,
                    const LevelTools& tools, const LevelOptions& options, EventSink& events,
                    const Evaluation* previous, const std::set<std::string>* touched) {
  Evaluator evaluator(files, facts, plan, tools, options, events);
  // Only an evaluation that ran the tests has something to take over.
  const bool partial = previous != nullptr && touched != nullptr && previous->levels.size() == 5 &&
                       previous->level(4).state != "not_attempted";
  const auto affected = partial ? dependents_of(*touched, files, facts) : std::nullopt;
  return evaluator.run(std::move(findings), affected ? previous : nullptr, affected ? &*affected : nullptr);
}

}  // namespace p2c::verify
