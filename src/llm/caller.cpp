#include "llm/caller.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "llm/code_answer.h"
#include "llm/continuation.h"
#include "llm/lenient_json.h"

namespace p2c::llm {
namespace {

constexpr int kMinCap = 1'024;
constexpr int kCapStep = 256;
constexpr int kMaxCap = 262'144;  // no doubling past this, whatever a model claims
constexpr int kMaxGrowths = 4;    // doublings of the cap for one question
constexpr int kMaxContinuations = 8;
constexpr double kWarnShare = 0.8;
// What of an invalid answer goes back to the model. A longer one is cut in the middle, and the message says
// so.
constexpr std::size_t kMaxQuotedAnswer = 100'000;
constexpr std::size_t kMaxProblems = 20;
constexpr std::size_t kMaxProblemBytes = 400;

constexpr std::string_view kContinue =
    "Your answer was cut off. Go on exactly where it stops: begin with the very next character, repeat "
    "nothing, open no new "
    "fence, and close the block at its end. If the block was already whole, send only its closing line.";

std::string bullet_list(const std::vector<std::string>& problems) {
  std::string text;
  for (std::size_t i = 0; i < problems.size() && i < kMaxProblems; ++i) {
    text += fmt::format("- {}\n", utf8_prefix(collapse_whitespace(problems[i]), kMaxProblemBytes));
  }
  if (problems.size() > kMaxProblems) text += fmt::format("- and {} more\n", problems.size() - kMaxProblems);
  return text;
}

std::string quoted_answer(std::string_view answer) {
  const std::string_view text = trim(strip_thinking(answer));
  if (text.empty()) return "(no answer)";  // endpoints reject an empty message
  if (text.size() <= kMaxQuotedAnswer) return std::string(text);
  const std::string_view head = utf8_prefix(text, kMaxQuotedAnswer / 2);
  std::string_view tail = text.substr(text.size() - kMaxQuotedAnswer / 2);
  while (!tail.empty() && (static_cast<unsigned char>(tail.front()) & 0xC0) == 0x80) tail.remove_prefix(1);
  return fmt::format("{}\n[... {} bytes not shown ...]\n{}", head, text.size() - head.size() - tail.size(),
                     tail);
}

void append_reask(std::vector<Message>& messages, std::string_view answer,
                  const std::vector<std::string>& problems, std::string_view wish) {
  messages.push_back({"assistant", quoted_answer(answer)});
  messages.push_back(
      {"user", fmt::format("This answer cannot be used:\n{}\n{}", bullet_list(problems), wish)});
}

Json tokens_json(const TokenCounts& tokens) {
  return Json{{"in", tokens.in},
              {"cached", tokens.cached},
              {"out", tokens.out},
              {"reasoning", tokens.reasoning},
              {"estimated", tokens.estimated}};
}

Error with_label(const Error& error, const CallLabel& label, const std::string& sha) {
  ErrorDetail detail = error.detail();
  detail.subject = fmt::format("{} (request {})", describe(label), sha);
  return Error(error.code(), error.message(), std::move(detail));
}

CallLabel numbered(CallLabel label, int calls_before) {
  label.attempt += calls_before;
  return label;
}

constexpr const char* kMoreBudget = "Resume the run with a larger budget: finished calls are kept and not paid again.";

}  // namespace

struct Caller::InFlight {
  bool done = false;
  std::optional<Error> error;  // each waiting thread throws a copy of its own
};

int answer_cap(int expected_tokens) {
  const std::int64_t wanted = std::clamp<std::int64_t>(expected_tokens, 0, kMaxCap) * 3 / 2;
  const std::int64_t rounded = (wanted + kCapStep - 1) / kCapStep * kCapStep;
  return static_cast<int>(std::clamp<std::int64_t>(rounded, kMinCap, kMaxCap));
}

Caller::Caller(ChatModel& model, Journal& journal, EventSink& events, CancelToken cancel,
               CallerOptions options)
    : model_(model),
      journal_(journal),
      events_(events),
      cancel_(std::move(cancel)),
      options_(std::move(options)) {
  if (options_.model.empty()) options_.model = model_.name();
}

Spent Caller::spent() const {
  const std::lock_guard lock(mutex_);
  return spent_;
}

std::vector<Message> Caller::opening(const Question& question) const {
  std::vector<Message> messages;
  if (!question.system.empty()) messages.push_back({"system", question.system});
  const bool both = !question.prefix.empty() && !question.question.empty();
  messages.push_back({"user", question.prefix + (both ? "\n\n" : "") + question.question});
  return messages;
}

ChatRequest Caller::request_for(const Question& question, std::vector<Message> messages,
                                int max_tokens) const {
  ChatRequest request;
  request.model = options_.model;
  request.messages = std::move(messages);
  request.temperature = question.temperature;
  request.max_tokens = max_tokens;
  return request;
}

int Caller::larger_cap(int max_tokens) const {
  return max_tokens >= model_.max_output_tokens() || max_tokens > kMaxCap / 2 ? 0 : max_tokens * 2;
}

void Caller::emit(const CallLabel& label, std::string kind, Json data) const {
  Event event;
  event.stage = label.stage;
  event.target = label.call + (label.call.empty() || label.target.empty() ? "" : " ") + label.target;
  event.kind = std::move(kind);
  event.data = std::move(data);
  events_.emit(std::move(event));
}

void Caller::check_money() const {
  const std::lock_guard lock(mutex_);
  const double cap = options_.budget.max_usd;
  if (cap <= 0 || spent_.usd < cap) return;
  throw Error(ErrorCode::budget, "the budget is spent",
              {.subject = "money",
               .found = fmt::format("{:.4f} USD", spent_.usd),
               .expected = fmt::format("at most {:.4f} USD", cap),
               .hint = kMoreBudget});
}

std::int64_t Caller::reserve(const ChatRequest& request) {
  const std::int64_t cap = options_.budget.max_tokens;
  if (cap <= 0) return 0;
  std::int64_t wanted = request.max_tokens;
  for (const Message& message : request.messages) wanted += estimate_tokens(message.content);
  std::unique_lock lock(mutex_);
  while (true) {
    cancel_.check();
    const std::int64_t used = spent_.tokens_in + spent_.tokens_out;
    if (used + reserved_ + wanted <= cap) break;
    if (reserved_ == 0) {
      throw Error(ErrorCode::budget, "the budget is spent",
                  {.subject = "tokens",
                   .found = fmt::format("{} tokens, and the next call may take {}", used, wanted),
                   .expected = fmt::format("at most {}", cap),
                   .hint = kMoreBudget});
    }
    finished_.wait_for(lock, std::chrono::milliseconds(50));
  }
  reserved_ += wanted;
  return wanted;
}

void Caller::account(const CallLabel& label, const ChatReply& reply, std::int64_t elapsed_ms) {
  std::string warning;
  {
    const std::lock_guard lock(mutex_);
    ++spent_.calls;
    spent_.tokens_in += reply.tokens.in;
    spent_.tokens_cached += reply.tokens.cached;
    spent_.tokens_out += reply.tokens.out;
    spent_.tokens_reasoning += reply.tokens.reasoning;
    spent_.model_ms += elapsed_ms;
    if (reply.cost_usd) {
      spent_.usd += *reply.cost_usd;
    } else {
      spent_.usd_unknown = true;
    }
    const Budget& budget = options_.budget;
    const auto tokens = static_cast<double>(spent_.tokens_in + spent_.tokens_out);
    const bool near_tokens =
        budget.max_tokens > 0 && tokens >= kWarnShare * static_cast<double>(budget.max_tokens);
    const bool near_usd = budget.max_usd > 0 && spent_.usd >= kWarnShare * budget.max_usd;
    if (!warned_ && (near_tokens || near_usd)) {
      warned_ = true;
      warning = near_tokens
                    ? fmt::format("{:.0f} of {} tokens of the budget are spent", tokens, budget.max_tokens)
                    : fmt::format("{:.4f} of {:.4f} USD of the budget are spent", spent_.usd, budget.max_usd);
    }
  }
  if (!warning.empty()) emit(label, "warning", Json{{"message", warning}});
}

ChatReply Caller::pay(const CallLabel& label, const ChatRequest& request, const std::string& sha) {
  check_money();
  struct Reservation {
    Caller& caller;
    const std::int64_t tokens;
    ~Reservation() {
      const std::lock_guard lock(caller.mutex_);
      caller.reserved_ -= tokens;
      caller.finished_.notify_all();
    }
  } const reservation{*this, reserve(request)};
  const Stopwatch watch;
  try {
    auto on_token = [&](std::string_view piece) { emit(label, "token", Json{{"text", repair_utf8(piece)}}); };
    ChatReply reply = model_.complete(request, on_token, cancel_);
    const std::int64_t elapsed_ms = watch.elapsed().count();
    journal_.record({sha, label, request, reply});  // before anyone sees the answer
    account(label, reply, elapsed_ms);
    return reply;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::missing_recording) throw;
    throw with_label(error, label, sha);
  }
}

