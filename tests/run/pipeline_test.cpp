// The driver of stages: what runs, what is skipped, what is told. Stages here are small fakes.
#include "run/pipeline.h"

#include <gtest/gtest.h>

#include "artefacts/schema.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "llm/lenient_json.h"
#include "run/stage.h"

namespace p2c::run {
namespace {

class EchoModel : public llm::ChatModel {
 public:
  llm::ChatReply complete(const llm::ChatRequest& request, const llm::OnToken&,
                          const CancelToken& cancel) override {
    cancel.check();
    ++calls;
    llm::ChatReply reply;
    reply.text = "echo of " + request.messages.back().content;
    reply.finish = llm::FinishReason::stop;
    reply.tokens = {1'000, 0, 100, 0, false};
    reply.cost_usd = 0.5;
    return reply;
  }
  std::int64_t context_tokens() const override { return 100'000; }
  std::int64_t max_output_tokens() const override { return 8'000; }
  std::string name() const override { return "echo"; }
  int calls = 0;
};

class EventList : public EventSink {
 public:
  void emit(Event event) override {
    if (event.target.empty()) list.push_back(event.stage + " " + event.kind);
  }
  std::vector<std::string> list;
};

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() {
    options_.source = (place_.path() / "paper.tex").string();
    write_file_atomic(options_.source, "a paper");
    options_.directory = place_.path() / "run";
    for (const std::string& name : kStages) {
      stages_.push_back({name, [this, name](StageContext& context) {
                           ran_.push_back(name);
                           if (name == failing_) throw Error(ErrorCode::network, "nobody answers");
                           llm::Question question;
                           question.label = {name, "X", "t", 0};
                           question.question = "question of " + name;
                           const std::string answer =
                               name == "ingest" ? "read" : context.caller.ask_text(question);
                           context.store.write_artefact(name + ".txt", answer);
                           if (name == "verify") context.store.set_meta("level", "L3");
                           return std::vector<std::string>{name + ".txt"};
                         }});
    }
  }

  RunOutcome run() {
    ran_.clear();
    return run_stages(options_, stages_, model_, events_, cancel_);
  }
  ErrorCode code_of_run() {
    try {
      run();
    } catch (const Error& error) {
      line_ = error.what();
      return error.code();
    }
    return ErrorCode::internal;
  }
  static std::vector<std::string> from(std::size_t first, std::size_t end = 6) {
    return {kStages.begin() + static_cast<std::ptrdiff_t>(first),
            kStages.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  TempDir place_{"p2c-pipeline"};
  RunOptions options_;
  std::vector<Stage> stages_;
  EchoModel model_;
  EventList events_;
  CancelToken cancel_;
  std::vector<std::string> ran_;
  std::string failing_, line_;
};

TEST_F(PipelineTest, RunsEveryStageOnceAndNothingTheSecondTime) {
  const RunOutcome outcome = run();
  EXPECT_EQ(kStages, ran_);
  EXPECT_EQ("L3", outcome.level);
  EXPECT_EQ(5, outcome.record.totals.calls);
  EXPECT_EQ(2.5, outcome.record.totals.cost);
  EXPECT_EQ(12u, events_.list.size());
  EXPECT_EQ("ingest start", events_.list.front());
  EXPECT_EQ("report end", events_.list.back());

  run();
  EXPECT_TRUE(ran_.empty());
  EXPECT_EQ(5, model_.calls);
}

TEST_F(PipelineTest, UntilStopsAndTheNextRunGoesOn) {
  options_.until = "planner";
  run();
  EXPECT_EQ(from(0, 2), ran_);
  options_.until.clear();
  run();
  EXPECT_EQ(from(2), ran_);
}

TEST_F(PipelineTest, AFailedStageIsToldAndRunsAgain) {
  failing_ = "analyzer";
  EXPECT_EQ(ErrorCode::network, code_of_run());
  const artefacts::RunRecord record = read_run_record(options_.directory);
  EXPECT_EQ("done", record.stages[1].state);
  EXPECT_EQ("failed", record.stages[2].state);
  EXPECT_EQ("pending", record.stages[3].state);
  EXPECT_TRUE(contains(read_file(options_.directory / "run.json"), "\"failed\""));
  failing_.clear();
  run();
  EXPECT_EQ(from(2), ran_);
}

TEST_F(PipelineTest, AnAnswerThatMadeAStageFailIsAskedForAgain) {
  bool refuse = true;
  const auto work = stages_[2].run;
  stages_[2].run = [&](StageContext& context) {
    auto artefacts = work(context);
    if (refuse) throw Error(ErrorCode::gate, "the answer is of no use");
    return artefacts;
  };
  EXPECT_EQ(ErrorCode::gate, code_of_run());
  EXPECT_EQ(2, model_.calls);
  refuse = false;
  run();
  EXPECT_EQ(from(2), ran_);
  EXPECT_EQ(6, model_.calls) << "the analyzer's question again, and the three that follow";
}

TEST_F(PipelineTest, ALostArtefactMakesItsStageAndLaterOnesRunAgainWithoutPaying) {
  run();
  fs::remove(options_.directory / "analyzer.txt");
  const RunOutcome outcome = run();
  EXPECT_EQ(from(2), ran_);
  EXPECT_EQ(5, model_.calls);
  EXPECT_EQ(4, outcome.record.totals.cache_hits);
  EXPECT_EQ(5, outcome.record.totals.calls);
}

TEST_F(PipelineTest, CancellingLeavesAResumableRun) {
  cancel_.request();
  EXPECT_EQ(ErrorCode::cancelled, code_of_run());
  cancel_ = CancelToken();
  run();
  EXPECT_EQ(kStages, ran_);
}

TEST_F(PipelineTest, TheRecordFollowsItsSchemaAndHoldsNoKey) {
  run();
  const std::string text = read_file(options_.directory / "run.json");
  EXPECT_EQ(std::vector<std::string>{},
            llm::validate_schema(parse_json(text, "run.json"), artefacts::schema("run")));
  EXPECT_FALSE(contains(text, "api_key"));
}

TEST_F(PipelineTest, AnotherSourceOrFrameworkNeedsAnotherFolder) {
  run();
  options_.framework = "jax";
  EXPECT_EQ(ErrorCode::usage, code_of_run());
  options_.framework = "pytorch";
  options_.source = (place_.path() / "other.tex").string();
  write_file_atomic(options_.source, "another");
  EXPECT_EQ(ErrorCode::usage, code_of_run());
  EXPECT_TRUE(contains(line_, "paper.tex") && contains(line_, "other.tex")) << line_;
}

// What a kill leaves when it comes between the facts that are written at the start.
TEST_F(PipelineTest, AStartThatWasCutShortIsMadeAgain) {
  for (const char* fact : {"inputs", "options", "recorded_path", "budgets"}) {
    remove_tree(options_.directory);
    const auto store = Store::open(options_.directory, true);
    for (const char* written : {"inputs", "options", "recorded_path", "budgets"}) {
      store->set_meta(written, std::string(written) == "inputs"    ? Json{{"source", options_.source}}
                               : std::string(written) == "options" ? to_json(options_)
                                                                   : Json());
      if (std::string(written) == fact) break;
    }
    EXPECT_THROW(stored_options(options_.directory), Error) << fact;
  }
  run();
  EXPECT_EQ(kStages, ran_);
}

TEST_F(PipelineTest, TheSourceMayBeGoneOnceItIsRead) {
  options_.until = "ingest";
  run();
  fs::remove(options_.source);
  options_.until.clear();
  run();
  EXPECT_EQ(from(1), ran_);
}

TEST_F(PipelineTest, StoredOptionsResumeFromAnywhere) {
  const fs::path before = fs::current_path();
  fs::current_path(place_.path());
  options_.source = "paper.tex";
  options_.jobs = 7;
  options_.budget.max_tokens = 123'456;
  options_.until = "ingest";
  run();
  fs::current_path(before);
  const RunOptions stored = stored_options(options_.directory);
  EXPECT_EQ((place_.path() / "paper.tex").string(), stored.source);
  EXPECT_EQ(7, stored.jobs);
  EXPECT_EQ(123'456, stored.budget.max_tokens);
  EXPECT_EQ("paper.tex", read_run_record(options_.directory).inputs["source"]);
  options_ = stored;
  options_.until.clear();
  run();
  EXPECT_EQ(from(1), ran_);
}

TEST_F(PipelineTest, TheBudgetIsForTheRunAndNotForTheProcess) {
  // Two calls of 1,100, and room for the longest answer behind the first but not behind the second.
  options_.budget.max_tokens = 1'600 + llm::answer_cap(llm::Question().expected_tokens);
  EXPECT_EQ(ErrorCode::budget, code_of_run());
  EXPECT_EQ(2, model_.calls);
  EXPECT_EQ(ErrorCode::budget, code_of_run());
  EXPECT_EQ(2, model_.calls) << "the second process began at zero";
  options_.budget.max_tokens = 100'000;
  run();
  EXPECT_EQ(5, model_.calls);
  options_.budget.max_tokens = 1;
  run();  // complete: nothing left to pay for, so the cap is no matter
}

TEST_F(PipelineTest, UnknownStagesAndFrameworksAreUsageErrors) {
  options_.until = "judge";
  EXPECT_THROW(run_pipeline(options_, model_, events_, cancel_), Error);
  options_.until.clear();
  options_.framework = "tensorflow";
  EXPECT_THROW(run_pipeline(options_, model_, events_, cancel_), Error);
  EXPECT_FALSE(fs::exists(options_.directory));
}

TEST(RunOptionsJson, ReadsWhatItWrote) {
  RunOptions options;
  options.source = "s";
  options.framework = "jax";
  options.base_url = "http://x";
  options.model = "m";
  options.recorded = "r";
  options.budget = {9, 1.5};
  options.max_rounds = 2;
  options.until = "verify";
  options.jobs = 3;
  EXPECT_EQ(to_json(options), to_json(run_options_from_json(to_json(options))));
}

TEST(Stages, AreTheNamedOnesInOrder) {
  std::vector<std::string> names;
  for (const Stage& stage : all_stages()) names.push_back(stage.name);
  EXPECT_EQ(kStages, names);
}

}  // namespace
}  // namespace p2c::run
