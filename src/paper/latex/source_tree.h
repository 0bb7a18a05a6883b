// The files of one LaTeX source: bounded reading, encodings, and how include names find their file
// (spec 8.1, 8.3).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace p2c::paper::latex {

inline constexpr std::size_t kMaxTexFileBytes = 16u << 20;
inline constexpr std::size_t kMaxTexTotalBytes = 48u << 20;

struct SourceFile {
  std::string path;     // relative to the root, '/' separated
  std::string bytes;    // as on disk
  bool latin1 = false;  // bytes are CP1252, else UTF-8
  std::size_t id = 0;
};

// Line of a byte offset, 1-based.
std::size_t line_of(const SourceFile& file, std::size_t offset);
// Bytes [start, end) as UTF-8.
std::string source_text(const SourceFile& file, std::size_t start, std::size_t end);

class SourceTree {
 public:
  // Lists the files under `root`; nothing is read yet. Errors: not_found, limit.
  explicit SourceTree(const std::filesystem::path& root);
  // Files given in memory, for tests and fuzzing: pairs of path and bytes.
  explicit SourceTree(std::vector<std::pair<std::string, std::string>> files);

  const std::vector<std::string>& paths() const { return paths_; }
  bool has(std::string_view path) const { return known_.contains(std::string(path)); }
  // The file, read once and kept. Errors: limit, io. nullptr when there is no such path.
  const SourceFile* load(const std::string& path);
  const SourceFile& file(std::size_t id) const { return *files_[id]; }
  std::size_t loaded() const { return files_.size(); }

  // The path an include name stands for, or empty. `extensions` are tried in order, each appended to the
  // name; an empty one tries the name as it is. Looked up from the root, then from the main file's folder,
  // then from the including file's, then from `folders` (\graphicspath); first exactly, then ignoring case.
  std::string resolve(std::string_view name, const std::vector<std::string_view>& extensions,
                      std::string_view main_folder, std::string_view including_folder,
                      const std::vector<std::string>& folders = {}) const;

 private:
  std::string lookup(const std::string& path) const;

  std::filesystem::path root_;
  std::vector<std::string> paths_;
  std::unordered_set<std::string> known_;
  std::unordered_map<std::string, std::string> by_lower_case_;
  std::unordered_map<std::string, std::string> memory_;
  std::unordered_map<std::string, std::size_t> by_path_;
  std::vector<std::unique_ptr<SourceFile>> files_;
  std::size_t total_bytes_ = 0;
  bool in_memory_ = false;
};

// Folder part with its final '/', or empty.
std::string folder_of(std::string_view path);
// "a/./b/../c" as "a/c"; empty when it would leave the root.
std::string normalise_path(std::string_view path);
// Lower-case extension without the dot.
std::string extension_of(std::string_view path);

}  // namespace p2c::paper::latex
