// The store over SQLite: write-ahead log, every commit on the disk before it returns.
#include "run/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "artefacts/layout.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"
#include "run/disk_reserve.h"
#include "run/lock_file.h"
#include "run/run_directory.h"
#include "run/sqlite.h"

namespace p2c::run {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kApplicationId =
    0x70326331;  // "p2c1"; tells our databases from those of other programs
constexpr auto kFlushInterval = std::chrono::milliseconds(1'000);
constexpr std::size_t kFlushCount = 200;

constexpr const char* kSchema = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE stages (
  position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, started TEXT NOT NULL DEFAULT '',
  ended TEXT NOT NULL DEFAULT '', sha TEXT NOT NULL DEFAULT '', artefacts TEXT NOT NULL DEFAULT '[]',
  message TEXT NOT NULL DEFAULT '');
CREATE TABLE calls (
  seq INTEGER PRIMARY KEY, sha TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, call TEXT NOT NULL, target TEXT NOT NULL,
  attempt INTEGER NOT NULL, time TEXT NOT NULL, model TEXT NOT NULL, finish TEXT NOT NULL, tokens_in INTEGER NOT NULL,
  tokens_cached INTEGER NOT NULL, tokens_out INTEGER NOT NULL, tokens_reasoning INTEGER NOT NULL, ms INTEGER NOT NULL,
  cost REAL, retries INTEGER NOT NULL, request TEXT NOT NULL, reply TEXT NOT NULL);
CREATE TABLE notes (
  seq INTEGER PRIMARY KEY, sha TEXT NOT NULL, stage TEXT NOT NULL, call TEXT NOT NULL, target TEXT NOT NULL,
  attempt INTEGER NOT NULL, time TEXT NOT NULL, error TEXT);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, stage TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL,
  data TEXT NOT NULL);
)sql";

// Calls whose answers nothing could be made of: paid for, so still listed, but no longer the answer to their
// request. Made when first needed.
constexpr const char* kRetiredTable = "CREATE TABLE IF NOT EXISTS retired AS SELECT * FROM calls WHERE 0";
constexpr std::string_view kCallColumns =
    "SELECT sha, stage, call, target, attempt, model, finish, tokens_in, tokens_cached, tokens_out, "
    "tokens_reasoning, ms, "
    "cost, retries, seq FROM ";

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

struct Note {
  std::string sha;
  llm::CallLabel label;
  std::string time;
  std::optional<std::string> error;  // a hit has none
};

artefacts::CallRecord call_record(const Statement& row) {
  artefacts::CallRecord record;
  record.request_sha = row.text(0);
  record.stage = row.text(1);
  record.target = row.text(3);
  record.id = fmt::format("{}/{}/{}", record.stage, row.text(2), record.target);
  if (const std::int64_t attempt = row.integer(4); attempt > 0) record.id += fmt::format("#{}", attempt);
  return record;
}

class SqliteStore : public Store {
 public:
  SqliteStore(const fs::path& directory, bool create, bool read_only)
      : directory_(directory), read_only_(read_only) {
    const fs::path file = directory_ / artefacts::layout::kDatabase;
    if (create) make_run_directory(directory_);
    if (!fs::exists(file)) {
      if (!create) {
        throw Error(ErrorCode::not_found, "there is no run in this folder",
                    {.subject = directory_.string(), .expected = "a folder that `paper2code run` made"});
      }
      check_free_for_run(directory_);
    }
    if (!read_only_) {
      lock_ = std::make_unique<LockFile>(directory_ / kLockName);
      // Only with the lock in hand, so that nobody is writing.
      remove_stale_temporaries(directory_);
    }
    database_ = std::make_unique<Database>(file, read_only_);
    check_version();
    if (!read_only_) {
      database_->execute("PRAGMA journal_mode=WAL");
      database_->execute("PRAGMA synchronous=FULL");
      if (database_->query_integer("SELECT count(*) FROM sqlite_master") == 0) make_tables();
      reserve_ = std::make_unique<DiskReserve>(directory_);
    }
  }

  ~SqliteStore() override {
    if (read_only_) return;
    try {
      const std::lock_guard lock(mutex_);
      flush();
    } catch (const std::exception&) {  // events only; whatever must last was written when it happened
    }
  }

  const fs::path& directory() const override { return directory_; }

