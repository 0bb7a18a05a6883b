#include "base/resource.h"

#include <map>

#include "base/error.h"

namespace p2c {
namespace {

using Table = std::map<std::string, std::string_view, std::less<>>;

// Local and static: the first registration makes it, whatever the order in which object files are
// initialised. Never destroyed, so that views stay good while other static objects end.
Table& table() {
  static Table* const resources = new Table;
  return *resources;
}

}  // namespace

std::string_view resource(std::string_view name) {
  const auto it = table().find(name);
  if (it == table().end()) {
    throw Error(ErrorCode::internal, "no such embedded resource", {.subject = std::string(name)});
  }
  return it->second;
}

bool has_resource(std::string_view name) {
  return table().contains(name);
}

std::vector<std::string> resource_names(std::string_view prefix) {
  std::vector<std::string> names;
  for (auto it = table().lower_bound(prefix); it != table().end() && it->first.starts_with(prefix); ++it) {
    names.push_back(it->first);
  }
  return names;
}

detail::RegisterResource::RegisterResource(const char* name, const unsigned char* data, std::size_t size) {
  table().emplace(name, std::string_view(reinterpret_cast<const char*>(data), size));
}

}  // namespace p2c
