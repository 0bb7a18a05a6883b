// Verification as a whole: levels, rounds, what stays and what is taken back, the ledger, starting again
// after a kill.
#include "verify/verifier.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "llm/memory_journal.h"
#include "llm/scripted_model.h"
#include "verify/ledger.h"
#include "verify/matchers.h"
#include "verify/toy_repo.h"

namespace p2c::verify {
namespace {

using test::has;
using test::lacks;

const char* const kGood =
    "The pooling takes the maximum.\n\n<<<EDIT pkg/model.py\n<<<OLD\n    return max(values)\n<<<NEW\n    "
    "return sum(values)\n>>>END\n";

std::string edit_of(const std::string& path, const std::string& old_text, const std::string& new_text,
                    const std::string& words = "Because.") {
  return words + "\n<<<EDIT " + path + "\n<<<OLD\n" + old_text + "\n<<<NEW\n" + new_text + "\n>>>END\n";
}

class VerifierTest : public testing::Test {
 protected:
  VerifierTest() {
    options_.repo = room_.path() / "repo";
    options_.snapshot0 = room_.path() / "verify/snapshot0";
    options_.ledger = room_.path() / "verify/ledger.jsonl";
    options_.logs = room_.path() / "verify/logs";
    input_.plan = &plan_;
    test::write_repo(options_.repo, test::kToyRepo);
  }

  artefacts::VerifyReport verify(std::vector<std::string> answers) {
    model_ = std::make_unique<test::ScriptedModel>(std::move(answers));
    return verify_with(*model_);
  }
  artefacts::VerifyReport verify_with(llm::ChatModel& model) {
    llm::Caller caller(model, journal_, *events_, cancel_, {});
    return verify_with_tools(input_, options_, tools_, &caller, *events_, cancel_);
  }
  std::string file(const std::string& path) { return read_file(options_.repo / path); }
  std::string asked(std::size_t i) { return model_->requests().at(i).messages.back().content; }

