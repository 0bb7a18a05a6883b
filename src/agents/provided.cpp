#include "agents/provided.h"

#include <map>
#include <mutex>

#include "agents/generator/generator.h"
#include "python/source_facts.h"

namespace p2c::agents {

std::string provided_cards(const std::string& package, const std::string& framework) {
  static std::mutex mutex;
  static std::map<std::string, std::string> cache;
  const std::lock_guard lock(mutex);
  auto [it, inserted] = cache.try_emplace(package + "\n" + framework);
  if (inserted) {
    std::map<std::string, std::string> sources;
    for (const auto& [path, text] : provided_modules(package, framework)) sources[package + "/" + path] = text;
    for (const auto& [path, facts] : python::read_sources(sources)) {
      it->second += "# " + path + "\n" + python::interface_card(facts) + "\n";
    }
  }
  return it->second;
}

}  // namespace p2c::agents
