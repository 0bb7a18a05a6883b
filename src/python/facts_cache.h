// Facts of the texts read last: prompts, gates and checks of a growing repository ask for the same files
// again and again.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "python/source_facts.h"

namespace p2c::python {

// Remembers the last text of each path, of all paths together at most 32 MiB. Thread-safe.
class FactsCache {
 public:
  std::optional<SourceFacts> find(const std::string& path, const std::string& text) const;
  void keep(const std::string& path, const std::string& text, const SourceFacts& facts);

 private:
  struct Known {
    std::string text;
    SourceFacts facts;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;  // by path
  std::size_t bytes_ = 0;               // of all texts
};

}  // namespace p2c::python
