#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace p2c {
namespace {

constexpr std::size_t kBlockBytes = 64u << 10;
constexpr std::size_t kRatioFrom = 16u << 20;  // small files may be packed very well without being bombs
constexpr std::size_t kMaxPathBytes = 1024;
constexpr std::size_t kMaxNameBytes = 255;
constexpr std::size_t kMaxPathDepth = 32;

struct ReaderDeleter {
  void operator()(::archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<::archive, ReaderDeleter>;

enum class Kind { tar, gzip, zip };

// By the first bytes: names lie, and e-prints come without one.
Kind kind_of(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      throw Error(ErrorCode::not_found, "no such file", {.subject = path.string()});
    throw_errno(errno, path, "cannot open the archive");
  }
  struct stat status {};
  const bool regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  char bytes[4] = {};
  const ssize_t n = regular ? ::read(fd, bytes, sizeof bytes) : 0;
  ::close(fd);
  if (!regular)
    throw Error(ErrorCode::bad_input, "an archive must be a regular file", {.subject = path.string()});
  const std::string_view start(bytes, n > 0 ? static_cast<std::size_t>(n) : 0);
  if (start.empty()) throw Error(ErrorCode::bad_input, "the file is empty", {.subject = path.string()});
  if (start.starts_with("\x1f\x8b")) return Kind::gzip;
  if (start == "PK\x03\x04" || start == "PK\x05\x06") return Kind::zip;
  return Kind::tar;
}

// Archive text, safe to show: its own words come from a stranger's file.
std::string shown(std::string_view text) {
  return strip_control(repair_utf8(text.substr(0, 200)));
}

struct EntryPath {
  std::string path;      // relative, '/', no "." parts
  bool skipped = false;  // a dot file, or what macOS adds
  bool renamed = false;  // other bytes than in the archive
};

class Unpacker {
 public:
  Unpacker(const fs::path& archive_path, const fs::path& destination, const ArchiveLimits& limits)
      : archive_path_(archive_path), destination_(destination), limits_(limits) {}
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  ~Unpacker() {
    if (done_) return;
    for (auto it = written_.rbegin(); it != written_.rend(); ++it) {
      std::error_code error;
      fs::remove(*it, error);  // a folder goes only when empty, that is when all in it was ours
    }
  }

  ArchiveResult run() {
    open();
    make_directory(destination_);
    std::size_t entries = 0;
    ::archive_entry* entry = nullptr;
    while (next(&entry)) {
      if (++entries > limits_.entries)
        fail(ErrorCode::limit, fmt::format("the archive has more than {} entries", limits_.entries));
      take(entry);
    }
    if (result_.files.empty()) fail(ErrorCode::bad_input, "there are no files in this archive");
    done_ = true;
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(ErrorCode code, std::string message, const std::string& name = {}) const {
    std::string hint;
    if (code == ErrorCode::unsafe_input) hint = "Nothing was unpacked; do not trust this archive.";
    throw Error(code, std::move(message),
                {.subject = archive_path_.string(), .found = shown(name), .hint = std::move(hint)});
  }

  void open() {
    const Kind kind = kind_of(archive_path_);
    std::error_code error;
    packed_bytes_ = fs::file_size(archive_path_, error);
    reader_.reset(archive_read_new());
    if (!reader_) throw std::bad_alloc();
    ::archive* reader = reader_.get();
    // Only what is wanted is switched on: every further format is one more parser for a stranger's bytes.
    switch (kind) {
      case Kind::zip:
        archive_read_support_format_zip(reader);
        break;
      case Kind::gzip:
        archive_read_support_filter_gzip(reader);
        archive_read_support_format_tar(reader);
        archive_read_support_format_raw(reader);  // a single packed file, as arXiv sends it
        break;
      case Kind::tar:
        archive_read_support_format_tar(reader);
        break;
    }
    if (archive_read_open_filename(reader, archive_path_.c_str(), kBlockBytes) != ARCHIVE_OK) unreadable();
    // Packed twice: the outer layer could hold any amount of inner layers that unpack to nothing.
    if (archive_filter_count(reader) > 2)
      fail(ErrorCode::bad_input, "this file is compressed more than once");
  }

  // False at the end.
  bool next(::archive_entry** entry) {
    const int code = archive_read_next_header(reader_.get(), entry);
    if (code == ARCHIVE_EOF) return false;
    if (code == ARCHIVE_OK || code == ARCHIVE_WARN) return true;
    unreadable();
  }

  [[noreturn]] void unreadable() const {
    const char* reason = archive_error_string(reader_.get());
    throw Error(ErrorCode::bad_input,
                "no archive that can be unpacked: " + shown(reason != nullptr ? reason : "unknown reason"),
                {.subject = archive_path_.string(), .expected = "tar, tar.gz, gz or zip"});
  }

  std::string stored_name(::archive_entry* entry) const {
    // In the C locale the library gives no name that is not ASCII, except as UTF-8.
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) fail(ErrorCode::bad_input, "an entry has no readable name");
    return name;
  }

