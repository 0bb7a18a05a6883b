// Writes beside, then renames.
#include "run/directory_draft.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

#include "base/files.h"

namespace p2c::run {
namespace {

bool is_script(std::string_view path) {
  return path.size() > 3 && path.substr(path.size() - 3) == ".sh";
}

}  // namespace

DirectoryDraft::DirectoryDraft(const fs::path& root, std::string_view relative)
    : final_(confine(root, relative)), draft_(final_.string() + ".draft") {
  remove_tree(draft_);  // of a killed process
  std::error_code error;
  fs::create_directories(draft_, error);
  if (error) throw_errno(error.value(), draft_, "cannot make the folder");
}

DirectoryDraft::~DirectoryDraft() {
  remove_tree(draft_);
}

void DirectoryDraft::write(std::string_view relative, std::string_view bytes) {
  const fs::path file = confine(draft_, relative);
  // A stage's record holds the hashes of its files: what a power cut takes away is found missing, and the
  // stage runs again from the journal.
  write_file_atomic(file, bytes, Durability::kill);
  if (!is_script(relative)) return;
  std::error_code error;
  const auto executable = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  fs::permissions(file, executable, fs::perm_options::add, error);
}

void DirectoryDraft::write_all(const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) write(path, text);
}

void DirectoryDraft::copy_from(const fs::path& folder) {
  for (const std::string& file : list_files(folder)) write(file, read_file(folder / file));
}

void DirectoryDraft::commit() {
  if (::renameat2(AT_FDCWD, draft_.c_str(), AT_FDCWD, final_.c_str(), RENAME_EXCHANGE) == 0) {
    remove_tree(draft_);  // now the old one
    return;
  }
  // No old folder, or a file system that cannot exchange: then the folder is absent for a moment, which is
  // safe, since a stage without its artefacts is not done.
  remove_tree(final_);
  if (std::rename(draft_.c_str(), final_.c_str()) != 0)
    throw_errno(errno, final_, "cannot put the folder in place");
}

}  // namespace p2c::run