ChatReply Caller::call(const CallLabel& label, const ChatRequest& request) {
  const std::string sha = request_sha(request);
  const auto mine = std::make_shared<InFlight>();
  while (true) {
    cancel_.check();
    std::unique_lock lock(mutex_);
    const auto [place, first] = in_flight_.try_emplace(sha, mine);
    if (first) break;
    // The same request is under way: its answer serves both, and so does its failure.
    const std::shared_ptr<InFlight> other = place->second;
    while (!other->done && !cancel_.requested()) finished_.wait_for(lock, std::chrono::milliseconds(50));
    if (other->done && other->error) throw Error(*other->error);
  }
  auto release = [&](std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    mine->done = true;
    mine->error = std::move(error);
    in_flight_.erase(sha);
    finished_.notify_all();
  };
  ChatReply reply;
  bool hit = false;
  try {
    emit(label, "start", Json{{"sha", sha}, {"attempt", label.attempt}});
    if (std::optional<ChatReply> known = journal_.find(sha)) {
      hit = true;
      reply = *std::move(known);
      journal_.note_hit(sha, label);
      const std::lock_guard lock(mutex_);
      ++spent_.cache_hits;
    } else {
      reply = pay(label, request, sha);
    }
  } catch (const std::exception& error) {
    const Error* ours = dynamic_cast<const Error*>(&error);
    release(ours != nullptr ? *ours
                            : Error(ErrorCode::internal, error.what(), {describe(label), {}, {}, {}}));
    emit(label, "end", Json{{"sha", sha}, {"ok", false}, {"message", error.what()}});
    try {
      journal_.note_failure(sha, label, error.what());
    } catch (const Error&) {
      // The first failure is the one to report; a journal that cannot be written fails again at the next
      // call.
    }
    throw;
  }
  release(std::nullopt);
  emit(label, "end",
       Json{{"sha", sha},
            {"tokens", tokens_json(reply.tokens)},
            {"cached", hit},
            {"cost", reply.cost_usd ? Json(*reply.cost_usd) : Json(nullptr)},
            {"elapsed_ms", hit ? 0 : reply.elapsed_ms},
            {"retries", hit ? 0 : reply.retries}});
  if (reply.finish == FinishReason::content_filter) {
    throw Error(ErrorCode::model_refused, "the provider's content filter stopped the answer",
                {describe(label), {}, {}, "Try another model for this call."});
  }
  return reply;
}

