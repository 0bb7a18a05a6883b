// The lines of a requirements.txt and the version bounds in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verify/static_checks.h"

namespace p2c::verify {

struct VersionBound {
  std::string op;       // ==, >=, <=, >, <, !=, ~=
  std::string version;  // "1.21.0", "1.21.*"
};

struct RequirementLine {
  int line = 0;         // 1-based
  std::string text;     // without comment
  std::string name;     // as written; empty when the line is no plain requirement
  std::string extras;   // "[cpu]" or empty
  std::vector<VersionBound> bounds;
  std::string marker;   // after ';'
};

// Blank lines and comments are left out. A line of another form (URL, path, option) comes with an empty name.
std::vector<RequirementLine> read_requirements(std::string_view text);

// Whether some version from `first` on is allowed.
bool allows_from(const std::vector<VersionBound>& bounds, std::string_view first);
// Highest version allowed by an upper bound or pin; empty: no limit. *inclusive tells whether it belongs to the range.
std::string upper_bound(const std::vector<VersionBound>& bounds, bool* inclusive);

// Minor version of Python the repository asks for: ">=3.11" -> "3.11"; "3.11" when nothing is said.
std::string python_of(const CheckInput& input);

}  // namespace p2c::verify
