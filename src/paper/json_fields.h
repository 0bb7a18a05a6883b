// The fields of one JSON object of paper.json, read one by one with the place they stand at for messages.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace p2c::paper {

// Places read "paper.json blocks[3].span". Every reader throws Error(bad_input) with the place for a value of
// the wrong kind; absent and null values give the default, or throw where the name says required. The JSON
// must outlive it.
class JsonFields {
 public:
  JsonFields(const Json& object, std::string place);

  std::string text(std::string_view key) const;
  std::string required_text(std::string_view key) const;
  bool flag(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;

  // A whole number of at least `least` that fits the result type.
  template <typename Integer>
  Integer integer(std::string_view key, std::int64_t fallback, std::int64_t least = 0) const {
    const std::int64_t value = whole_number(key, fallback, least);
    if (!std::in_range<Integer>(value)) fail(key, "a smaller number", std::to_string(value));
    return static_cast<Integer>(value);
  }

  template <typename Item>
  std::vector<Item> list(std::string_view key, Item (*read)(const JsonFields&)) const {
    std::vector<Item> result;
    const Json* values = find_list(key);
    if (values == nullptr) return result;
    result.reserve(values->size());
    for (std::size_t i = 0; i < values->size(); ++i) {
      result.push_back(read(JsonFields((*values)[i], fmt::format("{}[{}]", inner_place(key), i))));
    }
    return result;
  }

  JsonFields inner(std::string_view key) const { return JsonFields(required(key), inner_place(key)); }
  std::optional<JsonFields> optional_inner(std::string_view key) const;
  const Json* find(std::string_view key) const;       // nullptr for absent and null
  const Json* find_list(std::string_view key) const;  // likewise
  const Json& required(std::string_view key) const;
  std::string inner_place(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, std::string expected, std::string found) const;

 private:
  std::string as_text(const Json& value, std::string_view key) const;
  std::int64_t whole_number(std::string_view key, std::int64_t fallback, std::int64_t least) const;

  const Json& object_;
  std::string place_;
};

}  // namespace p2c::paper
