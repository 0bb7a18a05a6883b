// What is wrong with the imports of one file, in a form that a finding shows and a fix can act on.
#pragma once

#include <string>
#include <vector>

#include "verify/checks/repo_view.h"

namespace p2c::verify {

// "..data" as written in the import.
std::string imported_module(const python::Import& import);

// An import that leads to no local module or symbol.
struct BrokenImport {
  const python::Import* import = nullptr;
  std::string module;       // as written
  std::string name;         // the symbol that is missing; empty when the module is
  std::string better;       // absolute module that has what is asked for, when exactly one has; else empty
  std::string near;         // similar symbol of the module, may be empty
};
std::vector<BrokenImport> broken_imports(const RepoView& view, const std::string& path);

// An import that works only when its own folder is the current or script directory.
struct BesideImport {
  const python::Import* import = nullptr;
  std::string module;       // as written
  std::string better;       // absolute name from the root
};
std::vector<BesideImport> beside_imports(const RepoView& view, const std::string& path);

// A package that is imported and not listed.
struct UnlistedPackage {
  std::string distribution, module, file;
  int line = 0;
  bool only_tests = false;  // imported by tests alone
};
std::vector<UnlistedPackage> unlisted_packages(const RepoView& view);

}  // namespace p2c::verify
