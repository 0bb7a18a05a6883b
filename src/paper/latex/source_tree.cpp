// Reading and finding the files of a LaTeX source.
#include "paper/latex/source_tree.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace p2c::paper::latex {

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash + 1));
}

std::string extension_of(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return {};
  return to_lower(path.substr(dot + 1));
}

std::string normalise_path(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (parts.empty()) return {};
      parts.pop_back();
    } else {
      parts.push_back(std::move(part));
    }
  }
  return join(parts, "/");
}

std::size_t line_of(const SourceFile& file, std::size_t offset) {
  const std::size_t end = std::min(offset, file.bytes.size());
  std::size_t line = 1;
  for (std::size_t i = 0; i < end; ++i) {
    if (file.bytes[i] == '\n' ||
        (file.bytes[i] == '\r' && (i + 1 >= file.bytes.size() || file.bytes[i + 1] != '\n')))
      ++line;
  }
  return line;
}

std::string source_text(const SourceFile& file, std::size_t start, std::size_t end) {
  end = std::min(end, file.bytes.size());
  if (start >= end) return {};
  const std::string_view bytes(file.bytes.data() + start, end - start);
  return file.latin1 ? latin1_to_utf8(bytes) : repair_utf8(bytes);
}

SourceTree::SourceTree(const std::filesystem::path& root) : root_(root) {
  if (!std::filesystem::is_directory(root)) {
    throw Error(ErrorCode::not_found, "there is no such folder",
                {.subject = root.string(), .found = {}, .expected = {}, .hint = {}});
  }
  paths_ = list_files(root, 20'000);
  for (const std::string& path : paths_) {
    known_.insert(path);
    by_lower_case_.emplace(to_lower(path), path);
  }
}

SourceTree::SourceTree(std::vector<std::pair<std::string, std::string>> files) : in_memory_(true) {
  for (auto& [path, bytes] : files) {
    paths_.push_back(path);
    known_.insert(path);
    by_lower_case_.emplace(to_lower(path), path);
    memory_[path] = std::move(bytes);
  }
}

const SourceFile* SourceTree::load(const std::string& path) {
  if (const auto found = by_path_.find(path); found != by_path_.end()) return files_[found->second].get();
  if (!known_.contains(path)) return nullptr;
  auto file = std::make_unique<SourceFile>();
  file->path = path;
  file->bytes = in_memory_ ? memory_[path] : read_file(confine(root_, path), kMaxTexFileBytes);
  total_bytes_ += file->bytes.size();
  if (total_bytes_ > kMaxTexTotalBytes || files_.size() >= 60'000) {
    throw Error(ErrorCode::limit, "the LaTeX source is too large to read",
                {.subject = path, .found = {}, .expected = "at most 48 MiB of text", .hint = {}});
  }
  file->latin1 = !is_valid_utf8(file->bytes);
  file->id = files_.size();
  by_path_[path] = file->id;
  files_.push_back(std::move(file));
  return files_.back().get();
}

std::string SourceTree::lookup(const std::string& path) const {
  if (path.empty()) return {};
  if (known_.contains(path)) return path;
  return {};
}

std::string SourceTree::resolve(std::string_view name, const std::vector<std::string_view>& extensions,
                                std::string_view main_folder, std::string_view including_folder,
                                const std::vector<std::string>& folders) const {
  std::string wanted(trim(name));
  if (wanted.size() >= 2 && wanted.front() == '"' && wanted.back() == '"')
    wanted = wanted.substr(1, wanted.size() - 2);
  wanted = replace_all(std::move(wanted), "\\", "/");
  if (wanted.empty() || wanted.front() == '/' || wanted.size() > 1000) return {};
  std::vector<std::string> bases = {""};
  const auto add_base = [&](const std::string& base) {
    if (std::find(bases.begin(), bases.end(), base) == bases.end()) bases.push_back(base);
  };
  add_base(std::string(main_folder));
  add_base(std::string(including_folder));
  for (const std::string& folder : folders) {
    const std::string slashed = folder.empty() || folder.back() == '/' ? folder : folder + '/';
    add_base(slashed);
    add_base(std::string(main_folder) + slashed);
    add_base(std::string(including_folder) + slashed);
  }
  for (const std::string& base : bases) {
    for (const std::string_view extension : extensions) {
      const std::string found = lookup(normalise_path(base + wanted + std::string(extension)));
      if (!found.empty()) return found;
    }
  }
  for (const std::string& base : bases) {
    for (const std::string_view extension : extensions) {
      const auto found =
          by_lower_case_.find(to_lower(normalise_path(base + wanted + std::string(extension))));
      if (found != by_lower_case_.end()) return found->second;
    }
  }
  return {};
}

}  // namespace p2c::paper::latex
