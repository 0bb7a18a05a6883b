// The run's memory: SQLite in the run directory. Journal of calls, stages, events; survives kill -9 at any
// instruction.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "artefacts/run_record.h"
#include "base/event.h"
#include "base/json.h"
#include "llm/journal.h"

namespace p2c::run {

inline constexpr int kRunVersion =
    1;  // of the directory's layout and database; another one is Error(version)

// One process at a time works on a directory: the store holds a lock (flock) for its lifetime, Error(busy)
// otherwise. Thread-safe. Errors of everything that writes: disk_full, io.
class Store : public llm::Journal {
 public:
  // Makes the directory and database when `create`, else Error(not_found). A folder that holds other things
  // is not taken: bad_input. With read_only it takes no lock, so that a run can be looked at while another
  // process works on it. Errors: busy, version, disk_full, bad_input (damaged, or not a run), io.
  static std::unique_ptr<Store> open(const std::filesystem::path& directory, bool create,
                                     bool read_only = false);

  virtual const std::filesystem::path& directory() const = 0;

  // Key-value facts of the run: source, options.
  virtual void set_meta(const std::string& key, const Json& value) = 0;
  virtual std::optional<Json> meta(const std::string& key) const = 0;

  // Stage states. begin is idempotent and makes every stage that was first begun after this one pending
  // again, since its input is about to change; finish records the SHA-256 over the artefacts named, files or
  // folders, which are on disk by then; reset makes the stage and the ones after it pending.
  virtual void begin_stage(const std::string& name) = 0;
  virtual void finish_stage(const std::string& name, const std::vector<std::string>& artefacts) = 0;
  virtual void fail_stage(const std::string& name, const std::string& message) = 0;
  virtual void reset_stage(const std::string& name) = 0;
  // After a gate failed: takes the answers that most likely led there out of find() and entries(), so that
  // going on asks again instead of failing again: those to questions of the stage that were asked `attempts`
  // times in vain, or else those to its last question. Gives their number; calls() still lists them, they
  // were paid for.
  virtual std::size_t retire_answers(const std::string& stage, int attempts) = 0;
  // Done, and every artefact is still there with the recorded hash; otherwise the stage has to run again.
  virtual bool stage_done(const std::string& name) const = 0;
  virtual std::vector<artefacts::StageRecord> stages() const = 0;
  // What fail_stage said of the stage, empty when it did not fail.
  virtual std::string failure(const std::string& name) const = 0;

  // Atomic artefacts: a file inside the directory, whole or absent.
  virtual void write_artefact(std::string_view relative, std::string_view bytes) = 0;
  virtual std::string read_artefact(std::string_view relative) const = 0;

  // Kept in memory for up to a second: an event may be lost with the process, a call never. "token" events
  // are not kept.
  virtual void record_event(const Event& event) = 0;
  // The last `limit` events, oldest first.
  virtual std::vector<Event> recent_events(std::size_t limit) const = 0;
  virtual std::vector<artefacts::CallRecord> calls() const = 0;
  // All finished calls as recording entries, for export.
  virtual std::vector<llm::JournalEntry> entries() const = 0;
};

}  // namespace p2c::run
