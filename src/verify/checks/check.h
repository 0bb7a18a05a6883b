// One static check: a function over a repository that appends findings. The list of all stands in registry.cpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "artefacts/trace.h"
#include "verify/checks/repo_view.h"

namespace p2c::verify {

using Findings = std::vector<artefacts::Finding>;

struct Check {
  const char* id;        // of spec 13: "F03"
  const char* what;      // one line for people
  void (*run)(const RepoView& view, Findings& findings);
};

// In the order they run and report (spec 13).
const std::vector<Check>& all_checks();

// Appends a finding. `fix`: "auto" (apply_auto_fixes can repair it), "ticket" (a model has to), "none".
void add_error(Findings& findings, const char* check, const std::string& file, int line, std::string message,
               std::string suggestion, const char* fix = "ticket");
void add_warning(Findings& findings, const char* check, const std::string& file, int line, std::string message,
                 std::string suggestion, const char* fix = "none");

void check_syntax(const RepoView& view, Findings& findings);            // F08
void check_placeholders(const RepoView& view, Findings& findings);      // F08
void check_names(const RepoView& view, Findings& findings);             // F09
void check_calls(const RepoView& view, Findings& findings);             // F09
void check_classes(const RepoView& view, Findings& findings);           // F09
void check_imports(const RepoView& view, Findings& findings);           // F03
void check_cycles(const RepoView& view, Findings& findings);            // F04
void check_shadowing(const RepoView& view, Findings& findings);         // F05
void check_run_directory(const RepoView& view, Findings& findings);     // F06
void check_packages(const RepoView& view, Findings& findings);          // F01
void check_pins(const RepoView& view, Findings& findings);              // F02
void check_removed_apis(const RepoView& view, Findings& findings);      // F07
void check_config_drift(const RepoView& view, Findings& findings);      // F10
void check_yaml_traps(const RepoView& view, Findings& findings);        // F11
void check_invented_values(const RepoView& view, Findings& findings);   // F12
void check_units(const RepoView& view, Findings& findings);             // F13
void check_command_lines(const RepoView& view, Findings& findings);     // F53
void check_unsafe_calls(const RepoView& view, Findings& findings);      // F57

}  // namespace p2c::verify
