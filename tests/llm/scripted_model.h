// A model whose answers the test gives in advance, with the requests it was asked.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "llm/chat_model.h"

namespace p2c::test {

class ScriptedModel : public llm::ChatModel {
 public:
  // Answers in this order; "[length]" in front of one makes it end by length. Past the last: Error(internal).
  explicit ScriptedModel(std::vector<std::string> answers) : answers_(answers.begin(), answers.end()) {}
  // Or computed from the request.
  explicit ScriptedModel(std::function<llm::ChatReply(const llm::ChatRequest&)> answer)
      : answer_(std::move(answer)) {}

  llm::ChatReply complete(const llm::ChatRequest& request, const llm::OnToken& on_token,
                          const CancelToken& cancel) override {
    cancel.check();
    llm::ChatReply reply;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      if (!answer_) {
        if (answers_.empty()) throw Error(ErrorCode::internal, "the script has no more answers");
        reply.text = answers_.front();
        answers_.pop_front();
      }
    }
    if (answer_) {
      reply = answer_(request);
    } else {
      constexpr std::string_view kLength = "[length]";
      const bool cut = reply.text.starts_with(kLength);
      if (cut) reply.text.erase(0, kLength.size());
      reply.finish = cut ? llm::FinishReason::length : llm::FinishReason::stop;
      reply.tokens.in = 100;
      reply.tokens.out = 10;
      reply.cost_usd = 0.01;
      reply.model = "scripted";
    }
    if (on_token && !reply.text.empty()) on_token(reply.text);
    return reply;
  }
  std::int64_t context_tokens() const override { return 128'000; }
  std::int64_t max_output_tokens() const override { return max_output; }
  std::string name() const override { return "scripted"; }

  std::vector<llm::ChatRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  std::int64_t max_output = 16'384;

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> answers_;
  std::function<llm::ChatReply(const llm::ChatRequest&)> answer_;
  std::vector<llm::ChatRequest> requests_;
};

}  // namespace p2c::test
