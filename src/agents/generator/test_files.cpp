// G2: tests from the paper and the interface; the body stays hidden from the one who writes them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "agents/analyzer/calls.h"
#include "agents/common_prefix.h"
#include "agents/generator/calls.h"
#include "agents/paper_view.h"
#include "agents/prompt.h"
#include "base/parallel.h"
#include "base/text.h"

namespace p2c::agents::generator {

std::string test_path_of(const std::string& path) {
  auto parts = split(path, '/');
  if (parts.size() > 1) parts.erase(parts.begin());
  return "tests/test_" + join(parts, "_");
}

std::vector<std::string> check_tests(const python::SourceFacts& facts, const std::string& code, const std::map<std::string, python::SourceFacts>& interfaces,
                                     const std::string& package) {
  if (!facts.parsed) return {fmt::format("the file does not parse: {} (line {})", facts.syntax_error, facts.syntax_line)};
  std::vector<std::string> problems;
  static const std::regex tag(R"(\[[^\]\n]*\b(R-\d+|[EATFC]\d+|D-\d+)[^\]\n]*\])");
  const auto lines = split_lines(code);
  int tests = 0;
  for (const auto& d : facts.definitions) {
    const std::string name = d.name.substr(d.name.rfind('.') == std::string::npos ? 0 : d.name.rfind('.') + 1);
    if (!name.starts_with("test_") || (d.kind != "function" && d.kind != "method")) continue;
    ++tests;
    std::string body;
    for (int line = d.line; line <= d.end_line && line <= static_cast<int>(lines.size()); ++line) {
      body.append(lines[static_cast<std::size_t>(line - 1)]).push_back('\n');
    }
    if (!std::regex_search(body, tag)) problems.push_back(fmt::format("{} names no requirement, equation or algorithm line in square brackets", d.name));
    const bool asserts = contains(body, "assert") || contains(body, "pytest.raises");
    if (!asserts) problems.push_back(fmt::format("{} asserts nothing", d.name));
  }
  if (tests == 0) problems.push_back("there is no test function");
  for (const std::string_view mark : {"pytest.skip", "importorskip", "xfail", "skipif", "unittest.skip"}) {
    if (contains(code, mark)) problems.push_back(fmt::format("{} is not allowed: a test runs or it fails", mark));
  }
  for (const auto& import : facts.imports) {
    if (import.level > 0) problems.push_back("relative import in a test file");
    if (import.module != package && !import.module.starts_with(package + ".")) continue;
    const std::string path = replace_all(import.module, ".", "/") + ".py";
    const auto it = interfaces.find(path);
    if (it == interfaces.end()) {
      if (!import.names.empty() || import.module != package) problems.push_back(fmt::format("line {}: there is no module {}", import.line, import.module));
      continue;
    }
    for (const std::string& name : import.names) {
      const auto& definitions = it->second.definitions;
      const bool there = name == "*" || std::any_of(definitions.begin(), definitions.end(), [&](const auto& d) { return d.name == name; });
      if (!there) problems.push_back(fmt::format("line {}: {} defines no {}", import.line, path, name));
    }
  }
  return problems;
}

void write_tests(const paper::PaperDoc& paper, const PlannerResult& planned, const AnalyzerResult& analysis, const GeneratorOptions& options,
                 llm::Caller& caller, GeneratorResult& result) {
  const artefacts::Plan& plan = planned.plan;
  const std::string prefix = common_prefix(paper, analysis.requirements, plan, analysis.config);
  std::map<std::string, std::string> sources;
  for (const auto& [path, text] : result.files) {
    if (path.ends_with(".py") && path.starts_with(plan.package + "/")) sources[path] = text;
  }
  const auto interfaces = python::read_sources(sources);
  std::vector<const artefacts::FileSpec*> wanted;
  for (const auto& spec : analysis.specs) {
    if (!spec.tests.empty() && interfaces.contains(spec.path)) wanted.push_back(&spec);
  }
  std::vector<llm::CodeAnswer> answers(wanted.size());
  parallel_for(wanted.size(), options.jobs, [&](std::size_t i) {
    const artefacts::FileSpec& spec = *wanted[i];
    const artefacts::PlannedFile& file = *plan.find(spec.path);
    const std::string test_path = test_path_of(spec.path);
    const auto reqs = requirements_of(analysis.requirements, spec.path);
    std::vector<std::string> ids;
    for (const auto* r : reqs) ids.push_back(r->id);
    std::string others;
    std::set<std::string> shown{spec.path};
    std::vector<std::string> todo(file.depends_on.begin(), file.depends_on.end());
    while (!todo.empty()) {
      const std::string path = todo.back();
      todo.pop_back();
      if (!shown.insert(path).second || !interfaces.contains(path)) continue;
      others += fmt::format("# {}\n```python\n{}```\n\n", path, python::interface_card(interfaces.at(path)));
      if (const auto* next = plan.find(path)) todo.insert(todo.end(), next->depends_on.begin(), next->depends_on.end());
    }
    Json tests = Json::array();
    for (const auto& test : spec.tests) tests.push_back(artefacts::to_json(test));
    llm::Question question = render_prompt("generator_tests", {{"common", prefix},
                                                               {"path", spec.path},
                                                               {"test_path", test_path},
                                                               {"tests", tests.dump(1)},
                                                               {"interface", fmt::format("```python\n{}```", python::interface_card(interfaces.at(spec.path)))},
                                                               {"interfaces", others.empty() ? "(none)" : others},
                                                               {"evidence", evidence_text(paper, reqs, formulas_of(analysis.section_map, spec.path))},
                                                               {"decisions", decisions_for(analysis.decisions, spec.path, ids)}});
    question.label = {"generator", "G2", spec.path, 0};
    question.expected_tokens = 3500;
    answers[i] = caller.ask_code(question, [&](const std::string& code) {
      const auto facts = python::read_sources({{test_path, code}});
      auto problems = check_tests(facts.at(test_path), code, interfaces, plan.package);
      if (options.gate && facts.at(test_path).parsed) {
        FilesByPath with = result.files;
        with[test_path] = code;
        for (std::string& problem : options.gate(with, test_path)) problems.push_back(std::move(problem));
      }
      return problems;
    });
  });
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string path = test_path_of(wanted[i]->path);
    for (const std::string& problem : answers[i].problems) result.warnings.push_back(path + ": " + problem);
    result.files[path] = std::move(answers[i].code);
  }
}

}  // namespace p2c::agents::generator
