#include "llm/memory_journal.h"

namespace p2c::llm {

std::optional<ChatReply> MemoryJournal::find(const std::string& sha) {
  const std::lock_guard lock(mutex_);
  const auto found = by_sha_.find(sha);
  if (found == by_sha_.end()) return std::nullopt;
  return entries_[found->second].reply;
}

void MemoryJournal::record(const JournalEntry& entry) {
  const std::lock_guard lock(mutex_);
  by_sha_[entry.sha] = entries_.size();
  entries_.push_back(entry);
}

void MemoryJournal::note_hit(const std::string& sha, const CallLabel& label) {
  const std::lock_guard lock(mutex_);
  hits_.emplace_back(sha, label);
}

void MemoryJournal::note_failure(const std::string& sha, const CallLabel& label, std::string_view error) {
  const std::lock_guard lock(mutex_);
  failures_.push_back({sha, label, std::string(error)});
}

std::vector<JournalEntry> MemoryJournal::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

std::vector<std::pair<std::string, CallLabel>> MemoryJournal::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

std::vector<MemoryJournal::Failure> MemoryJournal::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

}  // namespace p2c::llm
