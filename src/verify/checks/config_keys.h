// Which configuration keys a repository has: from its YAML files, else from the run's config artefact.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "verify/checks/repo_view.h"

namespace p2c::verify {

class ConfigKeys {
 public:
  explicit ConfigKeys(const RepoView& view);
  bool known() const { return known_; }        // false: no config, or one that is not read completely
  // YAML files of the configuration, sorted.
  const std::vector<std::string>& files() const { return files_; }
  // Keys with values, dotted, of all files together -> files that lack them.
  const std::map<std::string, std::vector<std::string>>& leaves() const { return leaves_; }
  const std::map<std::string, int>& first_line() const { return first_line_; }  // in files().front()

  // Whether a path from the root can be read: a key, a group of keys, or something below a value that is a collection.
  bool has(const std::vector<std::string>& path) const;
  // The same from any group on: code that was handed a part of the config reads shorter paths.
  bool has_somewhere(const std::vector<std::string>& path) const;
  bool is_group(const std::vector<std::string>& path) const;  // keys below it; the root is one
  // Full keys that end with the last part of `path`.
  std::vector<std::string> similar(const std::vector<std::string>& path) const;
  // Value of a key as text, where all files agree; empty otherwise.
  std::string value(const std::string& key) const;

 private:
  void add(const std::string& key, const std::string& value, bool is_open);
  bool known_ = false;
  std::vector<std::string> files_;
  std::map<std::string, std::vector<std::string>> leaves_;
  std::map<std::string, int> first_line_;
  std::set<std::string> groups_, open_;
  std::map<std::string, std::set<std::string>> values_;
};

}  // namespace p2c::verify
