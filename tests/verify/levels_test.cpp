// Levels L0 to L4: what passes, what fails and why, what runs again after a change.
#include "verify/levels.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "python/source_facts.h"
#include "verify/matchers.h"
#include "verify/toy_repo.h"

namespace p2c::verify {
namespace {

using test::FakeSandbox;
using test::has;

class LevelsTest : public testing::Test {
 protected:
  Evaluation run(const RepoFiles& files, FakeSandbox::Behaviour behaviour = test::toy_answer,
                 const Evaluation* previous = nullptr, const std::set<std::string>* touched = nullptr,
                 bool with_plan = true) {
    remove_tree(room_.path() / "repo");
    test::write_repo(room_.path() / "repo", files);
    FactsByPath facts;
    RepoFiles sources;
    for (const auto& [path, text] : files) {
      if (path.ends_with(".py")) sources.emplace(path, text);
    }
    facts = python::read_sources(sources);
    sandbox_ = std::make_unique<FakeSandbox>(std::move(behaviour));
    LevelTools tools;
    tools.sandbox = sandbox_.get();
    tools.environment = test::toy_tools().environment;
    LevelOptions options;
    options.repo = room_.path() / "repo";
    options.logs = room_.path() / "logs";
    options.log_prefix = "x-";
    return evaluate(files, facts, findings_, with_plan ? &plan_ : nullptr, tools, options, *events_, previous,
                    touched);
  }

