// Facts of Python files, read once for each text: the checks of a growing repository ask for the same files again and again.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "python/source_facts.h"

namespace p2c::run {

// Thread-safe.
class FactsCache {
 public:
  // Of every .py file among `files`. Errors: those of python::read_sources.
  std::map<std::string, python::SourceFacts> facts_of(const std::map<std::string, std::string>& files);

 private:
  struct Known {
    std::string text;
    python::SourceFacts facts;
  };
  std::mutex mutex_;
  std::map<std::string, Known> known_;  // by path: the last text seen there
};

}  // namespace p2c::run
