// A file in memory without a copy of it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace p2c::weights {

// Read-only and private; lives as long as the object. A file that another process makes shorter while it is mapped ends this process with
// SIGBUS, as with every mapping. Movable.
class MappedFile {
 public:
  // Errors: not_found; bad_input for anything but a regular file; io.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace p2c::weights
