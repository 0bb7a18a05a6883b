// The schedule of the Generator: each file as soon as what it imports is written, its tests as soon as it is written itself.
#include "agents/generator/generator.h"

#include <algorithm>
#include <map>
#include <set>

#include "agents/analyzer/calls.h"
#include "agents/common_prefix.h"
#include "agents/generator/calls.h"
#include "base/parallel.h"

namespace p2c::agents {
namespace {

// Everything a file imports, directly or not.
std::set<std::size_t> closure_of(const DependencyGraph& graph, std::size_t file) {
  std::set<std::size_t> seen;
  std::vector<std::size_t> todo = graph[file];
  while (!todo.empty()) {
    const std::size_t at = todo.back();
    todo.pop_back();
    if (!seen.insert(at).second) continue;
    todo.insert(todo.end(), graph[at].begin(), graph[at].end());
  }
  return seen;
}

}  // namespace

GeneratorResult generate(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis,
                         const GeneratorOptions& options, llm::Caller& caller) {
  GeneratorResult result;
  const FilesByPath templates = project_files(paper, planned, analysis);
  const artefacts::Plan& plan = planned.plan;
  const generator::WritingContext context{paper, planned, analysis, options, caller,
                                          common_prefix(paper, analysis.requirements, plan, analysis.config), templates};
  const std::size_t count = plan.files.size();
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < count; ++i) index[plan.files[i].path] = i;
  // Pieces 0 .. count-1 are the sources, count .. 2*count-1 their tests.
  DependencyGraph pieces(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    for (const auto& dependency : plan.files[i].depends_on) pieces[i].push_back(index.at(dependency));
    pieces[count + i] = {i};
  }
  std::vector<llm::CodeAnswer> answers(2 * count);
  std::vector<bool> tested(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    const artefacts::FileSpec* spec = find_spec(analysis, plan.files[i].path);
    tested[i] = spec != nullptr && !spec->tests.empty();
  }
  parallel_in_order(pieces, options.jobs, [&](std::size_t piece) {
    const std::size_t i = piece % count;
    if (piece >= count && !tested[i]) return;
    FilesByPath files = templates;
    for (const std::size_t dependency : closure_of(pieces, i)) files[plan.files[dependency].path] = answers[dependency].code;
    if (piece < count) {
      answers[piece] = generator::write_source(context, plan.files[i], files);
    } else {
      files[plan.files[i].path] = answers[i].code;
      answers[piece] = generator::write_test(context, plan.files[i], files);
    }
  });

  result.files = templates;
  for (std::size_t piece = 0; piece < 2 * count; ++piece) {
    const std::size_t i = piece % count;
    if (piece >= count && !tested[i]) continue;
    const std::string path = piece < count ? plan.files[i].path : generator::test_path_of(plan.files[i].path);
    for (const std::string& problem : answers[piece].problems) result.warnings.push_back(path + ": " + problem);
    result.files[path] = std::move(answers[piece].code);
  }
  result.provenance = trace_provenance(result.files, templates);
  result.files["provenance.jsonl"] = provenance_jsonl(result.provenance);
  return result;
}

}  // namespace p2c::agents
