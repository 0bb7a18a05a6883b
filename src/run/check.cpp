// Static checks of a repository, and the higher levels when asked for.
#include "run/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "artefacts/layout.h"
#include "base/error.h"
#include "base/files.h"
#include "python/source_facts.h"
#include "run/artefact_files.h"
#include "verify/static_checks.h"
#include "verify/verifier.h"

namespace p2c::run {
namespace {

namespace layout = artefacts::layout;

const std::vector<std::string> kLevels = {"L0", "L1", "L2", "L3", "L4"};

int rank_of(const std::string& level) {
  return static_cast<int>(std::find(kLevels.begin(), kLevels.end(), level) - kLevels.begin());
}

// The plan the repository was made from, when it lies in the run directory that made it.
std::optional<agents::PlannerResult> plan_beside(const fs::path& repository) {
  const fs::path directory = repository.parent_path();
  if (!fs::exists(directory / layout::kDatabase) || !fs::exists(directory / layout::kPlan))
    return std::nullopt;
  agents::PlannerResult planned = read_planner_result(directory);
  if (fs::exists(directory / layout::kAnalyzedConfig)) {
    planned.config =
        read_analyzer_result(directory, planned.plan).config;  // file specifications may have added keys
  }
  return planned;
}

artefacts::VerifyReport check_statically(const verify::RepoFiles& files,
                                         const agents::PlannerResult* planned) {
  const auto facts = python::facts_of_repository(files);
  artefacts::VerifyReport report;
  report.findings = verify::run_static_checks(
      {files, facts, planned ? &planned->plan : nullptr, planned ? &planned->config : nullptr});
  const bool level0 = verify::passes_level0(report.findings),
             level1 = level0 && verify::passes_level1(report.findings);
  report.levels = {
      {"L0", level0 ? "passed" : "failed", level0 ? "" : "a file does not parse or is not whole"},
      {"L1",
       level1   ? "passed"
       : level0 ? "failed"
                : "not_attempted",
       level1 ? "" : "an import does not resolve"}};
  report.level = level1 ? "L1" : level0 ? "L0" : "";
  return report;
}

}  // namespace

bool level_reached(const std::string& reached, const std::string& wanted) {
  return !reached.empty() && rank_of(reached) >= rank_of(wanted);
}

artefacts::VerifyReport check_repository(const CheckOptions& options, EventSink& events,
                                         const CancelToken& cancel) {
  if (rank_of(options.level) == static_cast<int>(kLevels.size())) {
    throw Error(ErrorCode::usage, "unknown level",
                {.subject = "--level", .found = options.level, .expected = "L0 to L4"});
  }
  std::error_code error;
  fs::path repository = fs::weakly_canonical(options.repository, error);
  if (fs::exists(repository / layout::kDatabase)) repository /= layout::kRepo;
  if (!fs::is_directory(repository)) {
    throw Error(ErrorCode::not_found, "no such folder", {.subject = repository.string()});
  }
  const auto files = list_files(repository);
  if (std::none_of(files.begin(), files.end(), [](const std::string& file) { return file.ends_with(".py"); })) {
    throw Error(ErrorCode::bad_input, "no Python files to check", {.subject = repository.string(), .found = fmt::format("{} files", files.size())});
  }
  const auto planned = plan_beside(repository);
  if (rank_of(options.level) <= rank_of("L1")) {
    return check_statically(verify::load_repo(repository), planned ? &*planned : nullptr);
  }
  const TempDir place("p2c-check");  // nothing is written beside the repository
  verify::VerifyOptions verify_options;
  verify_options.repo = repository;
  verify_options.snapshot0 = place.path() / "snapshot0";
  verify_options.ledger = place.path() / "ledger.jsonl";
  verify_options.logs = place.path() / "logs";
  verify_options.max_rounds = 0;
  verify_options.repair = false;
  verify_options.jobs = options.jobs;
  verify::VerifyInput input;
  if (planned) {
    input.requirements = &planned->requirements;
    input.plan = &planned->plan;
    input.config = &planned->config;
  }
  return verify::verify_repository(input, verify_options, nullptr, events, cancel);
}

}  // namespace p2c::run
