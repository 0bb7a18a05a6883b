#include "agents/analyzer/analyzer.h"

#include <fmt/format.h>

#include "agents/analyzer/calls.h"
#include "agents/common_prefix.h"
#include "agents/prompt.h"
#include "base/text.h"

namespace p2c::agents {
namespace {

// A3: all specifications against each other. What does not fit is asked again, one file at a time, once.
void cross_check(const paper::PaperDoc& paper, const PlannerResult& planned, llm::Caller& caller, AnalyzerResult& result) {
  std::string prefix;
  for (artefacts::FileSpec& spec : result.specs) {
    const auto problems = analyzer::check_spec(spec, planned.plan, result.config, result.specs);
    if (problems.empty()) continue;
    if (prefix.empty()) prefix = common_prefix(paper, result.requirements, planned.plan, result.config);
    std::string dependencies;
    const auto* file = planned.plan.find(spec.path);
    for (const auto& other : result.specs) {
      for (const std::string& d : file->depends_on) {
        if (d == other.path) dependencies += spec_signatures(other);
      }
    }
    llm::Question question = render_prompt("analyzer_file_fix", {{"common", prefix},
                                                                 {"path", spec.path},
                                                                 {"problems", "- " + join(problems, "\n- ")},
                                                                 {"spec", spec_json(spec, true)},
                                                                 {"dependencies", dependencies.empty() ? "(none)" : dependencies}});
    question.label = {"analyzer", "A3", spec.path, 0};
    question.expected_tokens = 4000;
    const auto answer = caller.ask_json(question, prompt_schema("analyzer_file_fix"), "analyzer_file_fix");
    artefacts::FileSpec fixed = analyzer::spec_from_answer(answer.value, spec.path);
    const auto left = analyzer::check_spec(fixed, planned.plan, result.config, result.specs);
    if (left.size() >= problems.size()) {
      spec.notes += fmt::format(" Unresolved: {}", join(problems, "; "));
      continue;
    }
    if (!left.empty()) fixed.notes += fmt::format(" Unresolved: {}", join(left, "; "));
    spec = std::move(fixed);
  }
}

}  // namespace

AnalyzerResult analyze(const paper::PaperDoc& paper, const PlannerResult& planned, int jobs, llm::Caller& caller) {
  AnalyzerResult result;
  analyzer::analyze_sections(paper, planned, jobs, caller, result);
  analyzer::specify_files(paper, planned, jobs, caller, result);
  cross_check(paper, planned, caller, result);
  return result;
}

}  // namespace p2c::agents
