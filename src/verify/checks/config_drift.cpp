// F10: keys that code reads and no config has, keys that no code reads, defaults that differ.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/config_keys.h"

namespace p2c::verify {
namespace {

using python::ConfigRead;

// The Config class that project files bring along: read-only, missing keys are errors, only these methods.
bool has_strict_config(const RepoView& view, std::set<std::string>& methods) {
  for (const auto& [path, facts] : view.input().facts) {
    if (!path.ends_with("config.py")) continue;
    bool reads = false, refuses = false;
    for (const auto& definition : facts.definitions) {
      if (!definition.name.starts_with("Config.")) continue;
      methods.insert(definition.name.substr(7));
      reads = reads || definition.name == "Config.__getattr__";
      refuses = refuses || definition.name == "Config.__setattr__";
    }
    if (reads && refuses) return true;
    methods.clear();
  }
  return false;
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_word_character(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_word_character(text[at + word.size()]);
    if (starts && ends) return true;
  }
  return false;
}

// 0.001 and 1e-3 are one value; texts are compared without quotes.
bool same_value(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view text) {
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
      text = text.substr(1, text.size() - 2);
    }
    std::string lower = to_lower(text);
    return lower == "none" || lower == "~" ? std::string("null") : lower;
  };
  const std::string x = bare(a), y = bare(b);
  if (x == y) return true;
  char *end_x = nullptr, *end_y = nullptr;
  const double number_x = std::strtod(x.c_str(), &end_x), number_y = std::strtod(y.c_str(), &end_y);
  return !x.empty() && !y.empty() && *end_x == 0 && *end_y == 0 && number_x == number_y;
}

std::string suggestion_for(const ConfigKeys& keys, const std::vector<std::string>& path) {
  const std::vector<std::string> similar = keys.similar(path);
  if (!similar.empty() && similar.size() <= 3) return fmt::format("The config has {}.", join(similar, " and "));
  std::vector<std::string> all;
  for (const auto& [key, missing] : keys.leaves()) all.push_back(key);
  const std::string near = nearest_name(join(path, "."), all);
  return near.empty() ? "Read a key that the config has, or add it to every profile." : fmt::format("Did you mean {}?", near);
}

void check_read(const ConfigKeys& keys, const std::string& path, const ConfigRead& read, bool strict,
                const std::set<std::string>& methods, Findings& findings) {
  const bool sure = read.rooted || (read.typed && strict);
  const std::string shown = read.base + (read.path.empty() ? "" : "." + join(read.path, "."));
  const auto report = [&](bool is_error, std::string message, std::string suggestion) {
    if (is_error) {
      add_error(findings, "F10", path, read.line, std::move(message), std::move(suggestion));
    } else {
      add_warning(findings, "F10", path, read.line, std::move(message), std::move(suggestion), "ticket");
    }
  };
  if (read.is_write) {
    if (strict && read.rooted) report(!is_test_file(path), fmt::format("assigns {}, but the config is read-only", shown), "Use a variable.");
    return;
  }
  if (strict && sure && !read.method.empty() && !methods.contains(read.method)) {
    // `cfg.model.items()`: the method belongs to a group; `cfg.get("a")` to what the path without its last part gives.
    std::vector<std::string> group = read.path;
    if (read.method == "get" && !group.empty()) group.pop_back();
    const bool on_config = read.rooted ? keys.is_group(group) : group.empty();
    if (on_config) {
      report(!is_test_file(path), fmt::format("the config has no method '{}'", read.method),
             "Read the key itself; to_dict() gives plain dictionaries.");
      return;
    }
  }
  if (read.path.empty()) return;
  const bool present = read.rooted ? keys.has(read.path) : keys.has_somewhere(read.path);
  if (!present) {
    const bool is_error = sure && !read.has_default && !is_test_file(path);
    report(is_error, fmt::format("reads {}, which no config has", shown), suggestion_for(keys, read.path));
    return;
  }
  const std::string key = join(read.path, ".");
  if (!read.rooted) return;
  if (read.has_default && !read.default_value.empty()) {
    const std::string value = keys.value(key);
    if (!value.empty() && !same_value(value, read.default_value)) {
      report(false, fmt::format("the default {} of {} differs from the config's {}", read.default_value, shown, value),
             "Read the key without a default.");
    }
  }
  const auto leaf = keys.leaves().find(key);
  if (leaf != keys.leaves().end() && !leaf->second.empty() && !read.has_default) {
    report(sure && !is_test_file(path), fmt::format("reads {}, which {} lacks", shown, join(leaf->second, " and ")),
           "Give every profile the same keys.");
  }
}

// A key counts as read when its last part is a word of some program, or a group above it is passed on whole.
void check_dead_keys(const RepoView& view, const ConfigKeys& keys, Findings& findings) {
  std::set<std::string> passed_on;
  for (const auto& [path, facts] : view.input().facts) {
    for (const ConfigRead& read : facts.config_reads) {
      if ((read.whole || !read.method.empty()) && !read.path.empty() && !is_test_file(path)) passed_on.insert(read.path.back());
    }
  }
  const std::string where = keys.files().empty() ? "configs" : keys.files().front();
  for (const auto& [key, missing] : keys.leaves()) {
    std::vector<std::string> parts = split(key, '.');
    const std::string last = parts.back();
    parts.pop_back();
    const bool is_passed = std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return passed_on.contains(part); });
    if (is_passed) continue;
    const bool is_read = std::any_of(view.input().files.begin(), view.input().files.end(), [&](const auto& file) {
      return file.first.ends_with(".py") && !is_test_file(file.first) && has_word(file.second, last);
    });
    if (is_read) continue;
    const auto line = keys.first_line().find(key);
    add_warning(findings, "F10", where, line == keys.first_line().end() ? 0 : line->second,
                fmt::format("no code reads the key {}", key), "Use it where it belongs, or drop it.", "ticket");
  }
}

}  // namespace

void check_config_drift(const RepoView& view, Findings& findings) {
  const ConfigKeys keys(view);
  if (!keys.known()) return;
  std::set<std::string> methods;
  const bool strict = has_strict_config(view, methods);
  bool any_read = false;
  for (const auto& [path, facts] : view.input().facts) {
    std::set<std::pair<int, std::string>> seen;
    for (const ConfigRead& read : facts.config_reads) {
      any_read = any_read || !is_test_file(path);
      if (path.ends_with("/config.py")) continue;  // what implements the config handles it generally
      if (seen.insert({read.line, read.base + "." + join(read.path, ".")}).second) check_read(keys, path, read, strict, methods, findings);
    }
  }
  if (any_read) check_dead_keys(view, keys, findings);
}

}  // namespace p2c::verify
