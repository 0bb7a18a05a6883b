// Verdicts from provenance and test outcomes.
#include "run/verdicts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"

namespace p2c::run {
namespace {

bool is_test(const std::string& path) {
  return path.starts_with("tests/");
}

// Whether one of `files` is `place` or lies below it: plain values are owned by the folder "configs".
bool any_at(const std::set<std::string>& files, const std::string& place) {
  if (place.empty()) return false;
  if (files.contains(place)) return true;
  const auto below = files.lower_bound(place + "/");
  return below != files.end() && below->starts_with(place + "/");
}

// "tests/test_a.py::TestB::test_c[1-x]" as the region names it: file "tests/test_a.py", symbol
// "TestB.test_c".
std::pair<std::string, std::string> region_of_test(const std::string& name) {
  const std::size_t parts = name.find("::");
  if (parts == std::string::npos) return {name, {}};
  std::string symbol = name.substr(parts + 2);
  symbol = symbol.substr(0, symbol.find('['));  // parameters of the test, which may hold anything
  return {name.substr(0, parts), replace_all(symbol, "::", ".")};
}

enum class Outcome { none, passed, failed };

// Worst outcome of each test function over its parameters.
std::map<std::pair<std::string, std::string>, Outcome> outcomes_of(
    const std::vector<artefacts::TestOutcome>& tests) {
  std::map<std::pair<std::string, std::string>, Outcome> outcomes;
  for (const artefacts::TestOutcome& test : tests) {
    Outcome& worst = outcomes.try_emplace(region_of_test(test.name), Outcome::none).first->second;
    if (test.outcome == "failed" || test.outcome == "error") worst = Outcome::failed;
    if (test.outcome == "passed") worst = std::max(worst, Outcome::passed);
  }
  return outcomes;
}

struct Traces {
  std::set<std::string> code_files;  // that name the requirement
  std::vector<std::pair<std::string, std::string>> test_regions;
};

std::map<std::string, Traces> traces_of(const std::vector<artefacts::ProvenanceRegion>& provenance) {
  std::map<std::string, Traces> traces;
  for (const artefacts::ProvenanceRegion& region : provenance) {
    for (const std::string& id : region.reqs) {
      if (!is_test(region.file)) {
        traces[id].code_files.insert(region.file);
      } else if (!region.symbol.empty()) {
        traces[id].test_regions.emplace_back(region.file, region.symbol);
      }
    }
  }
  return traces;
}

bool reached_level1(const artefacts::VerifyReport& report) {
  return !report.level.empty() && report.level != "L0";
}

}  // namespace

artefacts::Requirements judge_requirements(artefacts::Requirements requirements,
                                           const std::vector<artefacts::ProvenanceRegion>& provenance,
                                           const artefacts::VerifyReport& report,
                                           const std::set<std::string>& files) {
  const auto traces = traces_of(provenance);
  const auto outcomes = outcomes_of(report.tests);
  const auto verdict_of = [&](const artefacts::Requirement& requirement) -> std::string {
    if (requirement.scope != "in") return "unverified";
    if (!any_at(files, requirement.owner)) return "missing";
    const auto found = traces.find(requirement.id);
    if (found == traces.end() || found->second.code_files.empty()) return "unverified";
    const Traces& trace = found->second;
    const bool in_place =
        any_at(trace.code_files, requirement.owner) ||
        std::any_of(requirement.consumers.begin(), requirement.consumers.end(),
                    [&](const std::string& place) { return any_at(trace.code_files, place); });
    if (!in_place) return "wrong_place";
    bool all_passed = true;
    for (const auto& region : trace.test_regions) {
      const auto outcome = outcomes.find(region);
      // A region that is no test (a helper, a fixture, the class around tests) has no outcome of its own.
      const std::string name = region.second.substr(region.second.rfind('.') + 1);
      if (outcome == outcomes.end() && !name.starts_with("test")) continue;
      if (outcome != outcomes.end() && outcome->second == Outcome::failed) return "inconsistent";
      if (outcome == outcomes.end() || outcome->second == Outcome::none) all_passed = false;
    }
    return all_passed && reached_level1(report) ? "pass" : "unverified";
  };
  for (artefacts::Requirement& requirement : requirements.requirements)
    requirement.verdict = verdict_of(requirement);
  return requirements;
}

}  // namespace p2c::run
