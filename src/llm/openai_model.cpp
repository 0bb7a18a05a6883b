// A model behind an OpenAI-compatible endpoint: one streamed exchange, checked to be whole, retried where
// that helps.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/http_client.h"
#include "base/text.h"
#include "llm/caller.h"
#include "llm/openai_request.h"
#include "llm/sse_reader.h"

namespace p2c::llm {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMaxBackoffMs = 60'000;
constexpr std::int64_t kMaxRetryAfterMs = 300'000;  // a server that wants longer is out of quota, not busy
constexpr int kProtocolRetries = 1;   // an answer that is no answer: once more, in case a proxy hiccuped
constexpr int kUnreachedRetries = 1;  // nothing ever came from this address: most likely it is wrong
constexpr int kMaxLessons = 8;        // changes of the dialect for one request
// No model writes longer tokens on average; past this an answer is endless, whatever the endpoint counts.
constexpr std::size_t kMaxBytesPerToken = 16;
constexpr std::size_t kSpareTextBytes = 64u << 10;
constexpr std::size_t kJsonGrowth =
    8;  // bytes of a whole reply's JSON over bytes of its text, at worst (escapes)
constexpr std::size_t kMaxStreamBytes = 256u << 20;  // about 300 bytes of protocol for each of 800k tokens

// How an attempt failed: what may follow it.
enum class Retry { never, transient, protocol, unreachable };
struct Failure {
  Error error;
  Retry retry = Retry::never;
  std::int64_t wait_ms = -1;  // asked for by the server
};

// The address of chat completions under a base URL, which may already be it, and may carry a query.
std::string endpoint_of(const std::string& base_url) {
  constexpr std::string_view kPath = "/chat/completions";
  const std::size_t query = std::min(base_url.find('?'), base_url.size());
  std::string path = base_url.substr(0, query);
  while (!path.empty() && path.back() == '/') path.pop_back();
  if (!path.ends_with(kPath)) path += kPath;
  return path + base_url.substr(query);
}

// What may be shown of it: neither user and password nor the query, which may hold a key.
std::string shown_endpoint(std::string url) {
  url.resize(std::min(url.find('?'), url.size()));
  const std::size_t host = url.find("://");
  const std::size_t at = url.find('@');
  if (host != std::string::npos && at != std::string::npos && at < url.find('/', host + 3))
    url.erase(host + 3, at - host - 2);
  return url;
}

class OpenAiModel : public ChatModel {
 public:
  explicit OpenAiModel(OpenAiOptions options)
      : options_(std::move(options)), url_(endpoint_of(options_.base_url)), endpoint_(shown_endpoint(url_)) {
    if (options_.model.empty())
      throw Error(ErrorCode::usage, "no model is named",
                  {"--model", {}, "the model's name at the endpoint", {}});
    dialect_.quirks = model_quirks(options_.model);
    if (options_.context_tokens > 0) dialect_.quirks.context_tokens = options_.context_tokens;
    if (options_.max_output_tokens > 0) dialect_.quirks.max_output_tokens = options_.max_output_tokens;
    // The sizes promised to callers stay what they are when the dialect learns a smaller limit: prompts
    // depend on them.
    context_tokens_ = dialect_.quirks.context_tokens;
    max_output_tokens_ = dialect_.quirks.max_output_tokens;
  }

  ChatReply complete(const ChatRequest& request, const OnToken& on_token,
                     const CancelToken& cancel) override {
    const Stopwatch watch;
    int retries = 0, protocol_failures = 0, lessons = 0;
    while (true) {
      cancel.check();
      const WireDialect dialect = current_dialect();
      std::optional<Failure> failure;
      ProviderError refusal;
      std::optional<ChatReply> reply = attempt(request, dialect, on_token, cancel, failure, refusal);
      if (reply) {
        reply->elapsed_ms = watch.elapsed().count();
        reply->retries = retries;
        return *std::move(reply);
      }
      if (!refusal.message.empty() && lessons < kMaxLessons && learn(refusal, request, dialect)) {
        ++lessons;
        continue;
      }
      if (failure->retry == Retry::protocol) ++protocol_failures;
      const bool wrong_address = failure->retry == Retry::unreachable && !reached();
      const int allowed =
          wrong_address ? std::min(kUnreachedRetries, options_.max_retries) : options_.max_retries;
      if (failure->retry == Retry::never || retries >= allowed || protocol_failures > kProtocolRetries)
        throw clean(failure->error);
      wait(failure->wait_ms >= 0 ? failure->wait_ms : backoff_ms(retries), cancel);
      ++retries;
    }
  }

