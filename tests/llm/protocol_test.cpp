// The pieces of the chat protocol that need no socket: events, completions, error bodies, the table of model
// facts.
#include <gtest/gtest.h>

#include <random>

#include "base/resource.h"
#include "llm/chat_completion.h"
#include "llm/model_quirks.h"
#include "llm/openai_request.h"
#include "llm/sse_reader.h"

namespace p2c::llm {
namespace {

std::vector<std::string> events_of(std::string_view stream, std::size_t piece) {
  std::vector<std::string> out;
  SseReader reader([&](std::string_view data) { out.emplace_back(data); });
  for (std::size_t at = 0; at < stream.size(); at += piece)
    EXPECT_TRUE(reader.feed(stream.substr(at, piece)));
  reader.finish();
  return out;
}

TEST(Sse, EventsInPiecesOfAnySize) {
  const std::string stream =
      "\xEF\xBB\xBF: hello\n\ndata: one\n\ndata:two\r\ndata:  lines\r\n\r\nevent: x\nid: 5\nretry: "
      "3\n\ndata\n\ndata: four\r\rdata: last";
  const std::vector<std::string> wanted = {"one", "two\n lines", "", "four", "last"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    EXPECT_EQ(events_of(stream, piece), wanted) << piece;
}

TEST(Sse, EventSizeIsLimited) {
  SseReader reader([](std::string_view) {});
  const std::string piece(1u << 20, 'x');
  bool going = true;
  int fed = 0;
  while (going && fed < 100) {
    going = reader.feed(piece);
    ++fed;
  }
  EXPECT_EQ(fed, 17);
  EXPECT_FALSE(reader.feed("\n\n"));
}

TEST(ChatCompletion, PutsChunksTogether) {
  ChatCompletion reply;
  reply.add_event(R"({"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})");
  reply.add_event(
      R"({"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"other"}}]})");
  reply.add_event(R"({"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"thinking"}}]})");
  reply.add_event(
      R"({"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"b"},{"type":"thinking","text":"no"}]}}]})");
  EXPECT_FALSE(reply.ended());
  reply.add_event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"length"}]})");
  reply.add_event(
      R"({"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":5},"cost":0.25}})");
  reply.add_event("[DONE]");
  EXPECT_EQ(reply.text(), "ab");
  EXPECT_EQ(reply.finish(), FinishReason::length);
  EXPECT_TRUE(reply.ended());
  ASSERT_TRUE(reply.usage().has_value());
  EXPECT_EQ(reply.usage()->cached, 60);
  EXPECT_EQ(reply.usage()->reasoning, 5);
  EXPECT_EQ(reply.cost_usd(), 0.25);
  EXPECT_EQ(reply.model(), "m");
  EXPECT_EQ(reply.reasoning_bytes(), 8u);
}