std::string Caller::ask_text(const Question& question) {
  int cap = answer_cap(question.expected_tokens);
  for (int calls = 0;; ++calls) {
    const ChatReply reply =
        call(numbered(question.label, calls), request_for(question, opening(question), cap));
    if (reply.finish != FinishReason::length) return std::string(trim(strip_thinking(reply.text)));
    const int larger = calls < kMaxGrowths ? larger_cap(cap) : 0;
    if (larger == 0) {
      journal_.retire(question.label);
      throw Error(ErrorCode::model_cut_off, "the answer does not fit into the model's output",
                  {describe(question.label),
                   fmt::format("{} tokens and no end", cap),
                   {},
                   "Use a model with a larger output limit."});
    }
    cap = larger;
  }
}

JsonAnswer Caller::ask_json(const Question& question, const Json& schema, const std::string& schema_name,
                            const AnswerCheck& check) {
  constexpr std::string_view kWish =
      "Send the whole answer again with these points put right and everything else kept: one JSON value in a "
      "```json fence, "
      "nothing around it.";
  std::vector<Message> messages = opening(question);
  std::optional<JsonAnswer> best;
  std::vector<std::string> problems;
  std::string last_sha;
  int cap = answer_cap(question.expected_tokens);
  int calls = 0, growths = 0;
  for (int reasks = 0; reasks <= options_.max_reasks;) {
    ChatRequest request = request_for(question, messages, cap);
    if (options_.send_schema) {
      request.schema = schema;
      request.schema_name = schema_name;
    }
    last_sha = request_sha(request);
    const ChatReply reply = call(numbered(question.label, calls++), request);
    if (reply.finish == FinishReason::length && growths < kMaxGrowths) {
      if (const int larger = larger_cap(cap); larger > 0) {
        cap = larger;
        ++growths;
        continue;  // the same question with more room is no re-ask
      }
    }
    LenientResult read = read_lenient_json(reply.text);
    problems.clear();
    bool usable = read.found;
    if (!read.found) {
      problems.emplace_back("no JSON value was found in it");
    } else {
      fit_to_schema(read.value, schema, read.warnings);
      problems = validate_schema(read.value, schema);
      usable = problems.empty();
      if (usable && check) problems = check(read.value);
    }
    if (read.truncated || reply.finish == FinishReason::length) {
      problems.insert(problems.begin(),
                      reply.finish == FinishReason::length
                          ? fmt::format("it was cut off after {} tokens: be briefer", reply.tokens.out)
                          : "it ends in the middle: only complete items could be read");
    }
    if (usable && (!best || problems.size() <= best->problems.size())) {
      best = JsonAnswer{std::move(read.value), problems, std::move(read.warnings), calls};
    }
    if (usable && problems.empty()) return *std::move(best);
    // Each re-ask shows the last answer only: the history would grow and the first faults are no longer of
    // interest.
    messages = opening(question);
    append_reask(messages, reply.text, problems, kWish);
    ++reasks;
  }
  if (best) {
    best->attempts = calls;
    return *std::move(best);
  }
  journal_.retire(question.label);
  throw Error(
      ErrorCode::model_bad_answer, fmt::format("no usable answer after {} calls", calls),
      {describe(question.label), problems.empty() ? "" : std::string(utf8_prefix(problems.front(), 300)),
       schema_name.empty() ? "JSON" : "JSON of schema " + schema_name,
       fmt::format("The raw answer is in the run's journal under {}.", last_sha)});
}

