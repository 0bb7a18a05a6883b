// G1: one file at a time, dependencies first, each held against its specification and against the files already there.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agents/analyzer/calls.h"
#include "agents/common_prefix.h"
#include "agents/generator/calls.h"
#include "agents/paper_view.h"
#include "agents/prompt.h"
#include "base/error.h"
#include "base/text.h"

namespace p2c::agents::generator {
namespace {

// A dependency up to this size is shown in full; of a larger one the interface card says what a caller needs (spec 5.2).
constexpr std::int64_t kFullTextTokens = 1500;

std::string interfaces_of(const artefacts::Plan& plan, const artefacts::PlannedFile& file, const FilesByPath& files) {
  std::map<std::string, std::string> large;
  std::string out;
  for (const std::string& dependency : file.depends_on) {
    const auto it = files.find(dependency);
    if (it == files.end() || plan.find(dependency) == nullptr) continue;
    if (llm::estimate_tokens(it->second) <= kFullTextTokens) {
      out += fmt::format("# {} (whole file)\n```python\n{}```\n\n", dependency, it->second);
    } else {
      large[dependency] = it->second;
    }
  }
  for (const auto& [path, facts] : python::read_sources(large)) {
    out += fmt::format("# {} (interface)\n```python\n{}```\n\n", path, python::interface_card(facts));
  }
  return out.empty() ? "(none)" : out;
}

std::string last_name(const std::string& qualified) {
  const std::size_t dot = qualified.rfind('.');
  return dot == std::string::npos ? qualified : qualified.substr(dot + 1);
}

const python::Definition* find_definition(const python::SourceFacts& facts, const std::string& name) {
  for (const auto& d : facts.definitions) {
    if (d.name == name) return &d;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> check_declarations(const artefacts::FileSpec& spec, const artefacts::PlannedFile& planned, const python::SourceFacts& facts) {
  std::vector<std::string> problems;
  if (!facts.parsed) return {fmt::format("the file does not parse: {} (line {})", facts.syntax_error, facts.syntax_line)};
  std::map<std::string, std::string> wanted;  // name -> signature; the specification refines the plan
  for (const auto& symbol : planned.symbols) wanted[symbol.name] = symbol.signature;
  for (const auto& symbol : spec.symbols) {
    const bool method_without_class = wanted.find(symbol.name) == wanted.end() &&
                                      std::any_of(wanted.begin(), wanted.end(), [&](const auto& w) { return w.first.ends_with("." + symbol.name); });
    if (!method_without_class && !symbol.name.starts_with("_")) wanted[symbol.name] = symbol.signature;
  }
  std::vector<std::string> names, signatures;
  for (const auto& [name, signature] : wanted) {
    names.push_back(name);
    signatures.push_back(signature);
  }
  const auto parsed = python::parse_signatures(signatures);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const python::Definition* found = find_definition(facts, names[i]);
    if (found == nullptr) {
      const std::size_t dot = names[i].rfind('.');
      // An inherited or generated member (dataclass __init__, NamedTuple field) has no definition of its own.
      if (dot != std::string::npos && find_definition(facts, names[i].substr(0, dot)) != nullptr) {
        const std::string member = last_name(names[i]);
        if (member.starts_with("__") || !contains(signatures[i], "def ")) continue;
      }
      if (dot == std::string::npos && !contains(signatures[i], "def ") && !contains(signatures[i], "class ")) {
        if (std::any_of(facts.definitions.begin(), facts.definitions.end(), [&](const auto& d) { return d.name == names[i]; })) continue;
      }
      problems.push_back(fmt::format("{} ({}) is promised by the specification and not defined", names[i], signatures[i]));
      continue;
    }
    if (i >= parsed.size() || parsed[i].name.empty() || found->kind == "class" || parsed[i].kind == "class") continue;
    std::set<std::string> have;
    bool takes_anything = false;
    for (const auto& p : found->params) {
      have.insert(p.name);
      takes_anything |= p.kind == "var_keyword";
    }
    for (const auto& p : parsed[i].params) {
      if (p.kind == "var_positional" || p.kind == "var_keyword" || p.name == "self" || p.name == "cls") continue;
      if (!have.contains(p.name) && !takes_anything) {
        problems.push_back(fmt::format("{} lacks the parameter {} of its signature ({})", names[i], p.name, signatures[i]));
      }
    }
  }
  return problems;
}

llm::CodeAnswer write_source(const WritingContext& context, const artefacts::PlannedFile& file, const FilesByPath& files) {
  const artefacts::FileSpec* spec = find_spec(context.analysis, file.path);
  if (spec == nullptr) throw Error(ErrorCode::gate, "the Analyzer left no specification of a planned file", {.subject = file.path});
  const auto reqs = requirements_of(context.analysis.requirements, file.path);
  std::vector<std::string> ids;
  for (const auto* r : reqs) ids.push_back(r->id);
  const artefacts::Plan& plan = context.planned.plan;
  llm::Question question =
      render_prompt("generator_source", {{"common", context.prefix},
                                         {"path", file.path},
                                         {"package", plan.package},
                                         {"spec", spec_json(*spec, true)},
                                         {"evidence", evidence_text(context.paper, reqs, formulas_of(context.analysis.section_map, file.path))},
                                         {"decisions", decisions_for(context.analysis.decisions, file.path, ids)},
                                         {"interfaces", interfaces_of(plan, file, files)},
                                         {"framework_rules", prompt_fragment("framework_" + plan.framework)}});
  question.label = {"generator", "G1", file.path, 0};
  question.expected_tokens = std::max(2500, 16 * file.est_lines);
  return context.caller.ask_code(question, [&](const std::string& code) {
    const auto facts = python::read_sources({{file.path, code}});
    auto problems = check_declarations(*spec, file, facts.at(file.path));
    if (context.options.gate && facts.at(file.path).parsed) {
      FilesByPath with = files;
      with[file.path] = code;
      for (std::string& problem : context.options.gate(with, file.path)) problems.push_back(std::move(problem));
    }
    return problems;
  });
}

}  // namespace p2c::agents::generator
