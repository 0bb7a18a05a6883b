// Journal entries for tests of the run layer.
#pragma once

#include <fmt/format.h>

#include <string>

#include "llm/journal.h"

namespace p2c::run {

inline llm::JournalEntry make_entry(const std::string& target, std::size_t answer_bytes = 20) {
  llm::JournalEntry entry;
  entry.label = {"planner", "P1", target, 0};
  entry.request.model = "test-model";
  entry.request.messages = {{"system", "rules"}, {"user", "question about " + target}};
  entry.request.max_tokens = 1024;
  entry.request.schema = Json{{"type", "object"}};
  entry.request.schema_name = "answer";
  entry.sha = llm::request_sha(entry.request);
  entry.reply.text = fmt::format("{{\"answer\": \"{}\"}}", std::string(answer_bytes, 'a'));
  entry.reply.finish = llm::FinishReason::stop;
  entry.reply.tokens = {100, 40, 20, 5, false};
  entry.reply.model = "test-model-2026";
  entry.reply.cost_usd = 0.01;
  entry.reply.elapsed_ms = 1234;
  entry.reply.retries = 1;
  return entry;
}

}  // namespace p2c::run
