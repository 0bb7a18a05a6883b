// Where finished calls are kept before their answers are used: the run's store implements it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "llm/chat_model.h"

namespace p2c::llm {

// What the call was for. `id` is stable over re-runs: "planner/P1/S3.1", "generator/G1/models/encoder.py".
struct CallLabel {
  std::string stage;   // planner, analyzer, generator, verify
  std::string call;    // P1, P2, ... G4
  std::string target;  // chunk, section, file, ticket
  int attempt = 0;     // re-asks of the same target count up
};

struct JournalEntry {
  std::string sha;
  CallLabel label;
  ChatRequest request;
  ChatReply reply;
};

class Journal {
 public:
  virtual ~Journal() = default;
  // The reply recorded for a request, if any. Thread-safe.
  virtual std::optional<ChatReply> find(const std::string& sha) = 0;
  // Durable when it returns. Errors: disk_full, io.
  virtual void record(const JournalEntry& entry) = 0;
  // A call that was answered from the journal (cache hit) or failed: for the run record only.
  virtual void note_hit(const std::string& sha, const CallLabel& label) = 0;
  // Nothing could be made of the answers to this question, whatever their attempt: the next asking must not find them, or
  // it would fail again without a call.
  virtual void retire(const CallLabel& question) { (void)question; }
  virtual void note_failure(const std::string& sha, const CallLabel& label, std::string_view error) = 0;
};

// For people: "planner P1 S3.1", with ", attempt 2" behind it from the first re-ask on.
std::string describe(const CallLabel& label);

}  // namespace p2c::llm
