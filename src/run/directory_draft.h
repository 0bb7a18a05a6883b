// A folder of artefacts that appears whole or not at all.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace p2c::run {

// Files are written beside the final folder ("plan.draft") and take its place at commit(); an uncommitted
// draft is removed. Errors of all functions: unsafe_input for a path that leaves the folder; disk_full; io.
class DirectoryDraft {
 public:
  DirectoryDraft(const std::filesystem::path& root, std::string_view relative);
  ~DirectoryDraft();
  DirectoryDraft(const DirectoryDraft&) = delete;
  DirectoryDraft& operator=(const DirectoryDraft&) = delete;

  const std::filesystem::path& path() const { return draft_; }
  // Shell scripts (.sh) become executable.
  void write(std::string_view relative, std::string_view bytes);
  void write_all(const std::map<std::string, std::string>& files);
  void copy_from(const std::filesystem::path& folder);
  // Replaces the final folder, with one rename where the file system can exchange two names.
  void commit();

 private:
  std::filesystem::path final_, draft_;
};

}  // namespace p2c::run