  std::int64_t context_tokens() const override { return context_tokens_; }
  std::int64_t max_output_tokens() const override { return max_output_tokens_; }
  std::string name() const override { return options_.model; }

 private:
  WireDialect current_dialect() const {
    const std::lock_guard lock(mutex_);
    return dialect_;
  }
  bool reached() const {
    const std::lock_guard lock(mutex_);
    return reached_;
  }

  // `used` is what the refused request was built with: another thread may have learned the lesson already.
  bool learn(const ProviderError& refusal, const ChatRequest& request, const WireDialect& used) {
    WireDialect changed = used;
    if (!learn_from_refusal(refusal, request, changed)) return false;
    const std::lock_guard lock(mutex_);
    dialect_ = std::move(changed);
    return true;
  }

  // One exchange. Either a whole reply, or why not; `refusal` is set when the endpoint refused the request's
  // form.
  std::optional<ChatReply> attempt(const ChatRequest& request, const WireDialect& dialect,
                                   const OnToken& on_token, const CancelToken& cancel,
                                   std::optional<Failure>& failure, ProviderError& refusal) {
    ChatCompletion completion(on_token);
    const std::size_t max_text =
        kSpareTextBytes +
        kMaxBytesPerToken * static_cast<std::size_t>(wire_max_tokens(request, dialect.quirks));
    enum class Form { unknown, events, whole, html } form = Form::unknown;
    std::string body;  // of a reply that is no stream
    bool endless = false;
    SseReader events([&](std::string_view data) { completion.add_event(data); });
    HttpRequest http = http_request_for(request, dialect, cancel);
    http.on_data = [&](std::string_view piece) {
      if (form == Form::unknown) {
        const std::size_t first = piece.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) return true;
        form = piece[first] == '<'                          ? Form::html
               : piece[first] == '{' || piece[first] == '[' ? Form::whole
                                                            : Form::events;
      }
      if (form == Form::html) return false;
      if (form == Form::whole) {
        body += piece;
        endless = body.size() > kJsonGrowth * max_text;
      } else {
        endless = !events.feed(piece) || completion.text().size() > max_text ||
                  completion.reasoning_bytes() > max_text;
      }
      return !endless;
    };
    HttpResponse response;
    try {
      response = p2c::http_request(http);
    } catch (const Error& error) {
      failure = from_exchange(error);
      return std::nullopt;
    }
    {
      const std::lock_guard lock(mutex_);
      reached_ = true;
    }
    if (response.status != 200) {
      failure = from_status(response, refusal);
      return std::nullopt;
    }
    const auto type = response.headers.find("content-type");
    if (form == Form::html ||
        (type != response.headers.end() && contains(to_lower(type->second), "text/html"))) {
      failure = Failure{Error(ErrorCode::model_bad_answer,
                              "the endpoint answered with a web page instead of a chat reply",
                              {endpoint_, "HTML", "JSON or an event stream",
                               "Check the base URL (it usually ends in /v1), and proxies in between."})};
      return std::nullopt;
    }
    if (endless) {
      failure =
          Failure{Error(ErrorCode::model_cut_off, "the reply does not end and was stopped",
                        {endpoint_, fmt::format("more than {} bytes", max_text),
                         fmt::format("at most {} tokens", wire_max_tokens(request, dialect.quirks)),
                         "The model may be repeating itself, or the endpoint ignores the cap on tokens."})};
      return std::nullopt;
    }
    if (form == Form::whole) {
      completion.add_whole(body);
    } else {
      events.finish();
    }
    failure = from_content(completion, form == Form::whole);
    if (failure) return std::nullopt;
    return reply_of(request, completion, dialect);
  }

  HttpRequest http_request_for(const ChatRequest& request, const WireDialect& dialect,
                               const CancelToken& cancel) const {
    HttpRequest http;
    http.method = "POST";
    http.url = url_;
    http.headers["Content-Type"] = "application/json";
    http.headers["Accept"] = "text/event-stream, application/json";
    if (!options_.api_key.empty()) http.headers["Authorization"] = "Bearer " + options_.api_key;
    http.body =
        wire_body(request, options_.model, dialect).dump(-1, ' ', false, Json::error_handler_t::replace);
    http.idle_timeout = milliseconds(options_.idle_timeout_ms);
    http.total_timeout = milliseconds(options_.total_timeout_ms);
    http.max_body_bytes = kMaxStreamBytes;
    http.cancel = cancel;
    return http;
  }

