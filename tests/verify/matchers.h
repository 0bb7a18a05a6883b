// Assertions on text shared by the tests of this layer, with messages that show the text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace p2c::test {

inline testing::AssertionResult has(std::string_view text, std::string_view part) {
  if (text.find(part) != std::string_view::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "\"" << part << "\" is not in:\n" << text;
}
inline testing::AssertionResult lacks(std::string_view text, std::string_view part) {
  if (text.find(part) == std::string_view::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "\"" << part << "\" is in:\n" << text;
}

}  // namespace p2c::test
