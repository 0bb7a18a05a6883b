// Answers from a recording folder instead of a model, and says which call is missing when one is.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "llm/recording.h"

namespace p2c::llm {
namespace {

// What the search for the nearest call may read: enough for any real recording, bounded for a hostile one.
constexpr std::size_t kMaxSearched = 2'000;
constexpr std::size_t kMaxSearchedBytes = 256u << 20;

std::string all_text(const ChatRequest& request) {
  std::string text;
  for (const Message& message : request.messages) text += message.role + "\n" + message.content + "\n";
  return text;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t n = std::min(a.size(), b.size());
  return static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n), b.begin()).first - a.begin());
}

std::size_t common_suffix(std::string_view a, std::string_view b, std::size_t limit) {
  std::size_t n = 0;
  while (n < limit && a[a.size() - 1 - n] == b[b.size() - 1 - n]) ++n;
  return n;
}

// "...around the first difference..." on one line.
std::string excerpt(std::string_view text, std::size_t at) {
  std::size_t from = at < 30 ? 0 : at - 30;
  while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80)
    --from;  // not inside a character
  const std::string_view piece = utf8_prefix(text.substr(std::min(from, text.size())), 80);
  return "\"" + collapse_whitespace(piece) + "\"";
}

class RecordedModel : public ChatModel {
 public:
  explicit RecordedModel(fs::path dir) : dir_(std::move(dir)) {
    std::error_code ignored;
    if (!fs::is_directory(dir_ / "calls", ignored)) {
      throw Error(ErrorCode::not_found, "no recording here",
                  {dir_.string(), {}, "a folder with calls/", "Give the folder that a recorded run wrote."});
    }
    info_ = read_recording_info(dir_);
  }

  ChatReply complete(const ChatRequest& request, const OnToken& on_token,
                     const CancelToken& cancel) override {
    cancel.check();
    const std::string sha = request_sha(request);
    std::optional<JournalEntry> entry = find_recording(dir_, sha);
    if (!entry) {
      throw Error(
          ErrorCode::missing_recording, "no recorded reply for this request",
          {sha,
           {},
           {},
           nearest(request) + " Replays ask exactly what was recorded: same paper, options and version."});
    }
    if (on_token && !entry->reply.text.empty()) on_token(entry->reply.text);
    return std::move(entry->reply);
  }

  std::int64_t context_tokens() const override { return info_.context_tokens; }
  std::int64_t max_output_tokens() const override { return info_.max_output_tokens; }
  std::string name() const override { return info_.model; }

 private:
  // A sentence on the recorded call that has most in common with the request, and where the two part.
  std::string nearest(const ChatRequest& request) const {
    const std::string wanted = all_text(request);
    std::optional<JournalEntry> best;
    std::size_t best_score = 0, searched = 0, bytes = 0;
    try {
      for (const std::string& name : list_files(dir_ / "calls", 2 * kMaxRecordedCalls)) {
        if (++searched > kMaxSearched || bytes > kMaxSearchedBytes) break;
        std::optional<JournalEntry> entry = find_recording(dir_, fs::path(name).stem().string());
        if (!entry) continue;
        const std::string text = all_text(entry->request);
        bytes += text.size();
        const std::size_t shared = common_prefix(wanted, text);
        const std::size_t score =
            1 + shared + common_suffix(wanted, text, std::min(wanted.size(), text.size()) - shared);
        if (score > best_score) {
          best_score = score;
          best = std::move(entry);
        }
      }
    } catch (const Error&) {
      // A broken neighbour must not hide which request is missing.
    }
    if (!best) return "The recording is empty.";
    const std::string text = all_text(best->request);
    const std::string who =
        fmt::format("Nearest recorded call: {} ({}).", describe(best->label), best->sha.substr(0, 12));
    if (text == wanted) {
      return fmt::format(
          "{} Its messages are the same; temperature {} and {}, max_tokens {} and {} or the schema differ.",
          who, request.temperature, best->request.temperature, request.max_tokens, best->request.max_tokens);
    }
    const std::size_t at = common_prefix(wanted, text);
    return fmt::format("{} They part at byte {}: asked {}, recorded {}.", who, at, excerpt(wanted, at),
                       excerpt(text, at));
  }

  fs::path dir_;
  RecordingInfo info_;
};

}  // namespace

std::string describe(const CallLabel& label) {
  std::string text = label.stage;
  for (const std::string* part : {&label.call, &label.target}) {
    if (!part->empty()) text += (text.empty() ? "" : " ") + *part;
  }
  if (label.attempt > 0) text += fmt::format(", attempt {}", label.attempt + 1);
  return text.empty() ? "unnamed call" : text;
}

std::unique_ptr<ChatModel> make_recorded_model(const std::string& directory) {
  return std::make_unique<RecordedModel>(directory);
}

}  // namespace p2c::llm
