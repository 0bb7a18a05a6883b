// F03: imports and attributes of modules that are not there.
#include "verify/checks/imports.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

using Kind = ImportTarget::Kind;

// The one module beside `except` that defines all `names` (and is called `last` when that is not empty).
std::string only_home(const RepoView& view, const std::vector<std::string>& names, const std::string& last,
                      const std::string& except) {
  std::vector<std::string> homes;
  const auto& files = view.input().facts;
  for (const auto& [path, facts] : files) {
    if (path == except || is_test_file(path) || !facts.parsed) continue;
    const std::string module = RepoView::module_name(path);
    if (!last.empty() && module.substr(module.rfind('.') + 1) != last) continue;
    const auto& definitions = facts.definitions;  // clang 14 captures no structured binding
    const bool all = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::any_of(definitions.begin(), definitions.end(), [&](const python::Definition& d) {
        return d.name == name && d.kind != "import_alias";
      });
    });
    if (all && !module.empty()) homes.push_back(module);
  }
  return homes.size() == 1 ? homes[0] : "";
}

bool is_star(const python::Import& import) { return import.names.size() == 1 && import.names[0] == "*"; }

}  // namespace

std::string imported_module(const python::Import& import) {
  return std::string(static_cast<std::size_t>(import.level), '.') + import.module;
}

std::vector<BrokenImport> broken_imports(const RepoView& view, const std::string& path) {
  std::vector<BrokenImport> broken;
  const python::SourceFacts* facts = view.facts(path);
  if (facts == nullptr || view.changes_sys_path(path)) return broken;
  for (const auto& import : facts->imports) {
    if (import.guarded || import.module == "__future__") continue;
    const std::string module = imported_module(import);
    const ImportTarget target = view.import_target(path, module);
    const bool is_absent = target.kind == Kind::unknown || (target.kind == Kind::local && !target.missing.empty());
    if (is_absent) {
      BrokenImport found{&import, module, "", "", ""};
      const std::string last = import.module.substr(import.module.rfind('.') + 1);
      // Another package may well have the same names: only what can hardly mean one is looked for here.
      const std::string top = import.module.substr(0, import.module.find('.'));
      const bool is_ours = import.level > 0 || top == import.module || view.is_local_top(top) || top == "src" || top == "lib";
      if (is_ours && !import.names.empty() && !is_star(import)) {
        found.better = only_home(view, import.names, last, path);
        if (found.better.empty() && top != import.module) found.better = only_home(view, import.names, "", path);
      }
      broken.push_back(std::move(found));
      continue;
    }
    if (target.kind != Kind::local || is_star(import)) continue;
    for (const std::string& name : import.names) {
      if (view.has_name(target.path, name) != false) continue;
      BrokenImport found{&import, module, name, "", nearest_name(name, view.names_of(target.path))};
      found.better = only_home(view, import.names, "", path);
      broken.push_back(std::move(found));
    }
  }
  return broken;
}

void check_imports(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    std::set<std::string> reported;
    for (const BrokenImport& broken : broken_imports(view, path)) {
      const bool is_module = broken.name.empty();
      const std::string message = is_module ? fmt::format("no module '{}': neither in the repository nor a known package", broken.module)
                                            : fmt::format("'{}' has no '{}'", broken.module, broken.name);
      std::string suggestion = "Write it, or import what is there.";
      if (!broken.better.empty()) suggestion = fmt::format("It is in '{}'.", broken.better);
      if (broken.better.empty() && !broken.near.empty()) suggestion = fmt::format("Did you mean '{}'?", broken.near);
      reported.insert(broken.module + (broken.module.ends_with('.') ? "" : ".") + broken.name);
      if (broken.import->type_checking) {
        add_warning(findings, "F03", path, broken.import->line, message, suggestion);
      } else {
        add_error(findings, "F03", path, broken.import->line, message, suggestion, broken.better.empty() ? "ticket" : "auto");
      }
    }
    if (view.changes_sys_path(path)) continue;
    const auto is_guarded = [&, &f = facts](const std::string& dotted) {
      return std::any_of(f.imports.begin(), f.imports.end(), [&](const python::Import& import) {
        return import.guarded && dotted.starts_with(imported_module(import));
      });
    };
    for (const auto& [line, dotted] : facts.attributes) {
      if (is_guarded(dotted)) continue;
      // "pkg.utils.missing": the part before the last module, then its symbol.
      std::string module = dotted, rest;
      while (!module.empty()) {
        const std::size_t dot = module.rfind('.');
        if (dot == std::string::npos || module.find_first_not_of('.') > dot) break;
        rest = module.substr(dot + 1);
        module.resize(dot);
        const std::string file = view.module_path(module, path);
        if (file.empty()) continue;
        if (file.ends_with(".py") && !file.ends_with("__init__.py") && view.has_name(file, rest) == false &&
            reported.insert(module + "." + rest).second) {
          const std::string near = nearest_name(rest, view.names_of(file));
          add_error(findings, "F03", path, line, fmt::format("'{}' has no '{}'", module, rest),
                    near.empty() ? "Write it, or use what is there." : fmt::format("Did you mean '{}'?", near));
        }
        break;
      }
    }
  }
  if (view.input().plan == nullptr) return;
  for (const auto& planned : view.input().plan->files) {
    const python::SourceFacts* facts = view.facts(planned.path);
    if (facts == nullptr) continue;
    std::vector<std::string> missing;
    for (const auto& symbol : planned.symbols) {
      const bool there = std::any_of(facts->definitions.begin(), facts->definitions.end(),
                                     [&](const python::Definition& d) { return d.name == symbol.name; });
      const std::size_t dot = symbol.name.find('.');
      if (there || symbol.name.empty()) continue;
      if (dot != std::string::npos) {  // a method may be inherited
        const Callable owner = view.find(planned.path, symbol.name.substr(0, dot));
        bool open = true;
        if (owner.definition != nullptr && owner.definition->kind == "class") {
          // A dataclass or NamedTuple writes its __init__ itself.
          if (symbol.name.substr(dot + 1).starts_with("__")) continue;
          const Callable method = view.find_method(owner.path, *owner.definition, symbol.name.substr(dot + 1), &open);
          if (method.definition != nullptr || open) continue;
        }
      }
      missing.push_back(symbol.name);
    }
    if (missing.empty()) continue;
    add_warning(findings, "F03", planned.path, 0, "planned but not defined: " + join(missing, ", "),
                "Define it, or let another file that needs it say so.", "ticket");
  }
}

}  // namespace p2c::verify
