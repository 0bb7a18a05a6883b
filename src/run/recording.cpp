// Exports a journal for replay.
#include "run/recording.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "llm/recording.h"
#include "run/store.h"

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
  for (const llm::JournalEntry& entry : entries) llm::write_recording(folder, entry);
  llm::RecordingInfo info;
  const Json model = store->meta("model").value_or(Json::object());
  info.model = optional_string(model, "name", info.model);
  info.context_tokens = optional_int(model, "context_tokens", info.context_tokens);
  info.max_output_tokens = optional_int(model, "max_output_tokens", info.max_output_tokens);
  llm::write_recording_info(folder, info);
  return entries.size();
}

}  // namespace p2c::run
