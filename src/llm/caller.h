// Every model call of the pipeline goes through here: journal first, budget, progress, answer reading,
// re-asks.
//
// Events of one call, with the label's stage and "<call> <target>": start {sha, attempt}; token {text} for
// each piece that arrives; end {sha, tokens, cached, cost, ...} or, when it failed, end {sha, ok: false,
// message}. `cached` is true for an answer out of the journal, `cost` is USD or null. A warning is sent once
// at 80 % of the budget.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/event.h"
#include "llm/chat_model.h"
#include "llm/journal.h"

namespace p2c::llm {

// What this caller may spend. Checked before each call that is paid: calls under way when it runs out are
// finished and kept. Answers from the journal cost nothing.
struct Budget {
  std::int64_t max_tokens = 0;  // in + out over the run; 0: no cap
  double max_usd = 0;           // 0: no cap; calls of unknown price count as 0 and are reported
};

struct Spent {
  std::int64_t calls = 0, cache_hits = 0, tokens_in = 0, tokens_cached = 0, tokens_out = 0,
               tokens_reasoning = 0;
  double usd = 0;
  bool usd_unknown = false;   // at least one call had no known price
  std::int64_t model_ms = 0;  // time inside calls, summed
};

// A question to the model. `prefix` is the stable part (rules, paper-wide material) and is sent first, so
// that equal prefixes of many calls are cached by providers and local engines (spec 5.3 rule 3).
struct Question {
  CallLabel label;
  std::string system;          // rules of the role
  std::string prefix;          // stable first part of the user message; may be empty
  std::string question;        // the part for this target
  int expected_tokens = 2000;  // estimate of the answer, for the output cap
  double temperature = 0;
};

// A semantic check of a parsed answer: sentences that say what is wrong, empty when it is good.
using AnswerCheck = std::function<std::vector<std::string>(const Json& answer)>;
// The same for a code answer.
using CodeCheck = std::function<std::vector<std::string>(const std::string& code)>;

struct JsonAnswer {
  Json value;
  std::vector<std::string>
      problems;  // of the best attempt, when none was clean (caller repairs by code or fails)
  std::vector<std::string> warnings;  // what the lenient reader mended
  int attempts = 1;
};

struct CodeAnswer {
  std::string path;  // from the fence's info line or sentinel; may be empty
  std::string code;
  std::vector<std::string> problems;
  int attempts = 1;
};

struct CallerOptions {
  std::string model;
  Budget budget;
  int max_reasks = 2;       // re-asks with the failing items only (spec 4.1)
  bool send_schema = true;  // response_format json_schema when the backend supports it
};

class Caller {
 public:
  // All references must outlive the caller. Thread-safe.
  Caller(ChatModel& model, Journal& journal, EventSink& events, CancelToken cancel, CallerOptions options);

  // Free text, whole. finish == length doubles the cap up to the model's limit, then throws model_cut_off.
  std::string ask_text(const Question& question);

  // JSON that satisfies `schema` and `check`. Re-asks at most max_reasks times, sending the messages of the
  // validator and the invalid answer. When no attempt passes both, the one that satisfies the schema with the
  // fewest problems is returned with problems set: what `check` said, or that the answer was cut off and only
  // its complete items were kept. Errors: model_bad_answer with the place of the stored raw text when nothing
  // usable came; budget; whatever complete() throws.
  JsonAnswer ask_json(const Question& question, const Json& schema, const std::string& schema_name,
                      const AnswerCheck& check = {});

  // One code file (spec 6.3). An answer cut off by length is continued: the model receives the text so far
  // and goes on; elision marks, missing fences and failed checks are re-asked. Returned with problems set as
  // above.
  CodeAnswer ask_code(const Question& question, const CodeCheck& check = {});

  Spent spent() const;
  const ChatModel& model() const { return model_; }
  EventSink& events() { return events_; }
  const CancelToken& cancel() const { return cancel_; }

 private:
  struct InFlight;

  std::vector<Message> opening(const Question& question) const;
  ChatRequest request_for(const Question& question, std::vector<Message> messages, int max_tokens) const;
  // One call: from the journal, from an equal call under way on another thread, or from the model.
  ChatReply call(const CallLabel& label, const ChatRequest& request);
  ChatReply pay(const CallLabel& label, const ChatRequest& request, const std::string& sha);
  void check_money() const;  // throws budget once the cap in money is reached
  // Sets aside what the call may take at most, its prompt and its longest answer; waits while calls under way hold the rest. Returns the tokens set aside,
  // to be given back after the call; 0 without a cap. Errors: budget when even alone it would not fit.
  std::int64_t reserve(const ChatRequest& request);
  void account(const CallLabel& label, const ChatReply& reply, std::int64_t elapsed_ms);
  void emit(const CallLabel& label, std::string kind, Json data) const;
  // The next larger cap, or 0 when the model gives no more.
  int larger_cap(int max_tokens) const;

  ChatModel& model_;
  Journal& journal_;
  EventSink& events_;
  CancelToken cancel_;
  CallerOptions options_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable finished_;
  std::map<std::string, std::shared_ptr<InFlight>> in_flight_;  // by sha
  Spent spent_;
  std::int64_t reserved_ = 0;  // tokens set aside for calls under way
  bool warned_ = false;  // of the budget's 80 %
};

// Cap on the answer's tokens for an expected length: half as much again, at least 1024, in steps of 256. It
// depends on nothing else, so that a recording made with one model is asked for again with any other.
int answer_cap(int expected_tokens);

// Estimated tokens of a text: bytes/4 for English, bytes/3.2 for LaTeX and code, 1.2 per CJK character
// (spec 5.1).
std::int64_t estimate_tokens(std::string_view text);

}  // namespace p2c::llm
