// F07: retired or imagined names of known packages, by table.
#include "verify/checks/removed_apis.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/requirements_text.h"

namespace p2c::verify {
namespace {

// Whether the version that will be installed lacks the name: the newest that requirements.txt allows.
bool is_gone(const RepoView& view, const std::string& package, const std::string& since, const std::string& until) {
  if (package == "python") return compare_versions(since, python_of(view.input())) <= 0;
  const auto it = view.input().files.find("requirements.txt");
  if (it != view.input().files.end()) {
    for (const RequirementLine& line : read_requirements(it->second)) {
      if (normalised_distribution(line.name) != normalised_distribution(package)) continue;
      bool inclusive = true;
      const std::string highest = upper_bound(line.bounds, &inclusive);
      if (highest.empty()) break;
      const int order = compare_versions(highest, since);
      const bool reaches = inclusive ? order >= 0 : order > 0;
      return reaches && (until.empty() || compare_versions(highest, until) <= 0);
    }
  }
  return until.empty();
}

// The entry of the table for a dotted name or one of its beginnings ("flax.optim.Adam" -> "flax.optim").
const std::pair<const std::string, RemovedName>* entry_of(std::string_view dotted) {
  const auto& table = removed_names();
  while (!dotted.empty()) {
    const auto it = table.find(dotted);
    if (it != table.end()) return &*it;
    const std::size_t dot = dotted.rfind('.');
    dotted = dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot);
  }
  return nullptr;
}

}  // namespace

std::vector<RemovedUse> removed_uses(const RepoView& view, const std::string& path) {
  std::vector<RemovedUse> uses;
  const python::SourceFacts* facts = view.facts(path);
  if (facts == nullptr) return uses;
  const auto add = [&](int line, const std::string& dotted, bool is_import) {
    const auto* entry = entry_of(dotted);
    if (entry == nullptr) return;
    const std::string& name = entry->first;
    const auto& removed = entry->second;
    if (view.is_local_top(name.substr(0, name.find('.'))) || !is_gone(view, removed.package, removed.since, removed.until)) return;
    const bool seen = std::any_of(uses.begin(), uses.end(), [&](const RemovedUse& use) { return use.line == line && use.name == name; });
    if (!seen) uses.push_back({line, name, "", removed.package, removed.since, removed.replace, removed.is_auto, removed.is_builtin, is_import});
  };
  std::vector<std::string> imported;
  for (const auto& import : facts->imports) {
    if (import.level > 0 || import.guarded || import.type_checking) continue;
    if (import.names.empty()) add(import.line, import.module, true);
    for (const std::string& name : import.names) {
      add(import.line, import.module + "." + name, true);
      imported.push_back(import.module + "." + name);
    }
  }
  for (const auto& [line, dotted] : facts->attributes) {
    // What an import already named is reported there.
    const bool from_import = std::any_of(imported.begin(), imported.end(), [&, &d = dotted](const std::string& name) {
      const auto* entry = entry_of(name);
      return entry != nullptr && d.starts_with(entry->first);
    });
    if (!from_import) add(line, dotted, false);
  }
  for (const auto& call : facts->calls) {
    for (const RemovedKeyword& removed : removed_keywords()) {
      if (call.resolved != removed.call || call.guarded) continue;
      if (std::find(call.keywords.begin(), call.keywords.end(), removed.keyword) == call.keywords.end()) continue;
      if (!is_gone(view, removed.package, removed.since, "")) continue;
      uses.push_back({call.line, removed.call, removed.keyword, removed.package, removed.since, removed.replace, removed.is_auto, false, false});
    }
  }
  return uses;
}

void check_removed_apis(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    for (const RemovedUse& use : removed_uses(view, path)) {
      const bool never = use.since == "0.1";
      const std::string version = never ? fmt::format("{} has no", use.package) : fmt::format("since {} {} there is no", use.package, use.since);
      const std::string what = use.keyword.empty() ? fmt::format("'{}'", use.name) : fmt::format("keyword '{}' of {}", use.keyword, use.name);
      add_error(findings, "F07", path, use.line, fmt::format("{} {}", version, what), fmt::format("Use {}.", use.replace),
                use.is_auto && !use.is_import ? "auto" : "ticket");
    }
  }
}

}  // namespace p2c::verify
