// F04: modules that need each other before they are ready.
#include <fmt/format.h>

#include <algorithm>

#include "base/graph.h"
#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/imports.h"

namespace p2c::verify {
namespace {

struct Edge {
  std::size_t from = 0, to = 0;
  const python::Import* import = nullptr;
  bool hard = false;  // asks for a symbol that is not bound when the circle closes
};

// Line from which a name of a module can be imported; 0 when it is not defined by the module itself.
int bound_from(const RepoView& view, const std::string& path, const std::string& name) {
  int line = 0;
  for (const python::Definition* definition : view.named(path, name)) {
    if (line == 0 || definition->line < line) line = definition->line;
  }
  return line;
}

bool runs_at_import(const python::Import& import) {
  return !import.in_function && !import.type_checking && !import.guarded && !import.in_main_guard;
}

std::vector<std::vector<std::size_t>> circles(std::size_t count, const std::vector<Edge>& edges) {
  DependencyGraph graph(count);
  for (const Edge& edge : edges) {
    if (edge.hard) graph[edge.from].push_back(edge.to);
  }
  auto components = strongly_connected_components(graph);
  std::erase_if(components, [](const auto& component) { return component.size() < 2; });
  return components;
}

// A symbol bound above the first import by which its module enters the circle is there whenever the circle closes: such
// edges are not hard. Taking them away makes circles smaller, so it is done until nothing changes.
void soften(const RepoView& view, const std::vector<std::string>& paths, std::vector<Edge>& edges) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (const auto& component : circles(paths.size(), edges)) {
      const auto inside = [&](std::size_t node) { return std::binary_search(component.begin(), component.end(), node); };
      std::map<std::size_t, int> first_import;
      for (const Edge& edge : edges) {
        if (!inside(edge.from) || !inside(edge.to)) continue;
        int& first = first_import[edge.from];
        if (first == 0 || edge.import->line < first) first = edge.import->line;
      }
      for (Edge& edge : edges) {
        if (!edge.hard || !inside(edge.from) || !inside(edge.to)) continue;
        const bool early = std::all_of(edge.import->names.begin(), edge.import->names.end(), [&](const std::string& name) {
          const int line = bound_from(view, paths[edge.to], name);
          return line != 0 && line < first_import[edge.to];
        });
        if (early) {
          edge.hard = false;
          changed = true;
        }
      }
    }
  }
}

}  // namespace

void check_cycles(const RepoView& view, Findings& findings) {
  std::vector<std::string> paths;
  std::map<std::string, std::size_t> index;
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    index[path] = paths.size();
    paths.push_back(path);
  }
  std::vector<Edge> edges;
  for (const std::string& path : paths) {
    for (const auto& import : view.facts(path)->imports) {
      if (!runs_at_import(import)) continue;
      const std::string module = imported_module(import);
      const ImportTarget target = view.import_target(path, module);
      if (target.kind != ImportTarget::Kind::local || !target.missing.empty()) continue;
      const auto add = [&](const std::string& to, bool hard) {
        const auto it = index.find(to);
        if (it != index.end() && it->second != index[path]) edges.push_back({index[path], it->second, &import, hard});
      };
      if (import.names.empty()) add(target.path, false);
      for (const std::string& name : import.names) {
        // `from pkg import net` falls back to the submodule when pkg does not (yet) define net; a star takes what is there.
        const std::string submodule = view.module_path(module + (module.ends_with('.') ? "" : ".") + name, path);
        if (!submodule.empty()) {
          add(submodule, false);
        } else {
          add(target.path, name != "*");
        }
      }
    }
  }
  soften(view, paths, edges);
  const auto components = circles(paths.size(), edges);
  for (const auto& component : components) {
    std::vector<std::string> names;
    for (const std::size_t node : component) names.push_back(RepoView::module_name(paths[node]));
    const auto inside = [&](std::size_t node) { return std::binary_search(component.begin(), component.end(), node); };
    const auto edge = std::find_if(edges.begin(), edges.end(), [&](const Edge& e) { return e.hard && inside(e.from) && inside(e.to); });
    add_error(findings, "F04", paths[edge->from], edge->import->line,
              "circular import between " + join(names, ", "),
              "Move what they share into a module of its own, or import inside the function that needs it.");
  }
}

}  // namespace p2c::verify
