// F02: lines of requirements.txt that cannot be installed.
#include <fmt/format.h>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/requirements_text.h"
#include "verify/checks/tables.h"

namespace p2c::verify {

void check_pins(const RepoView& view, Findings& findings) {
  const auto it = view.input().files.find("requirements.txt");
  if (it == view.input().files.end()) return;
  const std::string python = python_of(view.input());
  for (const RequirementLine& line : read_requirements(it->second)) {
    if (line.name.empty()) {
      add_error(findings, "F02", it->first, line.line,
                fmt::format("'{}' is no plain requirement: only names with version bounds are installed", utf8_prefix(line.text, 100)),
                "Write 'name>=version'.");
      continue;
    }
    if (const std::string better = corrected_distribution(line.name); !better.empty()) {
      add_error(findings, "F02", it->first, line.line, fmt::format("the package of '{}' is called {}", line.name, better),
                fmt::format("Write {}.", better), "auto");
      continue;
    }
    if (is_standard_library(line.name) && !distribution_of(line.name)) {
      add_error(findings, "F02", it->first, line.line, fmt::format("'{}' is part of Python", line.name), "Remove the line.", "auto");
      continue;
    }
    const std::string first = first_version_for(line.name, python);
    if (!line.marker.empty() || first.empty() || allows_from(line.bounds, first)) continue;
    add_error(findings, "F02", it->first, line.line,
              fmt::format("'{}' cannot be installed: on Python {} {} starts at {}", line.text, python, line.name, first),
              fmt::format("Write {}>={}.", line.name, first), "auto");
  }
}

}  // namespace p2c::verify
