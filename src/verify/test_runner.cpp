#include "verify/test_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "paper/xml_scan.h"
#include "verify/error_record.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxTests = 20'000;
constexpr std::size_t kMaxName = 300;
constexpr std::size_t kMaxMessage = 300;
constexpr std::size_t kMaxFailure = 64 << 10;
constexpr std::size_t kMaxXml = 64u << 20;
constexpr const char* kResults = ".paper2code-results/junit.xml";

std::string clean_name(std::string_view name) {
  // Parameters may print objects with their address.
  return std::string(utf8_prefix(std::string(trim(stable_text(name))), kMaxName));
}

std::string first_line_of(std::string_view message) {
  const std::string stable = stable_text(message);
  std::string found;
  for (const std::string_view line : split_lines(stable)) {
    if (trim(line).empty()) continue;
    found += (found.empty() ? "" : " ") + std::string(trim(line));
    if (!found.ends_with("Error:")) break;  // NumPy's and others' messages begin on the next line
  }
  return std::string(utf8_prefix(found, kMaxMessage));
}

// pytest's classname is the dotted path of the file, then the classes inside.
std::string node_id(std::string_view classname, std::string_view file, std::string_view name) {
  std::string path(file);
  std::string classes;
  if (!path.empty()) {
    const std::string module = replace_all(path.substr(0, path.rfind(".py")), "/", ".");
    if (classname.starts_with(module + "."))
      classes = replace_all(std::string(classname.substr(module.size() + 1)), ".", "::");
  }
  if (classname.empty() && !path.empty()) return path;
  if (path.empty() && classname.empty()) {  // not collected: the name is the module
    return replace_all(std::string(name), ".", "/") + ".py";
  }
  if (path.empty()) {
    path = replace_all(std::string(classname), ".", "/") + ".py";
  }
  return path + "::" + (classes.empty() ? "" : classes + "::") + std::string(name);
}

void remember_failure(TestRun& run, const std::string& name, std::string_view text) {
  std::string& kept = run.failures[name];
  if (!kept.empty()) kept += "\n";
  // The end holds the exception.
  if (text.size() > kMaxFailure) text.remove_prefix(text.size() - kMaxFailure);
  kept += repair_utf8(text);
}

}  // namespace

int TestRun::count(std::string_view outcome) const {
  return static_cast<int>(std::count_if(outcomes.begin(), outcomes.end(),
                                        [&](const auto& test) { return test.outcome == outcome; }));
}

bool TestRun::passed() const {
  return problem.empty() && count("passed") > 0 && count("failed") == 0 && count("error") == 0;
}

TestRun parse_junit(std::string_view xml) {
  TestRun run;
  if (xml.size() > kMaxXml) xml = xml.substr(0, kMaxXml);
  paper::XmlScanner scanner(xml);
  paper::XmlEvent event;
  artefacts::TestOutcome test;
  bool in_case = false;
  std::string part, text;  // failure, error, skipped: the element being read
  std::map<std::string, std::size_t> index;
  while (scanner.next(event)) {
    switch (event.kind) {
      case paper::XmlEvent::Kind::start:
        if (event.name == "testcase") {
          in_case = true;
          test = {};
          test.name = clean_name(
              node_id(event.attribute("classname"), event.attribute("file"), event.attribute("name")));
          test.outcome = "passed";
          test.seconds = std::strtod(std::string(event.attribute("time")).c_str(), nullptr);
        } else if (in_case && (event.name == "failure" || event.name == "error" || event.name == "skipped")) {
          part = event.name;
          text.clear();
          const std::string outcome = part == "failure" ? "failed" : part;
          if (test.outcome == "passed" || test.outcome == "skipped") test.outcome = outcome;
          if (test.message.empty()) test.message = first_line_of(event.attribute("message"));
        }
        break;
      case paper::XmlEvent::Kind::text:
        if (!part.empty() && text.size() < kMaxXml) text += event.text;
        break;
      case paper::XmlEvent::Kind::end:
        if (!part.empty() && event.name == part) {
          if (part != "skipped") remember_failure(run, test.name, text);
          part.clear();
        } else if (in_case && event.name == "testcase") {
          in_case = false;
          // A test that fails and then fails again in its teardown comes twice.
          const auto [it, fresh] = index.emplace(test.name, run.outcomes.size());
          if (fresh) {
            run.outcomes.push_back(test);
          } else if (auto& earlier = run.outcomes[it->second];
                     earlier.outcome == "passed" || earlier.outcome == "skipped") {
            earlier.outcome = test.outcome;
            earlier.message = test.message;
          }
          if (run.outcomes.size() >= kMaxTests) {
            run.problem = fmt::format("more than {} tests", kMaxTests);
            return run;
          }
        }
        break;
    }
  }
  return run;
}

