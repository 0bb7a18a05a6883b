#include "llm/recording.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"

namespace p2c::llm {
namespace {

constexpr int kFormat = 1;
constexpr std::size_t kMaxInfoBytes = 64u << 10;

bool is_sha(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

fs::path place_of(const fs::path& dir, const std::string& sha) {
  return dir / "calls" / sha.substr(0, 2) / (sha + ".json");
}

JournalEntry read_entry(const fs::path& path, const std::string& sha) {
  const Json json = parse_json(read_file(path, kMaxRecordedCallBytes), path.string());
  const auto request = json.is_object() ? json.find("request") : json.end();
  const auto reply = json.is_object() ? json.find("reply") : json.end();
  if (!json.is_object() || request == json.end() || reply == json.end()) {
    throw Error(ErrorCode::bad_input, "not a recorded call",
                {path.string(), {}, "an object with request and reply", {}});
  }
  JournalEntry entry;
  entry.sha = sha;
  entry.label.stage = optional_string(json, "stage");
  entry.label.call = optional_string(json, "call");
  entry.label.target = optional_string(json, "target");
  entry.label.attempt = static_cast<int>(optional_int(json, "attempt"));
  entry.request = chat_request_from_json(*request);
  entry.reply = chat_reply_from_json(*reply);
  if (const std::string actual = request_sha(entry.request); actual != sha) {
    throw Error(ErrorCode::bad_input, "the recorded request was changed",
                {path.string(), actual, sha, "Recordings are replayed unedited; record the call again."});
  }
  return entry;
}

}  // namespace

void write_recording(const fs::path& dir, const JournalEntry& entry) {
  Json json = Json::object();
  json["sha"] = entry.sha;
  json["stage"] = entry.label.stage;
  json["call"] = entry.label.call;
  json["target"] = entry.label.target;
  json["attempt"] = entry.label.attempt;
  json["request"] = to_json(entry.request);
  json["reply"] = to_json(entry.reply);
  if (!is_sha(entry.sha))
    throw Error(ErrorCode::internal, "not a SHA-256", {"recording", entry.sha, "64 hex digits", {}});
  write_file_atomic(place_of(dir, entry.sha), pretty_json(json));
}

void write_recording_info(const fs::path& dir, const RecordingInfo& info) {
  Json json = Json::object();
  json["format"] = kFormat;
  json["model"] = info.model;
  json["context_tokens"] = info.context_tokens;
  json["max_output_tokens"] = info.max_output_tokens;
  write_file_atomic(dir / "recording.json", pretty_json(json));
}

RecordingInfo read_recording_info(const fs::path& dir) {
  RecordingInfo info;
  const fs::path path = dir / "recording.json";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return info;
  const Json json = parse_json(read_file(path, kMaxInfoBytes), path.string());
  if (!json.is_object()) throw Error(ErrorCode::bad_input, "not a JSON object", {path.string(), {}, {}, {}});
  if (const std::int64_t format = optional_int(json, "format", kFormat); format != kFormat) {
    throw Error(ErrorCode::version, "recording of another format",
                {path.string(), std::to_string(format), std::to_string(kFormat), {}});
  }
  info.model = optional_string(json, "model", info.model);
  info.context_tokens = optional_int(json, "context_tokens", info.context_tokens);
  info.max_output_tokens = optional_int(json, "max_output_tokens", info.max_output_tokens);
  if (info.context_tokens < 1'000 || info.max_output_tokens < 100) {
    throw Error(ErrorCode::bad_input, "token limits out of range",
                {path.string(),
                 fmt::format("{} and {}", info.context_tokens, info.max_output_tokens),
                 "1000 and 100 or more",
                 {}});
  }
  return info;
}

std::optional<JournalEntry> find_recording(const fs::path& dir, const std::string& sha) {
  if (!is_sha(sha)) return std::nullopt;
  const fs::path path = place_of(dir, sha);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  return read_entry(path, sha);
}

std::vector<JournalEntry> list_recording(const fs::path& dir) {
  std::error_code ignored;
  if (!fs::is_directory(dir / "calls", ignored)) {
    throw Error(ErrorCode::not_found, "no recording here", {dir.string(), {}, "a folder with calls/", {}});
  }
  std::vector<std::pair<std::string, fs::path>> places;
  for (const std::string& name : list_files(dir / "calls", 2 * kMaxRecordedCalls)) {
    const fs::path path = dir / "calls" / name;
    if (path.extension() == ".json" && is_sha(path.stem().string()))
      places.emplace_back(path.stem().string(), path);
  }
  if (places.size() > kMaxRecordedCalls) {
    throw Error(
        ErrorCode::limit, "too many recorded calls",
        {dir.string(), std::to_string(places.size()), fmt::format("at most {}", kMaxRecordedCalls), {}});
  }
  std::sort(places.begin(), places.end());
  std::vector<JournalEntry> entries;
  for (const auto& [sha, path] : places) entries.push_back(read_entry(path, sha));
  return entries;
}

}  // namespace p2c::llm
