#include "agents/generator/generator.h"

#include "agents/generator/calls.h"

namespace p2c::agents {

GeneratorResult generate(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis,
                         const GeneratorOptions& options, llm::Caller& caller) {
  GeneratorResult result;
  const FilesByPath templates = project_files(paper, planned, analysis);
  result.files = templates;
  generator::write_sources(paper, planned, analysis, options, caller, result);
  generator::write_tests(paper, planned, analysis, options, caller, result);
  result.provenance = trace_provenance(result.files, templates);
  result.files["provenance.jsonl"] = provenance_jsonl(result.provenance);
  return result;
}

}  // namespace p2c::agents
