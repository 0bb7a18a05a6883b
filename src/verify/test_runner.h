// Runs a repository's pytest tests in the sandbox and reads what came out, test by test.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artefacts/trace.h"
#include "verify/sandbox.h"

namespace p2c::verify {

struct TestRun {
  std::vector<artefacts::TestOutcome> outcomes;  // in the order they ran; message stable, one line
  std::map<std::string, std::string> failures;   // raw failure text by test name
  std::string problem;  // why the run as a whole is no success although no test says so; empty: none
  std::string output;   // standard output and error of pytest

  int count(std::string_view outcome) const;  // passed, failed, error, skipped
  // Every test that was not skipped passed, at least one did, and nothing else went wrong.
  bool passed() const;
};

// Results of `--junitxml` in its xunit1 form. Names are pytest's node ids:
// "tests/test_x.py::TestA::test_b[1]"; a file that could not be collected is named by its path. Tolerates cut
// and odd input; at most 20,000 tests are read.
TestRun parse_junit(std::string_view xml);

// Results of pytest's `-v` lines, for runs that were killed before the XML was written. The test whose line
// has no outcome is the one that was running: it comes as failed.
TestRun parse_verbose_output(std::string_view output);

struct TestRunLimits {
  SandboxLimits sandbox = {.wall = std::chrono::minutes{10}, .cpu_seconds = 600};
  int hang_seconds = 120;  // a single test that takes longer has its stack printed
};

// `job` gives repository and environment; `paths` are test files or folders (empty: "tests" or, without it,
// the root).
TestRun run_tests(Sandbox& sandbox, SandboxJob job, const std::vector<std::string>& paths,
                  const TestRunLimits& limits = {});

}  // namespace p2c::verify
