#include "llm/schema_walk.h"

#include <cmath>
#include <string>

namespace p2c::llm {

const Json* resolve_schema(const Json& root, const Json& schema) {
  const Json* at = &schema;
  for (int steps = 0; steps < 20; ++steps) {
    if (!at->is_object()) return at;
    const auto reference = at->find("$ref");
    if (reference == at->end() || !reference->is_string()) return at;
    const std::string& target = reference->get_ref<const std::string&>();
    if (target.empty() || target[0] != '#') return nullptr;
    try {
      const Json::json_pointer pointer(target.substr(1));
      if (!root.contains(pointer)) return nullptr;
      at = &root.at(pointer);
    } catch (const Json::exception&) {
      return nullptr;
    }
  }
  return nullptr;
}

bool schema_allows_type(const Json& schema, std::string_view type) {
  if (!schema.is_object()) return false;
  const auto types = schema.find("type");
  if (types == schema.end()) return false;
  if (types->is_string()) return types->get_ref<const std::string&>() == type;
  if (!types->is_array()) return false;
  for (const Json& one : *types) {
    if (one.is_string() && one.get_ref<const std::string&>() == type) return true;
  }
  return false;
}

bool schema_allows_type_of(const Json& schema, const Json& value) {
  if (!schema.is_object() || !schema.contains("type")) return true;
  switch (value.type()) {
    case Json::value_t::null:
      return schema_allows_type(schema, "null");
    case Json::value_t::boolean:
      return schema_allows_type(schema, "boolean");
    case Json::value_t::string:
      return schema_allows_type(schema, "string");
    case Json::value_t::array:
      return schema_allows_type(schema, "array");
    case Json::value_t::object:
      return schema_allows_type(schema, "object");
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return schema_allows_type(schema, "integer") || schema_allows_type(schema, "number");
    case Json::value_t::number_float:
      return schema_allows_type(schema, "number");
    default:
      return false;
  }
}

}  // namespace p2c::llm
