// Stage 4: the repository as first emitted: files of the model, project files, free fixes, provenance.
#include "agents/generator/generator.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "artefacts/layout.h"
#include "base/files.h"
#include "base/json.h"
#include "python/source_facts.h"
#include "run/artefact_files.h"
#include "run/directory_draft.h"
#include "run/stage.h"
#include "verify/static_checks.h"

namespace p2c::run {
namespace {

constexpr int kFixPasses =
    4;  // a fix may uncover another finding; more passes than kinds of fixes that chain find nothing new

// The gate of one file: errors of the static checks in that file, given what is written so far and what code
// writes itself.
agents::FileGate make_gate(const agents::PlannerResult& planned, agents::FilesByPath provided) {
  return
      [&planned, provided = std::move(provided)](const agents::FilesByPath& files, const std::string& path) {
        agents::FilesByPath all = files;
        all.insert(provided.begin(), provided.end());  // what is in `files` already stays
        const auto facts_by_path = python::facts_of_repository(all);
        std::vector<std::string> sentences;
        for (const artefacts::Finding& finding :
             verify::run_static_checks({all, facts_by_path, &planned.plan, &planned.config})) {
          // What code mends by itself needs no question to the model.
          if (finding.file != path || finding.severity != "error" || finding.fix == "auto") continue;
          sentences.push_back(fmt::format("line {}: {} ({}){}", finding.line, finding.message, finding.check,
                                          finding.suggestion.empty() ? "" : ". " + finding.suggestion));
        }
        return sentences;
      };
}

// Fixes that need no model, until nothing changes. They are part of generation, not of repair.
std::vector<verify::AppliedFix> fix_freely(agents::FilesByPath& files, const agents::PlannerResult& planned) {
  std::vector<verify::AppliedFix> applied;
  for (int pass = 0; pass < kFixPasses; ++pass) {
    const auto facts_by_path = python::facts_of_repository(files);
    const verify::CheckInput input{files, facts_by_path, &planned.plan, &planned.config};
    const std::vector<artefacts::Finding> findings = verify::run_static_checks(input);
    agents::FilesByPath changed = files;
    const auto fixes = verify::apply_auto_fixes(changed, findings, input);
    if (changed == files) break;
    files = std::move(changed);
    applied.insert(applied.end(), fixes.begin(), fixes.end());
  }
  return applied;
}

Json summary_of(const agents::GeneratorResult& result, const std::vector<verify::AppliedFix>& fixes) {
  Json summary{{"schema_version", 1},
               {"files", Json::array()},
               {"warnings", result.warnings},
               {"fixes", Json::array()}};
  for (const auto& [path, text] : result.files) {
    summary["files"].push_back(Json{{"path", path}, {"bytes", text.size()}});
  }
  for (const verify::AppliedFix& fix : fixes) {
    summary["fixes"].push_back(
        Json{{"file", fix.file}, {"check", fix.finding.check}, {"message", fix.finding.message}});
  }
  return summary;
}

}  // namespace

std::vector<std::string> run_generator(StageContext& context) {
  namespace layout = artefacts::layout;
  const fs::path& directory = context.store.directory();
  const paper::PaperDoc paper = read_paper_artefact(directory);
  agents::PlannerResult planned = read_planner_result(directory);
  const agents::AnalyzerResult analysis = read_analyzer_result(directory, planned.plan);
  planned.config = analysis.config;  // file specifications may have asked for further keys
  const agents::FilesByPath templates = agents::project_files(paper, planned, analysis);

  agents::GeneratorOptions options;
  options.jobs = context.options.jobs;
  options.gate = make_gate(planned, templates);
  agents::GeneratorResult result = agents::generate(paper, planned, analysis, options, context.caller);
  const auto fixes = fix_freely(result.files, planned);
  result.provenance = agents::trace_provenance(result.files, templates);
  result.files["provenance.jsonl"] = agents::provenance_jsonl(result.provenance);

  // The first emission is what verification starts from, each time it starts; repo/ is its copy to look at
  // and to repair.
  DirectoryDraft snapshot(directory, layout::kSnapshot0);
  snapshot.write_all(result.files);
  snapshot.commit();
  DirectoryDraft repo(directory, layout::kRepo);
  repo.write_all(result.files);
  repo.commit();
  context.store.write_artefact(layout::kGenerated, pretty_json(summary_of(result, fixes)));
  for (const std::string& warning : result.warnings) {
    context.events.emit({"", "generator", "gate", "warning", Json{{"message", warning}}});
  }
  return {std::string(layout::kGenerated), std::string(layout::kSnapshot0)};
}

}  // namespace p2c::run