  static Failure from_exchange(const Error& error) {
    switch (error.code()) {
      case ErrorCode::network: {
        bool unreachable = false;
        for (const char* start : {"cannot connect", "the host name", "the proxy's name", "no trusted TLS"}) {
          unreachable = unreachable || error.message().starts_with(start);
        }
        return {error, unreachable ? Retry::unreachable : Retry::transient};
      }
      // One more try: a second silence of minutes is an answer.
      case ErrorCode::timeout:
        return {error, Retry::protocol};
      case ErrorCode::limit:
        return {Error(ErrorCode::model_cut_off, "the reply does not end and was stopped", error.detail())};
      default:
        return {error};
    }
  }

  Failure from_status(const HttpResponse& response, ProviderError& refusal) const {
    const ProviderError provider = read_provider_error(response.body);
    const std::string text = to_lower(provider.kind + " " + provider.message);
    ErrorDetail detail{endpoint_, fmt::format("HTTP {}", response.status), {}, {}};
    const std::string said = provider.message.empty() ? "" : ": \"" + provider.message + "\"";
    const long status = response.status;
    if (status == 401 || status == 403) {
      detail.hint = options_.api_key.empty() ? "Set OPENAI_API_KEY."
                                             : "Check the API key and what it is allowed to use.";
      return {Error(ErrorCode::auth, "the endpoint does not accept the key" + said, std::move(detail))};
    }
    const bool too_large = status == 413 || contains(text, "request too large") ||
                           contains(text, "context_length") || contains(text, "maximum context length") ||
                           contains(text, "prompt is too long");
    if (too_large) {
      detail.hint =
          "The prompt is larger than this model or account takes; use a model with a larger window.";
      return {Error(ErrorCode::model_refused, "the request is too large" + said, std::move(detail))};
    }
    if (status == 429) {
      const bool empty =
          contains(text, "insufficient_quota") || contains(text, "billing") || contains(text, "credit");
      const long seconds = retry_after_seconds(response);
      const bool too_long = seconds > 0 && seconds > kMaxRetryAfterMs / 1000;
      if (too_long)
        detail.expected =
            fmt::format("a wait of at most {} s, asked for {} s", kMaxRetryAfterMs / 1000, seconds);
      detail.hint = empty ? "The account has no quota left." : "Try again later, or with fewer --jobs.";
      Error error(ErrorCode::rate_limited, "the endpoint limits the rate of requests" + said,
                  std::move(detail));
      if (empty || too_long) return {std::move(error)};
      return {std::move(error), Retry::transient, seconds >= 0 ? seconds * 1000 : -1};
    }
    if (status >= 500 || status == 408 || status == 409 || status == 425) {
      const long seconds = std::min<long>(retry_after_seconds(response), kMaxRetryAfterMs / 1000);
      detail.hint = "The server failed; trying again later may help.";
      return {Error(ErrorCode::network, "the endpoint failed" + said, std::move(detail)), Retry::transient,
              seconds >= 0 ? seconds * 1000 : -1};
    }
    if (status >= 300 && status < 400) {
      const auto location = response.headers.find("location");
      if (location != response.headers.end()) detail.expected = "no redirect";
      detail.hint = "Use the address it redirects to as base URL" +
                    (location != response.headers.end()
                         ? std::string(": ") + std::string(utf8_prefix(location->second, 200))
                         : std::string("."));
      return {Error(ErrorCode::network, "the endpoint redirects, and requests with a key are not redirected",
                    std::move(detail))};
    }
    if (status >= 200 && status < 300) {
      return {Error(ErrorCode::model_bad_answer, "the endpoint sent no answer" + said, std::move(detail)),
              Retry::protocol};
    }
    if (status == 400 || status == 422) refusal = provider;
    detail.hint = status == 404 ? "Check the base URL (it usually ends in /v1) and the model's name." : "";
    return {Error(ErrorCode::model_refused, "the endpoint refused the request" + said, std::move(detail))};
  }

