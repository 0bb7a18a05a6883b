// One list of fields a struct, used for writing and reading its JSON: `template <class V> void fields(V& v) { v("id", id); ... }`.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace p2c::artefacts {

namespace detail {

struct Probe {
  template <class T>
  void operator()(const char*, T&) {}
};
template <class T>
concept HasFields = requires(T& t, Probe& p) { t.fields(p); };

template <class T>
Json write_value(const T& value);

struct Writer {
  Json out = Json::object();
  template <class T>
  void operator()(const char* name, T& value) {
    out[name] = write_value(value);
  }
};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
Json write_value(const T& value) {
  if constexpr (std::is_same_v<T, Json>) {
    return value;
  } else if constexpr (IsOptional<T>::value) {
    return value ? write_value(*value) : Json(nullptr);
  } else if constexpr (IsVector<T>::value) {
    Json array = Json::array();
    for (const auto& item : value) array.push_back(write_value(item));
    return array;
  } else if constexpr (IsMap<T>::value) {
    Json object = Json::object();
    for (const auto& [key, item] : value) object[key] = write_value(item);
    return object;
  } else if constexpr (HasFields<T>) {
    Writer writer;
    const_cast<T&>(value).fields(writer);  // fields() is one list for both directions; the writer only reads
    return std::move(writer.out);
  } else {
    return Json(value);
  }
}

[[noreturn]] inline void type_error(const std::string& where, const Json& found, const char* expected) {
  throw Error(ErrorCode::bad_input, "wrong type of a field", {where, found.type_name(), expected, {}});
}

template <class T>
void read_value(const Json& json, T& value, const std::string& where);

struct Reader {
  const Json& in;
  const std::string& where;
  template <class T>
  void operator()(const char* name, T& value) {
    const auto it = in.find(name);
    if (it == in.end() || it->is_null()) return;  // absent or null: the default stays
    read_value(*it, value, where + "/" + name);
  }
};

template <class T>
void read_value(const Json& json, T& value, const std::string& where) {
  if constexpr (std::is_same_v<T, Json>) {
    value = json;
  } else if constexpr (IsOptional<T>::value) {
    if (json.is_null()) {
      value.reset();
    } else {
      read_value(json, value.emplace(), where);
    }
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) type_error(where, json, "string");
    value = json.template get<std::string>();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) type_error(where, json, "boolean");
    value = json.template get<bool>();
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (!json.is_number()) type_error(where, json, "number");
    value = json.template get<T>();
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) type_error(where, json, "array");
    value.clear();
    std::size_t i = 0;
    for (const auto& item : json) {
      value.emplace_back();
      read_value(item, value.back(), where + "/" + std::to_string(i++));
    }
  } else if constexpr (IsMap<T>::value) {
    if (!json.is_object()) type_error(where, json, "object");
    value.clear();
    for (const auto& [key, item] : json.items()) read_value(item, value[key], where + "/" + key);
  } else {
    static_assert(HasFields<T>);
    if (!json.is_object()) type_error(where, json, "object");
    Reader reader{json, where};
    value.fields(reader);
  }
}

}  // namespace detail

// JSON object of a struct with fields(), in the order of its list.
template <detail::HasFields T>
Json to_json(const T& value) {
  return detail::write_value(value);
}

// Reads a struct; absent and null fields keep their defaults, unknown keys are ignored (the schema forbids them where
// it matters). Errors: bad_input naming the path of the first field of a wrong type.
template <detail::HasFields T>
T from_json(const Json& json, const std::string& subject) {
  T value;
  detail::read_value(json, value, subject);
  return value;
}

}  // namespace p2c::artefacts
