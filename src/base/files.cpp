#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

#include "base/error.h"

namespace p2c {
namespace {

// Closes a file descriptor at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  // Some file systems report a full disk only here.
  int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

// Zero, or the errno of the write that failed.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

int sync(int fd) {
  if (::fsync(fd) == 0 || errno == EINVAL || errno == EROFS)
    return 0;  // EINVAL: a device that cannot be synced
  return errno;
}

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void make_directories(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw_errno(error.value(), directory, "cannot make the directory");
}

std::string temporary_name() {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  return fmt::format("{}{:016x}{}", kTemporaryPrefix, random(), kTemporarySuffix);
}

bool is_temporary_name(std::string_view name) {
  return name.starts_with(kTemporaryPrefix) && name.ends_with(kTemporarySuffix);
}

[[noreturn]] void unsafe(std::string_view relative, std::string_view why) {
  throw Error(ErrorCode::unsafe_input, fmt::format("this path may not be used: {}", why),
              {.subject = std::string(relative.substr(0, 200))});
}

bool is_inside(const fs::path& path, const fs::path& root) {
  const auto [root_end, path_end] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return root_end == root.end();
}

// Calls visit(relative path, entry) for everything below root, without recursion and without open handles on
// the way. Links are not followed.
template <class Visit>
void walk(const fs::path& root, std::size_t max_entries, Visit visit) {
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    throw Error(ErrorCode::not_found, "no such directory", {.subject = root.string()});
  }
  std::size_t entries = 0;
  std::vector<std::string> pending{""};
  while (!pending.empty()) {
    const std::string relative = std::move(pending.back());
    pending.pop_back();
    fs::directory_iterator it(root / relative, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      if (++entries > max_entries) {
        throw Error(ErrorCode::limit, "too many files",
                    {.subject = root.string(), .expected = fmt::format("at most {}", max_entries)});
      }
      const std::string name = it->path().filename().string();
      std::string path = relative;
      if (!path.empty()) path += '/';
      path += name;
      std::error_code status_error;
      if (it->symlink_status(status_error).type() == fs::file_type::directory) pending.push_back(path);
      visit(path, *it);
    }
    if (error) throw_errno(error.value(), root / relative, "cannot list the directory");
  }
}

}  // namespace

void throw_errno(int error, const fs::path& path, std::string_view action) {
  const std::string message = fmt::format("{}: {}", action, std::strerror(error));
  if (error == ENOSPC || error == EDQUOT) {
    throw Error(
        ErrorCode::disk_full, message,
        {.subject = path.string(), .hint = "Free some space on this disk and run the command again."});
  }
  throw Error(ErrorCode::io, message, {.subject = path.string()});
}

std::string read_file(const fs::path& path, std::size_t max_bytes) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      throw Error(ErrorCode::not_found, "no such file", {.subject = path.string()});
    throw_errno(errno, path, "cannot open the file");
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(errno, path, "cannot read the file");
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::io, "cannot be read as a file",
                {.subject = path.string(),
                 .found = S_ISDIR(status.st_mode) ? "a directory" : "a device or pipe",
                 .expected = "a regular file"});
  }
  const auto too_large = [&](std::size_t size) {
    throw Error(ErrorCode::limit, "the file is too large",
                {.subject = path.string(),
                 .found = fmt::format("{} bytes", size),
                 .expected = fmt::format("at most {}", max_bytes)});
  };
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > max_bytes) too_large(size);
  // Files of /proc say 0 and files may grow meanwhile, so the end is where read() says it is, not where
  // stat() does.
  std::string bytes;
  std::size_t length = 0;
  while (true) {
    if (length == bytes.size()) bytes.resize(length == 0 ? size + 1 : length + (64u << 10));
    const ssize_t n = ::read(file.get(), bytes.data() + length, bytes.size() - length);
    if (n < 0) {
      if (errno == EINTR) continue;
      throw_errno(errno, path, "cannot read the file");
    }
    if (n == 0) break;
    length += static_cast<std::size_t>(n);
    if (length > max_bytes) too_large(length);
  }
  bytes.resize(length);
  return bytes;
}

void write_file_atomic(const fs::path& path, std::string_view bytes, Durability durability) {
  const fs::path directory = parent_of(path);
  make_directories(directory);
  const fs::path temporary = directory / temporary_name();
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) throw_errno(errno, path, "cannot make a temporary file beside it");
  int error = write_all(file.get(), bytes);
  struct stat old {};
  if (error == 0 && ::stat(path.c_str(), &old) == 0 && S_ISREG(old.st_mode)) {
    // A script stays executable. Failing here (another owner) is no reason not to write.
    if (::fchmod(file.get(), old.st_mode & 07777) != 0) errno = 0;
  }
  if (error == 0 && durability == Durability::power_cut) error = sync(file.get());
  if (file.close() != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    throw_errno(error, path, "cannot write the file");
  }
  if (durability != Durability::power_cut) return;
  // The new name itself lasts through a power cut only when the directory is on the disk.
  const Descriptor parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() >= 0) sync(parent.get());
}

