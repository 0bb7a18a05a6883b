#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace p2c {
namespace {

// The library parses without recursion, but copies, compares and prints values recursively; and an ordered
// object searches its keys one after another. So nesting and members of one object are bounded before it sees
// the text.
void check_shape(std::string_view text, std::string_view subject) {
  std::vector<std::size_t> members;  // commas seen at each open level
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    switch (c) {
      case '"':
        in_string = true;
        break;
      case '{':
      case '[':
        if (members.size() == kMaxJsonDepth) {
          throw Error(
              ErrorCode::bad_input, fmt::format("JSON is nested too deeply at byte {}", i),
              {.subject = std::string(subject), .expected = fmt::format("at most {} levels", kMaxJsonDepth)});
        }
        // The lowest bit of an entry says whether the level is an object.
        members.push_back(c == '{' ? 1 : 0);
        break;
      case '}':
      case ']':
        if (!members.empty()) members.pop_back();
        break;
      case ',':
        if (!members.empty()) {
          members.back() += 2;
          if ((members.back() & 1u) != 0 && members.back() / 2 >= kMaxJsonMembers) {
            throw Error(
                ErrorCode::bad_input, fmt::format("JSON object has too many members at byte {}", i),
                {.subject = std::string(subject), .expected = fmt::format("at most {}", kMaxJsonMembers)});
          }
        }
        break;
      default:
        break;
    }
  }
}

// The library's sentence without its "[json.exception.parse_error.101] " tag. It quotes the token it failed
// at, which may be a string of any length.
std::string plain_reason(const char* what) {
  std::string reason = what;
  if (const auto end = reason.find("] "); reason.starts_with('[') && end != std::string::npos)
    reason.erase(0, end + 2);
  return repair_utf8(utf8_prefix(reason, 200));
}

std::string dump_scalar(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write_canonical(const Json& value, std::size_t depth, std::string& out) {
  if (depth > kMaxJsonDepth) throw Error(ErrorCode::limit, "JSON value is nested too deeply to be written");
  if (value.is_object()) {
    std::vector<std::pair<std::string_view, const Json*>> members;
    members.reserve(value.size());
    for (const auto& [key, member] : value.items()) members.emplace_back(key, &member);
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out += '{';
    bool first = true;
    for (const auto& [key, member] : members) {
      if (!first) out += ',';
      first = false;
      out += dump_scalar(Json(key));
      out += ':';
      write_canonical(*member, depth + 1, out);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      write_canonical(value[i], depth + 1, out);
    }
    out += ']';
  } else {
    out += dump_scalar(value);
  }
}

// The member, or nullptr when absent or null.
const Json* find_member(const Json& object, std::string_view key, std::string_view subject) {
  if (!object.is_object()) {
    throw Error(ErrorCode::bad_input, fmt::format("cannot read the field \"{}\"", key),
                {.subject = std::string(subject), .found = object.type_name(), .expected = "object"});
  }
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return nullptr;
  return &*it;
}

[[noreturn]] void wrong_type(const Json& value, std::string_view key, std::string_view subject,
                             const char* expected) {
  throw Error(ErrorCode::bad_input, fmt::format("the field \"{}\" has the wrong type", key),
              {.subject = std::string(subject), .found = value.type_name(), .expected = expected});
}

}  // namespace

Json parse_json(std::string_view text, std::string_view subject) {
  check_shape(text, subject);
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& e) {
    throw Error(ErrorCode::bad_input,
                fmt::format("no valid JSON at byte {}: {}", e.byte, plain_reason(e.what())),
                {.subject = std::string(subject)});
  } catch (const Json::exception& e) {
    throw Error(ErrorCode::bad_input, "no valid JSON: " + plain_reason(e.what()),
                {.subject = std::string(subject)});
  }
}

std::string canonical_json(const Json& value) {
  std::string out;
  write_canonical(value, 0, out);
  return out;
}

std::string pretty_json(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string require_string(const Json& object, std::string_view key, std::string_view subject) {
  const Json* value = find_member(object, key, subject);
  if (value == nullptr) {
    throw Error(ErrorCode::bad_input, fmt::format("the field \"{}\" is missing", key),
                {.subject = std::string(subject), .expected = "string"});
  }
  if (!value->is_string()) wrong_type(*value, key, subject, "string");
  return value->get<std::string>();
}

std::string optional_string(const Json& object, std::string_view key, std::string fallback) {
  const Json* value = find_member(object, key, {});
  if (value == nullptr) return fallback;
  if (!value->is_string()) wrong_type(*value, key, {}, "string");
  return value->get<std::string>();
}

std::int64_t optional_int(const Json& object, std::string_view key, std::int64_t fallback) {
  const Json* value = find_member(object, key, {});
  if (value == nullptr) return fallback;
  if (value->is_number_unsigned()) {
    if (value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
      wrong_type(*value, key, {}, "64-bit integer");
    return value->get<std::int64_t>();
  }
  if (value->is_number_integer()) return value->get<std::int64_t>();
  if (value->is_number_float()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53: up to here a double holds every integer
    const double number = value->get<double>();
    if (std::floor(number) == number && std::abs(number) <= kExact) return static_cast<std::int64_t>(number);
  }
  wrong_type(*value, key, {}, "integer");
}

double optional_number(const Json& object, std::string_view key, double fallback) {
  const Json* value = find_member(object, key, {});
  if (value == nullptr) return fallback;
  if (!value->is_number()) wrong_type(*value, key, {}, "number");
  return value->get<double>();
}

bool optional_bool(const Json& object, std::string_view key, bool fallback) {
  const Json* value = find_member(object, key, {});
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) wrong_type(*value, key, {}, "boolean");
  return value->get<bool>();
}

std::vector<std::string> optional_strings(const Json& object, std::string_view key) {
  const Json* value = find_member(object, key, {});
  if (value == nullptr) return {};
  if (!value->is_array()) wrong_type(*value, key, {}, "array of strings");
  std::vector<std::string> strings;
  strings.reserve(value->size());
  for (const Json& item : *value) {
    if (!item.is_string()) wrong_type(item, key, {}, "array of strings");
    strings.push_back(item.get<std::string>());
  }
  return strings;
}

}  // namespace p2c
