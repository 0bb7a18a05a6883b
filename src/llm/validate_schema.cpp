// JSON-schema validation with messages a model can act on. The only file that includes valijson: it compiles
// slowly.
#define VALIJSON_USE_EXCEPTIONS 1  // without it the library prints and aborts
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/error.h"
#include "base/text.h"
#include "llm/lenient_json.h"
#include "llm/schema_walk.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxMessages = 20;
// Lists longer than this are refused unread: "uniqueItems" compares every pair.
constexpr std::size_t kMaxItems = 10'000;
// Longer strings are cut in the copy that is validated: std::regex recurses once a character ("pattern").
constexpr std::size_t kMaxStringBytes = 2'048;
constexpr int kMaxDepth = 200;

// The copy that valijson sees. Depth is bounded by the caller's parser, and by kMaxDepth here.
nlohmann::json bounded_copy(const Json& value, const std::string& path, int depth,
                            std::vector<std::string>& problems) {
  if (depth > kMaxDepth) {
    problems.push_back(fmt::format("{}: nested more than {} levels deep", path, kMaxDepth));
    return nullptr;
  }
  if (value.is_array()) {
    nlohmann::json out = nlohmann::json::array();
    if (value.size() > kMaxItems) {
      problems.push_back(
          fmt::format("{}: {} items, more than the {} that are read", path, value.size(), kMaxItems));
      return out;
    }
    std::size_t i = 0;
    for (const Json& item : value)
      out.push_back(bounded_copy(item, fmt::format("{}/{}", path, i++), depth + 1, problems));
    return out;
  }
  if (value.is_object()) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) {
      out[key] = bounded_copy(item, path + "/" + key, depth + 1, problems);
    }
    return out;
  }
  if (value.is_string())
    return std::string(utf8_prefix(value.get_ref<const std::string&>(), kMaxStringBytes));
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) return value.get<double>();
  return nullptr;
}

// valijson names places as "<root>", "[requirements]", "[3]".
std::vector<std::string> path_of(const std::vector<std::string>& context) {
  std::vector<std::string> path;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& part = context[i];
    const bool bracketed = part.size() >= 2 && part.front() == '[' && part.back() == ']';
    path.push_back(bracketed ? part.substr(1, part.size() - 2) : part);
  }
  return path;
}

const Json* value_at(const Json& value, const std::vector<std::string>& path) {
  const Json* at = &value;
  for (const std::string& part : path) {
    if (at->is_array()) {
      const std::size_t index = std::strtoull(part.c_str(), nullptr, 10);
      if (index >= at->size()) return nullptr;
      at = &(*at)[index];
    } else if (at->is_object()) {
      const auto member = at->find(part);
      if (member == at->end()) return nullptr;
      at = &*member;
    } else {
      return nullptr;
    }
  }
  return at;
}

// The schema that rules a place, as far as properties, items and local references lead there; nullptr when
// unclear.
const Json* schema_at(const Json& root, const std::vector<std::string>& path) {
  const Json* at = resolve_schema(root, root);
  for (const std::string& part : path) {
    if (at == nullptr || !at->is_object()) return nullptr;
    const Json* next = nullptr;
    if (const auto properties = at->find("properties"); properties != at->end() && properties->is_object()) {
      if (const auto property = properties->find(part); property != properties->end()) next = &*property;
    }
    if (next == nullptr) {
      if (const auto items = at->find("items"); items != at->end() && items->is_object()) next = &*items;
    }
    if (next == nullptr) return nullptr;
    at = resolve_schema(root, *next);
  }
  return at;
}

std::string shortened(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= 80) return text;
  return std::string(utf8_prefix(text, 80)) + "...";
}

// The library's sentence, made concrete with what was found and what is allowed.
std::string explain(const std::string& description, const Json* value, const Json* schema) {
  const std::string found = value != nullptr ? shortened(*value) : "nothing";
  if (description.rfind("Value type not permitted", 0) == 0 && value != nullptr) {
    if (schema != nullptr && schema->contains("type")) {
      return fmt::format("wrong type: found {} {}, expected {}", value->type_name(), found,
                         shortened((*schema)["type"]));
    }
    return fmt::format("wrong type: found {} {}", value->type_name(), found);
  }
  if (description.find("enum values") != std::string::npos) {
    std::string allowed;
    if (schema != nullptr && schema->contains("enum")) {
      for (const Json& choice : (*schema)["enum"]) {
        if (allowed.size() > 400) {
          allowed += ", ...";
          break;
        }
        allowed += (allowed.empty() ? "" : ", ") + shortened(choice);
      }
    }
    return fmt::format("found {}, expected one of: {}", found,
                       allowed.empty() ? "the values in the schema" : allowed);
  }
  if (description.find("'pattern' constraint") != std::string::npos) {
    const bool known = schema != nullptr && schema->contains("pattern");
    return fmt::format("found {}, expected text that matches {}", found,
                       known ? shortened((*schema)["pattern"]) : "the pattern");
  }
  if (description.find("'const' constraint") != std::string::npos && schema != nullptr &&
      schema->contains("const")) {
    return fmt::format("found {}, expected {}", found, shortened((*schema)["const"]));
  }
  std::string text = description;
  while (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

// Messages about a container whose inner fault has a message of its own.
bool is_envelope(const std::string& description) {
  for (const char* start :
       {"Failed to validate item #", "Failed to validate against schema associated",
        "Failed to validate against additional", "Failed to validate against child schema",
        "Failed to validate against dependent"}) {
    if (description.rfind(start, 0) == 0) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> validate_schema(const Json& value, const Json& schema) {
  if (schema.is_null()) return {};
  std::vector<std::string> problems;
  const nlohmann::json target = bounded_copy(value, "", 0, problems);
  if (!problems.empty()) {
    if (problems.size() > kMaxMessages) problems.resize(kMaxMessages);
    return problems;
  }
  valijson::ValidationResults results;
  try {
    const nlohmann::json plain_schema = nlohmann::json::parse(schema.dump());
    valijson::Schema compiled;
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(plain_schema), compiled);
    valijson::Validator validator;
    if (validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(target), &results)) return {};
  } catch (const std::exception& error) {
    // The schema is ours, so this is our own bug and not the model's.
    throw Error(ErrorCode::internal, fmt::format("JSON schema cannot be used: {}", error.what()),
                {"schema", {}, {}, {}});
  }
  std::vector<std::string> envelopes;
  for (const auto& error : results) {
    const std::vector<std::string> path = path_of(error.context);
    std::string place;
    for (const std::string& part : path) place += "/" + std::string(utf8_prefix(part, 80));
    std::string message =
        fmt::format("{}: {}", place.empty() ? "/" : place,
                    explain(error.description, value_at(value, path), schema_at(schema, path)));
    std::vector<std::string>& list = is_envelope(error.description) ? envelopes : problems;
    if (std::find(list.begin(), list.end(), message) == list.end() && list.size() < kMaxMessages) {
      list.push_back(std::move(message));
    }
  }
  if (problems.empty()) problems = std::move(envelopes);
  if (problems.empty()) problems.emplace_back("/: does not satisfy the schema");
  return problems;
}

}  // namespace p2c::llm
