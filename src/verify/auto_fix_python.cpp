// Fixes of Python files: imports, names, removed APIs, shadowing files (F03, F05, F06, F07, F09, F57).
#include <algorithm>
#include <iterator>
#include <regex>

#include "base/text.h"
#include "verify/auto_fix.h"
#include "verify/checks/commands.h"
#include "verify/checks/imports.h"
#include "verify/checks/removed_apis.h"
#include "verify/checks/shadowing.h"
#include "verify/checks/tables.h"

namespace p2c::verify {
namespace {

using python::Import;

// Rewrites the module of an import statement that starts on its own line; false when the line has another form.
bool rewrite_module(RepoEdits& edits, const std::string& path, const Import& import, const std::string& module, const std::string& to) {
  std::string line = edits.line(path, import.line);
  const std::size_t indent = line.find_first_not_of(" \t");
  if (indent == std::string::npos || line.find('\n') != std::string::npos) return false;
  const std::string head = line.substr(0, indent);
  const std::string_view rest = std::string_view(line).substr(indent);
  if (!import.names.empty()) {
    const std::string start = "from " + module + " import";
    if (!rest.starts_with(start)) return false;
    edits.set_line(path, import.line, head + "from " + to + " import" + std::string(rest.substr(start.size())));
    return true;
  }
  // "import model" keeps its local name.
  const std::string start = "import " + module;
  if (!rest.starts_with(start) || contains(rest, ",") || contains(module, ".")) return false;
  const std::string_view after = rest.substr(start.size());
  if (!after.empty() && after.front() != ' ' && after.front() != '\r') return false;
  const bool renamed = !import.as_names.empty();
  edits.set_line(path, import.line, head + "import " + to + (renamed ? "" : " as " + module) + std::string(after));
  return true;
}

// Line before which a new import goes: the first plain import that is not from __future__, else below the docstring.
int import_place(RepoEdits& edits, const RepoView& view, const std::string& path) {
  const python::SourceFacts* facts = view.facts(path);
  if (facts != nullptr) {
    for (const auto& import : facts->imports) {
      const std::string line = edits.line(path, import.line);
      const bool plain = line.starts_with("import ") || line.starts_with("from ");
      if (plain && import.module != "__future__" && !import.guarded && !import.type_checking) return import.line;
    }
  }
  int last_future = 0;
  if (facts != nullptr) {
    for (const auto& import : facts->imports) {
      if (import.module == "__future__") last_future = std::max(last_future, import.line);
    }
  }
  if (last_future != 0) return last_future + 1;
  int number = 1;
  for (; number <= edits.line_count(path); ++number) {
    const std::string line = edits.line(path, number);
    if (!trim(line).empty() && !line.starts_with('#')) break;
  }
  std::string line = edits.line(path, number);
  for (const std::string quotes : {"\"\"\"", "'''"}) {
    const std::size_t open = line.find(quotes);
    if (open > 1) continue;  // not at the start, a prefix letter aside
    if (line.find(quotes, open + 3) != std::string::npos) return number + 1;
    for (++number; number <= edits.line_count(path); ++number) {
      if (contains(edits.line(path, number), quotes)) return number + 1;
    }
  }
  return number;
}

// How a dotted name is spelled in a file: "numpy.float" as "np.float" for each import that can mean it.
std::vector<std::string> spellings(const python::SourceFacts& facts, const std::string& dotted) {
  std::vector<std::string> found;
  for (const auto& definition : facts.definitions) {
    if (definition.kind != "import_alias") continue;
    if (dotted.starts_with(definition.value + ".")) found.push_back(definition.name + dotted.substr(definition.value.size()));
  }
  return found;
}

std::vector<std::string> fix_removed_keyword(FixContext& context, const RemovedUse& use) {
  const std::string& path = context.finding.file;
  constexpr int kCallLines = 12;  // a call's arguments may stand on lines below it
  const std::regex keyword("([(, ]|^)" + use.keyword + "( ?=)(?!=)");
  for (int number = use.line; number < use.line + kCallLines && number <= context.edits.line_count(path); ++number) {
    const std::string line = context.edits.line(path, number);
    const auto found = std::distance(std::sregex_iterator(line.begin(), line.end(), keyword), std::sregex_iterator());
    if (found == 0) continue;
    if (found > 1 || line.size() > 1'000) return {};  // which one is meant?
    context.edits.set_line(path, number, std::regex_replace(line, keyword, "$1" + use.replace + "$2"));
    return {path};
  }
  return {};
}

std::vector<std::string> fix_missing_super(FixContext& context) {
  const std::string& path = context.finding.file;
  const int at = context.finding.line;
  const std::string line = context.edits.line(path, at);
  const std::size_t indent = line.find_first_not_of(' ');
  if (indent == std::string::npos || !line.substr(indent).starts_with("self.")) return {};
  for (int number = at - 1; number > 0; --number) {
    const std::string above = context.edits.line(path, number);
    const std::size_t def = above.find_first_not_of(' ');
    if (def == std::string::npos) continue;
    if (above.substr(def).starts_with("def __init__")) {
      if (indent != def + 4) return {};  // inside an if, or indented in another way
      context.edits.insert_before(path, at, std::string(indent, ' ') + "super().__init__()");
      return {path};
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> fix_import(FixContext& context) {
  const std::string& path = context.finding.file;
  for (const BrokenImport& broken : broken_imports(context.view, path)) {
    if (broken.import->line != context.finding.line || broken.better.empty()) continue;
    if (rewrite_module(context.edits, path, *broken.import, broken.module, broken.better)) return {path};
  }
  return {};
}

std::vector<std::string> fix_shadowing(FixContext& context) {
  for (const ShadowingFile& file : shadowing_files(context.view)) {
    if (file.path != context.finding.file || file.path.ends_with("__init__.py")) continue;
    const std::string name = unshadowed_name(context.view, file);
    const std::string folder = folder_of(file.path);
    std::vector<std::string> changed;
    for (const auto& [path, facts] : context.view.input().facts) {
      bool here = false;
      for (const auto& import : facts.imports) {
        const std::string module = imported_module(import);
        const ImportTarget target = context.view.import_target(path, module);
        if (target.kind != ImportTarget::Kind::local || target.path != file.path || !target.missing.empty() || import.names.empty()) continue;
        // Only what the local file defines was meant for it; the rest asks for the hidden package.
        const bool all = std::all_of(import.names.begin(), import.names.end(), [&](const std::string& symbol) {
          return context.view.has_name(file.path, symbol) == true;
        });
        const std::string to = module.substr(0, module.size() - file.name.size()) + name;
        if (all && rewrite_module(context.edits, path, import, module, to)) here = true;
      }
      if (here) changed.push_back(path);
    }
    context.edits.rename(file.path, (folder.empty() ? "" : folder + "/") + name + ".py");
    changed.insert(changed.begin(), (folder.empty() ? "" : folder + "/") + name + ".py");
    changed.erase(std::remove(changed.begin() + 1, changed.end(), file.path), changed.end());
    return changed;
  }
  return {};
}

std::vector<std::string> fix_run_directory(FixContext& context) {
  const std::string& path = context.finding.file;
  if (path.ends_with("/__init__.py") && !context.edits.has(path)) {
    context.edits.create(path, "");
    return {path};
  }
  if (path.ends_with(".sh")) {
    for (const PythonCommand& command : python_commands(context.view)) {
      if (command.file != path || command.line != context.finding.line || command.script.empty()) continue;
      std::string line = context.edits.line(path, command.line);
      const std::regex started("(python[0-9.]*\"?( -[a-zA-Z]+)*) (\\./)?" + std::regex_replace(command.script, std::regex("[^A-Za-z0-9_/]"), "\\$&") +
                               "( |$)");
      if (line.size() > 2'000 || std::distance(std::sregex_iterator(line.begin(), line.end(), started), {}) != 1) return {};
      line = std::regex_replace(line, started, "$1 -m " + RepoView::module_name(command.script) + "$4");
      context.edits.set_line(path, command.line, line);
      return {path};
    }
    return {};
  }
  for (const BesideImport& beside : beside_imports(context.view, path)) {
    if (beside.import->line != context.finding.line) continue;
    if (rewrite_module(context.edits, path, *beside.import, beside.module, beside.better)) return {path};
  }
  const python::SourceFacts* facts = context.view.facts(path);
  if (facts == nullptr || !folder_of(path).empty()) return {};
  for (const auto& import : facts->imports) {
    if (import.line != context.finding.line || import.level != 1) continue;
    if (!import.module.empty()) {
      if (rewrite_module(context.edits, path, import, "." + import.module, import.module)) return {path};
    } else if (import.names.size() == 1) {
      std::string line = context.edits.line(path, import.line);
      if (!line.starts_with("from . import ")) return {};
      context.edits.set_line(path, import.line, line.substr(7));
      return {path};
    }
  }
  return {};
}

std::vector<std::string> fix_removed_api(FixContext& context) {
  const std::string& path = context.finding.file;
  const python::SourceFacts* facts = context.view.facts(path);
  if (facts == nullptr) return {};
  for (const RemovedUse& use : removed_uses(context.view, path)) {
    if (use.line != context.finding.line || !use.is_auto || use.is_import) continue;
    if (!contains(context.finding.message, "'" + (use.keyword.empty() ? use.name : use.keyword) + "'")) continue;
    if (!use.keyword.empty()) return fix_removed_keyword(context, use);
    for (const std::string& spelled : spellings(*facts, use.name)) {
      const std::string replacement = use.is_builtin ? use.replace : spelled.substr(0, spelled.rfind('.') + 1) + use.replace;
      std::string line = context.edits.line(path, use.line);
      if (replace_name(line, spelled, replacement) == 0) continue;
      context.edits.set_line(path, use.line, line);
      return {path};
    }
  }
  return {};
}

std::vector<std::string> fix_names_and_classes(FixContext& context) {
  const std::string& path = context.finding.file;
  if (contains(context.finding.message, "does not call super().__init__()")) return fix_missing_super(context);
  const python::SourceFacts* facts = context.view.facts(path);
  if (facts == nullptr) return {};
  for (const auto& problem : facts->undefined) {
    if (problem.line != context.finding.line || problem.message != context.finding.message) continue;
    const std::string import_line = customary_import(problem.name);
    if (import_line.empty()) return {};
    const int place = import_place(context.edits, context.view, path);
    // The same name may be missing in several functions: one import serves them all.
    const std::string there = "\n" + context.edits.line(path, place) + "\n";
    if (!contains(there, "\n" + import_line + "\n")) context.edits.insert_before(path, place, import_line);
    return {path};
  }
  return {};
}

std::vector<std::string> fix_unsafe_call(FixContext& context) {
  const std::string& path = context.finding.file;
  const python::SourceFacts* facts = context.view.facts(path);
  if (facts == nullptr || !contains(context.finding.message, "yaml.load()")) return {};
  for (const std::string& spelled : spellings(*facts, "yaml.load")) {
    std::string line = context.edits.line(path, context.finding.line);
    if (replace_name(line, spelled, spelled.substr(0, spelled.rfind('.') + 1) + "safe_load") != 1) continue;
    context.edits.set_line(path, context.finding.line, line);
    return {path};
  }
  return {};
}

}  // namespace p2c::verify