CodeAnswer Caller::ask_code(const Question& question, const CodeCheck& check) {
  constexpr std::string_view kWish =
      "Send the whole file again with these points put right: one block in the format asked for, complete "
      "from the first line to "
      "the last, nothing left out.";
  std::vector<Message> base = opening(question);
  std::optional<CodeAnswer> best;
  std::vector<std::string> problems;
  std::string last_sha;
  int cap = answer_cap(question.expected_tokens);
  int calls = 0;
  for (int reasks = 0; reasks <= options_.max_reasks; ++reasks) {
    std::string text;
    ExtractedCode code;
    for (int pieces = 0; pieces <= kMaxContinuations; ++pieces) {
      std::vector<Message> messages = base;
      if (pieces > 0) {
        messages.push_back({"assistant", text});
        messages.push_back({"user", std::string(kContinue)});
      }
      const ChatRequest request = request_for(question, std::move(messages), cap);
      last_sha = request_sha(request);
      const ChatReply reply = call(numbered(question.label, calls++), request);
      const std::string before = text;
      text = pieces == 0 ? std::string(strip_thinking(reply.text)) : join_continuation(text, reply.text);
      code = extract_code(text);
      const bool cut = reply.finish == FinishReason::length;
      if (!cut && !code.truncated) break;
      if (!cut && pieces > 0) break;            // asked to close the block, and did not
      if (pieces > 0 && text == before) break;  // nothing came: asking again would not change that
      if (trim(text).empty() && larger_cap(cap) == 0) break;  // all of it went into thinking
      if (const int larger = larger_cap(cap); cut && larger > 0) cap = larger;
      if (trim(text).empty()) pieces = -1;  // nothing to go on from: ask afresh with the larger cap
    }
    problems.clear();
    if (!code.found) problems.emplace_back("no block of code was found in it");
    if (code.found && code.truncated)
      problems.emplace_back("its block is not closed, so the file may be cut off");
    if (code.elided)
      problems.emplace_back("it leaves parts of the file out (\"...\", \"rest unchanged\" and the like)");
    if (code.found && !code.elided && check) {
      for (std::string& problem : check(code.code)) problems.push_back(std::move(problem));
    }
    const bool usable = code.found && !code.elided;
    if (usable && (!best || problems.size() <= best->problems.size())) {
      best = CodeAnswer{code.path, code.code, problems, calls};
    }
    if (usable && problems.empty()) return *std::move(best);
    base = opening(question);
    append_reask(base, text, problems, kWish);
  }
  if (best) {
    best->attempts = calls;
    return *std::move(best);
  }
  journal_.retire(question.label);
  throw Error(
      ErrorCode::model_bad_answer, fmt::format("no usable file after {} calls", calls),
      {describe(question.label), problems.empty() ? "" : problems.front(), "one complete block of code",
       fmt::format("The raw answer is in the run's journal under {}.", last_sha)});
}

}  // namespace p2c::llm
