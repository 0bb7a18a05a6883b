// The caller: journal first, one payment for equal requests, budget, re-asks, continuation.
#include "llm/caller.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/parallel.h"
#include "base/text.h"
#include "llm/continuation.h"
#include "llm/memory_journal.h"
#include "llm/scripted_model.h"

namespace p2c::llm {
namespace {

using test::ScriptedModel;

class EventLog : public EventSink {
 public:
  void emit(Event event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  std::vector<Event> all(const std::string& kind) const {
    const std::lock_guard lock(mutex_);
    std::vector<Event> out;
    for (const Event& event : events_) {
      if (event.kind == kind) out.push_back(event);
    }
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

Question question(const std::string& text = "how many?") {
  Question out;
  out.label = {"planner", "P1", "S3", 0};
  out.system = "rules";
  out.prefix = "paper";
  out.question = text;
  out.expected_tokens = 1'000;
  return out;
}

ChatReply reply_of(const std::string& text, FinishReason finish) {
  ChatReply reply;
  reply.text = text;
  reply.finish = finish;
  return reply;
}

struct World {
  explicit World(std::vector<std::string> answers, CallerOptions options = {})
      : model(std::move(answers)), caller(model, journal, events, {}, options) {}
  explicit World(std::function<ChatReply(const ChatRequest&)> answer, CallerOptions options = {})
      : model(std::move(answer)), caller(model, journal, events, {}, options) {}
  ScriptedModel model;
  MemoryJournal journal;
  EventLog events;
  Caller caller;
};

ErrorCode code_of(const std::function<void()>& action, std::string* text = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (text != nullptr) *text = error.what();
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::internal;
}

Json schema() {
  return Json::parse(
      R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false})");
}

// ---- requests ----

TEST(Caller, StablePartsComeFirst) {
  World world({"42"});
  EXPECT_EQ(world.caller.ask_text(question()), "42");
  const ChatRequest request = world.model.requests().at(0);
  ASSERT_EQ(request.messages.size(), 2u);
  EXPECT_EQ(request.messages[0].role, "system");
  EXPECT_EQ(request.messages[0].content, "rules");
  EXPECT_EQ(request.messages[1].content, "paper\n\nhow many?");
  EXPECT_EQ(request.max_tokens, answer_cap(1'000));
}

TEST(Caller, CapDependsOnTheExpectedLengthOnly) {
  EXPECT_EQ(answer_cap(0), 1'024);
  EXPECT_EQ(answer_cap(1'000), 1'536);
  EXPECT_EQ(answer_cap(2'000), 3'072);
  EXPECT_EQ(answer_cap(-5), 1'024);
  EXPECT_EQ(answer_cap(2'000'000'000), 262'144);
}

TEST(Caller, IdentityLeavesTheModelsNameOut) {
  ChatRequest a;
  a.messages = {{"user", "x"}};
  ChatRequest b = a;
  b.model = "other";
  EXPECT_EQ(request_sha(a), request_sha(b));
  for (int field = 0; field < 5; ++field) {
    ChatRequest c = a;
    if (field == 0) c.messages[0].content = "y";
    if (field == 1) c.messages[0].role = "system";
    if (field == 2) c.temperature = 0.5;
    if (field == 3) c.max_tokens += 1;
    if (field == 4) c.schema = schema();
    EXPECT_NE(request_sha(a), request_sha(c)) << field;
  }
}

// The hash is written into recordings: it may never change by accident. It is the SHA-256 of
// {"max_tokens":1024,"messages":[{"content":"rules","role":"system"},{"content":"hé","role":"user"}],"schema":null,
// "schema_name":"","temperature":0.0} without the line break.
TEST(Caller, IdentityIsStable) {
  ChatRequest request;
  request.messages = {{"system", "rules"}, {"user", "hé"}};
  request.max_tokens = 1'024;
  EXPECT_EQ(request_sha(request), request_sha(chat_request_from_json(Json::parse(to_json(request).dump()))));
  EXPECT_EQ(request_sha(request), "e2024ca685d3c09404766ee80336e617c04579f91e1045d51566a06ef6c290a0");
}

// ---- journal ----

TEST(Caller, AnswersOutOfTheJournalArePaidOnce) {
  World world({"42"});
  world.caller.ask_text(question());
  EXPECT_EQ(world.caller.ask_text(question()), "42");
  EXPECT_EQ(world.model.requests().size(), 1u);
  EXPECT_EQ(world.journal.entries().size(), 1u);
  EXPECT_EQ(world.journal.entries()[0].label.target, "S3");
  EXPECT_EQ(world.journal.hits().size(), 1u);
  const Spent spent = world.caller.spent();
  EXPECT_EQ(spent.calls, 1);
  EXPECT_EQ(spent.cache_hits, 1);
  EXPECT_EQ(spent.tokens_in, 100);
  EXPECT_EQ(spent.tokens_out, 10);
  EXPECT_NEAR(spent.usd, 0.01, 1e-12);
}

TEST(Caller, EqualRequestsOfManyThreadsArePaidOnce) {
  World world([](const ChatRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return reply_of("42", FinishReason::stop);
  });
  std::atomic<int> right = 0;
  parallel_for(8, 8, [&](std::size_t) { right += world.caller.ask_text(question()) == "42"; });
  EXPECT_EQ(right, 8);
  EXPECT_EQ(world.model.requests().size(), 1u);
  EXPECT_EQ(world.caller.spent().cache_hits, 7);
}

TEST(Caller, AFailureUnderWayServesAllWhoWait) {
  World world([](const ChatRequest&) -> ChatReply {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    throw Error(ErrorCode::auth, "wrong key");
  });
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back(
        [&] { failed += code_of([&] { world.caller.ask_text(question()); }) == ErrorCode::auth; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 4);
  EXPECT_GE(world.journal.failures().size(), 1u);
  // The failure is not remembered for later calls.
  EXPECT_EQ(code_of([&] { world.caller.ask_text(question()); }), ErrorCode::auth);
  EXPECT_GE(world.model.requests().size(), 2u);
}

TEST(Caller, AnswerIsRecordedBeforeItIsUsed) {
  World world({"not JSON at all", R"({"n":1})"});
  world.caller.ask_json(question(), schema(), "n");
  EXPECT_EQ(world.journal.entries().at(0).reply.text, "not JSON at all");
  EXPECT_EQ(world.journal.entries().at(0).sha, request_sha(world.journal.entries().at(0).request));
}

TEST(Caller, MissingRecordingNamesTheCall) {
  World world([](const ChatRequest& request) -> ChatReply {
    throw Error(ErrorCode::missing_recording, "none", {request_sha(request), {}, {}, "near."});
  });
  std::string text;
  EXPECT_EQ(code_of([&] { world.caller.ask_text(question()); }, &text), ErrorCode::missing_recording);
  EXPECT_NE(text.find("planner P1 S3 (request "), std::string::npos) << text;
  EXPECT_NE(text.find("near."), std::string::npos) << text;
}

TEST(Caller, CancelledBeforeACall) {
  ScriptedModel model({"x"});
  MemoryJournal journal;
  EventLog events;
  const CancelToken cancel;
  Caller caller(model, journal, events, cancel, {});
  cancel.request();
  EXPECT_EQ(code_of([&] { caller.ask_text(question()); }), ErrorCode::cancelled);
  EXPECT_TRUE(model.requests().empty());
}

// ---- events ----

TEST(Caller, EventsOfACall) {
  World world({"42"});
  world.caller.ask_text(question());
  world.caller.ask_text(question());
  ASSERT_EQ(world.events.all("start").size(), 2u);
  ASSERT_EQ(world.events.all("token").size(), 1u);
  const std::vector<Event> ends = world.events.all("end");
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].stage, "planner");
  EXPECT_EQ(ends[0].target, "P1 S3");
  EXPECT_EQ(ends[0].data["cached"], false);
  EXPECT_EQ(ends[0].data["tokens"]["out"], 10);
  EXPECT_EQ(ends[0].data["cost"], 0.01);
  EXPECT_EQ(ends[0].data["sha"], world.journal.entries()[0].sha);
  EXPECT_EQ(ends[1].data["cached"], true);
}

// ---- budget ----

TEST(Caller, BudgetWarnsOnceAtFourFifthsAndStopsBeforeItIsOverspent) {
  CallerOptions options;
  options.budget.max_tokens = 20'000;  // each call takes 5,000 and may take about 1,540
  World world(
      [](const ChatRequest&) {
        ChatReply reply = reply_of("x", FinishReason::stop);
        reply.tokens.in = 4'000;
        reply.tokens.out = 1'000;
        return reply;
      },
      options);
  int done = 0;
  std::string text;
  EXPECT_EQ(code_of(
                [&] {
                  for (;; ++done) world.caller.ask_text(question(std::to_string(done)));
                },
                &text),
            ErrorCode::budget);
  EXPECT_EQ(done, 4);
  EXPECT_NE(text.find("20000 tokens"), std::string::npos) << text;
  ASSERT_EQ(world.events.all("warning").size(), 1u);
  EXPECT_EQ(world.events.all("warning")[0].data["message"], "20000 of 20000 tokens of the budget are spent");
  // What is in the journal costs nothing.
  EXPECT_EQ(world.caller.ask_text(question("0")), "x");
}

TEST(Caller, BudgetRefusesACallThatCouldNotFitEvenAlone) {
  CallerOptions options;
  options.budget.max_tokens = 500;
  World world({"x"}, options);
  EXPECT_EQ(code_of([&] { world.caller.ask_text(question("a")); }), ErrorCode::budget);
  EXPECT_EQ(world.caller.spent().calls, 0);
}

TEST(Caller, CallsSideBySideDoNotOverspendTogether) {
  CallerOptions options;
  options.budget.max_tokens = 4'000;  // room for two at a time; each takes 110 of what it sets aside
  World world(std::vector<std::string>(40, "x"), options);
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 30; ++i) {
    threads.emplace_back([&, i] {
      try {
        world.caller.ask_text(question(std::to_string(i)));
      } catch (const Error& error) {
        if (error.code() == ErrorCode::budget) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(refused, 0);
  EXPECT_GT(world.caller.spent().calls, 15);  // (4,000 - 1,540) / 110
  EXPECT_LE(world.caller.spent().tokens_in + world.caller.spent().tokens_out, 4'000);
}

TEST(Caller, BudgetOfMoney) {
  CallerOptions options;
  options.budget.max_usd = 0.015;
  World world({"x", "x", "x"}, options);
  world.caller.ask_text(question("a"));
  world.caller.ask_text(question("b"));
  EXPECT_EQ(code_of([&] { world.caller.ask_text(question("c")); }), ErrorCode::budget);
}

TEST(Caller, UnknownPriceIsNotedAndNoError) {
  CallerOptions options;
  options.budget.max_usd = 0.001;
  World world([](const ChatRequest&) { return reply_of("x", FinishReason::stop); }, options);
  world.caller.ask_text(question("a"));
  world.caller.ask_text(question("b"));
  EXPECT_TRUE(world.caller.spent().usd_unknown);
  EXPECT_EQ(world.caller.spent().usd, 0);
}

// ---- text ----

TEST(Caller, TextThatIsCutOffGetsMoreRoom) {
  World world({"[length]half", "[length]more", "whole"});
  EXPECT_EQ(world.caller.ask_text(question()), "whole");
  const std::vector<ChatRequest> requests = world.model.requests();
  EXPECT_EQ(requests[1].max_tokens, 2 * requests[0].max_tokens);
  EXPECT_EQ(requests[2].max_tokens, 4 * requests[0].max_tokens);
  EXPECT_EQ(world.journal.entries()[2].label.attempt, 2);
}

TEST(Caller, TextThatNeverFitsIsAnError) {
  World world(std::vector<std::string>(20, "[length]half"));
  world.model.max_output = 4'096;
  EXPECT_EQ(code_of([&] { world.caller.ask_text(question()); }), ErrorCode::model_cut_off);
  EXPECT_EQ(world.model.requests().size(), 3u);  // 1536, 3072, 6144: the next would be clamped to the same
}

TEST(Caller, ContentFilterIsARefusal) {
  World world([](const ChatRequest&) { return reply_of("", FinishReason::content_filter); });
  EXPECT_EQ(code_of([&] { world.caller.ask_text(question()); }), ErrorCode::model_refused);
}

// ---- JSON ----

TEST(Caller, JsonIsReadLenientlyAndFitted) {
  World world({"<think>hm</think>Sure:\n```json\n{'N': \"3\",}\n```"});
  const JsonAnswer answer = world.caller.ask_json(question(), schema(), "n");
  EXPECT_EQ(answer.value, Json::parse(R"({"n":3})"));
  EXPECT_TRUE(answer.problems.empty());
  EXPECT_GE(answer.warnings.size(), 3u);
  EXPECT_EQ(answer.attempts, 1);
  EXPECT_EQ(world.model.requests()[0].schema, schema());
}

TEST(Caller, SchemaIsNotSentWhenSwitchedOff) {
  CallerOptions options;
  options.send_schema = false;
  World world({R"({"n":3})"}, options);
  world.caller.ask_json(question(), schema(), "n");
  EXPECT_TRUE(world.model.requests()[0].schema.is_null());
}

TEST(Caller, ReaskShowsTheAnswerAndWhatIsWrongBehindTheSamePrefix) {
  World world({R"({"n":"many"})", R"({"n":3})"});
  const JsonAnswer answer = world.caller.ask_json(question(), schema(), "n");
  EXPECT_EQ(answer.value["n"], 3);
  EXPECT_EQ(answer.attempts, 2);
  const std::vector<ChatRequest> requests = world.model.requests();
  ASSERT_EQ(requests[1].messages.size(), 4u);
  EXPECT_EQ(requests[1].messages[1].content, requests[0].messages[1].content);
  EXPECT_EQ(requests[1].messages[2].role, "assistant");
  EXPECT_EQ(requests[1].messages[2].content, R"({"n":"many"})");
  EXPECT_NE(
      requests[1].messages[3].content.find("/n: wrong type: found string \"many\", expected \"integer\""),
      std::string::npos)
      << requests[1].messages[3].content;
  EXPECT_EQ(world.journal.entries()[1].label.attempt, 1);
}

TEST(Caller, ReasksHaveALimitAndTheBestAnswerIsKept) {
  World world({R"({"n":1})", R"({"n":2})", "nonsense"});
  const AnswerCheck check = [](const Json& value) {
    return value["n"] == 1 ? std::vector<std::string>{"n is odd", "n is small"}
                           : std::vector<std::string>{"n is small"};
  };
  const JsonAnswer answer = world.caller.ask_json(question(), schema(), "n", check);
  EXPECT_EQ(answer.value["n"], 2);
  EXPECT_EQ(answer.problems, std::vector<std::string>{"n is small"});
  EXPECT_EQ(answer.attempts, 3);
}

TEST(Caller, NothingUsableNamesTheRawAnswer) {
  World world({"a", "b", "c"});
  std::string text;
  EXPECT_EQ(code_of([&] { world.caller.ask_json(question(), schema(), "n"); }, &text),
            ErrorCode::model_bad_answer);
  EXPECT_NE(text.find(world.journal.entries()[2].sha), std::string::npos) << text;
  EXPECT_NE(text.find("planner P1 S3"), std::string::npos) << text;
}

TEST(Caller, JsonCutOffByLengthGetsMoreRoomWithoutAReask) {
  World world({"[length]{\"n\":", R"({"n":5})"});
  EXPECT_EQ(world.caller.ask_json(question(), schema(), "n").value["n"], 5);
  EXPECT_EQ(world.model.requests()[1].messages.size(), 2u);
  EXPECT_EQ(world.model.requests()[1].max_tokens, 2 * world.model.requests()[0].max_tokens);
}

TEST(Caller, JsonThatStaysCutOffKeepsItsCompleteItems) {
  const Json list = Json::parse(
      R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"integer"}}},"required":["items"]})");
  World world(std::vector<std::string>(9, "[length]{\"items\": [1, 2, 3"));
  world.model.max_output = 1'000;
  const JsonAnswer answer = world.caller.ask_json(question(), list, "items");
  EXPECT_EQ(answer.value, Json::parse(R"({"items":[1,2]})"));
  ASSERT_EQ(answer.problems.size(), 1u);
  EXPECT_NE(answer.problems[0].find("cut off"), std::string::npos);
}

// ---- code ----

TEST(Caller, CodeInOnePiece) {
  World world({"```python a.py\nx = 1\n```"});
  const CodeAnswer answer = world.caller.ask_code(question());
  EXPECT_EQ(answer.path, "a.py");
  EXPECT_EQ(answer.code, "x = 1\n");
  EXPECT_EQ(answer.attempts, 1);
}

TEST(Caller, CodeCutOffIsContinued) {
  World world({"[length]```python a.py\ndef f(x):\n    return x + o", "[length]ne\n\ndef g():\n    ret",
               "    return 2\n```"});
  const CodeAnswer answer = world.caller.ask_code(question());
  EXPECT_EQ(answer.code, "def f(x):\n    return x + one\n\ndef g():\n    return 2\n");
  EXPECT_EQ(answer.attempts, 3);
  const std::vector<ChatRequest> requests = world.model.requests();
  ASSERT_EQ(requests[2].messages.size(), 4u);
  EXPECT_EQ(requests[2].messages[2].content,
            "```python a.py\ndef f(x):\n    return x + one\n\ndef g():\n    ret");
}

TEST(Caller, CodeWhoseBlockIsNotClosedIsFinished) {
  World world({"```python a.py\nx = 1\n", "```"});
  EXPECT_EQ(world.caller.ask_code(question()).code, "x = 1\n");
}

TEST(Caller, ElidedOrMissingCodeIsReasked) {
  World world({"Here you go: x = 1", "```python a.py\nx = 1\n# ... rest unchanged ...\n```",
               "```python a.py\nx = 1\ny = 2\n```"});
  const CodeAnswer answer = world.caller.ask_code(question());
  EXPECT_EQ(answer.code, "x = 1\ny = 2\n");
  EXPECT_NE(world.model.requests()[1].messages[3].content.find("no block of code"), std::string::npos);
  EXPECT_NE(world.model.requests()[2].messages[3].content.find("leaves parts"), std::string::npos);
}

TEST(Caller, CodeCheckIsReaskedAndTheBestKept) {
  World world(
      {"```python a.py\nbad = 1\n```", "```python a.py\nworse = 1\n```", "```python a.py\nworse = 2\n```"});
  const CodeAnswer answer = world.caller.ask_code(question(), [](const std::string& code) {
    return contains(code, "worse") ? std::vector<std::string>{"worse", "and wrong"}
                                   : std::vector<std::string>{"bad"};
  });
  EXPECT_EQ(answer.code, "bad = 1\n");
  EXPECT_EQ(answer.problems, std::vector<std::string>{"bad"});
  EXPECT_EQ(answer.attempts, 3);
}

TEST(Caller, NoCodeAtAllIsAnError) {
  World world({"a", "b", "c"});
  EXPECT_EQ(code_of([&] { world.caller.ask_code(question()); }), ErrorCode::model_bad_answer);
}

TEST(Caller, CodeThatNeverEndsStopsAtTheContinuations) {
  int n = 0;
  World world([&n](const ChatRequest&) {
    const std::string opening = n == 0 ? "```python a.py\n" : "";
    ++n;
    return reply_of(opening + "line_" + std::to_string(n) + " = 1\n", FinishReason::length);
  });
  const CodeAnswer answer = world.caller.ask_code(question());
  EXPECT_FALSE(answer.problems.empty());
  EXPECT_LE(world.model.requests().size(), 27u);  // three attempts of nine pieces
}

TEST(Caller, AllRoomSpentOnThinkingIsAskedAfresh) {
  World world({"[length]<think>so many thoughts", "```python a.py\nx = 1\n```"});
  EXPECT_EQ(world.caller.ask_code(question()).code, "x = 1\n");
  EXPECT_EQ(world.model.requests()[1].messages.size(), 2u);
  EXPECT_GT(world.model.requests()[1].max_tokens, world.model.requests()[0].max_tokens);
}

// ---- joining ----

TEST(Continuation, JoinsRepeatsAndReopenedFences) {
  EXPECT_EQ(join_continuation("abc de", "f ghi"), "abc def ghi");
  EXPECT_EQ(join_continuation("x = 1\ny = 2\n", "y = 2\nz = 3\n"), "x = 1\ny = 2\nz = 3\n");
  EXPECT_EQ(join_continuation("x = 1\n    retu", "    return 5\n"), "x = 1\n    return 5\n");
  EXPECT_EQ(join_continuation("x = 1\n", "```python\ny = 2\n```"), "x = 1\ny = 2\n```");
  EXPECT_EQ(join_continuation("x = 1\n", "<think>go on</think>y = 2\n"), "x = 1\ny = 2\n");
  EXPECT_EQ(join_continuation("```python\nx = 1\n", "```\n"), "```python\nx = 1\n```\n");
  EXPECT_EQ(join_continuation("a = s", "self.x"), "a = sself.x");  // one equal letter is a coincidence
}

TEST(Continuation, AWholeFileOnceAgainReplaces) {
  const std::string body = "import a\nimport b\n\ndef f():\n    return 1\n";
  EXPECT_EQ(join_continuation("```python m.py\n" + body + "\ndef g",
                              "```python m.py\n" + body + "\ndef g():\n    return 2\n```"),
            "```python m.py\n" + body + "\ndef g():\n    return 2\n```");
}

TEST(TokenEstimate, ByKindOfText) {
  EXPECT_EQ(estimate_tokens(""), 0);
  const std::string english = "The quick brown fox jumps over the lazy dog again and again. ";
  EXPECT_NEAR(static_cast<double>(estimate_tokens(english)), static_cast<double>(english.size()) / 4, 1);
  const std::string latex = "\\frac{\\partial L}{\\partial w_{ij}} = \\sum_{k} \\delta_k x_{ij}^{(k)}";
  EXPECT_NEAR(static_cast<double>(estimate_tokens(latex)), static_cast<double>(latex.size()) / 3.2, 1);
  EXPECT_EQ(estimate_tokens("神经网络分子指纹机器"), 12);
  EXPECT_GT(estimate_tokens("\xE7\xA5"), 0);  // a broken character is counted, not read past
}

}  // namespace
}  // namespace p2c::llm
