#include "verify/checks/config_keys.h"

#include <algorithm>

#include "base/text.h"
#include "verify/checks/yaml_text.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxKeys = 3'000;  // every key is looked for in every file

bool is_config_file(std::string_view path) {
  if (!path.ends_with(".yaml") && !path.ends_with(".yml")) return false;
  const std::string folder = folder_of(path);
  const std::string last = folder.substr(folder.rfind('/') + 1);
  const std::string_view name = path.substr(folder.empty() ? 0 : folder.size() + 1);
  return last == "configs" || last == "config" || (folder.empty() && name.starts_with("config"));
}

bool uses_other_loader(const RepoView& view) {
  for (const auto& [path, facts] : view.input().facts) {
    for (const auto& import : facts.imports) {
      const std::string top = import.module.substr(0, import.module.find('.'));
      if (import.level == 0 && (top == "hydra" || top == "omegaconf" || top == "yacs" || top == "ml_collections")) return true;
    }
  }
  return false;
}

}  // namespace

void ConfigKeys::add(const std::string& key, const std::string& value, bool is_open) {
  leaves_.try_emplace(key);
  values_[key].insert(value);
  if (is_open) open_.insert(key);
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 1)) groups_.insert(key.substr(0, dot));
}

ConfigKeys::ConfigKeys(const RepoView& view) {
  if (uses_other_loader(view)) return;  // these merge files and add keys in ways of their own
  std::map<std::string, std::set<std::string>> keys_of_file;
  for (const auto& [path, text] : view.input().files) {
    if (!is_config_file(path)) continue;
    const YamlText yaml = read_yaml(text);
    if (!yaml.is_plain) return;
    files_.push_back(path);
    for (const YamlLine& line : yaml.lines) {
      if (line.is_mapping) continue;
      if (line.key == "defaults" || line.key == "base" || line.key == "_base_" || line.key == "extends") return;  // files that include others
      add(line.key, line.value, line.is_open);
      keys_of_file[path].insert(line.key);
      if (files_.size() == 1) first_line_.emplace(line.key, line.line);
    }
  }
  for (auto& [key, missing] : leaves_) {
    for (const std::string& file : files_) {
      if (!keys_of_file[file].contains(key)) missing.push_back(file);
    }
  }
  if (files_.empty() && view.input().config != nullptr) {
    for (const auto& entry : view.input().config->entries) {
      const bool is_text = entry.value.is_string();
      add(entry.key, is_text ? entry.value.get<std::string>() : entry.value.dump(), entry.value.is_structured());
    }
  }
  known_ = !leaves_.empty() && leaves_.size() <= kMaxKeys;
}

bool ConfigKeys::has(const std::vector<std::string>& path) const {
  std::string key;
  for (const std::string& part : path) {
    if (leaves_.contains(key)) return true;  // an attribute of a value
    key += (key.empty() ? "" : ".") + part;
  }
  return key.empty() || leaves_.contains(key) || groups_.contains(key);
}

bool ConfigKeys::has_somewhere(const std::vector<std::string>& path) const {
  if (has(path)) return true;
  for (const std::string& group : groups_) {
    std::vector<std::string> full = split(group, '.');
    full.insert(full.end(), path.begin(), path.end());
    if (has(full)) return true;
  }
  // Handed a list or a nested value: what it holds is not known here.
  return std::any_of(open_.begin(), open_.end(), [&](const std::string& key) {
    for (const auto& value : values_.at(key)) {
      if (contains(value, path.front())) return true;
    }
    return false;
  });
}

bool ConfigKeys::is_group(const std::vector<std::string>& path) const { return path.empty() || groups_.contains(join(path, ".")); }

std::vector<std::string> ConfigKeys::similar(const std::vector<std::string>& path) const {
  std::vector<std::string> found;
  for (const auto& [key, missing] : leaves_) {
    if (!path.empty() && (key == path.back() || key.ends_with("." + path.back()))) found.push_back(key);
  }
  return found;
}

std::string ConfigKeys::value(const std::string& key) const {
  const auto it = values_.find(key);
  return it == values_.end() || it->second.size() != 1 ? "" : *it->second.begin();
}

}  // namespace p2c::verify
