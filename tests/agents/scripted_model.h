// A model whose replies a test writes, for tests of the agents' control flow.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "llm/chat_model.h"

namespace p2c::agents::test {

class ScriptedModel : public llm::ChatModel {
 public:
  using Answer = std::function<std::string(const llm::ChatRequest&)>;
  explicit ScriptedModel(Answer answer) : answer_(std::move(answer)) {}
  llm::ChatReply complete(const llm::ChatRequest& request, const llm::OnToken&, const CancelToken&) override {
    {
      const std::lock_guard lock(mutex_);
      requests.push_back(request);
    }
    llm::ChatReply reply;
    reply.text = answer_(request);
    reply.finish = llm::FinishReason::stop;
    return reply;
  }
  std::int64_t context_tokens() const override { return 128'000; }
  std::int64_t max_output_tokens() const override { return 16'000; }
  std::string name() const override { return "scripted"; }

  std::vector<llm::ChatRequest> requests;

 private:
  Answer answer_;
  std::mutex mutex_;
};

}  // namespace p2c::agents::test
