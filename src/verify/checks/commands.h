// The Python programs that a repository's scripts and its plan start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verify/checks/repo_view.h"

namespace p2c::verify {

struct PythonCommand {
  std::string file;      // script it stands in; empty for an entry point of the plan
  int line = 0;
  std::string module;    // of -m
  std::string script;    // path, when not -m
  std::vector<std::string> arguments;
  bool sets_path = false;  // PYTHONPATH is set for it, or the repository is installed before it
};

// Commands of *.sh files and of the plan's entry points. What holds shell variables in place of the program is left out;
// arguments that hold them are kept as written.
std::vector<PythonCommand> python_commands(const RepoView& view);

// Words of one shell command, quotes removed; ends at the first operator.
std::vector<std::string> shell_words(std::string_view command);

}  // namespace p2c::verify