  TempDir room_{"p2c-test"};
  artefacts::Plan plan_ = test::toy_plan();
  std::vector<artefacts::Finding> findings_;
  std::unique_ptr<EventSink> events_ = make_null_sink();
  std::unique_ptr<FakeSandbox> sandbox_;
};

TEST_F(LevelsTest, AllPassForARepositoryThatWorks) {
  RepoFiles files = test::kToyRepo;
  files["pkg/model.py"] = replace_all(files["pkg/model.py"], "max(values)", "sum(values)");
  const Evaluation evaluation = run(files);
  EXPECT_EQ(evaluation.highest(), "L4");
  EXPECT_TRUE(evaluation.all_passed());
  EXPECT_TRUE(evaluation.failures.empty());
  EXPECT_EQ(evaluation.tests.size(), 2u);
  const std::vector<std::string> smoke = {
      "python", "-m", "pkg.train", "--config", "configs/smoke.yaml", "--output", "outputs/smoke/train"};
  EXPECT_EQ(std::count(sandbox_->jobs.begin(), sandbox_->jobs.end(), smoke), 1);
  for (const char* log : {"x-L2-config.log", "x-L2-train.log", "x-L3-train.log", "x-L4-tests.log"})
    EXPECT_TRUE(fs::exists(room_.path() / "logs" / log)) << log;
}

TEST_F(LevelsTest, FailingTestsLeaveL3) {
  const Evaluation evaluation = run(test::kToyRepo);
  EXPECT_EQ(evaluation.highest(), "L3");
  ASSERT_EQ(evaluation.failures.size(), 1u);
  EXPECT_EQ(evaluation.failures[0].check, "T:tests/test_model.py::test_pool");
  EXPECT_EQ(evaluation.failures[0].error.exception, "AssertionError");
  EXPECT_EQ(evaluation.level(4).reason, "1 of 2 tests fail");
}

TEST_F(LevelsTest, StaticErrorsDecideTheLowerLevels) {
  findings_ = {{"F03", "error", "pkg/train.py", 3, "no such symbol", "", "ticket"}};
  Evaluation evaluation = run(test::kToyRepo);
  EXPECT_EQ(evaluation.highest(), "L0");
  EXPECT_EQ(evaluation.level(1).state, "failed");
  EXPECT_NE(evaluation.level(2).state, "not_attempted");  // what runs still tells something
  findings_ = {{"F08", "error", "pkg/train.py", 3, "does not parse", "", "ticket"}};
  evaluation = run(test::kToyRepo);
  EXPECT_EQ(evaluation.highest(), "");
  EXPECT_EQ(evaluation.level(4).state, "not_attempted");
  EXPECT_EQ(sandbox_->runs, 0);
}

TEST_F(LevelsTest, WithoutEnvironmentNothingIsAttempted) {
  const FactsByPath facts;
  LevelTools tools;
  tools.sandbox_problem = "bubblewrap is not installed";
  LevelOptions options;
  Evaluation evaluation = evaluate({}, facts, {}, nullptr, tools, options, *events_);
  EXPECT_EQ(evaluation.level(2).state, "not_attempted");
  EXPECT_EQ(evaluation.level(2).reason, "bubblewrap is not installed");
  EXPECT_EQ(evaluation.highest(), "L1");

  FakeSandbox sandbox(test::toy_answer);
  tools.sandbox = &sandbox;
  tools.environment = [](const std::string&) -> Environment {
    throw Error(ErrorCode::environment, "the packages could not be installed",
                {.hint = "check requirements.txt"});
  };
  evaluation = evaluate({}, facts, {}, nullptr, tools, options, *events_);
  EXPECT_EQ(evaluation.level(3).state, "not_attempted");
  ASSERT_EQ(evaluation.failures.size(), 1u);
  EXPECT_EQ(evaluation.failures[0].check, "L2:environment");
}

TEST_F(LevelsTest, ASmokeRunHasToWriteItsMetrics) {
  const auto with_metrics = [](std::map<std::string, std::string> files) {
    return [files](const SandboxJob& job) {
      FakeSandbox::Answer answer = test::toy_answer(job);
      if (!answer.files.empty() && answer.files.begin()->first.ends_with("metrics.json"))
        answer.files = files;
      return answer;
    };
  };
  EXPECT_TRUE(has(run(test::kToyRepo, with_metrics({})).failures.at(0).summary,
                  "did not write outputs/smoke/train/metrics.json"));
  EXPECT_TRUE(has(
      run(test::kToyRepo, with_metrics({{"outputs/smoke/train/metrics.json", "{}"}})).failures.at(0).summary,
      "without any metric"));
  EXPECT_TRUE(has(run(test::kToyRepo, with_metrics({{"outputs/smoke/train/metrics.json", "{\"a\": NaN}"}}))
                      .failures.at(0)
                      .summary,
                  "no JSON"));
}

TEST_F(LevelsTest, AProgramThatHangsOrBreaksIsNamed) {
  const Evaluation hanging = run(test::kToyRepo, [](const SandboxJob& job) {
    FakeSandbox::Answer answer = test::toy_answer(job);
    answer.timed_out = job.argv.back() == "outputs/smoke/train";
    return answer;
  });
  EXPECT_EQ(hanging.level(3).state, "failed");
  EXPECT_TRUE(has(hanging.failures.at(0).summary, "did not end within 120 s"));
  const Evaluation helpless = run(test::kToyRepo, [](const SandboxJob& job) {
    if (job.argv.back() == "--help") return FakeSandbox::Answer{2, "", "ImportError: x\n", {}, false};
    return test::toy_answer(job);
  });
  EXPECT_EQ(helpless.level(2).state, "failed");
  EXPECT_EQ(helpless.level(3).state, "not_attempted");
  EXPECT_EQ(helpless.failures.at(0).check, "L2:train");
}

TEST_F(LevelsTest, WithoutAPlanProgramsAreFound) {
  const Evaluation evaluation = run(test::kToyRepo, test::toy_answer, nullptr, nullptr, false);
  EXPECT_EQ(evaluation.level(2).state, "passed");
  EXPECT_EQ(evaluation.level(3).state, "passed");
  RepoFiles library = test::kToyRepo;
  library.erase("pkg/train.py");
  EXPECT_EQ(run(library, test::toy_answer, nullptr, nullptr, false).level(2).reason,
            "there is no program to start");
}

TEST_F(LevelsTest, OnlyWhatDependsOnAChangeRunsAgain) {
  RepoFiles files = test::kToyRepo;
  files["tests/test_other.py"] = "def test_nothing():\n    assert 1 + 1 == 2\n";
  const Evaluation before = run(files);
  const std::set<std::string> other = {"tests/test_other.py"};
  const Evaluation after = run(files, test::toy_answer, &before, &other);
  EXPECT_EQ(sandbox_->runs, 1);  // the one test file
  EXPECT_EQ(sandbox_->jobs[0].back(), "tests/test_other.py");
  EXPECT_EQ(after.level(3).state, "passed");
  EXPECT_EQ(after.failures.size(), 1u);

  const std::set<std::string> model = {"pkg/model.py"};
  run(files, test::toy_answer, &before, &model);
  EXPECT_EQ(sandbox_->runs, 3);  // help and smoke run of train, tests/test_model.py; not the configuration
  const std::set<std::string> config = {"configs/smoke.yaml"};
  run(files, test::toy_answer, &before, &config);
  EXPECT_EQ(sandbox_->runs, 4);
}

TEST(Programs, ComeFromThePlanOnceEach) {
  artefacts::Plan plan = test::toy_plan();
  plan.entry_points = {
      {"evaluate", "pkg/train.py", "python -m pkg.train --config configs/small.yaml --mode 'a b'", "",
       "small"},
      {"train", "pkg/train.py", "CUDA=0 python -m pkg.train --config configs/smoke.yaml --output x", "",
       "smoke"},
      {"train", "pkg/train.py", "python -m pkg.train --config=configs/paper.yaml", "", "paper"},
      {"download", "pkg/config.py", "python -m pkg.config", "", "paper"},
      {"prepare_data", "scripts/make.py", "python scripts/make.py", "", "smoke"}};
  RepoFiles files = test::kToyRepo;
  files["scripts/make.py"] = "x = 1\n";
  const auto programs = programs_of(&plan, files, {});
  ASSERT_EQ(programs.size(), 3u);
  EXPECT_EQ(programs[0].argv({}), (std::vector<std::string>{"python", "scripts/make.py"}));
  EXPECT_FALSE(programs[0].writes_metrics);
  EXPECT_EQ(programs[1].argv({}), (std::vector<std::string>{"python", "-m", "pkg.train"}));
  EXPECT_EQ(programs[2].name, "evaluate");
  EXPECT_EQ(programs[2].arguments, (std::vector<std::string>{"--mode", "a b"}));
}

}  // namespace
}  // namespace p2c::verify
