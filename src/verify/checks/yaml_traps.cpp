// F11: values that YAML 1.1 readers such as PyYAML take for another type.
#include "verify/checks/yaml_traps.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

// A loader that was taught 1e-5 reads it as a number.
bool teaches_numbers(const RepoView& view) {
  for (const auto& [path, facts] : view.input().facts) {
    for (const auto& call : facts.calls) {
      if (call.callee.ends_with("add_implicit_resolver")) return true;
    }
  }
  return false;
}

std::string type_of_key(const RepoView& view, const std::string& key) {
  if (view.input().config == nullptr) return "";
  for (const auto& entry : view.input().config->entries) {
    if (entry.key == key) return entry.type;
  }
  return "";
}

bool is_short(const std::string& value) { return !value.empty() && value.size() <= 40; }

// "1e-5" -> "1.0e-5", "2.5e8" -> "2.5e+8": what YAML 1.1 needs, a dot and a sign.
std::string safe_number(const std::string& value) {
  const std::size_t e = value.find_first_of("eE");
  std::string mantissa = value.substr(0, e), exponent = value.substr(e + 1);
  if (!contains(mantissa, ".")) mantissa += ".0";
  if (mantissa.ends_with('.')) mantissa += "0";
  if (exponent[0] != '-' && exponent[0] != '+') exponent = "+" + exponent;
  return mantissa + "e" + exponent;
}

}  // namespace

std::vector<YamlTrap> yaml_traps(const RepoView& view, const std::string& path) {
  static const std::regex number_text("[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?[0-9]+\\.[0-9]*[eE][0-9]+");
  static const std::regex octal("[-+]?0[0-7]+");
  static const std::regex version("[0-9]+\\.[0-9]*0");
  static const std::regex truth("yes|no|on|off", std::regex::icase);
  std::vector<YamlTrap> traps;
  const auto it = view.input().files.find(path);
  if (it == view.input().files.end()) return traps;
  const bool taught = teaches_numbers(view);
  for (const YamlLine& line : read_yaml(it->second).lines) {
    if (!is_short(line.value)) continue;
    const std::string type = type_of_key(view, line.key);
    const std::string last = line.key.substr(line.key.rfind('.') + 1);
    const std::string quoted = "\"" + line.value + "\"";
    if (std::regex_match(line.value, number_text) && !taught && type != "str") {
      traps.push_back({line, fmt::format("{}: {} is read as text, not as a number", line.key, line.value), safe_number(line.value), true});
    } else if (std::regex_match(line.value, truth) && type != "bool") {
      const bool is_text = type == "str";
      traps.push_back({line, fmt::format("{}: {} is read as true or false", line.key, line.value), is_text ? quoted : "", is_text});
    } else if (std::regex_match(line.value, octal)) {
      traps.push_back({line, fmt::format("{}: {} is read as an octal number", line.key, line.value), type == "str" ? quoted : "", type == "str"});
    } else if (std::regex_match(line.value, version) && contains(to_lower(last), "version")) {
      traps.push_back({line, fmt::format("{}: {} is read as a number and loses its last zero", line.key, line.value), quoted, false});
    }
  }
  return traps;
}

void check_yaml_traps(const RepoView& view, Findings& findings) {
  for (const auto& [path, text] : view.input().files) {
    if (!path.ends_with(".yaml") && !path.ends_with(".yml")) continue;
    if (const int line = read_yaml(text).tab_line; line != 0) {
      add_error(findings, "F11", path, line, "the line is indented by a tab, which YAML does not allow", "Indent with blanks.");
    }
    for (const YamlTrap& trap : yaml_traps(view, path)) {
      const std::string suggestion = trap.written.empty() ? "Quote it or write true/false or a plain number." : fmt::format("Write {}.", trap.written);
      const char* fix = trap.written.empty() ? "none" : "auto";
      if (trap.is_error) {
        add_error(findings, "F11", path, trap.line.line, trap.message, suggestion, fix);
      } else {
        add_warning(findings, "F11", path, trap.line.line, trap.message, suggestion, fix);
      }
    }
  }
}

}  // namespace p2c::verify
