// Small repairs that make a parsed answer fit its schema: key spelling, scalars for lists, numbers written as
// text.
#include <fmt/format.h>

#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "llm/lenient_json.h"
#include "llm/schema_walk.h"

namespace p2c::llm {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::size_t kMaxWarnings = 50;

// "Value Range", "value_range", "valueRange" and "value-range" are one spelling.
std::string spelling(std::string_view key) {
  std::string out;
  for (char c : to_lower(key)) {
    if (c != ' ' && c != '_' && c != '-') out += c;
  }
  return out;
}

class Fitter {
 public:
  Fitter(const Json& root, std::vector<std::string>& warnings) : root_(root), warnings_(warnings) {}

  void fit(Json& value, const Json& raw_schema, const std::string& path, int depth) {
    if (depth > kMaxDepth) return;
    const Json* schema = resolve_schema(root_, raw_schema);
    if (schema == nullptr || !schema->is_object()) return;
    const Json& branch = matching_branch(value, *schema);
    wrap(value, branch, path);
    if (value.is_object()) {
      fit_object(value, branch, path, depth);
    } else if (value.is_array()) {
      if (auto items = branch.find("items"); items != branch.end() && items->is_object()) {
        for (std::size_t i = 0; i < value.size(); ++i)
          fit(value[i], *items, fmt::format("{}/{}", path, i), depth + 1);
      }
    } else {
      fit_scalar(value, branch, path);
    }
  }

 private:
  void warn(const std::string& path, std::string_view what) {
    if (warnings_.size() < kMaxWarnings) {
      warnings_.push_back(fmt::format("{}: {}", path.empty() ? "/" : utf8_prefix(path, 200), what));
    }
  }

  // Of anyOf or oneOf, the first branch whose type the value has; the schema itself when there is no such
  // choice.
  const Json& matching_branch(const Json& value, const Json& schema) const {
    for (const char* word : {"anyOf", "oneOf"}) {
      const auto choices = schema.find(word);
      if (choices == schema.end() || !choices->is_array()) continue;
      const Json* only_non_null = nullptr;
      int non_null = 0;
      for (const Json& raw : *choices) {
        const Json* choice = resolve_schema(root_, raw);
        if (choice == nullptr || !choice->is_object()) continue;
        if (schema_allows_type_of(*choice, value)) return *choice;
        if (!schema_allows_type_of(*choice, Json(nullptr))) {
          only_non_null = choice;
          ++non_null;
        }
      }
      if (non_null == 1) return *only_non_null;
    }
    return schema;
  }

  void wrap(Json& value, const Json& schema, const std::string& path) {
    if (schema_allows_type_of(schema, value)) return;
    if (schema_allows_type(schema, "array")) {
      if (value.is_null()) {
        value = Json::array();
        warn(path, "null read as an empty list");
      } else {
        Json list = Json::array();
        list.push_back(std::move(value));
        value = std::move(list);
        warn(path, "single value wrapped into a list");
      }
      return;
    }
    // A bare list where an object with one list is wanted: the model left out the shell.
    if (value.is_array() && schema_allows_type(schema, "object")) {
      const auto properties = schema.find("properties");
      if (properties == schema.end() || !properties->is_object()) return;
      std::string name;
      int lists = 0;
      for (const auto& [key, raw] : properties->items()) {
        const Json* property = resolve_schema(root_, raw);
        if (property == nullptr || !schema_allows_type(*property, "array")) continue;
        ++lists;
        name = key;
      }
      if (lists != 1) return;
      Json object = Json::object();
      object[name] = std::move(value);
      value = std::move(object);
      warn(path, fmt::format("list put under \"{}\"", name));
    }
  }

  void fit_object(Json& value, const Json& schema, const std::string& path, int depth) {
    const auto properties = schema.find("properties");
    if (properties == schema.end() || !properties->is_object()) return;
    rename_keys(value, *properties, path);
    for (const auto& [key, property] : properties->items()) {
      if (auto member = value.find(key); member != value.end())
        fit(*member, property, path + "/" + key, depth + 1);
    }
    drop_extra(value, schema, *properties, path);
  }

