// A2: one specification a file, checked against the plan and the configuration it leans on.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "agents/analyzer/calls.h"
#include "agents/common_prefix.h"
#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "base/parallel.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::agents {

using artefacts::FileSpec;

std::vector<const artefacts::Requirement*> requirements_of(const artefacts::Requirements& requirements, const std::string& path) {
  std::vector<const artefacts::Requirement*> out;
  for (const auto& r : requirements.requirements) {
    if (r.scope == "in" && r.owner == path) out.push_back(&r);
  }
  for (const auto& r : requirements.requirements) {
    if (r.scope == "in" && r.owner != path && std::find(r.consumers.begin(), r.consumers.end(), path) != r.consumers.end()) out.push_back(&r);
  }
  return out;
}

std::vector<std::string> formulas_of(const artefacts::SectionMap& map, const std::string& path) {
  std::vector<std::string> out;
  for (const auto& section : map.sections) {
    if (std::find(section.files.begin(), section.files.end(), path) == section.files.end()) continue;
    out.insert(out.end(), section.equations.begin(), section.equations.end());
  }
  return out;
}

std::string decisions_for(const artefacts::Decisions& decisions, const std::string& path, const std::vector<std::string>& reqs) {
  std::string out;
  for (const auto& d : decisions.decisions) {
    const bool touches = std::any_of(d.reqs.begin(), d.reqs.end(), [&](const std::string& id) { return std::find(reqs.begin(), reqs.end(), id) != reqs.end(); });
    if (!touches && std::find(d.affects.begin(), d.affects.end(), path) == d.affects.end()) continue;
    out += fmt::format("{}: {} -> {} ({}): {}\n", d.id, d.question, d.choice, d.basis, d.rationale);
  }
  return out.empty() ? "(none)" : out;
}

