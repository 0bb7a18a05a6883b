// Confined unpacking of tar, tar.gz, gz and zip archives from strangers.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace p2c {

struct ArchiveLimits {
  std::size_t entries = 5'000;
  std::size_t file_bytes = 200u << 20;
  std::size_t total_bytes = 500u << 20;
  std::size_t ratio = 200;  // unpacked over packed, checked once more than 16 MiB came out
};

struct ArchiveResult {
  std::vector<std::string> files;     // relative paths with '/', in archive order
  std::vector<std::string> warnings;  // what was skipped or renamed, one sentence each
};

// Unpacks into `destination` (made when missing). Errors: unsafe_input for absolute paths, "..", links that matter,
// devices; limit for bombs; bad_input for what is no archive. Dot files and __MACOSX are skipped; names that differ
// only in case are renamed. On error everything written by this call is removed.
ArchiveResult unpack_archive(const std::filesystem::path& archive, const std::filesystem::path& destination,
                             const ArchiveLimits& limits = {});

}  // namespace p2c
