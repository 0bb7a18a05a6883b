// Keeps the facts of each path's last text.
#include "python/facts_cache.h"

namespace p2c::python {
namespace {

constexpr std::size_t kMaxBytes = 32u << 20;

}  // namespace

std::optional<SourceFacts> FactsCache::find(const std::string& path, const std::string& text) const {
  const std::lock_guard lock(mutex_);
  const auto it = known_.find(path);
  if (it == known_.end() || it->second.text != text) return std::nullopt;
  return it->second.facts;
}

void FactsCache::keep(const std::string& path, const std::string& text, const SourceFacts& facts) {
  const std::lock_guard lock(mutex_);
  if (bytes_ + text.size() > kMaxBytes) {  // rare, and all of it can be read again
    known_.clear();
    bytes_ = 0;
  }
  Known& known = known_[path];
  bytes_ += text.size() - known.text.size();
  known = {text, facts};
}

}  // namespace p2c::python
