#include "agents/planner/planner.h"

#include "agents/planner/calls.h"

namespace p2c::agents {

PlannerResult plan_repository(const paper::PaperDoc& paper, const PlannerOptions& options, llm::Caller& caller) {
  PlannerResult result;
  result.requirements = planner::reconcile(paper, planner::extract(paper, options.jobs, caller), caller);
  result.figures = planner::read_figures(paper, result.requirements);
  result.plan = planner::plan_files(paper, result.requirements, result.figures, options.framework, caller);
  planner::plan_contract(paper, result.requirements, result.plan, caller);
  planner::assign_owners(result.requirements, result.plan, caller);
  result.config = planner::plan_config(result.requirements, result.plan, caller);
  return result;
}

}  // namespace p2c::agents