  // The archive's own name for a single packed file: that of the archive without its ending.
  std::string single_file_name() const {
    std::string name = archive_path_.filename().string();
    if (name.size() > 3 && to_lower(name).ends_with(".gz")) name.resize(name.size() - 3);
    return name.empty() || name.front() == '.' ? "content" : name;
  }

  EntryPath check_path(const std::string& stored) const {
    if (stored.size() > kMaxPathBytes)
      fail(ErrorCode::limit, fmt::format("a path is longer than {} bytes", kMaxPathBytes), stored);
    if (!stored.empty() && stored.front() == '/')
      fail(ErrorCode::unsafe_input, "an entry has an absolute path", stored);
    std::string text = is_valid_utf8(stored) ? stored : latin1_to_utf8(stored);
    text = replace_all(replace_all(strip_control(text), "\n", ""), "\t", "");
    EntryPath result;
    result.renamed = text != stored;
    std::vector<std::string> names;
    for (std::string& name : split(text, '/')) {
      if (name.empty() || name == ".") continue;
      if (name == "..") fail(ErrorCode::unsafe_input, "an entry's path goes up with \"..\"", stored);
      if (name.size() > kMaxNameBytes)
        fail(ErrorCode::limit, fmt::format("a name is longer than {} bytes", kMaxNameBytes), stored);
      if (name.front() == '.' || name == "__MACOSX") result.skipped = true;
      names.push_back(std::move(name));
    }
    if (names.size() > kMaxPathDepth)
      fail(ErrorCode::limit, fmt::format("a path has more than {} levels", kMaxPathDepth), stored);
    result.path = join(names, "/");
    return result;
  }

  void take(::archive_entry* entry) {
    const bool single = archive_format(reader_.get()) == ARCHIVE_FORMAT_RAW;
    // The raw format takes any bytes; only when they came out of a compressed stream are they a packed file.
    if (single && archive_filter_count(reader_.get()) < 2)
      fail(ErrorCode::bad_input, "the compressed data is damaged");
    const std::string stored = single ? single_file_name() : stored_name(entry);
    const EntryPath path = check_path(stored);
    if (path.path.empty()) return;  // "./", the archive's own root
    if (path.skipped) {
      // Passing over it unpacks it too when the whole archive is one compressed stream.
      if (archive_entry_size_is_set(entry))
        count(static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0)), stored);
      warn(fmt::format("{} was left out.", shown(path.path)));
      return;
    }
    if (archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr) {
      fail(ErrorCode::unsafe_input, "the archive holds a link", stored);
    }
    switch (archive_entry_filetype(entry)) {
      case AE_IFDIR:
        make_directories(path.path);
        return;
      case AE_IFREG:
        break;
      case AE_IFLNK:
        fail(ErrorCode::unsafe_input, "the archive holds a link", stored);
      case 0:
        fail(ErrorCode::bad_input, "the archive is damaged: an entry of no kind", stored);
      default:
        fail(ErrorCode::unsafe_input, "the archive holds a device, pipe or socket", stored);
    }
    if (archive_entry_is_encrypted(entry) != 0)
      fail(ErrorCode::bad_input, "the archive is encrypted", stored);
    if (path.renamed) warn(fmt::format("A name that cannot be used was changed to {}.", path.path));
    write_file(entry, path.path, stored);
  }

  void warn(std::string sentence) { result_.warnings.push_back(std::move(sentence)); }

  // Adds to what came out of the archive so far and compares with the limits.
  void count(std::uint64_t bytes, const std::string& stored) {
    // Without overflow: total_ never exceeds the limit.
    if (bytes > limits_.total_bytes - total_) {
      fail(ErrorCode::limit, fmt::format("the archive unpacks to more than {} bytes", limits_.total_bytes),
           stored);
    }
    total_ += bytes;
    if (total_ > kRatioFrom && total_ / std::max<std::uint64_t>(packed_bytes_, 1) > limits_.ratio) {
      fail(ErrorCode::limit, fmt::format("the archive unpacks to more than {} times its size", limits_.ratio),
           stored);
    }
  }

