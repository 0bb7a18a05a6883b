#include "python/facts_json.h"

#include <limits>

#include "base/error.h"

namespace p2c::python {
namespace {

[[noreturn]] void wrong(std::string_view field, const char* expected) {
  throw Error(ErrorCode::bad_input, "wrong type in the facts of a Python file",
              {.subject = std::string(field), .expected = expected});
}

const Json* find(const Json& object, const char* key) {
  if (!object.is_object()) wrong(key, "object around it");
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

std::string text(const Json& object, const char* key) { return optional_string(object, key); }
bool flag(const Json& object, const char* key) { return optional_bool(object, key); }

int to_line(const Json& value, const char* key) {
  if (!value.is_number_integer()) wrong(key, "integer");
  const auto number = value.get<std::int64_t>();
  if (number < -1 || number > std::numeric_limits<int>::max()) wrong(key, "a line number or count");
  return static_cast<int>(number);
}

int number(const Json& object, const char* key) {
  const Json* value = find(object, key);
  return value == nullptr ? 0 : to_line(*value, key);
}

template <class Read>
void each(const Json& object, const char* key, const Read& read) {
  const Json* list = find(object, key);
  if (list == nullptr) return;
  if (!list->is_array()) wrong(key, "array");
  for (const Json& item : *list) read(item);
}

std::map<std::string, std::string> text_map(const Json& object, const char* key) {
  std::map<std::string, std::string> out;
  const Json* map = find(object, key);
  if (map == nullptr) return out;
  if (!map->is_object()) wrong(key, "object");
  for (const auto& [name, value] : map->items()) {
    if (!value.is_string()) wrong(key, "texts");
    out[name] = value.get<std::string>();
  }
  return out;
}

std::pair<int, std::string> line_and_text(const Json& pair, const char* key) {
  if (!pair.is_array() || pair.size() != 2 || !pair[1].is_string()) wrong(key, "[line, text]");
  return {to_line(pair[0], key), pair[1].get<std::string>()};
}

Import import_from_json(const Json& j) {
  Import import;
  import.module = text(j, "module");
  import.level = number(j, "level");
  import.names = optional_strings(j, "names");
  import.as_names = optional_strings(j, "as_names");
  if (!import.names.empty() && import.names.size() != import.as_names.size()) wrong("as_names", "one a name");
  import.line = number(j, "line");
  import.type_checking = flag(j, "type_checking");
  import.in_function = flag(j, "in_function");
  import.guarded = flag(j, "guarded");
  import.in_main_guard = flag(j, "in_main_guard");
  return import;
}

Call call_from_json(const Json& j) {
  Call call;
  call.callee = text(j, "callee");
  call.resolved = text(j, "resolved");
  call.line = number(j, "line");
  call.positional = number(j, "positional");
  call.keywords = optional_strings(j, "keywords");
  call.literal_args = optional_strings(j, "literal_args");
  call.literal_keywords = text_map(j, "literal_keywords");
  call.name_keywords = text_map(j, "name_keywords");
  call.in_symbol = text(j, "in_symbol");
  call.in_main_guard = flag(j, "in_main_guard");
  call.is_statement = flag(j, "is_statement");
  call.guarded = flag(j, "guarded");
  call.receiver = text(j, "receiver");
  return call;
}

NameProblem problem_from_json(const Json& j) { return {text(j, "name"), text(j, "message"), number(j, "line")}; }

ConfigRead config_read_from_json(const Json& j) {
  ConfigRead read;
  read.base = text(j, "base");
  read.path = optional_strings(j, "path");
  read.line = number(j, "line");
  read.has_default = flag(j, "has_default");
  read.default_value = text(j, "default_value");
  read.rooted = flag(j, "rooted");
  read.whole = flag(j, "whole");
  read.is_write = flag(j, "is_write");
  read.typed = flag(j, "typed");
  read.method = text(j, "method");
  return read;
}

}  // namespace

Definition definition_from_json(const Json& j) {
  Definition definition;
  definition.name = text(j, "name");
  definition.kind = text(j, "kind");
  definition.line = number(j, "line");
  definition.end_line = number(j, "end_line");
  each(j, "params", [&](const Json& p) {
    definition.params.push_back({text(p, "name"), text(p, "annotation"), text(p, "default_value"), text(p, "kind")});
  });
  definition.returns = text(j, "returns");
  definition.doc = text(j, "doc");
  definition.bases = optional_strings(j, "bases");
  definition.decorators = optional_strings(j, "decorators");
  definition.value = text(j, "value");
  definition.is_stub = flag(j, "is_stub");
  definition.stub_form = text(j, "stub_form");
  definition.body_statements = number(j, "body_statements");
  return definition;
}

SourceFacts facts_from_json(const Json& j) {
  SourceFacts facts;
  facts.path = text(j, "path");
  facts.parsed = flag(j, "parsed");
  facts.syntax_error = text(j, "syntax_error");
  facts.syntax_line = number(j, "syntax_line");
  each(j, "imports", [&](const Json& i) { facts.imports.push_back(import_from_json(i)); });
  each(j, "definitions", [&](const Json& d) { facts.definitions.push_back(definition_from_json(d)); });
  each(j, "calls", [&](const Json& c) { facts.calls.push_back(call_from_json(c)); });
  each(j, "undefined", [&](const Json& p) { facts.undefined.push_back(problem_from_json(p)); });
  each(j, "useless", [&](const Json& p) { facts.useless.push_back(problem_from_json(p)); });
  each(j, "config_reads", [&](const Json& r) { facts.config_reads.push_back(config_read_from_json(r)); });
  each(j, "attribute_assignments", [&](const Json& a) {
    facts.attribute_assignments.push_back({text(a, "name"), text(a, "resolved"), text(a, "in_symbol"), number(a, "line")});
  });
  facts.exports = optional_strings(j, "exports");
  each(j, "attributes", [&](const Json& a) { facts.attributes.push_back(line_and_text(a, "attributes")); });
  facts.has_main_guard = flag(j, "has_main_guard");
  each(j, "ellipsis_lines", [&](const Json& l) { facts.ellipsis_lines.push_back(to_line(l, "ellipsis_lines")); });
  each(j, "comments", [&](const Json& c) { facts.comments.push_back(line_and_text(c, "comments")); });
  return facts;
}

FactsOutput read_facts_output(std::string_view json_lines) {
  FactsOutput output;
  while (!json_lines.empty()) {
    const std::size_t end = json_lines.find('\n');
    if (end == std::string_view::npos) break;  // the child was ended in the middle of a line
    const std::string_view line = json_lines.substr(0, end);
    json_lines.remove_prefix(end + 1);
    if (line.empty()) continue;
    const Json object = parse_json(line, "facts of a Python file");
    if (!object.is_object()) wrong("line", "object");
    if (object.contains("path")) {
      SourceFacts facts = facts_from_json(object);
      const std::string path = facts.path;
      output.files[path] = std::move(facts);
    }
    each(object, "signatures", [&](const Json& d) { output.signatures.push_back(definition_from_json(d)); });
    if (object.contains("too_old")) output.too_old = text(object, "too_old");
    output.done = output.done || flag(object, "done");
  }
  return output;
}

}  // namespace p2c::python
