// F09: calls that do not fit the signature of a function, method or class of the repository.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

using python::Call;
using python::Definition;
using python::Param;

// The parameters a call has to fill.
struct Signature {
  std::string name;
  std::vector<Param> params;
};

// Decorators that leave the signature as it is. All others make it unknown.
bool keeps_signature(const std::string& decorator) {
  static const std::set<std::string> known = {"staticmethod", "classmethod", "no_grad",    "inference_mode", "enable_grad",
                                              "cache",        "lru_cache",   "jit",        "contextmanager", "override",
                                              "final",        "typechecked", "beartype",   "abstractmethod", "total_ordering",
                                              "compile",      "njit"};
  const std::string name = decorator.substr(0, decorator.find('('));
  return known.contains(name.substr(name.rfind('.') + 1));
}

bool has_decorator(const Definition& definition, std::string_view name) {
  return std::find(definition.decorators.begin(), definition.decorators.end(), name) != definition.decorators.end();
}

std::optional<Signature> function_signature(const Callable& callable) {
  const Definition& definition = *callable.definition;
  if (!std::all_of(definition.decorators.begin(), definition.decorators.end(), keeps_signature)) return std::nullopt;
  Signature signature{definition.name, definition.params};
  const bool is_method = definition.kind == "method";
  const bool drop_first =
      is_method && (has_decorator(definition, "classmethod") || (callable.bound && !has_decorator(definition, "staticmethod")));
  if (drop_first) {
    const bool has_first = !signature.params.empty() && (signature.params[0].kind == "positional" ||
                                                         signature.params[0].kind == "positional_only");
    if (!has_first) return std::nullopt;  // *args takes it, or the missing self is another finding
    signature.params.erase(signature.params.begin());
  }
  return signature;
}

// Fields of a plain @dataclass as the parameters of its constructor; nullopt for forms that change the rules.
std::optional<Signature> dataclass_signature(const RepoView& view, const Callable& callable) {
  const Definition& owner = *callable.definition;
  if (!owner.bases.empty() || owner.decorators.size() != 1) return std::nullopt;
  const std::string& decorator = owner.decorators[0];
  const std::string name = decorator.substr(0, decorator.find('('));
  if ((name != "dataclass" && name != "dataclasses.dataclass") || contains(decorator, "init") || contains(decorator, "kw_only")) {
    return std::nullopt;
  }
  Signature signature{owner.name, {}};
  for (const auto& field : view.facts(callable.path)->definitions) {
    if (field.kind != "constant" || !field.name.starts_with(owner.name + ".") || field.returns.empty()) continue;
    if (field.name.find('.', owner.name.size() + 1) != std::string::npos) continue;  // of a nested class
    if (contains(field.returns, "ClassVar")) continue;
    if (contains(field.returns, "KW_ONLY") || contains(field.value, "init=False") || field.value.ends_with("...")) return std::nullopt;
    std::string default_value = field.value;
    const bool is_field = default_value.starts_with("field(") || default_value.starts_with("dataclasses.field(");
    if (is_field && !contains(default_value, "default")) default_value.clear();
    signature.params.push_back({field.name.substr(owner.name.size() + 1), field.returns, default_value, "positional"});
  }
  return signature;
}

std::optional<Signature> constructor_signature(const RepoView& view, const Callable& callable) {
  const Definition& owner = *callable.definition;
  bool open = false;
  if (view.find_method(callable.path, owner, "__new__", &open).definition != nullptr) return std::nullopt;
  if (std::any_of(owner.bases.begin(), owner.bases.end(), [](const std::string& base) { return contains(base, "="); })) {
    return std::nullopt;  // a metaclass may do anything
  }
  if (!owner.decorators.empty() && view.named(callable.path, owner.name + ".__init__").empty()) {
    return dataclass_signature(view, callable);
  }
  if (!owner.decorators.empty()) return std::nullopt;  // a decorator that may change the class
  const Callable init = view.find_method(callable.path, owner, "__init__", &open);
  if (init.definition != nullptr) {
    auto signature = function_signature(init);
    if (signature) signature->name = owner.name;
    return signature;
  }
  if (open || !owner.bases.empty()) return std::nullopt;
  return Signature{owner.name, {}};
}

std::optional<Signature> signature_of(const RepoView& view, const Callable& callable) {
  if (callable.definition == nullptr) return std::nullopt;
  if (callable.definition->kind == "class") return constructor_signature(view, callable);
  return function_signature(callable);
}

// The class around a method's body, when its `self` is really the instance.
const Definition* class_around(const RepoView& view, const std::string& path, const std::string& in_symbol) {
  const std::size_t dot = in_symbol.rfind('.');
  if (dot == std::string::npos) return nullptr;
  const auto& owners = view.named(path, in_symbol.substr(0, dot));
  if (owners.size() != 1 || owners[0]->kind != "class") return nullptr;
  for (const Definition* method : view.named(path, in_symbol)) {
    if (method->params.empty() || method->params[0].name != "self" || has_decorator(*method, "staticmethod")) return nullptr;
  }
  return owners[0];
}