TestRun parse_verbose_output(std::string_view output) {
  TestRun run;
  std::set<std::string> seen;
  std::string running;
  for (const std::string_view raw : split_lines(output)) {
    const std::string line = strip_control(repair_utf8(raw.substr(0, 4'000)));
    const std::size_t separator = line.find(".py::");
    if (separator == std::string::npos || line.find(' ') < separator) continue;
    std::size_t space = std::string::npos;
    std::string outcome;
    for (const auto& [word, meaning] :
         std::initializer_list<std::pair<const char*, const char*>>{{" PASSED", "passed"},
                                                                    {" FAILED", "failed"},
                                                                    {" ERROR", "error"},
                                                                    {" SKIPPED", "skipped"},
                                                                    {" XFAIL", "skipped"},
                                                                    {" XPASS", "passed"}}) {
      const std::size_t at = line.find(word, separator);
      if (at == std::string::npos || at > space) continue;
      space = at;
      outcome = meaning;
    }
    const std::string name = clean_name(line.substr(0, space));
    if (outcome.empty()) {
      running = name.substr(0, name.find(" Timeout ("));
      continue;
    }
    if (running == name) running.clear();
    if (run.outcomes.size() < kMaxTests && seen.insert(name).second)
      run.outcomes.push_back({name, outcome, {}, 0});
  }
  if (!running.empty() && seen.insert(running).second) {
    run.outcomes.push_back({running, "failed", "did not come to an end", 0});
    remember_failure(run, running, output);
  }
  return run;
}

TestRun run_tests(Sandbox& sandbox, SandboxJob job, const std::vector<std::string>& paths,
                  const TestRunLimits& limits) {
  const TempDir results("p2c-tests");
  job.argv = {"python",
              "-m",
              "pytest",
              "-v",
              "-p",
              "no:cacheprovider",
              "--tb=native",
              "--color=no",
              "--continue-on-collection-errors",
              "-o",
              "junit_family=xunit1",
              "-o",
              fmt::format("faulthandler_timeout={}", limits.hang_seconds),
              std::string("--junitxml=") + kResults};
  if (paths.empty()) {
    job.argv.push_back(fs::is_directory(job.repo / "tests") ? "tests" : ".");
  } else {
    job.argv.insert(job.argv.end(), paths.begin(), paths.end());
  }
  job.limits = limits.sandbox;
  job.collect = {kResults};
  job.collect_into = results.path();
  const SandboxResult result = sandbox.run(job);

  TestRun run;
  if (fs::exists(results.path() / kResults)) {
    run = parse_junit(read_file(results.path() / kResults, kMaxXml));
  } else {
    run = parse_verbose_output(result.process.out);
    // A hanging test's stack is on standard error.
    for (auto& [name, text] : run.failures) text = result.process.err.empty() ? text : result.process.err;
  }
  run.output = result.process.out + result.process.err;
  if (!run.problem.empty()) return run;
  const ProcessResult& process = result.process;
  if (process.timed_out || result.cpu_limit_hit) {
    run.problem = fmt::format("the tests did not end within {} s", limits.sandbox.wall.count() / 1000);
  } else if (result.memory_limit_hit) {
    run.problem = fmt::format("the tests used more than {} MiB of memory", limits.sandbox.memory_bytes >> 20);
  } else if (result.disk_limit_hit) {
    run.problem =
        fmt::format("the tests wrote more than {} MiB to the disk", limits.sandbox.disk_bytes >> 20);
  } else if (result.process_limit_hit) {
    run.problem = fmt::format("the tests started more than {} processes", limits.sandbox.processes);
  } else if (process.output_limit_hit) {
    run.problem = fmt::format("the tests printed more than {} MiB", limits.sandbox.output_bytes >> 20);
  } else if (run.outcomes.empty()) {
    run.problem = process.exit_code == 5
                      ? "there are no tests"
                      : fmt::format("pytest ended with exit code {} before any test ran", process.exit_code);
  } else if (process.exit_code != 0 && run.count("failed") == 0 && run.count("error") == 0) {
    run.problem = process.signal != 0 || process.exit_code > 128
                      ? "the tests' process was ended by a signal"
                      : fmt::format("pytest ended with exit code {}", process.exit_code);
  } else if (run.count("passed") == 0 && run.count("failed") == 0 && run.count("error") == 0) {
    run.problem = "every test was skipped";
  }
  return run;
}

}  // namespace p2c::verify
