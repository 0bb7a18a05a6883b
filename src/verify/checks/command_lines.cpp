// F53: what scripts pass to programs against the options these define.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/commands.h"

namespace p2c::verify {
namespace {

struct Options {
  std::set<std::string> names;                   // "--config", "-c"
  std::map<std::string, std::string> required;   // shown name -> all its names, joined by blanks
  std::map<std::string, std::string> choices;    // name -> literal list
  bool complete = true;                          // false: a library or code of unknown form defines more
  bool any = false;
};

bool is_other_parser(const std::string& module) {
  const std::string top = module.substr(0, module.find('.'));
  static const std::set<std::string> names = {"click", "typer", "fire", "absl", "hydra", "tyro", "simple_parsing", "docopt", "jsonargparse"};
  return names.contains(top);
}

void add_options(const python::SourceFacts& facts, Options& options) {
  for (const auto& import : facts.imports) {
    if (import.level == 0 && is_other_parser(import.module)) options.complete = false;
    if (std::find(import.names.begin(), import.names.end(), "HfArgumentParser") != import.names.end()) options.complete = false;
  }
  for (const auto& call : facts.calls) {
    const std::string method = call.callee.substr(call.callee.rfind('.') + 1);
    if (method == "parse_known_args" || method == "add_subparsers" || method == "add_parser") options.complete = false;
    if (method != "add_argument") continue;
    options.any = true;
    std::vector<std::string> names;
    for (const std::string& literal : call.literal_args) {
      const auto name = string_literal(literal);
      if (!name) {
        options.complete = false;  // a name made at run time
      } else if (name->starts_with('-')) {
        names.push_back(*name);
      }
    }
    if (call.positional < 0) options.complete = false;
    options.names.insert(names.begin(), names.end());
    const auto required = call.literal_keywords.find("required");
    if (!names.empty() && required != call.literal_keywords.end() && required->second == "True") options.required[names.back()] = join(names, " ");
    if (call.name_keywords.contains("action")) {  // BooleanOptionalAction adds "--no-..."
      for (const std::string& name : names) {
        if (name.starts_with("--")) options.names.insert("--no-" + name.substr(2));
      }
    }
    const auto choices = call.literal_keywords.find("choices");
    if (choices != call.literal_keywords.end()) {
      for (const std::string& name : names) options.choices[name] = choices->second;
    }
  }
}

// Options of a program: those of its file and of the local modules it imports, as helpers often define them.
Options options_of(const RepoView& view, const std::string& path) {
  Options options;
  std::set<std::string> seen;
  std::vector<std::string> waiting = {path};
  while (!waiting.empty() && seen.size() < 200) {
    const std::string file = waiting.back();
    waiting.pop_back();
    const python::SourceFacts* facts = view.facts(file);
    if (facts == nullptr || !seen.insert(file).second) continue;
    add_options(*facts, options);
    for (const auto& import : facts->imports) {
      const std::string module = std::string(static_cast<std::size_t>(import.level), '.') + import.module;
      const ImportTarget target = view.import_target(file, module);
      if (target.kind == ImportTarget::Kind::local) waiting.push_back(target.path);
    }
  }
  // Required options are sure only when the program itself states them.
  Options own;
  if (const python::SourceFacts* facts = view.facts(path)) add_options(*facts, own);
  options.required = own.required;
  options.any = own.any;
  return options;
}

bool is_known(const Options& options, const std::string& option) {
  if (options.names.contains(option) || option == "--help" || option == "-h") return true;
  // argparse takes unambiguous beginnings of long options.
  const auto matches = std::count_if(options.names.begin(), options.names.end(), [&](const std::string& name) {
    return option.starts_with("--") && option.size() > 3 && name.starts_with(option);
  });
  if (matches == 1) return true;
  const bool is_number = option.size() > 1 && (option[1] == '.' || (option[1] >= '0' && option[1] <= '9'));
  const bool is_short = option.size() > 2 && option[1] != '-';  // "-j4", "-vv"
  return is_number || (is_short && options.names.contains(option.substr(0, 2)));
}

void check_command(const RepoView& view, const PythonCommand& command, Findings& findings) {
  const std::string path = command.module.empty() ? command.script : view.module_path(command.module, "");
  if (!view.input().files.contains(path) || view.facts(path) == nullptr) return;
  const Options options = options_of(view, path);
  const std::string where = command.file.empty() ? path : command.file;
  const auto error = [&](std::string message, std::string suggestion) {
    add_error(findings, "F53", where, command.file.empty() ? 0 : command.line, std::move(message), std::move(suggestion));
  };
  std::set<std::string> given;
  bool has_variables = false;
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const std::string& argument = command.arguments[i];
    has_variables = has_variables || contains(argument, "$");
    if (argument == "--") break;
    if (!argument.starts_with('-') || argument == "-") {
      const bool is_file = (argument.ends_with(".yaml") || argument.ends_with(".yml")) && !contains(argument, "$") && !argument.starts_with('/');
      std::string file = argument.substr(argument.find('=') == std::string::npos ? 0 : argument.find('=') + 1);
      if (file.starts_with("./")) file = file.substr(2);
      if (is_file && !view.input().files.contains(file) && i > 0 && contains(command.arguments[i - 1], "config")) {
        error(fmt::format("{} is given '{}', which is not there", path, file), "Name a file of the repository.");
      }
      continue;
    }
    const std::string option = argument.substr(0, argument.find('='));
    given.insert(option);
    if (contains(option, "$") || is_known(options, option)) {
      const auto choices = options.choices.find(option);
      const bool has_value = argument.size() > option.size();
      const std::string value = has_value ? argument.substr(option.size() + 1) : i + 1 < command.arguments.size() ? command.arguments[i + 1] : "";
      if (choices != options.choices.end() && !value.empty() && !contains(value, "$") && !contains(choices->second, value)) {
        error(fmt::format("'{}' is no choice of {} of {}", value, option, path), fmt::format("Choose from {}.", choices->second));
      }
      continue;
    }
    if (!options.complete) continue;
    if (!options.any && options.names.empty()) {
      if (!command.file.empty()) {
        add_warning(findings, "F53", where, command.line, fmt::format("{} reads no options, but gets {}", path, option), "Read it or drop it.");
      }
      return;
    }
    std::vector<std::string> names(options.names.begin(), options.names.end());
    error(fmt::format("{} has no option {}", path, option), fmt::format("It has {}.", join(names, ", ")));
  }
  if (has_variables || !options.complete) return;
  for (const auto& [shown, all] : options.required) {
    const auto names = split(all, ' ');
    const bool is_given = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::any_of(given.begin(), given.end(), [&](const std::string& option) {
        return option == name || (name.starts_with("--") && name.starts_with(option) && option.size() > 2);
      });
    });
    const bool help = given.contains("--help") || given.contains("-h");
    if (!is_given && !help) error(fmt::format("{} needs {}", path, shown), "Pass it.");
  }
}

}  // namespace

void check_command_lines(const RepoView& view, Findings& findings) {
  for (const PythonCommand& command : python_commands(view)) check_command(view, command, findings);
  for (const auto& [path, facts] : view.input().facts) {
    for (const auto& call : facts.calls) {
      const auto type = call.name_keywords.find("type");
      if (call.callee.ends_with(".add_argument") && type != call.name_keywords.end() && type->second == "builtins.bool") {
        const std::string option = call.literal_args.empty() ? "an option" : call.literal_args[0];
        add_warning(findings, "F53", path, call.line, fmt::format("type=bool of {}: every text but the empty one is true", option),
                    "Use action=argparse.BooleanOptionalAction.", "ticket");
      }
    }
  }
}

}  // namespace p2c::verify