TEST(ChatCompletion, HostileValuesAreNoCrash) {
  for (const char* text : {"", "null", "5", "[]", "{", R"({"choices":5})", R"({"choices":[5,null,{}]})",
                           R"({"choices":[{"delta":5}]})", R"({"choices":[{"delta":{"content":{"a":1}}}]})",
                           R"({"usage":[]})", R"({"usage":{"prompt_tokens":-5,"completion_tokens":1e300}})",
                           R"({"usage":{"prompt_tokens":1,"prompt_tokens_details":7,"cost":-1}})",
                           R"({"error":[]})", R"({"error":"x"})", R"({"error":{"message":5,"code":12}})",
                           R"({"choices":[{"index":"0","delta":{"content":"x"},"finish_reason":7}]})"}) {
    ChatCompletion reply;
    reply.add_event(text);
    reply.add_whole(text);
    if (reply.usage()) {
      EXPECT_GE(reply.usage()->in, 0) << text;
      EXPECT_LE(reply.usage()->out, 1'000'000'000) << text;
    }
    EXPECT_FALSE(reply.cost_usd().has_value()) << text;
  }
}

TEST(ProviderErrors, InAnyShape) {
  EXPECT_EQ(read_provider_error(R"({"error":{"message":"m","type":"t","code":"c","param":"p"}})").message,
            "m");
  EXPECT_EQ(read_provider_error(R"({"error":{"message":"m","type":"t","code":"c","param":"p"}})").kind,
            "c t");
  EXPECT_EQ(read_provider_error(R"({"error":{"message":"m","param":"p"}})").param, "p");
  EXPECT_EQ(read_provider_error(R"({"error":"m"})").message, "m");
  EXPECT_EQ(read_provider_error(R"({"detail":"m"})").message, "m");
  EXPECT_EQ(read_provider_error(R"({"detail":[{"msg":"a"},{"msg":"b"}]})").message, "a; b;");
  EXPECT_EQ(read_provider_error(R"([{"error":{"message":"m"}}])").message, "m");
  EXPECT_EQ(read_provider_error("Bad\n\tGateway \x1b[31m").message, "Bad Gateway");
  EXPECT_EQ(read_provider_error(std::string(10'000, 'x')).message.size(), 400u);
  EXPECT_EQ(read_provider_error("").message, "");
}

TEST(ModelQuirks, LongestNameWinsAndPrefixesAreIgnored) {
  EXPECT_NEAR(model_quirks("gpt-4o-mini-2024-07-18").price->in, 0.15, 1e-9);
  EXPECT_NEAR(model_quirks("openai/GPT-4o").price->in, 2.5, 1e-9);
  EXPECT_EQ(model_quirks("o3-mini").max_tokens_name, "max_completion_tokens");
  EXPECT_FALSE(model_quirks("o1-mini").system_role);
  EXPECT_FALSE(model_quirks("gpt-5-nano").temperature);
  const ModelQuirks unknown = model_quirks("");
  EXPECT_EQ(unknown.max_tokens_name, "max_tokens");
  EXPECT_FALSE(unknown.price.has_value());
  EXPECT_TRUE(unknown.temperature && unknown.system_role);
}

TEST(ModelQuirks, EveryRowOfTheTableIsSound) {
  const Json table = parse_json(resource("models.json"), "models.json");
  ASSERT_GT(table["models"].size(), 20u);
  for (const Json& row : table["models"]) {
    const std::string name = row["match"].get<std::string>();
    const ModelQuirks quirks = model_quirks(name);
    EXPECT_EQ(quirks.context_tokens, row["context"].get<std::int64_t>()) << name;
    EXPECT_GE(quirks.context_tokens, 4'096) << name;
    EXPECT_GE(quirks.max_output_tokens, 1'024) << name;
    EXPECT_LE(quirks.max_output_tokens, quirks.context_tokens) << name;
    EXPECT_TRUE(quirks.max_tokens_name == "max_tokens" || quirks.max_tokens_name == "max_completion_tokens")
        << name;
    for (const std::string& kind : quirks.response_format)
      EXPECT_TRUE(kind == "json_schema" || kind == "json_object") << name;
    if (quirks.price) {
      EXPECT_GT(quirks.price->in, 0) << name;
      EXPECT_GE(quirks.price->out, quirks.price->in) << name;
      EXPECT_LE(quirks.price->cached.value_or(0), quirks.price->in) << name;
    }
    for (const auto& [key, value] : row.items())
      EXPECT_TRUE(key == "match" || table["default"].contains(key)) << name << " " << key;
  }
}

TEST(ModelQuirks, Cost) {
  const TokenCounts tokens{1'000'000, 400'000, 100'000, 0, false};
  EXPECT_NEAR(*cost_of(tokens, ModelPrice{2, 10, 0.5}), 0.6 * 2 + 0.4 * 0.5 + 1, 1e-9);
  EXPECT_NEAR(*cost_of(tokens, ModelPrice{2, 10, std::nullopt}), 3, 1e-9);
  EXPECT_FALSE(cost_of(tokens, std::nullopt).has_value());
}

TEST(OpenAiRequest, CapIsClampedOnTheWireOnly) {
  ChatRequest request;
  request.messages = {{"user", "x"}};
  request.max_tokens = 50'000;
  ModelQuirks quirks = model_quirks("never-heard-of");
  EXPECT_EQ(wire_max_tokens(request, quirks), 8'192);
  request.max_tokens = 1'000;
  EXPECT_EQ(wire_max_tokens(request, model_quirks("o3")), 26'000);  // room for reasoning
}

TEST(OpenAiRequest, ALessonIsLearnedOnlyOnce) {
  ChatRequest request;
  request.messages = {{"user", "x"}};
  request.schema = Json::parse(R"({"type":"object"})");
  WireDialect dialect;
  dialect.quirks = model_quirks("never-heard-of");
  const ProviderError name{"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "",
                           ""};
  EXPECT_TRUE(learn_from_refusal(name, request, dialect));
  EXPECT_FALSE(learn_from_refusal(name, request, dialect));
  const ProviderError format{"response_format is not supported", "", ""};
  EXPECT_TRUE(learn_from_refusal(format, request, dialect));  // json_object
  EXPECT_TRUE(learn_from_refusal(format, request, dialect));  // none
  EXPECT_FALSE(learn_from_refusal(format, request, dialect));
  EXPECT_FALSE(wire_body(request, "m", dialect).contains("response_format"));
  EXPECT_TRUE(learn_from_refusal({"temperature is not supported", "", ""}, request, dialect));
  EXPECT_FALSE(learn_from_refusal({"temperature is not supported", "", ""}, request, dialect));
  EXPECT_FALSE(learn_from_refusal({"something else entirely", "", ""}, request, dialect));
}

TEST(OpenAiRequest, RandomErrorTextsNeverLoop) {
  const std::vector<std::string> words = {
      "max_tokens",      "max_completion_tokens", "at most 500", "temperature",    "system",     "role",
      "response_format", "stream_options",        "schema",      "context length", "unsupported"};
  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    ChatRequest request;
    request.messages = {{"system", "s"}, {"user", "x"}};
    request.schema = Json::object();
    WireDialect dialect;
    dialect.quirks = model_quirks("m");
    int lessons = 0;
    while (lessons < 100) {
      std::string text;
      for (int k = 0; k < 4; ++k) text += words[random() % words.size()] + " ";
      bool any = false;
      for (int again = 0; again < 20 && !any; ++again)
        any = learn_from_refusal({text, "", ""}, request, dialect);
      if (!any) break;
      ++lessons;
    }
    ASSERT_LT(lessons, 10);
  }
}

}  // namespace
}  // namespace p2c::llm
