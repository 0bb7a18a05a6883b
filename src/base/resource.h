// Text files embedded in the program at build time: prompts, schemas, tables, page templates.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

// The bytes of an embedded file, e.g. resource("prompts/planner_extract.md"). Lives as long as the program.
// Throws Error(internal) when nothing of that name was embedded.
std::string_view resource(std::string_view name);
bool has_resource(std::string_view name);
// Names of all embedded files that start with `prefix`, sorted.
std::vector<std::string> resource_names(std::string_view prefix);

namespace detail {
struct RegisterResource {
  RegisterResource(const char* name, const unsigned char* data, std::size_t size);
};
}  // namespace detail

}  // namespace p2c
