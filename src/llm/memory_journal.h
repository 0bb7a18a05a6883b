// A journal in memory, for tests and for commands without a run directory.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "llm/journal.h"

namespace p2c::llm {

// Keeps everything until it is destroyed. Thread-safe; the getters return copies.
class MemoryJournal : public Journal {
 public:
  std::optional<ChatReply> find(const std::string& sha) override;
  void record(const JournalEntry& entry) override;
  void note_hit(const std::string& sha, const CallLabel& label) override;
  void note_failure(const std::string& sha, const CallLabel& label, std::string_view error) override;

  struct Failure {
    std::string sha;
    CallLabel label;
    std::string error;
  };
  std::vector<JournalEntry> entries() const;  // in the order they were recorded
  std::vector<std::pair<std::string, CallLabel>> hits() const;
  std::vector<Failure> failures() const;

 private:
  mutable std::mutex mutex_;
  std::vector<JournalEntry> entries_;
  std::map<std::string, std::size_t> by_sha_;
  std::vector<std::pair<std::string, CallLabel>> hits_;
  std::vector<Failure> failures_;
};

}  // namespace p2c::llm
