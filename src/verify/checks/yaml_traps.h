// YAML values whose type is not what it looks like.
#pragma once

#include <string>
#include <vector>

#include "verify/checks/repo_view.h"
#include "verify/checks/yaml_text.h"

namespace p2c::verify {

struct YamlTrap {
  YamlLine line;
  std::string message;
  std::string written;   // what to write instead of the value; empty when that cannot be told
  bool is_error = false;
};
std::vector<YamlTrap> yaml_traps(const RepoView& view, const std::string& path);

}  // namespace p2c::verify