  // What is wrong with a reply of status 200, if anything.
  std::optional<Failure> from_content(const ChatCompletion& completion, bool whole) const {
    if (!completion.error_message().empty()) {
      const std::string text = to_lower(completion.error_kind() + " " + completion.error_message());
      const bool overload = contains(text, "overload") || contains(text, "rate") ||
                            contains(text, "server_error") || contains(text, "timeout") ||
                            contains(text, "500") || contains(text, "502") || contains(text, "503");
      return Failure{
          Error(overload ? ErrorCode::network : ErrorCode::model_refused,
                "the endpoint reported an error in its reply: \"" + completion.error_message() + "\"",
                {endpoint_, {}, {}, {}}),
          overload ? Retry::transient : Retry::never};
    }
    if (!completion.refusal().empty()) {
      const std::string said(utf8_prefix(collapse_whitespace(completion.refusal()), 300));
      return Failure{Error(ErrorCode::model_refused, fmt::format("the model refused: \"{}\"", said),
                           {endpoint_, {}, {}, {}})};
    }
    if (!completion.malformed().empty()) {
      return Failure{Error(ErrorCode::model_bad_answer, "the reply is not what a chat endpoint sends",
                           {endpoint_, "\"" + completion.malformed() + "\"", "JSON",
                            "Is this base URL an OpenAI-compatible endpoint?"}),
                     Retry::protocol};
    }
    if (!completion.saw_choice()) {
      return Failure{Error(ErrorCode::model_bad_answer, "the reply holds no answer",
                           {endpoint_, "no choices", "one", {}}),
                     Retry::protocol};
    }
    if (!whole && !completion.ended()) {
      return Failure{Error(ErrorCode::network, "the reply broke off before its end",
                           {endpoint_,
                            fmt::format("{} bytes of text", completion.text().size()),
                            "a finish reason or [DONE]",
                            {}}),
                     Retry::transient};
    }
    const bool blank = trim(completion.text()).empty();
    if (blank && completion.finish() != FinishReason::length &&
        completion.finish() != FinishReason::content_filter) {
      return Failure{Error(ErrorCode::model_bad_answer, "the answer is empty", {endpoint_, {}, {}, {}}),
                     Retry::protocol};
    }
    return std::nullopt;
  }

  ChatReply reply_of(const ChatRequest& request, const ChatCompletion& completion,
                     const WireDialect& dialect) const {
    ChatReply reply;
    reply.text = repair_utf8(completion.text());
    reply.finish = completion.finish();
    reply.model = completion.model().empty() ? options_.model : completion.model();
    if (completion.usage()) {
      reply.tokens = *completion.usage();
    } else {
      for (const Message& message : request.messages) reply.tokens.in += estimate_tokens(message.content);
      reply.tokens.reasoning = static_cast<std::int64_t>(completion.reasoning_bytes() / 4);
      reply.tokens.out = estimate_tokens(reply.text) + reply.tokens.reasoning;
      reply.tokens.estimated = true;
    }
    reply.cost_usd =
        completion.cost_usd() ? completion.cost_usd() : cost_of(reply.tokens, dialect.quirks.price);
    return reply;
  }

  std::int64_t backoff_ms(int retries) {
    const double doubled =
        static_cast<double>(options_.first_backoff_ms) * static_cast<double>(1u << std::min(retries, 20));
    const std::lock_guard lock(mutex_);
    // Jitter keeps parallel calls from coming back all at once.
    const double factor = std::uniform_real_distribution<double>(0.75, 1.25)(random_);
    return static_cast<std::int64_t>(std::min(doubled * factor, static_cast<double>(kMaxBackoffMs)));
  }

  static void wait(std::int64_t ms, const CancelToken& cancel) {
    const Stopwatch watch;
    while (watch.elapsed().count() < ms) {
      cancel.check();
      std::this_thread::sleep_for(milliseconds(std::min<std::int64_t>(50, ms - watch.elapsed().count() + 1)));
    }
  }

  // Nothing that quotes the outside may carry the key: servers echo what they were sent.
  std::string redacted(std::string text) const {
    if (options_.api_key.size() >= 4) text = replace_all(std::move(text), options_.api_key, "[key]");
    for (const char* start : {"sk-", "Bearer "}) {
      const std::size_t skip = std::string_view(start).size();
      for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + skip)) {
        if (at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0) continue;  // "task-based"
        std::size_t end = at + skip;
        while (end < text.size() && std::string_view(" \"'<>,;").find(text[end]) == std::string_view::npos)
          ++end;
        if (end - at - skip >= 4) text.replace(at + skip, end - at - skip, "[key]");
      }
    }
    return text;
  }
  Error clean(const Error& error) const {
    const ErrorDetail& detail = error.detail();
    return Error(
        error.code(), redacted(error.message()),
        {redacted(detail.subject), redacted(detail.found), redacted(detail.expected), redacted(detail.hint)});
  }

  const OpenAiOptions options_;
  const std::string url_;
  const std::string endpoint_;  // the URL as it may be shown
  std::int64_t context_tokens_ = 0, max_output_tokens_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  WireDialect dialect_;
  bool reached_ = false;  // the endpoint has answered at least once
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace

std::unique_ptr<ChatModel> make_openai_model(const OpenAiOptions& options) {
  return std::make_unique<OpenAiModel>(options);
}

}  // namespace p2c::llm
