// Recordings on disk, their replay, and how a missing reply is named.
#include "llm/recording.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "llm/memory_journal.h"
#include "mock_endpoint.h"

namespace p2c::llm {
namespace {

JournalEntry entry(const std::string& target, const std::string& text) {
  JournalEntry out;
  out.label = {"planner", "P1", target, 0};
  out.request.model = "m";
  out.request.messages = {{"system", "rules"}, {"user", "The paper.\n\nSection " + target + ", please: é"}};
  out.request.max_tokens = 1'024;
  out.reply.text = text;
  out.reply.finish = FinishReason::stop;
  out.reply.tokens = {10, 4, 5, 1, true};
  out.reply.cost_usd = 0.5;
  out.reply.model = "m-1";
  out.reply.elapsed_ms = 7;
  out.reply.retries = 2;
  out.sha = request_sha(out.request);
  return out;
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorCode::internal, "none");
}

TEST(Recording, RoundTrip) {
  const TempDir dir;
  const JournalEntry one = entry("S1", "first"), two = entry("S2", "second");
  write_recording(dir.path(), one);
  write_recording(dir.path(), two);
  write_recording(dir.path(), two);
  EXPECT_TRUE(fs::exists(dir.path() / "calls" / one.sha.substr(0, 2) / (one.sha + ".json")));
  const std::vector<JournalEntry> all = list_recording(dir.path());
  ASSERT_EQ(all.size(), 2u);
  const JournalEntry& back = all[0].sha == one.sha ? all[0] : all[1];
  EXPECT_EQ(to_json(back.request), to_json(one.request));
  EXPECT_EQ(to_json(back.reply), to_json(one.reply));
  EXPECT_EQ(back.label.target, "S1");
  EXPECT_EQ(describe(back.label), "planner P1 S1");
}

TEST(Recording, InfoRoundTripAndDefaults) {
  const TempDir dir;
  EXPECT_EQ(read_recording_info(dir.path()).context_tokens, 128'000);
  write_recording_info(dir.path(), {"gpt-x", 64'000, 4'096});
  write_recording(dir.path(), entry("S1", "x"));
  const auto model = make_recorded_model(dir.path().string());
  EXPECT_EQ(model->context_tokens(), 64'000);
  EXPECT_EQ(model->max_output_tokens(), 4'096);
  EXPECT_EQ(model->name(), "gpt-x");
  write_file_atomic(dir.path() / "recording.json", "{\"format\": 99}");
  EXPECT_EQ(error_of([&] { read_recording_info(dir.path()); }).code(), ErrorCode::version);
  write_file_atomic(dir.path() / "recording.json", "{\"context_tokens\": 5}");
  EXPECT_EQ(error_of([&] { read_recording_info(dir.path()); }).code(), ErrorCode::bad_input);
}

TEST(Recording, ReplayUnderAnotherModelName) {
  const TempDir dir;
  const JournalEntry one = entry("S1", "first");
  write_recording(dir.path(), one);
  const auto model = make_recorded_model(dir.path().string());
  ChatRequest request = one.request;
  request.model = "something else";
  std::string streamed;
  const ChatReply reply = model->complete(request, [&](std::string_view piece) { streamed += piece; }, {});
  EXPECT_EQ(to_json(reply), to_json(one.reply));
  EXPECT_EQ(streamed, "first");
}

TEST(Recording, MissingReplyNamesWhatIsNearest) {
  const TempDir dir;
  write_recording(dir.path(), entry("S1", "first"));
  write_recording(dir.path(), entry("T7", "other"));
  const auto model = make_recorded_model(dir.path().string());
  ChatRequest request = entry("S1", "").request;
  request.messages[1].content += " Now.";
  const Error error = error_of([&] { model->complete(request, {}, {}); });
  EXPECT_EQ(error.code(), ErrorCode::missing_recording);
  EXPECT_EQ(error.detail().subject, request_sha(request));
  EXPECT_NE(std::string(error.what()).find("planner P1 S1"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find("é Now."), std::string::npos) << error.what();
  request = entry("S1", "").request;
  request.max_tokens = 99;
  EXPECT_NE(
      std::string(error_of([&] { model->complete(request, {}, {}); }).what()).find("max_tokens 99 and 1024"),
      std::string::npos);
}

TEST(Recording, BadFoldersAndFilesAreNamed) {
  const TempDir dir;
  EXPECT_EQ(error_of([&] { make_recorded_model(dir.path().string()); }).code(), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { list_recording(dir.path()); }).code(), ErrorCode::not_found);
  const JournalEntry one = entry("S1", "first");
  write_recording(dir.path(), one);
  const fs::path file = dir.path() / "calls" / one.sha.substr(0, 2) / (one.sha + ".json");
  const std::string good = read_file(file);
  for (const std::string& bad :
       {std::string("{"), std::string("[]"), std::string("{}"), good.substr(0, good.size() / 2),
        replace_all(good, "\"text\"", "\"t\""), replace_all(good, "\"messages\"", "\"m\""),
        std::string(5'000, '['), replace_all(good, "Section S1", "Section S9")}) {
    write_file_atomic(file, bad);
    EXPECT_EQ(error_of([&] { list_recording(dir.path()); }).code(), ErrorCode::bad_input)
        << bad.substr(0, 80);
    EXPECT_EQ(
        error_of([&] { make_recorded_model(dir.path().string())->complete(one.request, {}, {}); }).code(),
        ErrorCode::bad_input);
  }
}

TEST(Recording, OtherFilesAreLeftAlone) {
  const TempDir dir;
  write_recording(dir.path(), entry("S1", "first"));
  write_file_atomic(dir.path() / "calls" / "README.md", "notes");
  write_file_atomic(dir.path() / "calls" / "zz" / "short.json", "{");
  EXPECT_EQ(list_recording(dir.path()).size(), 1u);
}

TEST(Recording, TheMockEndpointServesARecording) {
  const TempDir dir;
  const JournalEntry one = entry("S1", "a recorded reply");
  write_recording(dir.path(), one);
  const test::MockEndpoint mock(std::vector<std::string>{"--recording", dir.path().string()});
  OpenAiOptions options;
  options.base_url = mock.base_url();
  options.model = "mock";
  options.first_backoff_ms = 1;
  const auto model = make_openai_model(options);
  const ChatReply reply = model->complete(one.request, {}, {});
  EXPECT_EQ(reply.text, "a recorded reply");
  EXPECT_EQ(reply.tokens.in, 10);
  EXPECT_EQ(reply.tokens.cached, 4);
  EXPECT_EQ(error_of([&] { model->complete(entry("S9", "").request, {}, {}); }).code(),
            ErrorCode::model_refused);
}

TEST(ChatModel, RepliesAndRequestsFromHostileJson) {
  for (const char* bad : {"[]", "{}", R"({"text":5})", R"({"text":"x","tokens":[]})",
                          R"({"text":"x","tokens":{"in":"5"}})", R"({"text":"x","cost_usd":"1"})"}) {
    EXPECT_EQ(error_of([&] { chat_reply_from_json(Json::parse(bad)); }).code(), ErrorCode::bad_input) << bad;
  }
  for (const char* bad :
       {"[]", "{}", R"({"messages":{}})", R"({"messages":[5]})", R"({"messages":[{"role":"user"}]})",
        R"({"messages":[],"max_tokens":-1})", R"({"messages":[],"max_tokens":1e12})"}) {
    EXPECT_EQ(error_of([&] { chat_request_from_json(Json::parse(bad)); }).code(), ErrorCode::bad_input)
        << bad;
  }
}

}  // namespace
}  // namespace p2c::llm
