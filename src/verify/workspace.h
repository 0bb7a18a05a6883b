// The repository under repair: its text in memory, what is known of it, and its copy on the disk, kept alike.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "artefacts/config.h"
#include "artefacts/plan.h"
#include "verify/ledger.h"
#include "verify/levels.h"

namespace p2c::verify {

struct RepoState {
  RepoFiles files;
  FactsByPath facts;
  std::vector<artefacts::Finding> findings;  // static ones of these files
};

class Workspace {
 public:
  // `root` holds the files of `state`. Pointers may be null and must outlive the workspace.
  Workspace(std::filesystem::path root, RepoFiles files, const artefacts::Plan* plan,
            const artefacts::Config* config);

  const RepoState& state() const { return state_; }
  const std::filesystem::path& root() const { return root_; }

  // The state these files would give; facts of unchanged files are taken over. Nothing is written.
  RepoState examine(RepoFiles files) const;
  // Makes `next` the state and writes what differs. Returns the paths that changed. Errors: io, disk_full.
  std::set<std::string> adopt(RepoState next);

  // Deterministic repairs of `state`, as often as they find something (at most 3 times); what was done is
  // appended to `done`.
  RepoState auto_fixed(RepoState state, std::vector<AppliedFix>& done) const;

 private:
  std::filesystem::path root_;
  const artefacts::Plan* plan_;
  const artefacts::Config* config_;
  RepoState state_;
};

// Paths whose text differs, is new or gone.
std::set<std::string> changed_paths(const RepoFiles& before, const RepoFiles& after);

// Copies every regular file of `from` to `to`, which appears whole or not at all. Errors: io, disk_full,
// limit.
void copy_tree(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace p2c::verify
