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
      // `from pkg import module` names modules.
      const bool modules = import.module == package && std::all_of(import.names.begin(), import.names.end(), [&](const std::string& name) {
        return interfaces.contains(package + "/" + name + ".py");
      });
      if (!modules) problems.push_back(fmt::format("line {}: {} is not among the interfaces shown; build the inputs without it", import.line, import.module));
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

llm::CodeAnswer write_test(const WritingContext& context, const artefacts::PlannedFile& file, const FilesByPath& files) {
  const artefacts::Plan& plan = context.planned.plan;
  const artefacts::FileSpec& spec = *find_spec(context.analysis, file.path);
  std::map<std::string, std::string> sources;
  for (const auto& [path, text] : files) {
    if (path.ends_with(".py") && path.starts_with(plan.package + "/")) sources[path] = text;
  }
  const auto interfaces = python::read_sources(sources);
  const std::string test_path = test_path_of(file.path);
  const auto reqs = requirements_of(context.analysis.requirements, file.path);
  std::vector<std::string> ids;
  for (const auto* r : reqs) ids.push_back(r->id);
  std::string others;  // what the file is built on, in build order
  for (const auto& other : plan.files) {
    if (other.path == file.path || !interfaces.contains(other.path)) continue;
    others += fmt::format("# {}\n```python\n{}```\n\n", other.path, python::interface_card(interfaces.at(other.path)));
  }
  Json tests = Json::array();
  for (const auto& test : spec.tests) tests.push_back(artefacts::to_json(test));
  llm::Question question =
      render_prompt("generator_tests", {{"common", context.prefix},
                                        {"path", file.path},
                                        {"test_path", test_path},
                                        {"tests", tests.dump(1)},
                                        {"interface", fmt::format("```python\n{}```", python::interface_card(interfaces.at(file.path)))},
                                        {"interfaces", others.empty() ? "(none)" : others},
                                        {"evidence", evidence_text(context.paper, reqs, formulas_of(context.analysis.section_map, file.path))},
                                        {"decisions", decisions_for(context.analysis.decisions, file.path, ids)}});
  question.label = {"generator", "G2", file.path, 0};
  question.expected_tokens = 3500;
  return context.caller.ask_code(question, [&](const std::string& code) {
    const auto facts = python::read_sources({{test_path, code}});
    auto problems = check_tests(facts.at(test_path), code, interfaces, plan.package);
    if (context.options.gate && facts.at(test_path).parsed) {
      FilesByPath with = files;
      with[test_path] = code;
      for (std::string& problem : context.options.gate(with, test_path)) problems.push_back(std::move(problem));
    }
    return problems;
  });
}

}  // namespace p2c::agents::generator
