// The Python environment of a repository: one virtual environment a set of requirements, CPU wheels, cached
// by hash.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/event.h"

namespace p2c::verify {

struct EnvironmentOptions {
  std::filesystem::path cache_dir;  // empty: $XDG_CACHE_HOME/paper2code/environments or ~/.cache/...
  std::filesystem::path python;     // empty: python3 in PATH
  std::chrono::milliseconds limit{1'200'000};
  EventSink* events = nullptr;
  CancelToken cancel;
};

struct Environment {
  std::filesystem::path root;         // bin/python inside
  std::filesystem::path base_prefix;  // of the interpreter it was made from; the sandbox shows it read-only
  std::string python_version;
  std::vector<std::string> packages;  // "torch==2.13.0+cpu", sorted
  bool cached = false;
};

// Makes or reuses the environment for the text of a requirements.txt (pytest and PyYAML are added). Only
// "name<op>version" lines are accepted: no URLs, paths, options or editable installs (Error unsafe_input).
// Two processes may ask at once. Only wheels are installed, so that no code of strangers runs here. torch
// comes first and alone: from PIP_FIND_LINKS, else from the index in PAPER2CODE_TORCH_INDEX (for CPU builds),
// else as pip is set up; then it is pinned for the rest. Errors: environment with the last lines of the
// installer and a hint; cancelled; timeout; disk_full.
Environment make_environment(const std::string& requirements, const EnvironmentOptions& options);

// What a person can do about an installer's failure, from its output.
std::string installer_hint(std::string_view output);

}  // namespace p2c::verify
