// The lines of a requirements.txt that may be installed: names and versions, nothing that fetches or runs
// something else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2c::verify {

struct InstallLine {
  std::string name;       // as PyPI compares names: lower case, runs of "-_." as one "-"
  std::string extras;     // "[cpu]" or empty
  std::string specifier;  // ">=1.24,<3", without blanks; may be empty
  std::string text() const { return name + extras + specifier; }
};

inline constexpr std::size_t kMaxInstallLines = 200;

// Comments and empty lines are dropped. Errors: unsafe_input for options, URLs, paths, editable installs,
// direct references and everything else that is not name, extras and versions; limit for more than
// kMaxInstallLines lines or 64 KiB. Environment markers ("; python_version < '3.12'") are refused too: they
// would hide a line from one machine.
std::vector<InstallLine> parse_install_lines(std::string_view text);

// "Foo_Bar" -> "foo-bar".
std::string install_name(std::string_view name);

}  // namespace p2c::verify
