// F06: what works only from one directory.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/commands.h"
#include "verify/checks/imports.h"
#include "verify/checks/tables.h"

namespace p2c::verify {
namespace {

bool is_identifier_path(const std::string& module) {
  return !module.empty() && std::all_of(module.begin(), module.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

// Whether a program started by its path cannot import what it needs: relative imports, or modules from the root that are
// not beside it.
const python::Import* import_broken_by_path(const RepoView& view, const std::string& script) {
  const python::SourceFacts* facts = view.facts(script);
  if (facts == nullptr || view.changes_sys_path(script)) return nullptr;
  for (const auto& import : facts->imports) {
    if (import.type_checking || import.guarded) continue;
    if (import.level > 0) return &import;
    if (folder_of(script).empty()) continue;
    const ImportTarget target = view.import_target(script, import.module);
    if (target.kind == ImportTarget::Kind::local && !target.beside) return &import;
  }
  return nullptr;
}

void check_command(const RepoView& view, const PythonCommand& command, Findings& findings) {
  const std::string where = command.file.empty() ? "plan" : command.file;
  if (!command.module.empty()) {
    const std::string top = command.module.substr(0, command.module.find('.'));
    const std::string path = view.module_path(command.module, "");
    const bool is_program = !path.empty() && (path.ends_with(".py") && !path.ends_with("__init__.py"));
    const bool is_package = !path.empty() && view.input().files.contains(folder_of(path + "x") + "/__main__.py");
    if (is_program || is_package || command.sets_path) return;
    const bool is_outer = !view.is_local_top(top) && (is_standard_library(top) || distribution_of(top).has_value() ||
                                                      view.listed_packages().contains(normalised_distribution(top)));
    if (is_outer || command.file.empty()) return;  // an entry point of the plan is judged by its file
    add_error(findings, "F06", where, command.line, fmt::format("there is no module '{}' to run", command.module),
              "Name a module of the repository.");
    return;
  }
  if (command.sets_path || !command.script.ends_with(".py")) return;
  if (!view.input().files.contains(command.script)) {
    if (command.file.empty()) return;
    add_error(findings, "F06", where, command.line, fmt::format("there is no file '{}' to run", command.script),
              "Name a file of the repository.");
    return;
  }
  if (const python::Import* import = import_broken_by_path(view, command.script)) {
    const std::string module = RepoView::module_name(command.script);
    const bool can_fix = !command.file.empty() && is_identifier_path(module);
    add_error(findings, "F06", command.file.empty() ? command.script : where, command.file.empty() ? import->line : command.line,
              fmt::format("'python {}' cannot import '{}': only the folder of the script is searched", command.script,
                          imported_module(*import)),
              fmt::format("Run it as 'python -m {}' from the root.", module), can_fix ? "auto" : "ticket");
  }
}

void check_relative_at_root(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!folder_of(path).empty() || !facts.parsed || path == "__init__.py" || path == "setup.py") continue;
    for (const auto& import : facts.imports) {
      if (import.level == 0 || import.guarded || import.type_checking || view.input().files.contains("__init__.py")) continue;
      const std::string name = import.module.empty() && !import.names.empty() ? import.names[0] : import.module;
      const bool can_fix = import.level == 1 && !view.module_path(name, path).empty();
      add_error(findings, "F06", path, import.line,
                fmt::format("relative import '{}' in a file that is in no package", imported_module(import)),
                "Import it without the dot.", can_fix ? "auto" : "ticket");
    }
  }
}

}  // namespace

std::vector<BesideImport> beside_imports(const RepoView& view, const std::string& path) {
  std::vector<BesideImport> found;
  const python::SourceFacts* facts = view.facts(path);
  if (facts == nullptr || view.changes_sys_path(path) || view.is_script_folder(folder_of(path)) || is_test_file(path)) return found;
  for (const auto& import : facts->imports) {
    if (import.level > 0 || import.guarded || import.type_checking) continue;
    const ImportTarget target = view.import_target(path, import.module);
    if (!target.beside || !target.missing.empty()) continue;
    found.push_back({&import, import.module, replace_all(folder_of(path), "/", ".") + "." + import.module});
  }
  return found;
}

void check_run_directory(const RepoView& view, Findings& findings) {
  const std::vector<PythonCommand> commands = python_commands(view);
  for (const PythonCommand& command : commands) check_command(view, command, findings);
  check_relative_at_root(view, findings);
  for (const auto& [path, facts] : view.input().facts) {
    const bool runs_by_path =
        std::any_of(commands.begin(), commands.end(), [&, &p = path](const PythonCommand& c) {
          return !c.script.empty() && folder_of(c.script) == folder_of(p);
        });
    for (const BesideImport& beside : beside_imports(view, path)) {
      const std::string message = fmt::format("'{}' is found only when '{}' is the current folder", beside.module, folder_of(path));
      const std::string suggestion = fmt::format("Import '{}'.", beside.better);
      if (runs_by_path) {
        add_warning(findings, "F06", path, beside.import->line, message, suggestion);
      } else {
        add_error(findings, "F06", path, beside.import->line, message, suggestion, "auto");
      }
    }
  }
  // One file under two names is loaded twice: its classes then differ from themselves.
  std::map<std::string, std::set<std::string>> names_of_file;
  std::map<std::string, std::pair<std::string, int>> first_use;
  std::set<std::string> bare_folders;
  for (const auto& [path, facts] : view.input().facts) {
    for (const auto& import : facts.imports) {
      if (import.level > 0 || import.type_checking) continue;
      const ImportTarget target = view.import_target(path, import.module);
      if (target.kind != ImportTarget::Kind::local || !target.missing.empty()) continue;
      names_of_file[target.path].insert(import.module);
      first_use.emplace(target.path, std::pair(path, import.line));
      for (std::string folder = folder_of(target.path); !folder.empty(); folder = folder_of(folder)) {
        const bool is_root = folder == "src" && !import.module.starts_with("src.");
        if (!is_root && !target.beside && !is_test_file(folder + "/x.py") && !view.input().files.contains(folder + "/__init__.py")) {
          bare_folders.insert(folder);
        }
      }
    }
  }
  for (const auto& [file, names] : names_of_file) {
    if (names.size() < 2) continue;
    const auto& [path, line] = first_use[file];
    add_warning(findings, "F06", path, line,
                fmt::format("'{}' is imported as {}", file, join({names.begin(), names.end()}, " and as ")), "Use one name everywhere.");
  }
  for (const std::string& folder : bare_folders) {
    add_warning(findings, "F06", folder + "/__init__.py", 0, fmt::format("the package '{}' has no __init__.py", folder),
                "Add an empty one.", "auto");
  }
}

}  // namespace p2c::verify
