// P4: the files of the repository, their public symbols, entry points and build order.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "agents/provided.h"
#include "base/graph.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::agents::planner {
namespace {

using artefacts::Plan;
using artefacts::PlannedFile;

// Library names that a package or module must not take (spec F05), beside the whole standard library.
const std::set<std::string> kLibraryNames = {
    "torch", "torchvision", "torchaudio", "numpy", "scipy", "pandas", "sklearn", "matplotlib", "datasets", "transformers", "evaluate", "tokenizers",
    "accelerate", "peft", "jax", "flax", "optax", "haiku", "wandb", "tensorboard", "tqdm", "yaml", "pytest", "rdkit", "networkx", "cv2", "PIL",
    "skimage", "gym", "gymnasium", "lightning", "keras", "tensorflow", "einops", "requests", "huggingface_hub", "safetensors", "setuptools", "pip"};

// Modules written by code; a plan may not claim them.
const std::set<std::string> kProvidedStems = {"__init__", "config", "runtime", "conftest"};

bool is_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_standard(const std::string& name) {
  const auto& standard = python::standard_library_modules();
  return std::find(standard.begin(), standard.end(), name) != standard.end();
}

// A package takes a name of its own on the import path, so no library's.
bool is_taken_by_package(const std::string& name) { return kLibraryNames.contains(name) || is_standard(name); }

// A module inside the package is reached as package.module; only a script started by its path puts the folder itself on the
// import path. Then a standard module of the same name breaks every program, a library's only one that imports it: `evaluate` and
// `datasets` are what people call these files, and only Hugging Face code imports those libraries.
bool is_taken_by_module(const std::string& name, const std::string& framework) {
  if (is_standard(name)) return true;
  if (framework != "hf" && (name == "evaluate" || name == "datasets" || name == "tokenizers")) return false;
  return kLibraryNames.contains(name) && name != "evaluate";
}

std::vector<std::string> path_parts(const std::string& path) { return split(path, '/'); }

std::string stem_of(const std::string& path) {
  const auto parts = path_parts(path);
  return parts.back().ends_with(".py") ? parts.back().substr(0, parts.back().size() - 3) : parts.back();
}

DependencyGraph graph_of(const Plan& plan) {
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < plan.files.size(); ++i) index[plan.files[i].path] = i;
  DependencyGraph graph(plan.files.size());
  for (std::size_t i = 0; i < plan.files.size(); ++i) {
    for (const std::string& dependency : plan.files[i].depends_on) {
      if (const auto it = index.find(dependency); it != index.end()) graph[i].push_back(it->second);
    }
  }
  return graph;
}

Plan plan_from(const Json& answer, const std::string& framework) {
  Plan plan;
  plan.framework = framework;
  plan.package = optional_string(answer, "package");
  for (const auto& item : answer.value("files", Json::array())) {
    PlannedFile file;
    file.path = optional_string(item, "path");
    if (file.path.starts_with("./")) file.path = file.path.substr(2);
    file.kind = optional_string(item, "kind", "module");
    file.purpose = optional_string(item, "purpose");
    for (const auto& symbol : item.value("symbols", Json::array())) {
      const std::string signature = optional_string(symbol, "signature");
      const std::string name = optional_string(symbol, "name");
      const bool is_class = signature.starts_with("class") || (signature.starts_with("@") && contains(signature, " class "));
      const std::string kind = is_class ? "class" : name.find('.') != std::string::npos ? "method" : contains(signature, "def ") ? "function" : "constant";
      file.symbols.push_back({name, kind, signature, optional_string(symbol, "doc"), ""});
    }
    file.depends_on = optional_strings(item, "depends_on");
    file.est_lines = static_cast<int>(optional_int(item, "est_lines", 100));
    plan.files.push_back(std::move(file));
  }
  // What the tool writes itself is no planned file, and depending on it needs no edge.
  std::erase_if(plan.files, [&](const PlannedFile& f) { return path_parts(f.path).size() == 2 && kProvidedStems.contains(stem_of(f.path)); });
  for (PlannedFile& f : plan.files) {
    std::erase_if(f.depends_on, [&](const std::string& d) { return kProvidedStems.contains(stem_of(d)); });
  }
  for (const auto& item : answer.value("entry_points", Json::array())) {
    artefacts::EntryPoint entry;
    entry.name = optional_string(item, "name");
    entry.path = optional_string(item, "path");
    entry.purpose = optional_string(item, "purpose");
    entry.profile = "smoke";
    std::string module = entry.path.ends_with(".py") ? entry.path.substr(0, entry.path.size() - 3) : entry.path;
    module = replace_all(std::move(module), "/", ".");
    entry.command = fmt::format("python -m {} --config configs/smoke.yaml --output outputs/{}", module, entry.name);
    plan.entry_points.push_back(std::move(entry));
  }
  for (const std::string& question : optional_strings(answer, "open_questions")) plan.open_questions.push_back({question, {}});
  return plan;
}

}  // namespace

