// Stage 3: section map, decisions, one specification a file.
#include "agents/analyzer/analyzer.h"

#include <string>

#include "artefacts/layout.h"
#include "base/files.h"
#include "base/json.h"
#include "run/artefact_files.h"
#include "run/directory_draft.h"
#include "run/stage.h"

namespace p2c::run {

std::vector<std::string> run_analyzer(StageContext& context) {
  namespace layout = artefacts::layout;
  const fs::path& directory = context.store.directory();
  const paper::PaperDoc paper = read_paper_artefact(directory);
  const agents::AnalyzerResult analysis =
      agents::analyze(paper, read_planner_result(directory), context.options.jobs, context.caller);

  DirectoryDraft draft(directory, "analysis");
  const auto write = [&](std::string_view path, const Json& value) {
    draft.write(path.substr(std::string_view("analysis/").size()), pretty_json(value));
  };
  write(layout::kSectionMap, artefacts::to_json(analysis.section_map));
  write(layout::kDecisions, artefacts::to_json(analysis.decisions));
  write(layout::kAnalyzedRequirements, artefacts::to_json(analysis.requirements));
  write(layout::kAnalyzedConfig, artefacts::to_json(analysis.config));
  for (const artefacts::FileSpec& spec : analysis.specs) {
    write(std::string(layout::kFileSpecs) + "/" + spec.path + ".json", artefacts::to_json(spec));
  }
  draft.commit();
  return {"analysis"};
}

}  // namespace p2c::run
