// Stage 2: requirements, figure graphs, plan with its file graph, config.
#include "agents/planner/planner.h"

#include <string>

#include "artefacts/layout.h"
#include "base/json.h"
#include "run/artefact_files.h"
#include "run/directory_draft.h"
#include "run/file_graph_svg.h"
#include "run/stage.h"

namespace p2c::run {

std::vector<std::string> run_planner(StageContext& context) {
  namespace layout = artefacts::layout;
  const paper::PaperDoc paper = read_paper_artefact(context.store.directory());
  const agents::PlannerResult planned =
      agents::plan_repository(paper, {context.options.framework, context.options.jobs}, context.caller);

  DirectoryDraft draft(context.store.directory(), "plan");
  const auto write = [&](std::string_view path, const std::string& text) {
    draft.write(path.substr(std::string_view("plan/").size()), text);
  };
  write(layout::kRequirements, pretty_json(artefacts::to_json(planned.requirements)));
  write(layout::kFigureGraphs, pretty_json(artefacts::to_json(planned.figures)));
  write(layout::kPlan, pretty_json(artefacts::to_json(planned.plan)));
  write(layout::kConfig, pretty_json(artefacts::to_json(planned.config)));
  write(layout::kFileGraphSvg, file_graph_svg(planned.plan, context.cancel));
  draft.commit();
  return {"plan"};
}

}  // namespace p2c::run
