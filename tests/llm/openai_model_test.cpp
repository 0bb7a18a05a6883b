// The OpenAI-compatible backend against a local endpoint with every fault it must survive or name.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "llm/chat_model.h"
#include "mock_endpoint.h"

namespace p2c::llm {
namespace {

using test::MockEndpoint;

constexpr char kKey[] = "sk-test-0123456789abcdef";

class OpenAiModelTest : public testing::Test {
 protected:
  static MockEndpoint& mock() {
    static MockEndpoint endpoint;
    return endpoint;
  }

  static OpenAiOptions options_for(const std::string& base_url, const std::string& model = "mock") {
    OpenAiOptions options;
    options.base_url = base_url;
    options.api_key = kKey;
    options.model = model;
    options.first_backoff_ms = 5;
    options.idle_timeout_ms = 5'000;
    options.max_retries = 3;
    return options;
  }

  static ChatRequest hello() {
    ChatRequest request;
    request.messages = {{"system", "rules"}, {"user", "hello"}};
    request.max_tokens = 1'024;
    return request;
  }

  ChatReply ask(const std::string& query, const std::string& model = "mock") {
    return make_openai_model(options_for(mock().base_url(query), model))->complete(hello(), {}, {});
  }

  Error failure(const std::string& query, ChatRequest request = hello()) {
    try {
      const ChatReply reply =
          make_openai_model(options_for(mock().base_url(query)))->complete(request, {}, {});
      ADD_FAILURE() << query << " gave: " << reply.text.substr(0, 100);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find(kKey), std::string::npos) << error.what();
      return error;
    }
    return Error(ErrorCode::internal, "no error");
  }