  TempDir room_{"p2c-test"};
  artefacts::Plan plan_ = test::toy_plan();
  VerifyInput input_;
  VerifyOptions options_;
  VerifyTools tools_ = test::toy_tools();
  std::unique_ptr<EventSink> events_ = make_null_sink();
  CancelToken cancel_;
  llm::MemoryJournal journal_;
  std::unique_ptr<test::ScriptedModel> model_;
};

TEST_F(VerifierTest, RepairsWhatATestShows) {
  const auto report = verify({kGood});
  EXPECT_EQ(report.first_level, "L3");
  EXPECT_EQ(report.level, "L4");
  EXPECT_EQ(report.rounds, 1);
  ASSERT_EQ(report.tickets.size(), 1u);
  EXPECT_EQ(report.tickets[0].id, "K-01");
  EXPECT_EQ(report.tickets[0].state, "fixed");
  EXPECT_EQ(report.tickets[0].reqs, std::vector<std::string>{"R-001"});
  EXPECT_EQ(report.lines_changed, 1);
  EXPECT_EQ(report.lines_changed_model, 1);
  EXPECT_EQ(report.lines_changed_tool, 0);
  EXPECT_EQ(report.touches, 1);
  EXPECT_EQ(report.files_touched, 1);
  EXPECT_GT(report.lines_total, 30);
  EXPECT_NEAR(report.line_fix_rate, 1.0 / report.lines_total, 1e-12);
  EXPECT_EQ(report.sandbox, "fake sandbox");
  EXPECT_TRUE(has(report.environment, "Python 3.11.7; PyYAML==6.0"));
  EXPECT_TRUE(has(file("pkg/model.py"), "sum(values)"));
  EXPECT_TRUE(has(read_file(options_.snapshot0 / "pkg/model.py"), "max(values)"));

  const std::string text = read_file(options_.ledger);
  const auto lines = split_lines(text);
  ASSERT_EQ(lines.size(), 1u);
  const auto entry = artefacts::from_json<artefacts::LedgerEntry>(parse_json(lines[0], "ledger"), "ledger");
  EXPECT_EQ(entry.actor, "model");
  EXPECT_EQ(entry.file, "pkg/model.py");
  EXPECT_EQ(entry.cause.cls, "logic");
  EXPECT_EQ(entry.cause.check, "T:tests/test_model.py::test_pool");
  EXPECT_EQ(entry.level_before, "L3");
  EXPECT_EQ(entry.level_after, "L4");
}

TEST_F(VerifierTest, NeedsNoModelWhenAllIsWell) {
  write_file_atomic(options_.repo / "pkg/model.py",
                    replace_all(test::kToyRepo.at("pkg/model.py"), "max(", "sum("));
  const auto report = verify({});
  EXPECT_EQ(report.first_level, "L4");
  EXPECT_EQ(report.level, "L4");
  EXPECT_EQ(report.rounds, 0);
  EXPECT_EQ(report.lines_changed, 0);
  EXPECT_TRUE(report.tickets.empty());
}

TEST_F(VerifierTest, AsksOnceMoreWhenEditsDoNotFit) {
  const auto report =
      verify({edit_of("pkg/model.py", "  return max(values)", "  return sum(values)"), kGood});
  EXPECT_EQ(report.level, "L4");
  ASSERT_EQ(model_->requests().size(), 2u);
  EXPECT_TRUE(has(asked(1), "Your last answer could not be used"));
  EXPECT_TRUE(has(asked(1), "    6 |     return max(values)"));
  EXPECT_EQ(report.tickets[0].attempts, 1);
}

TEST_F(VerifierTest, TakesBackWhatBreaksSomethingElse) {
  const auto report = verify(
      {edit_of("pkg/model.py", "    return max(values)", "    return sum(values) if len(values) > 1 else 0"),
       kGood});
  EXPECT_EQ(report.level, "L4");
  EXPECT_EQ(report.rounds, 2);
  EXPECT_TRUE(has(file("pkg/model.py"), "    return sum(values)\n"));
  EXPECT_EQ(report.lines_changed, 1);
  EXPECT_EQ(split_lines(read_file(options_.ledger)).size(), 1u);  // what was taken back is no change
  EXPECT_TRUE(has(asked(1), "An earlier attempt was taken back"));
  EXPECT_TRUE(has(asked(1), "tests/test_model.py::test_one passed before and is now failed"));
  EXPECT_TRUE(has(asked(1), "+    return sum(values) if len(values) > 1 else 0"));
}

TEST_F(VerifierTest, LeavesATicketOpenAfterTwoAttempts) {
  const std::string useless =
      edit_of("pkg/model.py", "    \"\"\"Sum [R-001].\"\"\"", "    \"\"\"Sum of all [R-001].\"\"\"");
  const auto report = verify({useless, useless});
  EXPECT_EQ(report.level, "L3");
  EXPECT_EQ(report.rounds, 2);
  EXPECT_EQ(report.tickets[0].state, "failed");
  EXPECT_EQ(report.tickets[0].attempts, 2);
  EXPECT_EQ(report.lines_changed, 0);
  EXPECT_EQ(file("pkg/model.py"), test::kToyRepo.at("pkg/model.py"));
  EXPECT_TRUE(has(asked(1), "the failure stayed the same"));
}

TEST_F(VerifierTest, DoesNotLetTestsBeWeakened) {
  const std::string drop = edit_of("tests/test_model.py", "    assert pool([1, 2]) == 3", "    pool([1, 2])",
                                   "TEST CHANGED: test_pool was too strict.");
  const std::string silent =
      edit_of("tests/test_model.py", "    assert pool([1, 2]) == 3", "    assert pool([1, 2]) == 2");
  const std::string conftest = "x\n<<<FILE tests/conftest.py\ncollect_ignore = ['test_model.py']\n>>>END\n";
  const auto report = verify({drop, silent, conftest, "CANNOT: the paper does not say."});
  EXPECT_EQ(report.level, "L3");
  EXPECT_EQ(file("tests/test_model.py"), test::kToyRepo.at("tests/test_model.py"));
  ASSERT_EQ(model_->requests().size(), 4u);
  EXPECT_TRUE(has(asked(1), "an assertion may be replaced but not dropped"));
  EXPECT_TRUE(has(asked(3), "cannot be changed"));
  EXPECT_EQ(report.tickets[0].state, "failed");
}

TEST_F(VerifierTest, KeepsTheValuesOfThePaper) {
  const auto report = verify({edit_of("configs/paper.yaml", "size: 100", "size: 1"), kGood});
  EXPECT_EQ(report.level, "L4");
  EXPECT_TRUE(has(asked(1), "is a value of the paper"));
  EXPECT_EQ(file("configs/paper.yaml"), "size: 100\n");
}

TEST_F(VerifierTest, RefusesEditsThatBringStaticErrors) {
  const auto report = verify(
      {edit_of("pkg/model.py", "    return max(values)", "    return undefined_thing(values)"), kGood});
  EXPECT_EQ(report.level, "L4");
  EXPECT_TRUE(has(asked(1), "the change brings new errors"));
}

TEST_F(VerifierTest, ChecksWithoutChangingAnything) {
  options_.repair = false;
  options_.snapshot0.clear();
  const auto report = verify_with_tools(input_, options_, tools_, nullptr, *events_, cancel_);
  EXPECT_EQ(report.level, "L3");
  EXPECT_EQ(report.first_level, "L3");
  EXPECT_TRUE(report.tickets.empty());
  EXPECT_FALSE(fs::exists(options_.ledger));
  for (const auto& [path, text] : test::kToyRepo) EXPECT_EQ(file(path), text) << path;
}

TEST_F(VerifierTest, AutomaticFixesAreEntriesOfTheTool) {
  write_file_atomic(options_.repo / "requirements.txt", "");
  plan_.packages.clear();
  const auto report = verify({kGood});
  EXPECT_EQ(report.level, "L4");
  EXPECT_NE(report.first_level, "L4");
  EXPECT_TRUE(has(to_lower(file("requirements.txt")), "pyyaml"));
  EXPECT_GE(report.lines_changed_tool, 1);
  EXPECT_EQ(report.lines_changed_model, 1);
  EXPECT_EQ(report.lines_changed, report.lines_changed_tool + report.lines_changed_model);
  const std::string text = read_file(options_.ledger);
  const auto first =
      artefacts::from_json<artefacts::LedgerEntry>(parse_json(split_lines(text)[0], "ledger"), "ledger");
  EXPECT_EQ(first.actor, "tool");
  EXPECT_EQ(first.cause.check, "F01");
  EXPECT_EQ(first.round, 0);
}

TEST_F(VerifierTest, BeginsAgainFromTheFirstEmission) {
  const auto first = verify({kGood});
  // As after a kill in the middle: the repository is half repaired, a file was added, the journal has the
  // answer.
  write_file_atomic(options_.repo / "pkg/train.py", "half = 1\n");
  write_file_atomic(options_.repo / "pkg/stray.py", "x = 1\n");
  test::ScriptedModel silent(std::vector<std::string>{});
  const auto second = verify_with(silent);
  EXPECT_EQ(second.level, "L4");
  EXPECT_EQ(silent.requests().size(), 0u);
  EXPECT_EQ(second.lines_changed, first.lines_changed);
  EXPECT_EQ(file("pkg/train.py"), test::kToyRepo.at("pkg/train.py"));
  EXPECT_FALSE(fs::exists(options_.repo / "pkg/stray.py"));
  EXPECT_TRUE(has(file("pkg/model.py"), "sum(values)"));
  EXPECT_EQ(read_file(options_.logs / "replaced/pkg/stray.py"), "x = 1\n");
}

TEST_F(VerifierTest, AsksTheSameQuestionsEveryTime) {
  const std::string useless =
      edit_of("pkg/model.py", "    \"\"\"Sum [R-001].\"\"\"", "    \"\"\"Sum of all [R-001].\"\"\"");
  verify({useless, kGood});
  std::vector<std::string> shas;
  for (const auto& request : model_->requests()) shas.push_back(llm::request_sha(request));
  const TempDir elsewhere("p2c-elsewhere");
  options_.repo = elsewhere.path() / "r";
  options_.snapshot0 = elsewhere.path() / "s";
  test::write_repo(options_.repo, test::kToyRepo);
  llm::MemoryJournal empty;
  test::ScriptedModel model({useless, kGood});
  llm::Caller caller(model, empty, *events_, cancel_, {});
  verify_with_tools(input_, options_, tools_, &caller, *events_, cancel_);
  ASSERT_EQ(model.requests().size(), shas.size());
  for (std::size_t i = 0; i < shas.size(); ++i) EXPECT_EQ(llm::request_sha(model.requests()[i]), shas[i]);
}

TEST_F(VerifierTest, ReportsAnEarlyEndByTheBudget) {
  test::ScriptedModel model([](const llm::ChatRequest&) -> llm::ChatReply {
    throw Error(ErrorCode::budget, "the token budget is used up");
  });
  const auto report = verify_with(model);
  EXPECT_EQ(report.level, "L3");
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.back().check, "repair");
  EXPECT_TRUE(has(report.findings.back().message, "budget"));
}

TEST_F(VerifierTest, LetsAMissingRecordingPassWhenNothingWasRepaired) {
  test::ScriptedModel model([](const llm::ChatRequest&) -> llm::ChatReply {
    throw Error(ErrorCode::missing_recording, "no reply");
  });
  try {
    verify_with(model);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::missing_recording);
  }
}

TEST_F(VerifierTest, SaysWhyWithoutASandbox) {
  tools_.sandbox = []() -> std::unique_ptr<Sandbox> {
    throw Error(ErrorCode::sandbox_unavailable, "bubblewrap is not installed",
                {.hint = "sudo apt-get install bubblewrap"});
  };
  const auto report = verify({});
  EXPECT_EQ(report.level, "L1");
  EXPECT_TRUE(has(report.sandbox, "apt-get install bubblewrap"));
  EXPECT_EQ(report.levels.at(2).state, "not_attempted");
}

TEST_F(VerifierTest, StopsWhenCancelled) {
  cancel_.request();
  EXPECT_THROW(verify({}), Error);
}

}  // namespace
}  // namespace p2c::verify
