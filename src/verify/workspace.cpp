#include "verify/workspace.h"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "python/source_facts.h"

namespace p2c::verify {
namespace {

constexpr int kMaxFixPasses = 3;  // a fix may bring another finding to light, e.g. a renamed file its imports

}  // namespace

Workspace::Workspace(std::filesystem::path root, RepoFiles files, const artefacts::Plan* plan,
                     const artefacts::Config* config)
    : root_(std::move(root)), plan_(plan), config_(config) {
  state_ = examine(std::move(files));
}

RepoState Workspace::examine(RepoFiles files) const {
  RepoState next;
  RepoFiles unknown;
  for (const auto& [path, text] : files) {
    if (!path.ends_with(".py")) continue;
    const auto known = state_.files.find(path);
    const auto facts = state_.facts.find(path);
    if (known != state_.files.end() && facts != state_.facts.end() && known->second == text) {
      next.facts.emplace(path, facts->second);
    } else {
      unknown.emplace(path, text);
    }
  }
  if (!unknown.empty()) next.facts.merge(python::read_sources(unknown));
  next.files = std::move(files);
  next.findings = run_static_checks({next.files, next.facts, plan_, config_});
  return next;
}

std::set<std::string> Workspace::adopt(RepoState next) {
  const std::set<std::string> changed = changed_paths(state_.files, next.files);
  for (const std::string& path : changed) {
    const fs::path place = confine(root_, path);
    const auto text = next.files.find(path);
    if (text != next.files.end()) {
      write_file_atomic(place, text->second);
    } else {
      std::error_code error;
      fs::remove(place, error);
      if (error) throw_errno(error.value(), place, "removing");
    }
  }
  state_ = std::move(next);
  return changed;
}

RepoState Workspace::auto_fixed(RepoState state, std::vector<AppliedFix>& done) const {
  for (int pass = 0; pass < kMaxFixPasses; ++pass) {
    RepoFiles files = state.files;
    const std::vector<AppliedFix> fixes =
        apply_auto_fixes(files, state.findings, {state.files, state.facts, plan_, config_});
    if (changed_paths(state.files, files).empty()) break;
    done.insert(done.end(), fixes.begin(), fixes.end());
    state = examine(std::move(files));
  }
  return state;
}

std::set<std::string> changed_paths(const RepoFiles& before, const RepoFiles& after) {
  std::set<std::string> changed;
  for (const auto& [path, text] : before) {
    const auto it = after.find(path);
    if (it == after.end() || it->second != text) changed.insert(path);
  }
  for (const auto& [path, text] : after) {
    if (!before.contains(path)) changed.insert(path);
  }
  return changed;
}

void copy_tree(const std::filesystem::path& from, const std::filesystem::path& to) {
  const fs::path half = to.parent_path() / (std::string(kTemporaryPrefix) + to.filename().string() +
                                            std::string(kTemporarySuffix));
  remove_tree(half);
  std::error_code error;
  fs::create_directories(half, error);
  if (error) throw_errno(error.value(), half, "making a folder");
  for (const std::string& name : list_files(from)) {
    const fs::path place = half / name;
    fs::create_directories(place.parent_path(), error);
    if (!error) fs::copy_file(from / name, place, error);
    if (error) {
      const int number = error.value();
      remove_tree(half);
      throw_errno(number, place, "copying");
    }
  }
  fs::rename(half, to, error);
  if (error) throw_errno(error.value(), to, "renaming");
}

}  // namespace p2c::verify
