// requirements.txt of the generated repository: names and lower bounds, nothing a resolver cannot satisfy.
#include <algorithm>
#include <map>
#include <optional>

#include "agents/generator/project_parts.h"
#include "base/json.h"
#include "base/resource.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::agents {

namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

// PEP 503: names compare without case, and runs of "-", "_" and "." are one "-".
std::string normal_name(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (!separator) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

// "jax[cpu]" -> "jax"; nullopt for what is no package name.
std::optional<std::string> package_name(std::string_view pip) {
  std::string name(trim(pip.substr(0, pip.find('['))));
  const bool ok = !name.empty() && name.size() <= 100 && name.front() != '-' && name.front() != '.' &&
                  std::all_of(name.begin(), name.end(), is_name_character);
  return ok ? std::optional(name) : std::nullopt;
}

// Digits of a release, "2.2.1" -> {2, 2, 1}; empty when it is none.
std::vector<long> release(std::string_view version) {
  std::vector<long> numbers;
  for (const auto& part : split(version, '.')) {
    if (part.empty() || part.size() > 9 ||
        !std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return {};
    }
    numbers.push_back(std::stol(part));
  }
  return numbers;
}

// The lower bound in ">=2.0,<3", "==1.2.3", "~=2.1" or "2.0"; empty when there is none.
std::string lower_bound(std::string_view constraint) {
  for (const auto& part : split(constraint, ',')) {
    std::string_view text = trim(part);
    if (text.starts_with('<') || text.starts_with('!')) continue;
    while (!text.empty() &&
           (text.front() == '=' || text.front() == '>' || text.front() == '~' || text.front() == ' '))
      text.remove_prefix(1);
    if (!release(text).empty()) return std::string(text);
  }
  return {};
}

const std::map<std::string, std::string>& floors() {
  static const auto* table = [] {
    auto* map = new std::map<std::string, std::string>;
    const Json json = parse_json(resource("generator/templates/package_floors.json"), "package_floors.json");
    for (const auto& [name, version] : json.items())
      map->emplace(normal_name(name), version.get<std::string>());
    return map;
  }();
  return *table;
}

class RequirementLines {
 public:
  explicit RequirementLines(const artefacts::Plan& plan) {
    for (const auto& module : python::standard_library_modules())
      not_packages_.push_back(normal_name(module));
    not_packages_.push_back(normal_name(plan.package));
  }

  void add(std::string_view pip, std::string_view constraint, bool optional) {
    const auto name = package_name(pip);
    if (!name ||
        std::find(not_packages_.begin(), not_packages_.end(), normal_name(*name)) != not_packages_.end())
      return;
    // The code is written for today's packages: an old bound copied from the paper's time would be untrue, so
    // the floor of our table wins over a lower one.
    std::string bound = lower_bound(constraint);
    const auto floor = floors().find(normal_name(*name));
    if (floor != floors().end() && (bound.empty() || release(bound) < release(floor->second)))
      bound = floor->second;
    const std::string line = bound.empty() ? *name : *name + ">=" + bound;
    auto& lines = optional ? optional_ : required_;
    if (!required_.contains(normal_name(*name))) lines.emplace(normal_name(*name), line);
  }

  std::string text() const {
    std::string out;
    for (const auto& [name, line] : required_) out += line + "\n";
    bool first = true;
    for (const auto& [name, line] : optional_) {
      if (required_.contains(name)) continue;
      if (first) out += "\n# Optional: only for what the README says needs it.\n";
      first = false;
      out += "# " + line + "\n";
    }
    return out;
  }

 private:
  std::vector<std::string> not_packages_;
  std::map<std::string, std::string> required_,
      optional_;  // line by normal name, so that the order is stable
};

}  // namespace

std::string requirements_text(const artefacts::Plan& plan) {
  RequirementLines lines(plan);
  for (const auto& package : plan.packages) {
    if (!package.optional) lines.add(package.pip, package.constraint, false);
  }
  if (plan.framework == "jax") {
    lines.add("jax", "", false);
  } else {
    lines.add("torch", "", false);
    if (plan.framework == "hf") lines.add("transformers", "", false);
  }
  for (const char* name : {"numpy", "PyYAML", "pytest"}) lines.add(name, "", false);
  for (const auto& package : plan.packages) {
    if (package.optional) lines.add(package.pip, package.constraint, true);
  }
  return lines.text();
}

}  // namespace p2c::agents
