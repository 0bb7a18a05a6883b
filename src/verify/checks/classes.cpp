// F09: methods without self, modules that are used before their base class is initialised.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

using python::Definition;
using python::SourceFacts;

bool is_torch_module(const RepoView& view, const std::string& path, const Definition& owner) {
  for (const std::string& base : view.outer_bases(path, owner)) {
    if (base == "torch.nn.Module" || base == "torch.nn.modules.module.Module" || base == "pytorch_lightning.LightningModule" ||
        base == "lightning.LightningModule") {
      return true;
    }
  }
  return false;
}

// Whether an attribute set to this constructor's value is a module: torch.nn.Linear, or a local torch module.
bool makes_module(const RepoView& view, const std::string& path, const std::string& resolved) {
  if (resolved.starts_with("torch.nn.") && !resolved.starts_with("torch.nn.functional.") &&
      !resolved.starts_with("torch.nn.init.") && !resolved.starts_with("torch.nn.utils.")) {
    const std::string last = resolved.substr(resolved.rfind('.') + 1);
    return !last.empty() && last[0] >= 'A' && last[0] <= 'Z';
  }
  const Callable made = view.find(path, resolved);
  return made.definition != nullptr && made.definition->kind == "class" && is_torch_module(view, made.path, *made.definition);
}

void check_initialised(const RepoView& view, const std::string& path, const SourceFacts& facts, const Definition& owner,
                       Findings& findings) {
  const std::string init_name = owner.name + ".__init__";
  const auto& inits = view.named(path, init_name);
  const Definition* init = inits.empty() ? nullptr : inits[0];
  if (init == nullptr || !owner.decorators.empty() || !is_torch_module(view, path, owner)) return;
  int super_line = 0;
  for (const auto& call : facts.calls) {
    if (call.in_symbol == init_name && call.callee.ends_with(".__init__") && super_line == 0) super_line = call.line;
  }
  int first_line = 0, first_module = 0;
  for (const auto& assignment : facts.attribute_assignments) {
    if (assignment.in_symbol != init_name) continue;
    if (first_line == 0) first_line = assignment.line;
    if (first_module == 0 && makes_module(view, path, assignment.resolved)) first_module = assignment.line;
  }
  if (super_line == 0) {
    add_error(findings, "F09", path, first_line != 0 ? first_line : init->line,
              fmt::format("{} does not call super().__init__(), which torch.nn.Module needs", init_name),
              "Call super().__init__() first.", first_line != 0 ? "auto" : "ticket");
  } else if (first_module != 0 && first_module < super_line) {
    add_error(findings, "F09", path, first_module,
              fmt::format("{} assigns a module before it calls super().__init__()", init_name), "Call super().__init__() first.");
  }
}

void check_self(const SourceFacts& facts, const std::string& path, const Definition& method, Findings& findings) {
  if (!method.params.empty() || !method.decorators.empty()) return;
  const std::size_t dot = method.name.rfind('.');
  const std::string owner = method.name.substr(0, dot), name = method.name.substr(dot + 1);
  const bool called_on_self = std::any_of(facts.calls.begin(), facts.calls.end(), [&](const python::Call& call) {
    return call.callee == "self." + name && call.in_symbol.starts_with(owner + ".");
  });
  const bool is_special = name.starts_with("__") && name.ends_with("__");
  const std::string message = fmt::format("method {} takes no self", method.name);
  const std::string suggestion = "Add self as the first parameter, or make it a @staticmethod.";
  if (called_on_self || is_special) {
    add_error(findings, "F09", path, method.line, message, suggestion);
  } else {
    add_warning(findings, "F09", path, method.line, message, suggestion);
  }
}

}  // namespace

void check_classes(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    for (const auto& definition : facts.definitions) {
      if (definition.kind == "class") check_initialised(view, path, facts, definition, findings);
      if (definition.kind == "method") check_self(facts, path, definition, findings);
    }
  }
}

}  // namespace p2c::verify
