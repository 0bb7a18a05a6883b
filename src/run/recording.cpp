// Exports a journal for replay.
#include "run/recording.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "run/store.h"
#include "run/version.h"

namespace p2c::run {
namespace {

void check_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (!fs::is_directory(folder, error)) {
    throw Error(ErrorCode::bad_input, "exists and is no folder", {.subject = folder.string()});
  }
  if (fs::exists(folder / "recording.json", error) || fs::is_empty(folder, error)) return;
  throw Error(ErrorCode::bad_input, "the folder is not empty and holds no recording",
              {.subject = folder.string(), .hint = "Give another folder with -o."});
}

}  // namespace

std::size_t export_recording(const fs::path& run_directory, const fs::path& folder) {
  const auto store = Store::open(run_directory, false, true);
  check_folder(folder);
  const std::vector<llm::JournalEntry> entries = store->entries();
  remove_tree(folder / "calls");
  for (const llm::JournalEntry& entry : entries) {
    const Json call{{"stage", entry.label.stage},   {"call", entry.label.call},
                    {"target", entry.label.target}, {"attempt", entry.label.attempt},
                    {"request", llm::to_json(entry.request)}, {"reply", llm::to_json(entry.reply)}};
    write_file_atomic(folder / "calls" / entry.sha.substr(0, 2) / (entry.sha + ".json"), pretty_json(call));
  }
  const Json inputs = store->meta("inputs").value_or(Json::object());
  const Json options = store->meta("options").value_or(Json::object());
  write_file_atomic(folder / "recording.json",
                    pretty_json(Json{{"schema_version", 1},
                                     {"program_version", kProgramVersion},
                                     {"title", optional_string(inputs, "title")},
                                     {"source_sha256", optional_string(inputs, "sha256")},
                                     {"framework", optional_string(options, "framework")},
                                     {"model", store->meta("model").value_or(Json::object())},
                                     {"calls", entries.size()}}));
  return entries.size();
}

}  // namespace p2c::run