std::string spec_json(const FileSpec& spec, bool with_tests) {
  Json json = artefacts::to_json(spec);
  json.erase("schema_version");
  if (!with_tests) json.erase("tests");
  for (auto it = json.begin(); it != json.end();) {
    it = (it->is_array() || it->is_string()) && it->empty() ? json.erase(it) : std::next(it);
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

const FileSpec* find_spec(const AnalyzerResult& analysis, const std::string& path) {
  const auto it = std::find_if(analysis.specs.begin(), analysis.specs.end(), [&](const FileSpec& spec) { return spec.path == path; });
  return it == analysis.specs.end() ? nullptr : &*it;
}

std::string spec_signatures(const FileSpec& spec) {
  std::string out = fmt::format("`{}`: {}\n", spec.path, spec.summary);
  for (const auto& symbol : spec.symbols) {
    out += fmt::format("  {}{}{}\n", symbol.name.find('.') != std::string::npos ? symbol.name + ": " : "", symbol.signature,
                       symbol.doc.empty() ? "" : "  # " + collapse_whitespace(symbol.doc));
  }
  return out;
}

}  // namespace p2c::agents

namespace p2c::agents::analyzer {
namespace {

using artefacts::ConfigEntry;

std::string module_path(const std::string& module) { return replace_all(module, ".", "/") + ".py"; }

// Files reachable through depends_on: what may be imported.
std::set<std::string> reachable(const artefacts::Plan& plan, const std::string& path) {
  std::set<std::string> seen;
  std::vector<std::string> todo{path};
  while (!todo.empty()) {
    const std::string at = todo.back();
    todo.pop_back();
    const auto* file = plan.find(at);
    if (file == nullptr) continue;
    for (const std::string& next : file->depends_on) {
      if (seen.insert(next).second) todo.push_back(next);
    }
  }
  return seen;
}

// "MAX_ATOMS: tuple[int, ...] = (1, 2)" or "RATE = 0.5": a constant, which is no signature of a function or class.
bool is_constant(std::string_view text) {
  static const std::regex form(R"(\s*[A-Za-z_][\w.]*\s*(:[^=]*)?(=[^=][^]*)?)");
  for (const std::string_view word : {"def ", "class ", "async ", "@"}) {
    if (trim(text).starts_with(word)) return false;
  }
  return text.size() < 2000 && std::regex_match(text.begin(), text.end(), form);
}

// Ranks of all bracketed shapes in free text: "[n, A] per molecule, [N, A] per batch" has one, 2.
std::set<std::ptrdiff_t> ranks_in(std::string_view text) {
  std::set<std::ptrdiff_t> ranks;
  int depth = 0;
  std::ptrdiff_t commas = 0;
  bool empty = true;
  for (const char c : text) {
    if (c == '[' && depth++ == 0) {
      commas = 0;
      empty = true;
    } else if (c == ']' && depth > 0 && --depth == 0) {
      ranks.insert(empty ? 0 : commas + 1);
    } else if (depth == 1) {
      commas += c == ',';
      empty = empty && c == ' ';
    }
  }
  return ranks;
}

}  // namespace

FileSpec spec_from_answer(const Json& answer, const std::string& path) {
  auto spec = artefacts::from_json<FileSpec>(answer, path);
  spec.schema_version = 1;
  spec.path = path;
  int n = 0;
  for (auto& step : spec.steps) step.n = ++n;
  return spec;
}

std::vector<ConfigEntry> missing_config(const Json& answer) {
  std::vector<ConfigEntry> out;
  for (const auto& row : answer.value("missing_config", Json::array())) {
    ConfigEntry entry;
    entry.key = optional_string(row, "key");
    entry.type = optional_string(row, "type");
    entry.value = row.contains("value") ? row["value"] : Json();
    if (row.contains("smoke") && row["smoke"] != entry.value) entry.smoke = row["smoke"];
    entry.doc = optional_string(row, "doc");
    entry.status = "decision";
    if (entry.key.empty() || entry.value.is_null()) continue;
    out.push_back(std::move(entry));
  }
  return out;
}

std::vector<std::string> check_spec(const FileSpec& spec, const artefacts::Plan& plan, const artefacts::Config& config,
                                    const std::vector<FileSpec>& known) {
  std::vector<std::string> problems;
  const artefacts::PlannedFile* file = plan.find(spec.path);
  if (file == nullptr) return {fmt::format("{} is not planned", spec.path)};
  std::set<std::string> names;
  std::vector<std::string> signatures;
  for (const auto& symbol : spec.symbols) {
    names.insert(symbol.name);
    signatures.push_back(symbol.signature);
  }
  for (const auto& planned : file->symbols) {
    // A method may be listed without its class by a hurried author; the name after the dot is then enough.
    const std::string last = planned.name.substr(planned.name.rfind('.') == std::string::npos ? 0 : planned.name.rfind('.') + 1);
    // What a dataclass writes by itself needs no entry of its own.
    const std::size_t dot = planned.name.rfind('.');
    const bool given = dot != std::string::npos && last.starts_with("__") && names.contains(planned.name.substr(0, dot));
    if (!given && !names.contains(planned.name) && !(planned.kind == "method" && names.contains(last))) {
      problems.push_back(fmt::format("the planned symbol {} is missing from symbols", planned.name));
    }
  }
  const auto parsed = python::parse_signatures(signatures);
  for (std::size_t i = 0; i < parsed.size() && i < spec.symbols.size(); ++i) {
    const std::string& text = spec.symbols[i].signature;
    if (parsed[i].name.empty() && !is_constant(text) && (contains(text, "def ") || contains(text, "class ") || contains(text, "("))) {
      problems.push_back(fmt::format("the signature \"{}\" of {} is no Python", text, spec.symbols[i].name));
    }
  }
  const std::set<std::string> allowed = reachable(plan, spec.path);
  for (const auto& import : spec.imports) {
    std::string module = import.module;
    if (module.starts_with(".")) {
      problems.push_back(fmt::format("import {}: use absolute imports ({}.x)", module, plan.package));
      continue;
    }
    if (module != plan.package && !module.starts_with(plan.package + ".")) continue;
    const std::string path = module_path(module);
    if (path == plan.package + "/config.py" || path == plan.package + "/runtime.py") continue;
    if (module == plan.package) {
      problems.push_back(fmt::format("import {}: name the module, the package itself exports nothing", module));
      continue;
    }
    if (plan.find(path) == nullptr) {
      problems.push_back(fmt::format("import {}: {} is not planned", module, path));
      continue;
    }
    if (!allowed.contains(path)) {
      problems.push_back(fmt::format("import {}: {} does not depend on {} in the plan", module, spec.path, path));
      continue;
    }
    for (const FileSpec& other : known) {
      if (other.path != path) continue;
      for (const std::string& name : import.names) {
        const bool there = std::any_of(other.symbols.begin(), other.symbols.end(), [&](const auto& s) { return s.name == name; });
        if (!there) problems.push_back(fmt::format("import {}: {} has no symbol {}", module, path, name));
      }
    }
  }
  std::set<std::string> keys;
  for (const auto& entry : config.entries) {
    keys.insert(entry.key);
    for (std::size_t dot = entry.key.find('.'); dot != std::string::npos; dot = entry.key.find('.', dot + 1)) keys.insert(entry.key.substr(0, dot));
  }
  for (const std::string& key : spec.config_keys) {
    if (!keys.contains(key)) problems.push_back(fmt::format("config key {} does not exist; list it under missing_config if it is needed", key));
  }
  for (const auto& shape : spec.shapes) {
    for (const auto& row : plan.data_contract) {
      if (row.name != shape.name || row.shape.empty() || shape.dims.empty()) continue;
      // Both are free text ("[n, A] per molecule, [N, A] per batch", "[B, T] or [T]"): one rank in common is enough.
      const auto here = ranks_in(shape.dims), contract = ranks_in(row.shape);
      if (!here.empty() && !contract.empty() && std::none_of(here.begin(), here.end(), [&](auto r) { return contract.contains(r); })) {
        problems.push_back(fmt::format("shape of {}: {} here, {} in the data contract", shape.name, shape.dims, row.shape));
      }
    }
  }
  if (spec.tests.empty()) problems.push_back("no test is asked for");
  return problems;
}

void specify_files(const paper::PaperDoc& paper, const PlannerResult& planned, int jobs, llm::Caller& caller, AnalyzerResult& result) {
  const artefacts::Plan& plan = planned.plan;
  result.config = planned.config;
  const std::string prefix = common_prefix(paper, result.requirements, plan, planned.config);
  std::vector<FileSpec> specs(plan.files.size());
  std::vector<std::vector<ConfigEntry>> wanted(plan.files.size());
  // All at once: public signatures are the Plan's, which every call sees, and a specification may only refine what lies behind them.
  // Waiting for the specifications of dependencies would make this stage as long as the deepest chain of imports and, on the papers
  // tried, changed no signature. What still differs is found by the cross-check afterwards.
  parallel_for(plan.files.size(), jobs, [&](std::size_t i) {
    const artefacts::PlannedFile& file = plan.files[i];
    const auto reqs = requirements_of(result.requirements, file.path);
    std::vector<std::string> ids;
    for (const auto* r : reqs) ids.push_back(r->id);
    std::string symbols, contract, dependencies, dependents;
    for (const auto& s : file.symbols) symbols += fmt::format("- {}: {}  # {}\n", s.name, s.signature, s.doc);
    for (const auto& row : plan.data_contract) {
      if (row.producer != file.path && std::find(row.consumers.begin(), row.consumers.end(), file.path) == row.consumers.end()) continue;
      contract += fmt::format("- {}: {} {}, made by {}: {}\n", row.name, row.dtype, row.shape, row.producer, row.meaning);
    }
    for (const std::string& path : reachable(plan, file.path)) dependencies += fmt::format("- `{}` (signatures in the shared part above)\n", path);
    for (const auto& other : plan.files) {
      if (std::find(other.depends_on.begin(), other.depends_on.end(), file.path) != other.depends_on.end()) {
        dependents += fmt::format("- `{}`: {}\n", other.path, other.purpose);
      }
    }
    const auto or_none = [](std::string text) { return text.empty() ? std::string("(none)") : text; };
    llm::Question question = render_prompt("analyzer_file", {{"common", prefix},
                                                             {"path", file.path},
                                                             {"package", plan.package},
                                                             {"purpose", file.purpose},
                                                             {"symbols", or_none(symbols)},
                                                             {"evidence", evidence_text(paper, reqs, formulas_of(result.section_map, file.path))},
                                                             {"decisions", decisions_for(result.decisions, file.path, ids)},
                                                             {"contract", or_none(contract)},
                                                             {"dependencies", or_none(dependencies)},
                                                             {"dependents", or_none(dependents)}});
    question.label = {"analyzer", "A2", file.path, 0};
    question.expected_tokens = 4000;
    const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("analyzer_file"), "analyzer_file", [&](const Json& value) {
      artefacts::Config with_missing = planned.config;
      for (ConfigEntry& entry : missing_config(value)) with_missing.entries.push_back(std::move(entry));
      return check_spec(spec_from_answer(value, file.path), plan, with_missing, {});
    });
    specs[i] = spec_from_answer(answer.value, file.path);
    wanted[i] = missing_config(answer.value);
    if (!answer.problems.empty()) specs[i].notes += " Unresolved: " + join(answer.problems, "; ");
  });
  // Keys that specifications asked for enter the configuration once, in build order.
  std::set<std::string> keys;
  for (const auto& entry : result.config.entries) keys.insert(entry.key);
  const auto clashes = [&](const std::string& key) {
    return std::any_of(keys.begin(), keys.end(), [&](const std::string& other) { return other.starts_with(key + ".") || key.starts_with(other + "."); });
  };
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (ConfigEntry& entry : wanted[i]) {
      if (std::find(specs[i].config_keys.begin(), specs[i].config_keys.end(), entry.key) == specs[i].config_keys.end()) specs[i].config_keys.push_back(entry.key);
      if (keys.contains(entry.key) || clashes(entry.key)) continue;
      keys.insert(entry.key);
      result.config.entries.push_back(std::move(entry));
    }
  }
  result.specs = std::move(specs);
}

}  // namespace p2c::agents::analyzer
