// Stage 5: levels, repairs, provenance of what the repairs left, a verdict for every requirement.
#include <set>
#include <string>

#include "agents/generator/generator.h"
#include "artefacts/layout.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "run/artefact_files.h"
#include "run/directory_draft.h"
#include "run/stage.h"
#include "run/verdicts.h"
#include "verify/static_checks.h"
#include "verify/verifier.h"

namespace p2c::run {
namespace {

namespace layout = artefacts::layout;

// Repairs change the repository in place, so an interrupted verification starts again from the first
// emission; the calls it had made are in the journal, and the same tickets get the same answers.
void restore_first_emission(const fs::path& directory) {
  DirectoryDraft repo(directory, layout::kRepo);
  repo.copy_from(directory / layout::kSnapshot0);
  repo.commit();
  for (const std::string_view stale : {layout::kLedger, layout::kLogs, layout::kVerify, layout::kVerdicts}) {
    remove_tree(directory / stale);
  }
}

std::string lines_of(const std::string& text, int start, int end) {
  std::string region;
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    if (++number >= start && number <= end) region.append(line).append("\n");
  }
  return region;
}

// A region the repairs have touched is no longer what the Generator wrote.
void mark_repaired(std::vector<artefacts::ProvenanceRegion>& regions, const agents::FilesByPath& first,
                   const agents::FilesByPath& now) {
  for (artefacts::ProvenanceRegion& region : regions) {
    const auto text = now.find(region.file);
    if (text == now.end()) continue;
    const auto before = first.find(region.file);
    if (before != first.end() && before->second == text->second) continue;
    const bool same =
        before != first.end() && contains(before->second, lines_of(text->second, region.start, region.end));
    if (!same) region.origin = "repair";
  }
}

}  // namespace

std::vector<std::string> run_verify(StageContext& context) {
  const fs::path& directory = context.store.directory();
  const paper::PaperDoc paper = read_paper_artefact(directory);
  agents::PlannerResult planned = read_planner_result(directory);
  const agents::AnalyzerResult analysis = read_analyzer_result(directory, planned.plan);
  planned.config = analysis.config;  // file specifications may have asked for further keys
  restore_first_emission(directory);
  context.store.set_meta("level", "");  // of an earlier verification

  verify::VerifyOptions options;
  options.repo = directory / layout::kRepo;
  options.snapshot0 = directory / layout::kSnapshot0;
  options.ledger = directory / layout::kLedger;
  options.logs = directory / layout::kLogs;
  options.max_rounds = context.options.max_rounds;
  options.jobs = context.options.jobs;
  const artefacts::VerifyReport report = verify::verify_repository(
      {&paper, &analysis.requirements, &planned.plan, &planned.config, &analysis.specs}, options,
      &context.caller, context.events, context.cancel);

  const agents::FilesByPath files = verify::load_repo(options.repo);
  auto provenance = agents::trace_provenance(files, agents::project_files(paper, planned, analysis));
  mark_repaired(provenance, verify::load_repo(options.snapshot0), files);
  write_file_atomic(options.repo / "provenance.jsonl", agents::provenance_jsonl(provenance));

  std::set<std::string> paths;
  for (const auto& [path, text] : files) paths.insert(path);
  context.store.write_artefact(
      layout::kVerdicts,
      pretty_json(artefacts::to_json(judge_requirements(analysis.requirements, provenance, report, paths))));
  context.store.write_artefact(layout::kVerify, pretty_json(artefacts::to_json(report)));
  if (!fs::exists(options.ledger)) context.store.write_artefact(layout::kLedger, "");
  context.store.set_meta("level", report.level);
  return {std::string(layout::kVerify), std::string(layout::kVerdicts), std::string(layout::kLedger),
          std::string(layout::kRepo) + "/provenance.jsonl"};
}

}  // namespace p2c::run
