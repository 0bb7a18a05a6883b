#include "verify/environment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/process.h"
#include "base/resource.h"
#include "base/sha256.h"
#include "base/text.h"
#include "verify/install_lines.h"

namespace p2c::verify {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Written last: a folder without it is a half-made environment.
constexpr const char* kMarker = "paper2code-environment.json";
constexpr int kFormat = 1;  // raised when environments made by older versions must not be used
constexpr std::size_t kShownLines = 12;

struct Interpreter {
  fs::path program;  // the real one, not a shim
  fs::path base_prefix;
  std::string version;  // "3.11.7"
  std::string short_version() const {
    const auto parts = split(version, '.');
    return parts.size() < 2 ? version : parts[0] + "." + parts[1];
  }
};

// One request for an environment, from the interpreter to the marker.
class Builder {
 public:
  Builder(const std::string& requirements, const EnvironmentOptions& options)
      : options_(options),
        deadline_(Clock::now() + options.limit),
        table_(parse_json(resource("data/environment.json"), "environment.json")) {
    lines_ = parse_install_lines(requirements);
    for (const Json& extra : table_["always"]) {
      const InstallLine line{install_name(extra.get<std::string>()), {}, {}};
      if (!find(line.name)) lines_.push_back(line);
    }
    std::sort(lines_.begin(), lines_.end(), [](const auto& a, const auto& b) { return a.text() < b.text(); });
    lines_.erase(std::unique(lines_.begin(), lines_.end(),
                             [](const auto& a, const auto& b) { return a.text() == b.text(); }),
                 lines_.end());
  }

  Environment make() {
    interpreter_ = ask_interpreter();
    cache_ =
        options_.cache_dir.empty() ? default_cache() : fs::absolute(options_.cache_dir).lexically_normal();
    std::error_code error;
    fs::create_directories(cache_, error);
    if (error) throw_errno(error.value(), cache_, "making the cache of environments");
    const std::string key = environment_key();
    root_ = cache_ / key;
    const Lock lock(cache_ / (key + ".lock"), *this);
    if (auto environment = read_marker()) return *environment;
    remove_tree(root_);
    try {
      build();
    } catch (...) {
      remove_tree(root_);
      throw;
    }
    return *read_marker();
  }

 private:
  // Held by one process at a time; the kernel lets go of it when its owner dies.
  class Lock {
   public:
    Lock(const fs::path& path, const Builder& builder)
        : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
      if (fd_ < 0) throw_errno(errno, path, "opening the lock of an environment");
      bool told = false;
      while (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
          const int error = errno;
          ::close(fd_);
          throw_errno(error, path, "locking an environment");
        }
        if (!std::exchange(told, true))
          builder.tell("another process makes this environment; waiting for it");
        try {
          builder.options_.cancel.check();
          builder.check_time();
        } catch (...) {
          ::close(fd_);
          throw;
        }
        std::this_thread::sleep_for(milliseconds{100});
      }
    }
    ~Lock() { ::close(fd_); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    int fd_;
  };

  const InstallLine* find(const std::string& name) const {
    const auto it =
        std::find_if(lines_.begin(), lines_.end(), [&](const auto& line) { return line.name == name; });
    return it == lines_.end() ? nullptr : &*it;
  }

  void tell(const std::string& message) const {
    if (options_.events != nullptr)
      options_.events->emit({{}, "verify", "environment", "progress", {{"message", message}}});
  }