  void rename_keys(Json& value, const Json& properties, const std::string& path) {
    std::unordered_map<std::string, std::string>
        names;  // spelling -> name; empty when two names share a spelling
    for (const auto& [name, property] : properties.items()) {
      const auto [known, fresh] = names.try_emplace(spelling(name), name);
      if (!fresh) known->second.clear();
    }
    std::unordered_set<std::string> taken;
    for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) taken.insert(key);
    Json fitted = Json::object();
    auto& members = static_cast<Json::object_t::Container&>(fitted.get_ref<Json::object_t&>());
    for (auto& [key, item] : value.get_ref<Json::object_t&>()) {
      std::string name = key;
      const auto known = names.find(spelling(key));
      if (!properties.contains(key) && known != names.end() && !known->second.empty() &&
          taken.insert(known->second).second) {
        name = known->second;
        warn(path, fmt::format("key \"{}\" read as \"{}\"", utf8_prefix(key, 80), name));
      }
      members.emplace_back(std::move(name), std::move(item));
    }
    value = std::move(fitted);
  }

  void drop_extra(Json& value, const Json& schema, const Json& properties, const std::string& path) {
    const auto extra = schema.find("additionalProperties");
    if (extra == schema.end() || !extra->is_boolean() || extra->get<bool>() ||
        schema.contains("patternProperties"))
      return;
    Json kept = Json::object();
    auto& members = static_cast<Json::object_t::Container&>(kept.get_ref<Json::object_t&>());
    for (auto& [key, item] : value.get_ref<Json::object_t&>()) {
      if (properties.contains(key)) {
        members.emplace_back(key, std::move(item));
      } else {
        warn(path, fmt::format("key \"{}\" is not in the schema and was left out", utf8_prefix(key, 80)));
      }
    }
    value = std::move(kept);
  }

  void fit_scalar(Json& value, const Json& schema, const std::string& path) {
    if (value.is_string()) {
      const std::string text(trim(value.get_ref<const std::string&>()));
      fit_enum(value, schema, path);
      if (schema_allows_type(schema, "string") || !schema.contains("type")) return;
      if (schema_allows_type(schema, "number") || schema_allows_type(schema, "integer")) {
        if (Json number = number_in(text); !number.is_null()) {
          if (number.is_number_float() && !schema_allows_type(schema, "number")) return;
          value = std::move(number);
          warn(path, "number written as text read as a number");
          return;
        }
      }
      const std::string word = to_lower(text);
      if (schema_allows_type(schema, "boolean") &&
          (word == "true" || word == "false" || word == "yes" || word == "no")) {
        value = word == "true" || word == "yes";
        warn(path, "truth value written as text read as one");
      } else if (schema_allows_type(schema, "null") && (word == "null" || word == "none" || word.empty())) {
        value = nullptr;
        warn(path, "null written as text read as null");
      }
      return;
    }
    if (schema_allows_type_of(schema, value)) return;
    if (value.is_number_float() && schema_allows_type(schema, "integer")) {
      const double number = value.get<double>();
      if (std::abs(number) < 9e15 && number == std::floor(number)) {
        value = static_cast<std::int64_t>(number);
        return;
      }
    }
    if ((value.is_number() || value.is_boolean()) && schema_allows_type(schema, "string")) {
      value = value.dump();
      warn(path, "number or truth value read as text");
    }
  }

  // "Equation" for "equation", "data set" for "data_set".
  void fit_enum(Json& value, const Json& schema, const std::string& path) {
    const auto choices = schema.find("enum");
    if (choices == schema.end() || !choices->is_array()) return;
    const std::string& text = value.get_ref<const std::string&>();
    const Json* match = nullptr;
    for (const Json& choice : *choices) {
      if (!choice.is_string()) continue;
      if (choice == value) return;
      if (spelling(choice.get_ref<const std::string&>()) == spelling(text))
        match = match == nullptr ? &choice : match;
    }
    if (match == nullptr) return;
    warn(path, fmt::format("\"{}\" read as {}", utf8_prefix(text, 80), match->dump()));
    value = *match;
  }

  // A JSON number, also with a plus sign; null for anything else.
  static Json number_in(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    if (text.empty() || text.size() > 64) return nullptr;
    Json number = Json::parse(text, nullptr, false);
    return number.is_number() ? number : Json(nullptr);
  }

  const Json& root_;
  std::vector<std::string>& warnings_;
};

}  // namespace

void fit_to_schema(Json& value, const Json& schema, std::vector<std::string>& warnings) {
  Fitter(schema, warnings).fit(value, schema, "", 0);
}

}  // namespace p2c::llm
