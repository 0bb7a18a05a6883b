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

// Unpacks a tar, tar.gz or zip archive, or the single file of a .gz (named after the archive without ".gz"),
// into `destination` (made when missing). What it is decides its content, not its name. Permissions in the
// archive are ignored. Dot files and __MACOSX are skipped; names that differ only in (ASCII) case are
// renamed; invalid UTF-8 in names is read as CP1252, control characters are dropped. Of two entries with one
// name the later is kept. Errors: unsafe_input for absolute paths, "..", symbolic and hard links, devices;
// limit for bombs, also for paths above 1024 bytes, names above 255 or 32 levels; bad_input for what is no
// archive, empty, damaged, encrypted or compressed twice; not_found; io, also when a file of that name is
// there already; disk_full. On error everything written by this call is removed.
ArchiveResult unpack_archive(const std::filesystem::path& archive, const std::filesystem::path& destination,
                             const ArchiveLimits& limits = {});

}  // namespace p2c
