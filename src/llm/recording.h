// Recordings on disk: finished calls as JSON files that people can read, diff and replay.
//
//   <dir>/calls/<first two hex digits of sha>/<sha>.json   {sha, stage, call, target, attempt, request,
//   reply} <dir>/recording.json                                   {format, model, context_tokens,
//   max_output_tokens}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "llm/journal.h"

namespace p2c::llm {

// What a replay has to know about the model that was recorded: prompts are cut to its window, so the same
// window is needed to ask the same questions again.
struct RecordingInfo {
  std::string model = "recorded";
  std::int64_t context_tokens = 128'000;
  std::int64_t max_output_tokens = 16'384;
};

// Bounds: a call of 32 MiB, 20,000 calls.
inline constexpr std::size_t kMaxRecordedCallBytes = 32u << 20;
inline constexpr std::size_t kMaxRecordedCalls = 20'000;

// Writes one entry (atomically; an equal sha is replaced). Errors: disk_full, io.
void write_recording(const std::filesystem::path& dir, const JournalEntry& entry);
void write_recording_info(const std::filesystem::path& dir, const RecordingInfo& info);
// Defaults when there is no recording.json. Errors: bad_input.
RecordingInfo read_recording_info(const std::filesystem::path& dir);

// One entry, or nullopt when it is not recorded. Errors: bad_input when the file is no recorded call or its
// request does not have the hash in its name; limit.
std::optional<JournalEntry> find_recording(const std::filesystem::path& dir, const std::string& sha);
// All entries, by sha. Errors: not_found when `dir` holds no calls/, and as above.
std::vector<JournalEntry> list_recording(const std::filesystem::path& dir);

}  // namespace p2c::llm