Callable instance_method(const RepoView& view, const std::string& path, const Definition& owner, const std::string& method) {
  bool open = false;
  if (view.is_assigned_attribute(method)) return {};  // on an instance it goes before the method
  return view.find_method(path, owner, method, &open);
}

Callable callee_of(const RepoView& view, const std::string& path, const Call& call) {
  const std::vector<std::string> parts = split(call.callee, '.');
  if (parts.size() == 2 && parts[0] == "self") {
    if (const Definition* owner = class_around(view, path, call.in_symbol)) {
      Callable found = instance_method(view, path, *owner, parts[1]);
      if (found.definition != nullptr) return found;
    }
  }
  if (call.callee == "super().__init__") {
    const Definition* owner = class_around(view, path, call.in_symbol);
    if (owner == nullptr || owner->bases.size() != 1) return {};
    const Callable base = view.find_base(path, *owner, 0);
    if (base.definition == nullptr || base.definition->kind != "class") return {};
    bool open = false;
    return view.find_method(base.path, *base.definition, "__init__", &open);
  }
  if (!call.receiver.empty()) {
    const Callable made = view.find(path, call.receiver);
    if (made.definition == nullptr || made.definition->kind != "class") return {};
    const bool on_self = parts[0] == "self";
    const std::size_t depth = parts.size() - (on_self ? 1 : 0);
    if (depth == 2) return instance_method(view, made.path, *made.definition, parts.back());
    if (depth != 1) return {};
    Callable call_method = instance_method(view, made.path, *made.definition, "__call__");
    if (call_method.definition != nullptr) return call_method;
    const auto outer = view.outer_bases(made.path, *made.definition);
    const bool only_torch = outer.size() == 1 && *outer.begin() == "torch.nn.Module";
    return only_torch ? instance_method(view, made.path, *made.definition, "forward") : Callable{};
  }
  return view.find(path, call.resolved);
}

std::string list_of(const std::vector<std::string>& names) { return "'" + join(names, "', '") + "'"; }

// Why the call cannot be bound, empty when it can or when that cannot be told.
std::string binding_problem(const Call& call, const Signature& signature) {
  std::vector<std::string> positional, names, required;
  bool var_positional = false, var_keyword = false;
  std::set<std::string> positional_only;
  for (const Param& param : signature.params) {
    if (param.kind == "var_positional") var_positional = true;
    if (param.kind == "var_keyword") var_keyword = true;
    if (param.kind == "positional" || param.kind == "positional_only") positional.push_back(param.name);
    if (param.kind == "positional_only") positional_only.insert(param.name);
    if (param.kind == "positional" || param.kind == "keyword_only") names.push_back(param.name);
    const bool fillable = param.kind != "var_positional" && param.kind != "var_keyword";
    if (fillable && param.default_value.empty()) required.push_back(param.name);
  }
  const bool starred = call.positional < 0;
  const bool unpacked = std::find(call.keywords.begin(), call.keywords.end(), "**") != call.keywords.end();
  const auto given = static_cast<std::size_t>(std::max(call.positional, 0));
  if (given > positional.size() && !var_positional) {
    return fmt::format("takes {} positional argument{} but {} {} given", positional.size(), positional.size() == 1 ? "" : "s",
                       given, given == 1 ? "is" : "are");
  }
  std::set<std::string> filled;
  for (std::size_t i = 0; i < std::min(given, positional.size()); ++i) filled.insert(positional[i]);
  for (const std::string& keyword : call.keywords) {
    if (keyword == "**") continue;
    const bool known = std::find(names.begin(), names.end(), keyword) != names.end();
    if (!known && !var_keyword) return fmt::format("has no parameter '{}'", keyword);
    if (known && filled.contains(keyword)) return fmt::format("gets '{}' twice", keyword);
    filled.insert(keyword);
  }
  if (starred || unpacked) return "";
  std::vector<std::string> missing;
  for (const std::string& name : required) {
    if (!filled.contains(name)) missing.push_back(name);
  }
  return missing.empty() ? "" : fmt::format("is called without {}", list_of(missing));
}

std::string shown(const Signature& signature) {
  std::vector<std::string> parts;
  bool starred = false;
  for (const Param& param : signature.params) {
    if (param.kind == "keyword_only" && !starred) parts.push_back("*");
    starred = starred || param.kind == "keyword_only" || param.kind == "var_positional";
    const std::string stars = param.kind == "var_positional" ? "*" : param.kind == "var_keyword" ? "**" : "";
    parts.push_back(stars + param.name + (param.default_value.empty() ? "" : "=" + param.default_value));
  }
  return fmt::format("{}({})", signature.name, join(parts, ", "));
}

}  // namespace

void check_calls(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!facts.parsed) continue;
    for (const Call& call : facts.calls) {
      if (call.guarded) continue;  // a wrong call may be what is meant: pytest.raises, try/except TypeError
      const Callable callable = callee_of(view, path, call);
      const auto signature = signature_of(view, callable);
      if (!signature) continue;
      const std::string problem = binding_problem(call, *signature);
      if (problem.empty()) continue;
      add_error(findings, "F09", path, call.line, fmt::format("{} {}", call.callee, problem),
                fmt::format("{} line {} defines {}.", callable.path, callable.definition->line, shown(*signature)));
    }
  }
}

}  // namespace p2c::verify
