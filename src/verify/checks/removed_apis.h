// Uses of names and keywords that the packages of a repository no longer have.
#pragma once

#include <string>
#include <vector>

#include "verify/checks/repo_view.h"
#include "verify/checks/tables.h"

namespace p2c::verify {

struct RemovedUse {
  int line = 0;
  std::string name;       // "numpy.float", or "torch.nn.Dropout" for a keyword
  std::string keyword;    // empty for a name
  std::string package, since, replace;
  bool is_auto = false, is_builtin = false;
  bool is_import = false; // named in a from-import
};
std::vector<RemovedUse> removed_uses(const RepoView& view, const std::string& path);

}  // namespace p2c::verify
