// Reads the fields of a JSON object.
#include "paper/json_fields.h"

#include <limits>

#include "base/error.h"

namespace p2c::paper {

JsonFields::JsonFields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
  if (!object.is_object()) fail("", "an object", object.type_name());
}

std::string JsonFields::text(std::string_view key) const {
  const Json* value = find(key);
  return value == nullptr ? std::string() : as_text(*value, key);
}

std::string JsonFields::required_text(std::string_view key) const {
  return as_text(required(key), key);
}

bool JsonFields::flag(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) fail(key, "true or false", value->type_name());
  return value->get<bool>();
}

std::optional<double> JsonFields::number(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) fail(key, "a number", value->type_name());
  return value->get<double>();
}

std::vector<std::string> JsonFields::texts(std::string_view key) const {
  std::vector<std::string> result;
  const Json* values = find_list(key);
  if (values == nullptr) return result;
  result.reserve(values->size());
  for (const Json& item : *values) result.push_back(as_text(item, key));
  return result;
}

std::optional<JsonFields> JsonFields::optional_inner(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  return JsonFields(*value, inner_place(key));
}

const Json* JsonFields::find(std::string_view key) const {
  const auto found = object_.find(std::string(key));
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const Json* JsonFields::find_list(std::string_view key) const {
  const Json* value = find(key);
  if (value != nullptr && !value->is_array()) fail(key, "a list", value->type_name());
  return value;
}

const Json& JsonFields::required(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) fail(key, "a value", "nothing");
  return *value;
}

std::string JsonFields::inner_place(std::string_view key) const {
  return fmt::format("{}{}{}", place_, place_ == "paper.json" ? " " : ".", key);
}

void JsonFields::fail(std::string_view key, std::string expected, std::string found) const {
  throw Error(ErrorCode::bad_input, "a field is missing or of the wrong kind",
              {.subject = key.empty() ? place_ : inner_place(key),
               .found = std::move(found),
               .expected = std::move(expected),
               .hint = "Read the paper again to make a new paper.json."});
}

std::string JsonFields::as_text(const Json& value, std::string_view key) const {
  if (!value.is_string()) fail(key, "a text", value.type_name());
  return value.get<std::string>();
}

std::int64_t JsonFields::whole_number(std::string_view key, std::int64_t fallback, std::int64_t least) const {
  const Json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number_integer()) fail(key, "a whole number", value->type_name());
  const bool huge = value->is_number_unsigned() &&
                    value->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (huge || value->get<std::int64_t>() < least) {
    fail(key, fmt::format("a whole number of at least {}", least), value->dump());
  }
  return value->get<std::int64_t>();
}

}  // namespace p2c::paper
