// F09: names that are bound nowhere, statements and results that do nothing.
#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/tables.h"

namespace p2c::verify {
namespace {

// Methods that change nothing and give a new value: calling one as a statement does nothing.
bool is_pure_method(const std::string& callee) {
  static const std::set<std::string> methods = {"detach",  "clone",     "unsqueeze", "squeeze", "permute", "view",    "reshape",
                                                "transpose", "expand",  "softmax",   "log_softmax", "sigmoid", "argmax", "flatten",
                                                "strip",   "lower",     "upper",     "astype"};
  const std::size_t dot = callee.rfind('.');
  return dot != std::string::npos && methods.contains(callee.substr(dot + 1));
}

bool can_be_imported(const RepoView& view, const std::string& path, const std::string& import_line) {
  const std::size_t at = import_line.find(' ') + 1;
  const std::string module = import_line.substr(at, import_line.find(' ', at) - at);
  const ImportTarget target = view.import_target(path, module);
  return target.kind == ImportTarget::Kind::standard || target.kind == ImportTarget::Kind::listed;
}

}  // namespace

void check_names(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    for (const auto& problem : facts.undefined) {
      if (problem.name == "get_ipython" || problem.name == "display") continue;  // notebooks provide them
      const std::string import_line = problem.message.starts_with("undefined") ? customary_import(problem.name) : "";
      if (!import_line.empty() && can_be_imported(view, path, import_line)) {
        add_error(findings, "F09", path, problem.line, problem.message, fmt::format("Add '{}'.", import_line), "auto");
        continue;
      }
      std::vector<std::string> names;
      for (const auto& definition : facts.definitions) {
        if (definition.name.find('.') == std::string::npos) names.push_back(definition.name);
      }
      const std::string near = nearest_name(problem.name, names);
      std::string suggestion = near.empty() ? "Define or import it." : fmt::format("Did you mean '{}'?", near);
      std::vector<std::string> homes;
      for (const auto& [other, other_facts] : view.input().facts) {
        for (const auto& definition : other_facts.definitions) {
          if (definition.name == problem.name && definition.kind != "import_alias" && other != path) homes.push_back(other);
        }
      }
      if (homes.size() == 1) {
        suggestion = fmt::format("Import it: from {} import {}.", RepoView::module_name(homes[0]), problem.name);
      }
      add_error(findings, "F09", path, problem.line, problem.message, suggestion);
    }
    for (const auto& problem : facts.useless) {
      add_warning(findings, "F09", path, problem.line, problem.message, "Call it, use it, or remove the statement.");
    }
    for (const auto& call : facts.calls) {
      if (call.is_statement && !call.guarded && is_pure_method(call.callee) && !is_test_file(path)) {
        add_warning(findings, "F09", path, call.line, fmt::format("the result of {}() is not used", call.callee),
                    "Assign the result.");
      }
    }
  }
}

}  // namespace p2c::verify