  void set_meta(const std::string& key, const Json& value) override {
    const std::lock_guard lock(mutex_);
    Statement(*database_, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")
        .bind(1, key)
        .bind(2, text_of(value))
        .step();
  }

  std::optional<Json> meta(const std::string& key) const override {
    const std::lock_guard lock(mutex_);
    Statement select(*database_, "SELECT value FROM meta WHERE key = ?1");
    if (!select.bind(1, key).step()) return std::nullopt;
    return parse_json(select.text(0), "run.db meta " + key);
  }

  void begin_stage(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    Statement(*database_, "INSERT OR IGNORE INTO stages (name, state) VALUES (?1, 'pending')")
        .bind(1, name)
        .step();
    set_pending_from(name);
    Statement(*database_, "UPDATE stages SET state = 'running', started = ?2 WHERE name = ?1")
        .bind(1, name)
        .bind(2, utc_now_iso8601())
        .step();
    transaction.commit();
  }

  void reset_stage(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    set_pending_from(name);
    transaction.commit();
  }

  std::size_t retire_answers(const std::string& stage, int attempts) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    write_pending();  // an attempt that was answered by an equal earlier one stands in the notes
    std::size_t retired = retire_where(
        fmt::format(
            "stage = ?1 AND (call, target) IN (SELECT call, target FROM (SELECT call, target, attempt, stage "
            "FROM calls "
            "UNION ALL SELECT call, target, attempt, stage FROM notes) WHERE stage = ?1 AND attempt >= {})",
            attempts - 1),
        {stage});
    if (retired == 0) {
      retired = retire_where(
          "stage = ?1 AND (call, target) IN (SELECT call, target FROM calls WHERE stage = ?1 ORDER BY seq "
          "DESC LIMIT 1)",
          {stage});
    }
    transaction.commit();
    clear_pending();
    return retired;
  }

