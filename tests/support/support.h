// What tests share: places of test data, temporary folders, scoped environment variables.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/error.h"

namespace p2c {
void PrintTo(ErrorCode code, std::ostream* out);  // so that failed expectations name the code
}

namespace p2c::test {

// A path inside the source tree, e.g. source_path("tests/paper/data/minimal.tex").
std::filesystem::path source_path(const std::string& relative);
// A program built in this tree, e.g. built_path("apps/paper2code/paper2code").
std::filesystem::path built_path(const std::string& relative);

// Sets (or with nullopt unsets) an environment variable and restores it at the end of the scope.
class ScopedEnv {
 public:
  ScopedEnv(std::string name, std::optional<std::string> value);
  ~ScopedEnv();
  ScopedEnv(const ScopedEnv&) = delete;
  ScopedEnv& operator=(const ScopedEnv&) = delete;

 private:
  std::string name_;
  std::optional<std::string> old_;
};

}  // namespace p2c::test