std::vector<std::string> check_files(const Plan& plan) {
  std::vector<std::string> problems;
  if (!is_identifier(plan.package)) problems.push_back(fmt::format("package \"{}\" is no snake_case Python identifier", plan.package));
  if (is_taken_by_package(plan.package)) problems.push_back(fmt::format("package \"{}\" has the name of a library", plan.package));
  std::set<std::string> paths;
  std::set<std::string> lower_paths;
  for (const PlannedFile& file : plan.files) {
    const auto parts = path_parts(file.path);
    if (parts.size() < 2 || parts.size() > 4 || parts[0] != plan.package || !file.path.ends_with(".py")) {
      problems.push_back(fmt::format("{}: every planned file is a .py file inside {}/", file.path, plan.package));
      continue;
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string name = i + 1 == parts.size() ? stem_of(file.path) : parts[i];
      if (!is_identifier(name)) problems.push_back(fmt::format("{}: \"{}\" is no snake_case identifier", file.path, name));
      if (is_taken_by_module(name, plan.framework)) problems.push_back(fmt::format("{}: \"{}\" is the name of a library or standard module", file.path, name));
    }
    if (!paths.insert(file.path).second || !lower_paths.insert(to_lower(file.path)).second) problems.push_back(fmt::format("{}: planned twice", file.path));
    if (file.symbols.empty()) problems.push_back(fmt::format("{}: no symbol is planned", file.path));
  }
  std::map<std::string, std::string> defined;
  for (const PlannedFile& file : plan.files) {
    std::vector<std::string> signatures;
    for (const auto& symbol : file.symbols) {
      if (symbol.name.find('.') == std::string::npos && symbol.name != "main" && symbol.name != "build_parser" && symbol.name != "parse_args") {
        const auto [it, inserted] = defined.try_emplace(symbol.name, file.path);
        if (!inserted && it->second != file.path) problems.push_back(fmt::format("{}: symbol {} is already defined in {}", file.path, symbol.name, it->second));
      }
      signatures.push_back(symbol.signature);
    }
    const auto parsed = python::parse_signatures(signatures);
    for (std::size_t i = 0; i < parsed.size() && i < file.symbols.size(); ++i) {
      if (parsed[i].name.empty() && file.symbols[i].kind != "constant") {
        problems.push_back(fmt::format("{}: the signature \"{}\" of {} is no Python", file.path, file.symbols[i].signature, file.symbols[i].name));
      }
    }
    for (const std::string& dependency : file.depends_on) {
      if (!paths.contains(dependency)) problems.push_back(fmt::format("{}: depends on {}, which is not planned", file.path, dependency));
      if (dependency == file.path) problems.push_back(fmt::format("{}: depends on itself", file.path));
    }
  }
  std::set<std::string> entry_names;
  for (const auto& entry : plan.entry_points) {
    if (!paths.contains(entry.path)) problems.push_back(fmt::format("entry point {}: {} is not planned", entry.name, entry.path));
    if (!is_identifier(entry.name)) problems.push_back(fmt::format("entry point \"{}\" is no identifier", entry.name));
    entry_names.insert(entry.name);
  }
  for (const char* wanted : {"train", "evaluate"}) {
    if (!entry_names.contains(wanted)) problems.push_back(fmt::format("there is no entry point \"{}\"", wanted));
  }
  if (problems.empty() && !topological_order(graph_of(plan))) {
    std::string cycles;
    for (const auto& component : strongly_connected_components(graph_of(plan))) {
      if (component.size() < 2) continue;
      for (const std::size_t i : component) cycles += plan.files[i].path + " ";
    }
    problems.push_back(fmt::format("depends_on has a cycle among: {}", cycles));
  }
  return problems;
}