  void make_directory(const fs::path& directory) {
    std::vector<fs::path> missing;
    std::error_code error;
    for (fs::path p = directory; !p.empty() && !fs::exists(p, error); p = p.parent_path()) {
      missing.push_back(p);
      if (p == p.parent_path()) break;
    }
    for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
      if (it->filename().empty()) continue;  // "a/": its parent "a" is the same folder
      if (::mkdir(it->c_str(), 0777) == 0) {
        written_.push_back(*it);
      } else if (errno != EEXIST) {
        throw_errno(errno, *it, "cannot make the directory");
      }
    }
  }

  // Makes every folder of a relative path; no file of this archive may be in the way.
  void make_directories(const std::string& relative) {
    if (relative.empty() || directories_.contains(relative)) return;
    std::size_t slash = 0;
    do {
      slash = relative.find('/', slash + 1);
      const std::string part = relative.substr(0, slash);
      if (directories_.contains(part)) continue;
      if (files_.contains(part))
        fail(ErrorCode::bad_input, "a file of the archive is also used as a folder", part);
      make_directory(confine(destination_, part));
      directories_.insert(part);
      remember_name(part);
    } while (slash != std::string::npos);
  }

  void remember_name(const std::string& path) { names_.emplace(to_lower(path), path); }

  // The path, or one with a number when another entry's differs only in case: on some disks they would be one
  // file.
  std::string unclashing(const std::string& path) {
    const auto clash = names_.find(to_lower(path));
    if (clash == names_.end() || clash->second == path) return path;
    const fs::path original(path);
    for (std::size_t n = 2; n <= limits_.entries + 2; ++n) {
      const std::string name =
          fmt::format("{}~{}{}", original.stem().string(), n, original.extension().string());
      std::string candidate = (original.parent_path() / name).string();
      if (!names_.contains(to_lower(candidate))) {
        warn(
            fmt::format("{} was renamed to {}, as {} differs only in case.", path, candidate, clash->second));
        return candidate;
      }
    }
    fail(ErrorCode::bad_input, "too many names that differ only in case", path);
  }

  void write_file(::archive_entry* entry, const std::string& wanted, const std::string& stored) {
    if (archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0 &&
        static_cast<std::uint64_t>(archive_entry_size(entry)) > limits_.file_bytes) {
      fail(ErrorCode::limit, fmt::format("a file is larger than {} bytes", limits_.file_bytes), stored);
    }
    if (const std::size_t slash = wanted.rfind('/'); slash != std::string::npos)
      make_directories(wanted.substr(0, slash));
    const std::string path = unclashing(wanted);
    if (directories_.contains(path))
      fail(ErrorCode::bad_input, "a folder of the archive is also used as a file", stored);
    const fs::path target = confine(destination_, path);
    // As tar does it: of two entries with one name the later is meant.
    const bool again = files_.contains(path);
    if (again) warn(fmt::format("{} comes twice; the later one was taken.", path));
    const int fd = ::open(target.c_str(),
                          O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (again ? O_TRUNC : O_EXCL), 0666);
    if (fd < 0) throw_errno(errno, target, "cannot make the file");
    if (!again) {
      written_.push_back(target);
      result_.files.push_back(path);
      files_.insert(path);
      remember_name(path);
    }
    struct Closer {
      int fd;
      ~Closer() {
        if (fd >= 0) ::close(fd);
      }
    } closer{fd};
    copy_data(fd, target, stored);
    if (::close(std::exchange(closer.fd, -1)) != 0) throw_errno(errno, target, "cannot write the file");
  }

  void copy_data(int fd, const fs::path& target, const std::string& stored) {
    std::uint64_t size = 0;
    std::vector<char> block(kBlockBytes);
    while (true) {
      // Fills holes of sparse files with zeros, so that these count too.
      const la_ssize_t n = archive_read_data(reader_.get(), block.data(), block.size());
      if (n == ARCHIVE_RETRY || n == ARCHIVE_WARN)
        fail(ErrorCode::bad_input, "the archive is damaged", stored);
      if (n < 0) {
        const char* reason = archive_error_string(reader_.get());
        fail(ErrorCode::bad_input,
             "the archive is damaged: " + shown(reason != nullptr ? reason : "unknown reason"), stored);
      }
      if (n == 0) return;
      size += static_cast<std::uint64_t>(n);
      if (size > limits_.file_bytes)
        fail(ErrorCode::limit, fmt::format("a file is larger than {} bytes", limits_.file_bytes), stored);
      count(static_cast<std::uint64_t>(n), stored);
      std::string_view rest(block.data(), static_cast<std::size_t>(n));
      while (!rest.empty()) {
        const ssize_t written = ::write(fd, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno(errno, target, "cannot write the file");
        rest.remove_prefix(static_cast<std::size_t>(written));
      }
    }
  }

  const fs::path archive_path_, destination_;
  const ArchiveLimits limits_;
  Reader reader_;
  std::uint64_t packed_bytes_ = 0, total_ = 0;
  std::vector<fs::path> written_;              // files and folders made, in order
  std::set<std::string> files_, directories_;  // relative paths made
  std::map<std::string, std::string> names_;   // lower case -> as made
  ArchiveResult result_;
  bool done_ = false;
};

}  // namespace

ArchiveResult unpack_archive(const fs::path& archive, const fs::path& destination,
                             const ArchiveLimits& limits) {
  return Unpacker(archive, destination, limits).run();
}

}  // namespace p2c
