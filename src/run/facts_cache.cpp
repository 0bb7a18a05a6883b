// Keeps the facts of each path's last text.
#include "run/facts_cache.h"

#include "base/text.h"

namespace p2c::run {

std::map<std::string, python::SourceFacts> FactsCache::facts_of(const std::map<std::string, std::string>& files) {
  std::map<std::string, python::SourceFacts> result;
  std::map<std::string, std::string> unknown;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [path, text] : files) {
      if (!path.ends_with(".py")) continue;
      const auto it = known_.find(path);
      if (it != known_.end() && it->second.text == text) {
        result.emplace(path, it->second.facts);
      } else {
        unknown.emplace(path, text);
      }
    }
  }
  if (unknown.empty()) return result;
  // Outside the lock: the parser is a child process, and files of equal depth are checked at the same time.
  std::map<std::string, python::SourceFacts> fresh = python::read_sources(unknown);
  const std::lock_guard lock(mutex_);
  for (auto& [path, facts] : fresh) {
    known_[path] = {unknown.at(path), facts};
    result.emplace(path, std::move(facts));
  }
  return result;
}

}  // namespace p2c::run
