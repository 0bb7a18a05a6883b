// F01: packages that are imported and not listed.
#include <fmt/format.h>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/imports.h"
#include "verify/checks/tables.h"

namespace p2c::verify {

std::vector<UnlistedPackage> unlisted_packages(const RepoView& view) {
  std::map<std::string, UnlistedPackage> by_name;
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed || path == "setup.py") continue;
    for (const auto& import : facts.imports) {
      if (import.level > 0 || import.guarded || import.type_checking || import.module.empty()) continue;
      const ImportTarget target = view.import_target(path, import.module);
      if (target.kind != ImportTarget::Kind::known) continue;
      const bool in_tests = is_test_file(path);
      const auto [it, added] = by_name.try_emplace(
          normalised_distribution(target.distribution),
          UnlistedPackage{target.distribution, import.module, path, import.line, in_tests});
      if (!added && it->second.only_tests && !in_tests) it->second = {target.distribution, import.module, path, import.line, false};
    }
  }
  std::vector<UnlistedPackage> packages;
  for (auto& [name, package] : by_name) packages.push_back(std::move(package));
  return packages;
}

void check_packages(const RepoView& view, Findings& findings) {
  for (const UnlistedPackage& package : unlisted_packages(view)) {
    const std::string message =
        fmt::format("'{}' is imported but {}", package.module,
                    view.has_requirements() ? package.distribution + " is not in requirements.txt" : "there is no requirements.txt");
    const std::string floor = version_floor(package.distribution);
    const std::string suggestion = fmt::format("Add {}{}.", package.distribution, floor.empty() ? "" : ">=" + floor);
    const std::string top = package.module.substr(0, package.module.find('.'));
    if (package.only_tests && top == "pytest") {
      add_warning(findings, "F01", package.file, package.line, message, suggestion, "auto");
    } else {
      add_error(findings, "F01", package.file, package.line, message, suggestion, "auto");
    }
  }
}

}  // namespace p2c::verify