  // Bodies of the requests that carried this query.
  std::vector<Json> bodies(const std::string& query) {
    std::vector<Json> out;
    for (const Json& line : mock().log()) {
      if (line["path"].get<std::string>().ends_with("?" + query)) out.push_back(line["body"]);
    }
    return out;
  }
};

TEST_F(OpenAiModelTest, StreamsTextAndCountsTokens) {
  const auto model = make_openai_model(options_for(mock().base_url("reply=one+two+three&chunk=4")));
  std::string streamed;
  int pieces = 0;
  const ChatReply reply = model->complete(hello(),
                                          [&](std::string_view piece) {
                                            streamed += piece;
                                            ++pieces;
                                          },
                                          {});
  EXPECT_EQ(reply.text, "one two three");
  EXPECT_EQ(streamed, "one two three");
  EXPECT_EQ(pieces, 4);
  EXPECT_EQ(reply.finish, FinishReason::stop);
  EXPECT_EQ(reply.tokens.in, 2);
  EXPECT_EQ(reply.tokens.out, 3);
  EXPECT_FALSE(reply.tokens.estimated);
  EXPECT_EQ(reply.model, "mock");
  EXPECT_FALSE(reply.cost_usd.has_value());  // unknown price
  EXPECT_EQ(reply.retries, 0);
}

TEST_F(OpenAiModelTest, SendsTheRequestAndTheKey) {
  ChatRequest request = hello();
  request.temperature = 0.5;
  request.schema = Json::parse(
      R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})");
  request.schema_name = "a/b";
  make_openai_model(options_for(mock().base_url("reply=sends")))->complete(request, {}, {});
  const Json body = bodies("reply=sends").at(0);
  EXPECT_EQ(body["messages"].size(), 2u);
  EXPECT_EQ(body["temperature"], 0.5);
  EXPECT_EQ(body["max_tokens"], 1'024);
  EXPECT_EQ(body["stream"], true);
  EXPECT_EQ(body["stream_options"]["include_usage"], true);
  EXPECT_EQ(body["response_format"]["json_schema"]["name"], "a_b");
  EXPECT_EQ(body["response_format"]["json_schema"]["strict"], true);
  bool authorized = false;
  for (const Json& line : mock().log()) authorized = authorized || line["authorized"].get<bool>();
  EXPECT_TRUE(authorized);
}

TEST_F(OpenAiModelTest, ReadsAReplyThatIsNotStreamed) {
  EXPECT_EQ(ask("fault=whole&reply=all+at+once").text, "all at once");
}

TEST_F(OpenAiModelTest, SlowDripIsWhole) {
  EXPECT_EQ(ask("fault=drip&reply=drop+by+drop&delay_ms=2").text, "drop by drop");
}

TEST_F(OpenAiModelTest, MissingUsageIsEstimated) {
  const ChatReply reply = ask("fault=no_usage&reply=some+words+here");
  EXPECT_TRUE(reply.tokens.estimated);
  EXPECT_GT(reply.tokens.in, 0);
  EXPECT_GT(reply.tokens.out, 0);
}

TEST_F(OpenAiModelTest, KnownModelsHaveAPrice) {
  const ChatReply reply = ask("reply=priced", "gpt-4o-mini-2024-07-18");
  ASSERT_TRUE(reply.cost_usd.has_value());
  EXPECT_NEAR(*reply.cost_usd, (2 * 0.15 + 1 * 0.6) / 1e6, 1e-12);
}

TEST_F(OpenAiModelTest, CutOffByLengthIsReturned) {
  const ChatReply reply = ask("fault=length&reply=half+a");
  EXPECT_EQ(reply.finish, FinishReason::length);
  EXPECT_EQ(reply.text, "half a");
}

TEST_F(OpenAiModelTest, WrongKeyStopsAtOnce) {
  for (const char* status : {"401", "403"}) {
    const std::string query = "fault=" + std::string(status);
    EXPECT_EQ(failure(query).code(), ErrorCode::auth);
    EXPECT_EQ(bodies(query).size(), 1u);
  }
}

TEST_F(OpenAiModelTest, KeyIsInNoMessageEvenWhenTheServerEchoesIt) {
  const Error error = failure("fault=echo_key");
  EXPECT_EQ(error.code(), ErrorCode::auth);
  EXPECT_NE(std::string(error.what()).find("[key]"), std::string::npos) << error.what();
}

TEST_F(OpenAiModelTest, PasswordAndQueryOfTheUrlAreNotShown) {
  const std::string port = std::to_string(mock().port());
  try {
    make_openai_model(options_for("http://me:secretword@127.0.0.1:" + port + "/v1?fault=402"))
        ->complete(hello(), {}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("secretword"), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("fault="), std::string::npos) << error.what();
    EXPECT_EQ(error.detail().subject, "http://127.0.0.1:" + port + "/v1/chat/completions");
  }
}

TEST_F(OpenAiModelTest, RateLimitWaitsAsLongAsItIsTold) {
  const Stopwatch watch;
  const ChatReply reply = ask("fault=429&times=1&retry_after=1&reply=after");
  EXPECT_EQ(reply.text, "after");
  EXPECT_EQ(reply.retries, 1);
  EXPECT_GE(watch.elapsed().count(), 1'000);
}

TEST_F(OpenAiModelTest, RateLimitThatStaysIsReportedAfterAllRetries) {
  EXPECT_EQ(failure("fault=429").code(), ErrorCode::rate_limited);
  EXPECT_EQ(bodies("fault=429").size(), 4u);  // once and three retries
}

TEST_F(OpenAiModelTest, RateLimitOfHoursIsNotWaitedFor) {
  const Stopwatch watch;
  EXPECT_EQ(failure("fault=429&retry_after=7200").code(), ErrorCode::rate_limited);
  EXPECT_LT(watch.elapsed().count(), 2'000);
}

TEST_F(OpenAiModelTest, ServerErrorsAndResetsAreRetried) {
  for (const char* fault : {"500", "503", "reset", "cut", "cut_reset", "error_in_stream"}) {
    const ChatReply reply = ask("fault=" + std::string(fault) + "&times=2&reply=in+the+end+it+came");
    EXPECT_EQ(reply.text, "in the end it came") << fault;
    EXPECT_EQ(reply.retries, 2) << fault;
  }
}

TEST_F(OpenAiModelTest, StreamThatBreaksOffIsNeverTakenForWhole) {
  EXPECT_EQ(failure("fault=cut&reply=this+is+cut+in+half").code(), ErrorCode::network);
  EXPECT_EQ(failure("fault=cut_reset&reply=this+is+cut+in+half").code(), ErrorCode::network);
  EXPECT_EQ(failure("fault=500").code(), ErrorCode::network);
}

TEST_F(OpenAiModelTest, WhatIsNoAnswerIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"html", "web page"},           {"html_type", "web page"},  {"empty", "no answer"},
      {"empty_choices", "no answer"}, {"empty_content", "empty"}, {"malformed", "not what a chat endpoint"},
      {"not_json", "no answer"}};
  for (const auto& [fault, phrase] : cases) {
    const Error error = failure("fault=" + std::string(fault));
    EXPECT_EQ(error.code(), ErrorCode::model_bad_answer) << fault;
    EXPECT_NE(std::string(error.what()).find(phrase), std::string::npos) << error.what();
  }
  EXPECT_EQ(bodies("fault=html").size(), 1u);   // a page stays a page
  EXPECT_EQ(bodies("fault=empty").size(), 2u);  // tried once more
}

TEST_F(OpenAiModelTest, RefusalsAreNamed) {
  const Error error = failure("fault=refusal");
  EXPECT_EQ(error.code(), ErrorCode::model_refused);
  EXPECT_NE(std::string(error.what()).find("I cannot help with that paper."), std::string::npos)
      << error.what();
  EXPECT_EQ(ask("fault=content_filter&reply=x").finish, FinishReason::content_filter);
}

TEST_F(OpenAiModelTest, TooLargeRequestsAreNotRetried) {
  for (const char* fault : {"413", "context_too_long", "404"}) {
    const std::string query = "fault=" + std::string(fault);
    EXPECT_EQ(failure(query).code(), ErrorCode::model_refused) << fault;
    EXPECT_EQ(bodies(query).size(), 1u) << fault;
  }
}

TEST_F(OpenAiModelTest, EndlessReplyIsStopped) {
  EXPECT_EQ(failure("fault=endless").code(), ErrorCode::model_cut_off);
}

TEST_F(OpenAiModelTest, EndlessPingsEndAtTheTotalTimeout) {
  OpenAiOptions options = options_for(mock().base_url("fault=endless_pings"));
  options.total_timeout_ms = 300;
  try {
    make_openai_model(options)->complete(hello(), {}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::timeout);
  }
}

TEST_F(OpenAiModelTest, SilenceEndsAtTheIdleTimeout) {
  OpenAiOptions options = options_for(mock().base_url("fault=silence"));
  options.idle_timeout_ms = 200;
  const Stopwatch watch;
  try {
    make_openai_model(options)->complete(hello(), {}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::timeout);
  }
  EXPECT_LT(watch.elapsed().count(), 5'000);
}

TEST_F(OpenAiModelTest, UnreachableEndpointFailsSoon) {
  OpenAiOptions options = options_for("http://127.0.0.1:9/v1");
  options.max_retries = 5;
  const Stopwatch watch;
  try {
    make_openai_model(options)->complete(hello(), {}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_NE(std::string(error.what()).find("127.0.0.1:9"), std::string::npos);
  }
  EXPECT_LT(watch.elapsed().count(), 2'000);
}

TEST_F(OpenAiModelTest, RedirectsAreNamedAndNotFollowed) {
  const Error error = failure("fault=redirect");
  EXPECT_EQ(error.code(), ErrorCode::network);
  EXPECT_NE(std::string(error.what()).find("login.example.org"), std::string::npos);
}

TEST_F(OpenAiModelTest, CancelStopsAStreamAndAWait) {
  for (const char* query : {"fault=endless_pings", "fault=429&retry_after=60", "fault=silence"}) {
    const CancelToken cancel;
    std::thread later([cancel] {
      std::this_thread::sleep_for(std::chrono::milliseconds(150));
      cancel.request();
    });
    const Stopwatch watch;
    try {
      make_openai_model(options_for(mock().base_url(query)))->complete(hello(), {}, cancel);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::cancelled) << query;
    }
    EXPECT_LT(watch.elapsed().count(), 3'000) << query;
    later.join();
  }
}

// ---- quirks learned from refusals ----

TEST_F(OpenAiModelTest, RenamesTheCapOnce) {
  const std::string query = "fault=bad_param_max_tokens&reply=renamed";
  const auto model = make_openai_model(options_for(mock().base_url(query)));
  EXPECT_EQ(model->complete(hello(), {}, {}).text, "renamed");
  EXPECT_EQ(model->complete(hello(), {}, {}).text, "renamed");
  const std::vector<Json> sent = bodies(query);
  ASSERT_EQ(sent.size(), 3u);  // the lesson stays learned
  EXPECT_TRUE(sent[0].contains("max_tokens"));
  EXPECT_TRUE(sent[2].contains("max_completion_tokens"));
  EXPECT_FALSE(sent[2].contains("max_tokens"));
}

TEST_F(OpenAiModelTest, LeavesOutWhatTheEndpointDoesNotTake) {
  EXPECT_EQ(ask("fault=bad_param_temperature&reply=a").text, "a");
  EXPECT_EQ(ask("fault=bad_param_stream_options&reply=a").text, "a");
  EXPECT_EQ(ask("fault=bad_param_system&reply=a").text, "a");
  const Json folded = bodies("fault=bad_param_system&reply=a").back();
  ASSERT_EQ(folded["messages"].size(), 1u);
  EXPECT_EQ(folded["messages"][0]["content"], "rules\n\nhello");
}

TEST_F(OpenAiModelTest, StepsDownToPlainJsonMode) {
  const std::string query = "fault=bad_param_response_format&reply=%7B%7D";
  ChatRequest request = hello();
  request.schema = Json::parse(R"({"type":"object"})");
  make_openai_model(options_for(mock().base_url(query)))->complete(request, {}, {});
  EXPECT_EQ(bodies(query).back()["response_format"]["type"], "json_object");
}

TEST_F(OpenAiModelTest, TakesASmallerCapFromTheRefusal) {
  EXPECT_EQ(ask("fault=cap_too_large&reply=a").text, "a");
  EXPECT_EQ(bodies("fault=cap_too_large&reply=a").back()["max_tokens"], 1'000);
}

TEST_F(OpenAiModelTest, SizesComeFromTheTableOrTheOptions) {
  EXPECT_EQ(make_openai_model(options_for("http://x/v1", "openai/gpt-4o-mini"))->context_tokens(), 128'000);
  EXPECT_EQ(make_openai_model(options_for("http://x/v1", "never-heard-of"))->context_tokens(), 32'768);
  OpenAiOptions options = options_for("http://x/v1");
  options.context_tokens = 200'000;
  options.max_output_tokens = 50'000;
  EXPECT_EQ(make_openai_model(options)->context_tokens(), 200'000);
  EXPECT_EQ(make_openai_model(options)->max_output_tokens(), 50'000);
  options.model.clear();
  EXPECT_THROW(make_openai_model(options), Error);
}

TEST_F(OpenAiModelTest, ParallelCallsDoNotMixUp) {
  MockEndpoint endpoint(
      Json{{"rules",
            {{{"contains", {"first"}}, {"reply", "reply one"}, {"chunk", 1}, {"delay_ms", 2}},
             {{"contains", {"second"}}, {"reply", "reply two"}, {"chunk", 1}, {"delay_ms", 2}}}}});
  const auto model = make_openai_model(options_for(endpoint.base_url()));
  std::vector<std::string> texts(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    threads.emplace_back([&, i] {
      ChatRequest request = hello();
      request.messages[1].content = i % 2 == 0 ? "first" : "second";
      texts[i] = model->complete(request, {}, {}).text;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], i % 2 == 0 ? "reply one" : "reply two");
}

}  // namespace
}  // namespace p2c::llm