void order_files(Plan& plan) {
  std::set<std::string> paths;
  for (const PlannedFile& f : plan.files) paths.insert(f.path);
  for (PlannedFile& f : plan.files) {
    std::erase_if(f.depends_on, [&](const std::string& d) {
      if (paths.contains(d) && d != f.path) return false;
      plan.warnings.push_back(fmt::format("{}: dependency on {} dropped: no such planned file", f.path, d));
      return true;
    });
  }
  // A cycle that survived the re-asks is opened by dropping edges to files planned later.
  while (!topological_order(graph_of(plan))) {
    bool dropped = false;
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < plan.files.size(); ++i) index[plan.files[i].path] = i;
    for (const auto& component : strongly_connected_components(graph_of(plan))) {
      if (component.size() < 2 || dropped) continue;
      const std::set<std::size_t> members(component.begin(), component.end());
      PlannedFile& first = plan.files[component.front()];
      std::erase_if(first.depends_on, [&](const std::string& d) {
        if (!members.contains(index[d])) return false;
        plan.warnings.push_back(fmt::format("{}: dependency on {} dropped to open a cycle", first.path, d));
        dropped = true;
        return true;
      });
    }
    if (!dropped) break;
  }
  const auto order = topological_order(graph_of(plan));
  if (!order) throw Error(ErrorCode::internal, "the file graph stays cyclic", {plan.package, {}, {}, {}});
  std::vector<PlannedFile> sorted;
  int n = 0;
  for (const std::size_t i : *order) {
    sorted.push_back(std::move(plan.files[i]));
    sorted.back().order = ++n;
  }
  plan.files = std::move(sorted);
}

Plan plan_files(const paper::PaperDoc& paper, const artefacts::Requirements& requirements, const artefacts::FigureGraphs& figures,
                const std::string& framework, llm::Caller& caller) {
  std::size_t in_scope = 0;
  for (const auto& r : requirements.requirements) in_scope += r.scope == "in" ? 1 : 0;
  // About eight requirements a file; small repositories are easier to get right than large ones.
  const std::size_t max_files = std::clamp<std::size_t>(in_scope / 6 + 3, 7, 16);
  llm::Question question = render_prompt(
      "planner_files", {{"title", paper.title},
                        {"abstract", paper.abstract},
                        {"paper", paper_text(paper, &requirements, caller.model().context_tokens() * 45 / 100)},
                        {"figures", describe_figures(paper, figures)},
                        {"requirements", requirement_lines(requirements, false)},
                        {"framework", framework_name(framework)},
                        {"provided", provided_cards("PACKAGE", framework)},
                        {"min_files", "5"},
                        {"max_files", std::to_string(max_files)}});
  question.label = {"planner", "P4", "files", 0};
  question.expected_tokens = 6000;
  const auto check = [&](const Json& value) { return check_files(plan_from(value, framework)); };
  const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("planner_files"), "planner_files", check);
  Plan plan = plan_from(answer.value, framework);
  for (const std::string& problem : check_files(plan)) plan.warnings.push_back("unresolved after re-asks: " + problem);
  order_files(plan);
  // A cycle and unknown dependencies are mended above; what is left of these would break every later stage.
  const auto left = check_files(plan);
  if (!left.empty()) {
    throw Error(ErrorCode::gate, "the plan of files does not hold after re-asks",
                {"P4", left.front(), {}, fmt::format("{} problem(s) in all; run again with another model or seed", left.size())});
  }
  return plan;
}

}  // namespace p2c::agents::planner

namespace p2c::agents {

std::string framework_name(const std::string& framework) {
  if (framework == "jax") return "JAX (Flax, Optax)";
  if (framework == "hf") return "Hugging Face transformers on PyTorch";
  return "PyTorch";
}

std::string files_overview(const artefacts::Plan& plan, bool with_symbols) {
  std::string out;
  for (const artefacts::PlannedFile& file : plan.files) {
    out += fmt::format("`{}` ({}): {}\n", file.path, file.kind, collapse_whitespace(file.purpose));
    if (!with_symbols) continue;
    for (const auto& symbol : file.symbols) {
      out += fmt::format("  {}{}{}\n", symbol.name.find('.') != std::string::npos ? symbol.name + ": " : "", symbol.signature,
                         symbol.doc.empty() ? "" : "  # " + collapse_whitespace(symbol.doc));
    }
  }
  return out;
}

}  // namespace p2c::agents
