#include "verify/checks/tables.h"

#include <algorithm>

#include "base/json.h"
#include "base/resource.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::verify {
namespace {

Json table(const std::string& name) {
  const std::string resource_name = "data/" + name;
  return parse_json(resource(resource_name), resource_name);
}

struct Packages {
  std::map<std::string, std::string, std::less<>> by_import;
  std::map<std::string, std::string, std::less<>> wrong_names;
};

const Packages& packages() {
  static const Packages loaded = [] {
    const Json json = table("packages.json");
    Packages p;
    for (const auto& name : json.at("same")) {
      const std::string import_name = name.get<std::string>();
      p.by_import[import_name] = replace_all(import_name, "_", "-");
    }
    for (const auto& [name, pip] : json.at("renamed").items()) p.by_import[name] = pip.get<std::string>();
    for (const auto& [name, pip] : json.at("wrong_names").items()) p.wrong_names[name] = pip.get<std::string>();
    return p;
  }();
  return loaded;
}

struct Versions {
  std::map<std::string, std::map<std::string, std::string>, std::less<>> first_for;
  std::map<std::string, std::string, std::less<>> floors;
};

const Versions& versions() {
  static const Versions loaded = [] {
    const Json json = table("package_versions.json");
    Versions v;
    for (const auto& [name, by_python] : json.at("first_for").items()) {
      for (const auto& [python, version] : by_python.items()) {
        v.first_for[normalised_distribution(name)][python] = version.get<std::string>();
      }
    }
    for (const auto& [name, version] : json.at("floors").items()) {
      if (name != "about") v.floors[normalised_distribution(name)] = version.get<std::string>();
    }
    return v;
  }();
  return loaded;
}

struct Shadowing {
  std::set<std::string, std::less<>> packages, harmless;
};

const Shadowing& shadowing() {
  static const Shadowing loaded = [] {
    const Json json = table("shadowing.json");
    Shadowing s;
    for (const auto& name : json.at("packages")) s.packages.insert(name.get<std::string>());
    for (const auto& name : json.at("harmless_standard_library")) s.harmless.insert(name.get<std::string>());
    return s;
  }();
  return loaded;
}

}  // namespace

std::string normalised_distribution(std::string_view name) {
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

std::optional<std::string> distribution_of(std::string_view module) {
  std::string_view name = module;
  while (!name.empty()) {
    if (const auto it = packages().by_import.find(name); it != packages().by_import.end()) return it->second;
    const std::size_t dot = name.rfind('.');
    name = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
  }
  return std::nullopt;
}

std::string corrected_distribution(std::string_view requirement) {
  const auto it = packages().wrong_names.find(requirement);
  return it == packages().wrong_names.end() ? "" : it->second;
}

bool is_standard_library(std::string_view top_name) {
  const auto& names = python::standard_library_modules();
  return top_name == "__future__" || std::find(names.begin(), names.end(), top_name) != names.end();
}

std::string first_version_for(std::string_view distribution, const std::string& python) {
  const auto it = versions().first_for.find(normalised_distribution(distribution));
  if (it == versions().first_for.end()) return "";
  const auto version = it->second.find(python);
  return version == it->second.end() ? "" : version->second;
}

std::string version_floor(std::string_view distribution) {
  const auto it = versions().floors.find(normalised_distribution(distribution));
  return it == versions().floors.end() ? "" : it->second;
}

bool is_shadowed_package(std::string_view name) { return shadowing().packages.contains(name); }

bool is_shadowed_standard_module(std::string_view name) {
  return is_standard_library(name) && !shadowing().harmless.contains(name);
}

const std::map<std::string, RemovedName, std::less<>>& removed_names() {
  static const std::map<std::string, RemovedName, std::less<>> loaded = [] {
    std::map<std::string, RemovedName, std::less<>> names;
    const Json json = table("removed_apis.json");
    for (const auto& [name, entry] : json.at("names").items()) {
      names[name] = {optional_string(entry, "package"), optional_string(entry, "since"), optional_string(entry, "until"),
                     optional_string(entry, "replace"), optional_string(entry, "fix") == "auto",
                     optional_bool(entry, "builtin")};
    }
    return names;
  }();
  return loaded;
}

const std::vector<RemovedKeyword>& removed_keywords() {
  static const std::vector<RemovedKeyword> loaded = [] {
    std::vector<RemovedKeyword> keywords;
    const Json json = table("removed_apis.json");
    for (const auto& entry : json.at("keywords")) {
      keywords.push_back({optional_string(entry, "call"), optional_string(entry, "keyword"),
                          optional_string(entry, "package"), optional_string(entry, "since"),
                          optional_string(entry, "replace"), optional_string(entry, "fix") == "auto"});
    }
    return keywords;
  }();
  return loaded;
}

std::string customary_import(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> loaded = [] {
    std::map<std::string, std::string, std::less<>> imports;
    const Json json = table("common_imports.json");
    for (const auto& [key, line] : json.items()) {
      if (key != "about") imports[key] = line.get<std::string>();
    }
    return imports;
  }();
  const auto it = loaded.find(name);
  return it == loaded.end() ? "" : it->second;
}

int compare_versions(std::string_view a, std::string_view b) {
  const auto next = [](std::string_view& text) {
    long number = 0;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      if (number < 100'000'000) number = number * 10 + (text[i] - '0');
    }
    while (i < text.size() && text[i] != '.') ++i;  // "1rc2": what follows the number does not count
    text.remove_prefix(std::min(text.size(), i + 1));
    return number;
  };
  while (!a.empty() || !b.empty()) {
    const long x = next(a), y = next(b);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

}  // namespace p2c::verify
