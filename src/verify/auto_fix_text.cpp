// Fixes of requirements, scripts, YAML files and stray marks: F01, F02, F08, F11, and new files of F06.
#include <algorithm>

#include "base/text.h"
#include "verify/auto_fix.h"
#include "verify/checks/commands.h"
#include "verify/checks/imports.h"
#include "verify/checks/requirements_text.h"
#include "verify/checks/tables.h"
#include "verify/checks/yaml_traps.h"

namespace p2c::verify {

std::vector<std::string> fix_unlisted_package(FixContext& context) {
  for (const UnlistedPackage& package : unlisted_packages(context.view)) {
    if (package.file != context.finding.file || package.line != context.finding.line) continue;
    if (!contains(context.finding.message, "'" + package.module + "'")) continue;  // another import of that line
    const std::string floor = version_floor(package.distribution);
    context.edits.append_line("requirements.txt", package.distribution + (floor.empty() ? "" : ">=" + floor));
    return {"requirements.txt"};
  }
  return {};
}

std::vector<std::string> fix_requirement(FixContext& context) {
  const std::string& path = context.finding.file;
  const auto it = context.view.input().files.find(path);
  if (it == context.view.input().files.end()) return {};
  for (const RequirementLine& line : read_requirements(it->second)) {
    if (line.line != context.finding.line || line.name.empty()) continue;
    const std::string better = corrected_distribution(line.name);
    const std::string first = first_version_for(line.name, python_of(context.view.input()));
    if (!better.empty()) {
      // The wrong name's versions are not those of the right one.
      const std::string floor = version_floor(better);
      if (context.view.listed_packages().contains(normalised_distribution(better))) {
        context.edits.remove_line(path, line.line);
      } else {
        context.edits.set_line(path, line.line, better + (floor.empty() ? "" : ">=" + floor));
      }
    } else if (is_standard_library(line.name)) {
      context.edits.remove_line(path, line.line);
    } else if (!first.empty()) {
      context.edits.set_line(path, line.line, line.name + line.extras + ">=" + first);
    } else {
      return {};
    }
    return {path};
  }
  return {};
}

std::vector<std::string> fix_stray_marks(FixContext& context) {
  const std::string& path = context.finding.file;
  bool changed = false;
  for (int number = 1; number <= context.edits.line_count(path); ++number) {
    const std::string line = context.edits.line(path, number);
    if (line.starts_with("```") || line.starts_with("<<<FILE ") || line.starts_with(">>>END")) {
      context.edits.remove_line(path, number);
      changed = true;
    }
  }
  return changed ? std::vector<std::string>{path} : std::vector<std::string>{};
}

std::vector<std::string> fix_yaml_trap(FixContext& context) {
  const std::string& path = context.finding.file;
  for (const YamlTrap& trap : yaml_traps(context.view, path)) {
    if (trap.line.line != context.finding.line || trap.written.empty()) continue;
    std::string line = context.edits.line(path, trap.line.line);
    if (line.substr(std::min(line.size(), trap.line.value_at), trap.line.value.size()) != trap.line.value) return {};
    line.replace(trap.line.value_at, trap.line.value.size(), trap.written);
    context.edits.set_line(path, trap.line.line, line);
    return {path};
  }
  return {};
}

}  // namespace p2c::verify
