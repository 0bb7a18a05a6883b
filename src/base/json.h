// JSON values of the project: insertion-ordered, so that artefacts keep the order people read them in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kMaxJsonDepth = 200;
// Members of one object: keys are found by linear search, so a hostile object would cost quadratic time.
inline constexpr std::size_t kMaxJsonMembers = 20'000;

// Parses strict JSON (RFC 8259). Of repeated keys the last wins. Throws Error(bad_input) naming `subject` and
// the byte offset; also past kMaxJsonDepth levels and kMaxJsonMembers members of one object.
Json parse_json(std::string_view text, std::string_view subject);
// Keys sorted, no white space, UTF-8 with invalid bytes replaced: equal values give equal bytes. For hashing.
std::string canonical_json(const Json& value);
// Two-space indented text with a final newline, for artefact files. Invalid UTF-8 is replaced, never thrown.
std::string pretty_json(const Json& value);

// Field access that says what is wrong instead of throwing a library error: Error(bad_input).
// `optional_*` give the fallback when the key is absent or null; all throw when the type is wrong.
// optional_int takes 3.0 for 3, as models write it, but not 3.5.
std::string require_string(const Json& object, std::string_view key, std::string_view subject);
std::string optional_string(const Json& object, std::string_view key, std::string fallback = {});
std::int64_t optional_int(const Json& object, std::string_view key, std::int64_t fallback = 0);
double optional_number(const Json& object, std::string_view key, double fallback = 0);
bool optional_bool(const Json& object, std::string_view key, bool fallback = false);
std::vector<std::string> optional_strings(const Json& object, std::string_view key);

}  // namespace p2c
