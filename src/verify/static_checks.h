// Static checks of a generated repository (spec 13): findings with file, line, check id, message, suggested fix.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "artefacts/config.h"
#include "artefacts/plan.h"
#include "artefacts/trace.h"
#include "python/source_facts.h"

namespace p2c::verify {

// Text files of a repository by relative path. Hidden files, __pycache__ and binaries are left out.
using RepoFiles = std::map<std::string, std::string>;
// Errors: limit (5,000 files, 2 MiB a file, 50 MiB in all).
RepoFiles load_repo(const std::filesystem::path& root);

struct CheckInput {
  const RepoFiles& files;
  const std::map<std::string, python::SourceFacts>& facts;  // of every .py file
  const artefacts::Plan* plan = nullptr;      // absent for a repository of unknown origin
  const artefacts::Config* config = nullptr;
};

// F01-F06, F08-F11, F57, F07's known-removed table, F13/F53 where cheap. In the order of spec 13.
std::vector<artefacts::Finding> run_static_checks(const CheckInput& input);

// Deterministic fixes (fix == "auto"): add a package, drop an impossible pin, add __init__.py, rename a shadowing file and
// its imports, rewrite an import path, quote YAML traps, known API renames. Changes `files`; returns what was done, one
// entry a changed file and finding. Never touches a file whose finding it does not understand.
struct AppliedFix {
  artefacts::Finding finding;
  std::string file;
};
std::vector<AppliedFix> apply_auto_fixes(RepoFiles& files, const std::vector<artefacts::Finding>& findings, const CheckInput& input);

// L0: every file parses, no elision, fence or placeholder. L1: imports resolve, no cycle (spec 11.1). From the findings.
bool passes_level0(const std::vector<artefacts::Finding>& findings);
bool passes_level1(const std::vector<artefacts::Finding>& findings);

}  // namespace p2c::verify
