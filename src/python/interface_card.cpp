#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::python {
namespace {

std::string import_line(const Import& import) {
  const std::string module = std::string(static_cast<std::size_t>(import.level), '.') + import.module;
  if (import.names.empty()) {
    return import.as_names.empty() ? "import " + module : fmt::format("import {} as {}", module, import.as_names[0]);
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < import.names.size(); ++i) {
    const bool renamed = i < import.as_names.size() && import.as_names[i] != import.names[i];
    names.push_back(renamed ? import.names[i] + " as " + import.as_names[i] : import.names[i]);
  }
  return fmt::format("from {} import {}", module, join(names, ", "));
}

std::string param_text(const Param& param) {
  std::string text = param.name;
  if (param.kind == "var_positional") text = "*" + text;
  if (param.kind == "var_keyword") text = "**" + text;
  if (!param.annotation.empty()) text += ": " + param.annotation;
  if (!param.default_value.empty()) text += (param.annotation.empty() ? "=" : " = ") + param.default_value;
  return text;
}

std::string param_list(const std::vector<Param>& params) {
  std::vector<std::string> parts;
  bool star_written = false;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const Param& param = params[i];
    if (param.kind == "keyword_only" && !star_written) {
      parts.push_back("*");
      star_written = true;
    }
    if (param.kind == "var_positional") star_written = true;
    parts.push_back(param_text(param));
    const bool last_positional_only =
        param.kind == "positional_only" && (i + 1 == params.size() || params[i + 1].kind != "positional_only");
    if (last_positional_only) parts.push_back("/");
  }
  return join(parts, ", ");
}

bool is_private(std::string_view qualified) {
  const std::size_t dot = qualified.rfind('.');
  const std::string_view name = dot == std::string_view::npos ? qualified : qualified.substr(dot + 1);
  return name.starts_with('_') && !(name.starts_with("__") && name.ends_with("__"));
}

}  // namespace

std::string interface_card(const SourceFacts& facts) {
  if (!facts.parsed) {
    return fmt::format("# {}: does not parse (line {}: {})\n", facts.path, facts.syntax_line, facts.syntax_error);
  }
  std::string card = fmt::format("# {}\n", facts.path);
  for (const Import& import : facts.imports) {
    if (!import.in_function && import.module != "__future__") card += import_line(import) + "\n";
  }
  std::set<std::string> seen;
  for (const Definition& definition : facts.definitions) {
    const auto depth = static_cast<std::size_t>(std::count(definition.name.begin(), definition.name.end(), '.'));
    const std::string indent(4 * depth, ' ');
    const std::string name = definition.name.substr(definition.name.rfind('.') + 1);  // npos + 1 == 0
    if (is_private(definition.name) || !seen.insert(definition.kind + definition.name).second) continue;
    std::string line;
    if (definition.kind == "class") {
      line = fmt::format("class {}{}:", name, definition.bases.empty() ? "" : "(" + join(definition.bases, ", ") + ")");
    } else if (definition.kind == "function" || definition.kind == "method") {
      for (const std::string& decorator : definition.decorators) card += fmt::format("{}@{}\n", indent, decorator);
      line = fmt::format("def {}({}){}:", name, param_list(definition.params),
                         definition.returns.empty() ? "" : " -> " + definition.returns);
    } else if (definition.kind == "constant" && !(definition.value.empty() && definition.returns.empty())) {
      card += fmt::format("{}{}{}{}\n", indent, name, definition.returns.empty() ? "" : ": " + definition.returns,
                          definition.value.empty() ? "" : " = " + definition.value);
      continue;
    } else {
      continue;
    }
    card += indent + line + (definition.doc.empty() ? "" : "  # " + definition.doc) + "\n";
  }
  return card;
}

}  // namespace p2c::python
