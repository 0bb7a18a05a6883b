// JSON values of the project: insertion-ordered, so that artefacts keep the order people read them in.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace p2c {

using Json = nlohmann::ordered_json;

// Parses strict JSON. Throws Error(bad_input) naming `subject` and the byte offset. Depth is limited to 200.
Json parse_json(std::string_view text, std::string_view subject);
// Keys sorted, no white space, UTF-8 with invalid bytes replaced: equal values give equal bytes. For hashing.
std::string canonical_json(const Json& value);
// Two-space indented text with a final newline, for artefact files. Invalid UTF-8 is replaced, never thrown.
std::string pretty_json(const Json& value);

// Field access that says what is wrong instead of throwing a library error: Error(bad_input).
// `optional_*` give the fallback when the key is absent or null; all throw when the type is wrong.
std::string require_string(const Json& object, std::string_view key, std::string_view subject);
std::string optional_string(const Json& object, std::string_view key, std::string fallback = {});
std::int64_t optional_int(const Json& object, std::string_view key, std::int64_t fallback = 0);
double optional_number(const Json& object, std::string_view key, double fallback = 0);
bool optional_bool(const Json& object, std::string_view key, bool fallback = false);
std::vector<std::string> optional_strings(const Json& object, std::string_view key);

}  // namespace p2c
