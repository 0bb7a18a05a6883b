#include "support.h"

#include <cstdlib>
#include <ostream>
#include <utility>

namespace p2c {
void PrintTo(ErrorCode code, std::ostream* out) {
  *out << to_string(code);
}
}  // namespace p2c

namespace p2c::test {

std::filesystem::path source_path(const std::string& relative) {
  return std::filesystem::path(P2C_SOURCE_DIR) / relative;
}

std::filesystem::path built_path(const std::string& relative) {
  return std::filesystem::path(P2C_BINARY_DIR) / relative;
}

ScopedEnv::ScopedEnv(std::string name, std::optional<std::string> value) : name_(std::move(name)) {
  if (const char* old = std::getenv(name_.c_str())) old_ = old;
  if (value) {
    setenv(name_.c_str(), value->c_str(), 1);
  } else {
    unsetenv(name_.c_str());
  }
}

ScopedEnv::~ScopedEnv() {
  if (old_) {
    setenv(name_.c_str(), old_->c_str(), 1);
  } else {
    unsetenv(name_.c_str());
  }
}

}  // namespace p2c::test
