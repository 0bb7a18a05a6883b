// Loads the embedded schemas once and hands them out by name.
#include "artefacts/schema.h"

#include <map>

#include "base/error.h"
#include "base/resource.h"

namespace p2c::artefacts {

namespace {

constexpr std::string_view kPrefix = "schemas/";
constexpr std::string_view kSuffix = ".schema.json";

// Parsed at first use and kept for the life of the program; the map is built once, so readers need no lock.
const std::map<std::string, Json, std::less<>>& all_schemas() {
  static const auto* schemas = [] {
    auto* map = new std::map<std::string, Json, std::less<>>;
    for (const auto& name : resource_names(kPrefix)) {
      if (!name.ends_with(kSuffix)) continue;
      const auto stem = name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
      map->emplace(stem, parse_json(resource(name), name));
    }
    return map;
  }();
  return *schemas;
}

}  // namespace

std::vector<std::string> schema_names() {
  std::vector<std::string> names;
  for (const auto& [name, value] : all_schemas()) names.push_back(name);
  return names;
}

const Json& schema(std::string_view name) {
  const auto found = all_schemas().find(name);
  if (found == all_schemas().end()) {
    throw Error(ErrorCode::internal, "there is no JSON schema of this name", {std::string(name), {}, {}, {}});
  }
  return found->second;
}

}  // namespace p2c::artefacts
