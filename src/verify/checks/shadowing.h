// Files whose name hides a package that the repository or its packages import.
#pragma once

#include <string>
#include <vector>

#include "verify/checks/repo_view.h"

namespace p2c::verify {

struct ShadowingFile {
  std::string path;     // "random.py" or "wandb/__init__.py"
  std::string name;     // "random"
  bool is_standard = false;
};
std::vector<ShadowingFile> shadowing_files(const RepoView& view);

// Name a shadowing module gets: "random" -> "random_utils", with a number when that is taken.
std::string unshadowed_name(const RepoView& view, const ShadowingFile& file);

}  // namespace p2c::verify