  void retire(const llm::CallLabel& question) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    retire_where("stage = ?1 AND call = ?2 AND target = ?3",
                 {question.stage, question.call, question.target});
    transaction.commit();
  }

  void finish_stage(const std::string& name, const std::vector<std::string>& artefacts) override {
    const std::optional<Json> entries = artefact_manifest(directory_, artefacts);
    if (!entries) throw Error(ErrorCode::internal, "a stage ended without its artefacts", {.subject = name});
    const std::lock_guard lock(mutex_);
    Transaction transaction(*database_);
    write_pending();
    Statement(*database_,
              "UPDATE stages SET state = 'done', ended = ?2, sha = ?3, artefacts = ?4, message = '' WHERE "
              "name = ?1")
        .bind(1, name)
        .bind(2, utc_now_iso8601())
        .bind(3, sha256_hex(text_of(*entries)))
        .bind(4, text_of(artefacts))
        .step();
    transaction.commit();
    clear_pending();
  }

  void fail_stage(const std::string& name, const std::string& message) override {
    const std::lock_guard lock(mutex_);
    Statement(*database_, "UPDATE stages SET state = 'failed', ended = ?2, message = ?3 WHERE name = ?1")
        .bind(1, name)
        .bind(2, utc_now_iso8601())
        .bind(3, message)
        .step();
  }

  bool stage_done(const std::string& name) const override {
    std::vector<std::string> artefacts;
    std::string sha;
    {
      const std::lock_guard lock(mutex_);
      Statement select(*database_, "SELECT sha, artefacts FROM stages WHERE name = ?1 AND state = 'done'");
      if (!select.bind(1, name).step()) return false;
      sha = select.text(0);
      for (const Json& item : parse_json(select.text(1), "run.db artefacts"))
        artefacts.push_back(item.get<std::string>());
    }
    try {
      const std::optional<Json> entries = artefact_manifest(directory_, artefacts);
      return entries && sha256_hex(text_of(*entries)) == sha;
    } catch (const Error&) {
      return false;  // unreadable or replaced by a link: as good as gone
    }
  }

  std::vector<artefacts::StageRecord> stages() const override {
    const std::lock_guard lock(mutex_);
    Statement select(*database_, "SELECT name, state, started, ended, sha FROM stages ORDER BY position");
    std::vector<artefacts::StageRecord> records;
    while (select.step()) {
      records.push_back({select.text(0), select.text(1), select.text(2), select.text(3), select.text(4)});
    }
    return records;
  }

  std::string failure(const std::string& name) const override {
    const std::lock_guard lock(mutex_);
    Statement select(*database_, "SELECT message FROM stages WHERE name = ?1 AND state = 'failed'");
    return select.bind(1, name).step() ? select.text(0) : std::string();
  }

  void write_artefact(std::string_view relative, std::string_view bytes) override {
    write_file_atomic(confine(directory_, relative), bytes);
  }

  std::string read_artefact(std::string_view relative) const override {
    return read_file(confine(directory_, relative));
  }

  void record_event(const Event& event) override {
    if (event.kind == "token") return;
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
    if (events_.back().time.empty()) events_.back().time = utc_now_iso8601();
    flush_when_due();
  }

  std::vector<Event> recent_events(std::size_t limit) const override {
    const std::lock_guard lock(mutex_);
    Statement select(*database_,
                     "SELECT time, stage, target, kind, data FROM events ORDER BY seq DESC LIMIT ?1");
    select.bind(1, static_cast<std::int64_t>(limit));
    std::vector<Event> events;
    while (select.step()) {
      events.push_back({select.text(0), select.text(1), select.text(2), select.text(3),
                        parse_json(select.text(4), "run.db event")});
    }
    std::reverse(events.begin(), events.end());
    events.insert(events.end(), events_.begin(), events_.end());
    if (events.size() > limit)
      events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(limit));
    return events;
  }

  std::vector<artefacts::CallRecord> calls() const override {
    const std::lock_guard lock(mutex_);
    std::vector<artefacts::CallRecord> records;
    std::string sql = std::string(kCallColumns) + "calls";
    if (database_->query_integer("SELECT count(*) FROM sqlite_master WHERE name = 'retired'") > 0) {
      sql += " UNION ALL " + std::string(kCallColumns) + "retired";
    }
    Statement select(*database_, sql + " ORDER BY seq");
    while (select.step()) {
      artefacts::CallRecord record = call_record(select);
      record.model = select.text(5);
      record.finish_reason = select.text(6);
      record.tokens_in = select.integer(7);
      record.tokens_cached = select.integer(8);
      record.tokens_out = select.integer(9);
      record.tokens_reasoning = select.integer(10);
      record.ms = select.integer(11);
      if (!select.is_null(12)) record.cost = select.real(12);
      record.retries = static_cast<int>(select.integer(13));
      records.push_back(std::move(record));
    }
    Statement notes(*database_, "SELECT sha, stage, call, target, attempt, error FROM notes ORDER BY seq");
    while (notes.step()) {
      artefacts::CallRecord record = call_record(notes);
      record.cache_hit = notes.is_null(5);
      if (!record.cache_hit) record.finish_reason = "failed: " + notes.text(5);
      records.push_back(std::move(record));
    }
    return records;
  }

  std::vector<llm::JournalEntry> entries() const override {
    const std::lock_guard lock(mutex_);
    Statement select(*database_,
                     "SELECT sha, stage, call, target, attempt, request, reply FROM calls ORDER BY seq");
    std::vector<llm::JournalEntry> entries;
    while (select.step()) {
      const std::string subject = "call " + select.text(0);
      entries.push_back(
          {select.text(0),
           {select.text(1), select.text(2), select.text(3), static_cast<int>(select.integer(4))},
           llm::chat_request_from_json(parse_json(select.text(5), subject)),
           llm::chat_reply_from_json(parse_json(select.text(6), subject))});
    }
    return entries;
  }

  std::optional<llm::ChatReply> find(const std::string& sha) override {
    const std::lock_guard lock(mutex_);
    Statement select(*database_, "SELECT reply FROM calls WHERE sha = ?1");
    if (!select.bind(1, sha).step()) return std::nullopt;
    return llm::chat_reply_from_json(parse_json(select.text(0), "call " + sha));
  }

  void record(const llm::JournalEntry& entry) override {
    const std::lock_guard lock(mutex_);
    try {
      insert(entry);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::disk_full || !reserve_->release()) throw;
      insert(entry);  // into the space just given back
      throw Error(ErrorCode::disk_full, "the disk is full",
                  {.subject = directory_.string(),
                   .hint = "Free some space on this disk, then resume; finished calls are kept."});
    }
  }

  void note_hit(const std::string& sha, const llm::CallLabel& label) override {
    note({sha, label, utc_now_iso8601(), {}});
  }

  void note_failure(const std::string& sha, const llm::CallLabel& label, std::string_view error) override {
    note({sha, label, utc_now_iso8601(), std::string(error)});
  }

 private:
  // Before anything is changed in the file: a directory of another version is left as it is.
  void check_version() {
    if (database_->query_integer("SELECT count(*) FROM sqlite_master") == 0) {
      if (read_only_) {
        throw Error(ErrorCode::not_found, "the run has not begun yet", {.subject = directory_.string()});
      }
      return;
    }
    if (database_->query_integer("PRAGMA application_id") != kApplicationId) {
      throw Error(ErrorCode::bad_input, "run.db is no database of a run", {.subject = directory_.string()});
    }
    const std::int64_t version = database_->query_integer("PRAGMA user_version");
    if (version == kRunVersion) return;
    throw Error(ErrorCode::version, "the run directory is of another version",
                {.subject = directory_.string(),
                 .found = fmt::format("version {}", version),
                 .expected = fmt::format("version {}", kRunVersion),
                 .hint = "Use the paper2code that made it, or start a new run in another folder."});
  }

  // One transaction: a kill leaves either an empty database, which the next start fills, or a whole one.
  void make_tables() {
    Transaction transaction(*database_);
    database_->execute(kSchema);
    database_->execute(fmt::format("PRAGMA application_id = {}", kApplicationId));
    database_->execute(fmt::format("PRAGMA user_version = {}", kRunVersion));
    transaction.commit();
  }

  void set_pending_from(const std::string& name) {
    Statement(*database_,
              "UPDATE stages SET state = 'pending', ended = '', sha = '', artefacts = '[]', message = '' "
              "WHERE position >= (SELECT position FROM stages WHERE name = ?1)")
        .bind(1, name)
        .step();
  }

  void insert(const llm::JournalEntry& entry) {
    Transaction transaction(*database_);
    const llm::ChatReply& reply = entry.reply;
    const Json reply_json = llm::to_json(reply);
    // The first answer to a request stays: it is the one whose consequences may already be on disk.
    Statement insert(
        *database_,
        "INSERT OR IGNORE INTO calls (sha, stage, call, target, attempt, time, model, finish, tokens_in, "
        "tokens_cached, tokens_out, tokens_reasoning, ms, cost, retries, request, reply) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)");
    insert.bind(1, entry.sha)
        .bind(2, entry.label.stage)
        .bind(3, entry.label.call)
        .bind(4, entry.label.target);
    insert.bind(5, std::int64_t{entry.label.attempt}).bind(6, utc_now_iso8601());
    insert.bind(7, reply.model.empty() ? entry.request.model : reply.model);
    insert.bind(8, reply_json.value("finish", "unknown"))
        .bind(9, reply.tokens.in)
        .bind(10, reply.tokens.cached);
    insert.bind(11, reply.tokens.out).bind(12, reply.tokens.reasoning).bind(13, reply.elapsed_ms);
    if (reply.cost_usd) {
      insert.bind(14, *reply.cost_usd);
    } else {
      insert.bind_null(14);
    }
    insert.bind(15, std::int64_t{reply.retries})
        .bind(16, text_of(llm::to_json(entry.request)))
        .bind(17, text_of(reply_json));
    insert.step();
    transaction.commit();
  }

  // Inside a transaction of the caller.
  std::size_t retire_where(const std::string& condition, const std::vector<std::string>& parameters) {
    database_->execute(kRetiredTable);
    for (const char* action : {"INSERT INTO retired SELECT * FROM calls", "DELETE FROM calls"}) {
      Statement statement(*database_, fmt::format("{} WHERE {}", action, condition));
      for (std::size_t i = 0; i < parameters.size(); ++i)
        statement.bind(static_cast<int>(i) + 1, parameters[i]);
      statement.step();
    }
    return static_cast<std::size_t>(database_->query_integer("SELECT changes()"));
  }

  void note(Note note) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(note));
    flush_when_due();
  }

  void flush_when_due() {
    if (events_.size() + notes_.size() < kFlushCount && Clock::now() - last_flush_ < kFlushInterval) return;
    try {
      flush();
    } catch (const Error&) {
      // Progress that cannot be kept stops no run; a full disk shows at the next thing that must be.
      clear_pending();
    }
  }

  void flush() {
    if (events_.empty() && notes_.empty()) return;
    Transaction transaction(*database_);
    write_pending();
    transaction.commit();
    clear_pending();
  }

  // Inside a transaction of the caller.
  void write_pending() {
    Statement event_row(*database_,
                        "INSERT INTO events (time, stage, target, kind, data) VALUES (?1, ?2, ?3, ?4, ?5)");
    for (const Event& event : events_) {
      event_row.bind(1, event.time).bind(2, event.stage).bind(3, event.target).bind(4, event.kind);
      event_row.bind(5, text_of(event.data)).step();
      event_row.reset();
    }
    Statement note_row(*database_,
                       "INSERT INTO notes (sha, stage, call, target, attempt, time, error) VALUES (?1, ?2, "
                       "?3, ?4, ?5, ?6, ?7)");
    for (const Note& note : notes_) {
      note_row.bind(1, note.sha)
          .bind(2, note.label.stage)
          .bind(3, note.label.call)
          .bind(4, note.label.target);
      note_row.bind(5, std::int64_t{note.label.attempt}).bind(6, note.time);
      if (note.error) {
        note_row.bind(7, *note.error);
      } else {
        note_row.bind_null(7);
      }
      note_row.step();
      note_row.reset();
    }
  }

  void clear_pending() {
    events_.clear();
    notes_.clear();
    last_flush_ = Clock::now();
  }

  const fs::path directory_;
  const bool read_only_;
  std::unique_ptr<LockFile> lock_;
  mutable std::mutex mutex_;  // guards everything below
  std::unique_ptr<Database> database_;
  std::vector<Event> events_;
  std::vector<Note> notes_;
  Clock::time_point last_flush_ = Clock::now();
  std::unique_ptr<DiskReserve> reserve_;
};

}  // namespace

std::unique_ptr<Store> Store::open(const fs::path& directory, bool create, bool read_only) {
  return std::make_unique<SqliteStore>(directory, create, read_only);
}

}  // namespace p2c::run