  milliseconds time_left() const {
    return std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now());
  }
  void check_time() const {
    if (time_left().count() > 0) return;
    throw Error(
        ErrorCode::timeout, "making the Python environment took too long",
        {.subject = root_.string(), .expected = fmt::format("at most {} s", options_.limit.count() / 1000)});
  }

  static fs::path default_cache() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
      return fs::path(cache) / "paper2code/environments";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
      return fs::path(home) / ".cache/paper2code/environments";
    throw Error(ErrorCode::environment, "no place for Python environments",
                {.hint = "Set HOME or XDG_CACHE_HOME."});
  }

  ProcessResult run(std::vector<std::string> argv) const {
    check_time();
    ProcessOptions process;
    process.argv = std::move(argv);
    process.merge_stderr = true;
    process.limits.wall = time_left();
    process.environment = {
        {"PYTHONUTF8", "1"},   {"PYTHONDONTWRITEBYTECODE", ""},    {"PIP_DISABLE_PIP_VERSION_CHECK", "1"},
        {"PIP_NO_INPUT", "1"}, {"PIP_ROOT_USER_ACTION", "ignore"}, {"PIP_REQUIRE_VIRTUALENV", "0"}};
    process.cancel = options_.cancel;
    ProcessResult result = run_process(process);
    if (result.timed_out) check_time();
    return result;
  }

  Interpreter ask_interpreter() const {
    fs::path python = options_.python;
    if (python.empty()) python = find_program("python3");
    if (python.empty()) {
      throw Error(ErrorCode::environment, "no python3 in PATH",
                  {.hint = "Install it: sudo apt-get install python3 python3-venv"});
    }
    // A shim or a virtual environment answers for the interpreter behind it.
    const ProcessResult answer = run({python.string(), "-I", "-c",
                                      "import json, os, sys\n"
                                      "program = getattr(sys, '_base_executable', None) or sys.executable\n"
                                      "print(json.dumps([os.path.realpath(program), sys.base_prefix, "
                                      "'%d.%d.%d' % sys.version_info[:3]]))"});
    try {
      const Json values = parse_json(answer.out, python.string());
      Interpreter result{values.at(0).get<std::string>(), values.at(1).get<std::string>(),
                         values.at(2).get<std::string>()};
      if (answer.ok()) return result;
    } catch (const std::exception&) {
      // No list of three strings: reported below.
    }
    throw Error(ErrorCode::environment, "this is no Python 3 interpreter",
                {.subject = python.string(), .found = last_lines(answer.out, 1)});
  }

  std::string environment_key() const {
    std::string text =
        fmt::format("format {}\npython {} {}\ntorch {}\nindex {}\n", kFormat, interpreter_.version,
                    interpreter_.base_prefix.string(), torch_requirement(), torch_index());
    for (const InstallLine& line : lines_) text += line.text() + "\n";
    return sha256_hex(text).substr(0, 16);
  }

  static std::string torch_index() {
    const char* index = std::getenv("PAPER2CODE_TORCH_INDEX");
    return index == nullptr ? std::string() : index;
  }

  // "torch==2.13.0", or empty when the requirements need none. A version asked for goes before the table's.
  std::string torch_requirement() const {
    const InstallLine* torch = find("torch");
    bool needed = torch != nullptr;
    for (const Json& name : table_["implies_torch"])
      needed = needed || find(name.get<std::string>()) != nullptr;
    if (!needed) return {};
    if (torch != nullptr && torch->specifier.starts_with("==") && !torch->specifier.starts_with("===") &&
        torch->specifier.find_first_of(",*") == std::string::npos) {
      return "torch" + torch->specifier;
    }
    const std::string version = optional_string(table_["torch"], interpreter_.short_version());
    if (!version.empty()) return "torch==" + version;
    return torch != nullptr ? torch->text() : "torch";
  }

  void build() {
    tell(fmt::format("making a Python {} environment", interpreter_.version));
    const ProcessResult venv = run({interpreter_.program.string(), "-I", "-m", "venv", root_.string()});
    if (!venv.ok()) fail("the virtual environment could not be made", venv.out);

    std::vector<std::string> constraints;
    if (const std::string torch = torch_requirement(); !torch.empty())
      constraints.push_back("torch==" + install_torch(torch));

    tell(fmt::format("installing {} packages", lines_.size()));
    std::string requirements, pins;
    for (const InstallLine& line : lines_) requirements += line.text() + "\n";
    for (const std::string& pin : constraints) pins += pin + "\n";
    write_file_atomic(root_ / "requirements.txt", requirements);
    write_file_atomic(root_ / "constraints.txt", pins);
    const ProcessResult rest =
        pip({"-r", (root_ / "requirements.txt").string(), "-c", (root_ / "constraints.txt").string()});
    if (!rest.ok()) fail("the packages could not be installed", rest.out);
    open_to_the_sandbox();
    write_marker();
    built_ = true;
  }

  // Wheels only: building from source would run code of strangers outside the sandbox.
  ProcessResult pip(const std::vector<std::string>& arguments) const {
    std::vector<std::string> argv = {
        python().string(),          "-I", "-m", "pip", "install", "--only-binary=:all:", "--progress-bar=off",
        "--no-warn-script-location"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(std::move(argv));
  }

  // Returns the version installed, "2.13.0+cpu".
  std::string install_torch(const std::string& requirement) const {
    tell("installing " + requirement);
    // First what the person laid ready (PIP_FIND_LINKS), then the index for CPU builds, then whatever pip is
    // set up with.
    ProcessResult result = pip({"--no-deps", "--no-index", requirement});
    if (!result.ok() && !torch_index().empty()) result = pip({"--index-url", torch_index(), requirement});
    if (!result.ok()) result = pip({requirement});
    if (!result.ok()) fail(requirement + " could not be installed", result.out);
    for (const std::string& package : installed()) {
      if (package.starts_with("torch==")) return package.substr(7);
    }
    fail(requirement + " could not be installed", result.out);
  }

  std::vector<std::string> installed() const {
    const ProcessResult list = run({python().string(), "-I", "-m", "pip", "list", "--format=freeze"});
    if (!list.ok()) fail("the packages could not be listed", list.out);
    std::vector<std::string> packages;
    for (const std::string_view line : split_lines(list.out)) {
      if (line.find("==") != std::string_view::npos && !line.starts_with("pip=="))
        packages.emplace_back(trim(line));
    }
    std::sort(packages.begin(), packages.end());
    return packages;
  }

  fs::path python() const { return root_ / "bin" / "python"; }

  // Code in the sandbox may run as another user than the one whose umask made these files.
  void open_to_the_sandbox() const {
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.is_symlink()) continue;
      const bool runs = (entry.status().permissions() & fs::perms::owner_exec) != fs::perms::none;
      fs::perms more = fs::perms::group_read | fs::perms::others_read;
      if (runs) more |= fs::perms::group_exec | fs::perms::others_exec;
      fs::permissions(entry.path(), more, fs::perm_options::add);
    }
    fs::permissions(root_, fs::perms(0755), fs::perm_options::add);
  }

  void write_marker() const {
    Json packages = Json::array();
    for (const std::string& package : installed()) packages.push_back(package);
    write_file_atomic(root_ / kMarker, pretty_json({{"format", kFormat},
                                                    {"python_version", interpreter_.version},
                                                    {"base_prefix", interpreter_.base_prefix.string()},
                                                    {"packages", packages}}));
  }

  std::optional<Environment> read_marker() const {
    std::error_code error;
    if (!fs::exists(root_ / kMarker, error) || !fs::exists(python(), error))
      return std::nullopt;  // or its interpreter is gone
    try {
      const Json marker = parse_json(read_file(root_ / kMarker, 1 << 20), kMarker);
      if (optional_int(marker, "format") != kFormat) return std::nullopt;
      Environment result;
      result.root = root_;
      result.base_prefix = require_string(marker, "base_prefix", kMarker);
      result.python_version = require_string(marker, "python_version", kMarker);
      result.packages = optional_strings(marker, "packages");
      result.cached = !built_;
      return result;
    } catch (const Error&) {
      return std::nullopt;  // damaged: made again
    }
  }

  static std::string last_lines(std::string_view text, std::size_t count) {
    const std::string clean = strip_control(repair_utf8(text));
    std::vector<std::string> kept;
    for (const std::string_view line : split_lines(clean)) {
      if (!trim(line).empty()) kept.emplace_back(trim(line));
    }
    if (kept.size() > count) kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(count));
    return join(kept, "\n");
  }

  [[noreturn]] void fail(const std::string& what, const std::string& output) const {
    if (contains(output, "No space left on device") || contains(output, "Disk quota exceeded")) {
      throw Error(ErrorCode::disk_full, what + ": the disk is full",
                  {.subject = cache_.string(), .hint = "Free some space, or set XDG_CACHE_HOME."});
    }
    throw Error(ErrorCode::environment, what,
                {.subject = "Python environment",
                 .found = last_lines(output, kShownLines),
                 .hint = installer_hint(output)});
  }

  const EnvironmentOptions& options_;
  Clock::time_point deadline_;
  Json table_;
  std::vector<InstallLine> lines_;
  Interpreter interpreter_;
  fs::path cache_, root_;
  bool built_ = false;
};

}  // namespace

std::string installer_hint(std::string_view output) {
  if (contains(output, "ensurepip is not") || contains(output, "No module named venv") ||
      contains(output, "No module named ensurepip")) {
    return "Install the module for virtual environments: sudo apt-get install python3-venv";
  }
  for (const char* sign : {"Temporary failure in name resolution", "Name or service not known",
                           "Network is unreachable", "Failed to establish a new connection",
                           "Connection refused", "ConnectTimeoutError", "Read timed out"}) {
    if (contains(output, sign)) {
      return "The package index cannot be reached. Without network, put the wheels into a folder and set "
             "PIP_FIND_LINKS to it.";
    }
  }
  if (contains(output, "ResolutionImpossible") || contains(output, "conflicting dependencies")) {
    return "Versions in requirements.txt exclude each other: loosen them.";
  }
  if (contains(output, "No matching distribution found") || contains(output, "Could not find a version")) {
    return "A package of requirements.txt has no wheel for this Python: check its name and version. Packages "
           "are not built from source.";
  }
  return "Levels from L2 on need the environment; L0 and L1 do not.";
}

Environment make_environment(const std::string& requirements, const EnvironmentOptions& options) {
  options.cancel.check();
  return Builder(requirements, options).make();
}

}  // namespace p2c::verify
