// Reading pytest's results, whole, cut and missing.
#include "verify/test_runner.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support.h"
#include "verify/fake_sandbox.h"
#include "verify/matchers.h"

namespace p2c::verify {
namespace {

using test::FakeSandbox;
using test::has;

std::map<std::string, std::string> by_name(const TestRun& run) {
  std::map<std::string, std::string> result;
  for (const auto& test : run.outcomes) result[test.name] = test.outcome;
  return result;
}

std::string junit() {
  return read_file(test::source_path("tests/verify/data/junit.xml"));
}

TEST(Junit, ReadsEveryOutcome) {
  const TestRun run = parse_junit(junit());
  EXPECT_EQ(by_name(run),
            (std::map<std::string, std::string>{{"tests/test_b.py", "error"},
                                                {"tests/test_a.py::TestA::test_shape[1]", "failed"},
                                                {"tests/test_a.py::TestA::test_shape[2]", "failed"},
                                                {"tests/test_a.py::test_call", "failed"},
                                                {"tests/test_a.py::test_close", "failed"},
                                                {"tests/test_a.py::test_skip", "skipped"},
                                                {"tests/test_a.py::test_x", "skipped"},
                                                {"tests/test_a.py::test_td", "failed"},
                                                {"tests/test_a.py::test_ok", "passed"}}));
  EXPECT_EQ(run.count("failed"), 5);
  EXPECT_EQ(run.count("skipped"), 2);
  EXPECT_FALSE(run.passed());
  EXPECT_TRUE(has(run.failures.at("tests/test_a.py::test_call"), "mat1 and mat2 shapes"));
  EXPECT_TRUE(has(run.failures.at("tests/test_a.py::test_td"), "RuntimeError: teardown"));
  EXPECT_EQ(run.failures.count("tests/test_a.py::test_skip"), 0u);
  for (const auto& test : run.outcomes) {
    if (test.name == "tests/test_a.py::test_close") {
      EXPECT_EQ(test.message, "AssertionError: Not equal to tolerance rtol=1e-05, atol=0");
    }
  }
}

TEST(Junit, TakesAnyCutOfItsInput) {
  const std::string whole = junit();
  for (std::size_t n = 0; n < whole.size(); n += 97) parse_junit(std::string_view(whole).substr(0, n));
  EXPECT_TRUE(parse_junit("not xml <<<>>>").outcomes.empty());
}

TEST(VerboseOutput, NamesTheTestThatWasRunning) {
  const TestRun run = parse_verbose_output(
      "collecting ... collected 4 items\n\ntests/test_c.py::test_first PASSED                 [ 25%]\n"
      "tests/test_c.py::TestA::test_b[a b] FAILED [ 50%]\ntests/test_c.py::test_s SKIPPED (why PASSED not) [ "
      "60%]\ntests/test_c.py::test_hang ");
  EXPECT_EQ(by_name(run),
            (std::map<std::string, std::string>{{"tests/test_c.py::test_first", "passed"},
                                                {"tests/test_c.py::TestA::test_b[a b]", "failed"},
                                                {"tests/test_c.py::test_s", "skipped"},
                                                {"tests/test_c.py::test_hang", "failed"}}));
}

constexpr const char* kResult = ".paper2code-results/junit.xml";

TEST(RunTests, AsksPytestForResultsAFileCanHold) {
  FakeSandbox sandbox([](const SandboxJob&) {
    return FakeSandbox::Answer{1, "out", "err", {{kResult, junit()}}, false};
  });
  const TempDir repo("p2c-test");
  SandboxJob job;
  job.repo = repo.path();
  const TestRun run = run_tests(sandbox, job, {"tests/test_a.py"});
  EXPECT_EQ(run.outcomes.size(), 9u);
  EXPECT_EQ(run.problem, "");
  EXPECT_EQ(run.output, "outerr");
  EXPECT_EQ(sandbox.jobs[0].back(), "tests/test_a.py");
}

TEST(RunTests, SaysWhenThereAreNoTests) {
  FakeSandbox sandbox([](const SandboxJob&) {
    return FakeSandbox::Answer{
        5, "", "", {{kResult, "<testsuites><testsuite tests=\"0\"></testsuite></testsuites>"}}, false};
  });
  const TempDir repo("p2c-test");
  SandboxJob job;
  job.repo = repo.path();
  const TestRun run = run_tests(sandbox, job, {});
  EXPECT_EQ(run.problem, "there are no tests");
  EXPECT_FALSE(run.passed());
}

TEST(RunTests, SkippedTestsAloneAreNoSuccess) {
  FakeSandbox sandbox([](const SandboxJob&) {
    return FakeSandbox::Answer{
        0,
        "",
        "",
        {{kResult,
          "<testsuite><testcase classname=\"tests.t\" name=\"a\" file=\"tests/t.py\"><skipped message=\"m\"/>"
          "</testcase></testsuite>"}},
        false};
  });
  const TempDir repo("p2c-test");
  SandboxJob job;
  job.repo = repo.path();
  EXPECT_EQ(run_tests(sandbox, job, {}).problem, "every test was skipped");
}

TEST(RunTests, FindsTheTestThatHangs) {
  FakeSandbox sandbox([](const SandboxJob&) {
    return FakeSandbox::Answer{
        0,
        "tests/t.py::test_a PASSED [ 50%]\ntests/t.py::test_b ",
        "Timeout (0:02:00)!\nThread 0x1 (most recent call first):\n  File \"/work/pkg/m.py\", line 3 in f\n",
        {},
        true};
  });
  const TempDir repo("p2c-test");
  SandboxJob job;
  job.repo = repo.path();
  const TestRun run = run_tests(sandbox, job, {});
  EXPECT_TRUE(has(run.problem, "did not end"));
  EXPECT_EQ(by_name(run).at("tests/t.py::test_b"), "failed");
  EXPECT_TRUE(has(run.failures.at("tests/t.py::test_b"), "pkg/m.py"));
}

}  // namespace
}  // namespace p2c::verify