void append_line(const fs::path& path, std::string_view line) {
  make_directories(parent_of(path));
  Descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  if (file.get() < 0) throw_errno(errno, path, "cannot open the file");
  // Several threads or processes may append; the lock keeps the undoing below from cutting off another's
  // line.
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) break;  // a file system without locks: O_APPEND alone must do
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(errno, path, "cannot write the file");
  std::string bytes;
  char last = '\n';
  if (S_ISREG(status.st_mode) && status.st_size > 0 &&
      ::pread(file.get(), &last, 1, status.st_size - 1) == 1 && last != '\n') {
    bytes += '\n';  // a line was cut by a kill: end it, so that only that one is lost
  }
  bytes += line;
  bytes += '\n';
  int error = write_all(file.get(), bytes);
  if (error == 0) error = sync(file.get());
  if (error != 0) {
    if (S_ISREG(status.st_mode) && ::ftruncate(file.get(), status.st_size) != 0)
      errno = 0;  // half a line may stay
    throw_errno(error, path, "cannot write the file");
  }
  if (file.close() != 0) throw_errno(errno, path, "cannot write the file");
}

fs::path confine(const fs::path& root, std::string_view relative) {
  if (relative.empty()) unsafe(relative, "it is empty");
  if (relative.find('\0') != std::string_view::npos) unsafe(relative, "it holds a NUL byte");
  if (relative.front() == '/') unsafe(relative, "it is absolute");
  std::error_code error;
  fs::path result = root;
  fs::path canonical_root;  // found out only when a link is met
  bool named = false;
  while (!relative.empty()) {
    const std::size_t slash = relative.find('/');
    const std::string_view name = relative.substr(0, slash);
    relative.remove_prefix(slash == std::string_view::npos ? relative.size() : slash + 1);
    if (name.empty()) unsafe(result.string(), "it holds an empty name");
    if (name == ".") continue;
    if (name == "..") unsafe(result.string() + "/..", "it goes up with \"..\"");
    named = true;
    result /= name;
    if (fs::symlink_status(result, error).type() != fs::file_type::symlink) continue;
    if (canonical_root.empty()) canonical_root = fs::canonical(root, error);
    const fs::path target = fs::canonical(result, error);
    if (error || !is_inside(target, canonical_root))
      unsafe(result.string(), "a symbolic link leads out of its folder");
  }
  if (!named) unsafe(".", "it names the folder itself");
  return result;
}

std::vector<std::string> list_files(const fs::path& root, std::size_t max_entries) {
  std::vector<std::string> files;
  walk(root, max_entries, [&](const std::string& path, const fs::directory_entry& entry) {
    std::error_code error;
    if (entry.symlink_status(error).type() != fs::file_type::regular) return;
    if (is_temporary_name(entry.path().filename().string())) return;
    files.push_back(path);
  });
  std::sort(files.begin(), files.end());
  return files;
}

std::size_t remove_stale_temporaries(const fs::path& root) {
  std::vector<fs::path> stale;
  walk(root, 1'000'000, [&](const std::string&, const fs::directory_entry& entry) {
    std::error_code error;
    if (entry.symlink_status(error).type() != fs::file_type::regular) return;
    if (is_temporary_name(entry.path().filename().string())) stale.push_back(entry.path());
  });
  std::size_t removed = 0;
  for (const fs::path& path : stale) {
    std::error_code error;
    if (fs::remove(path, error)) ++removed;
  }
  return removed;
}

void remove_tree(const fs::path& path) noexcept {
  try {
    std::error_code error;
    fs::remove_all(path, error);
    if (!error || !fs::is_directory(path, error)) return;
    // A child process left folders that even their owner may not enter or change: open them, then try once
    // more.
    std::vector<fs::path> pending{path};
    while (!pending.empty()) {
      const fs::path directory = std::move(pending.back());
      pending.pop_back();
      fs::permissions(directory, fs::perms::owner_all, fs::perm_options::add, error);
      for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator();
           it.increment(error)) {
        std::error_code status_error;
        if (it->symlink_status(status_error).type() == fs::file_type::directory)
          pending.push_back(it->path());
      }
    }
    fs::remove_all(path, error);
  } catch (...) {  // out of memory: what is left stays in the temporary place
  }
}

TempDir::TempDir(std::string_view prefix) {
  std::error_code error;
  const fs::path base = fs::temp_directory_path(error);
  if (error) throw_errno(error.value(), "TMPDIR", "no place for temporary files");
  std::string pattern = (base / (std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) throw_errno(errno, pattern, "cannot make a temporary directory");
  path_ = pattern;
}

TempDir::~TempDir() {
  if (!path_.empty()) remove_tree(path_);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this != &other) {
    if (!path_.empty()) remove_tree(path_);
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

}  // namespace p2c
