#include "verify/sandbox.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "verify/process_watch.h"

namespace p2c::verify {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxFiles = 20'000;
constexpr std::size_t kMaxCreated = 1'000;
// Address space beyond the memory limit: tensor libraries reserve tens of gigabytes. It stops only the absurd
// request, with an error inside the program that is easier to understand than being killed.
constexpr std::uint64_t kSpareAddressSpace = 64ull << 30;
constexpr std::uint64_t kOpenFiles = 1024;
constexpr const char* kSharedMemoryBytes = "268435456";  // /dev/shm: data loaders pass batches through it
constexpr uid_t kSandboxUser = 1000;  // user and group seen inside, when the kernel lets us map them
constexpr int kNiceness = 5;          // the user's own work and the watch come first

// What generated code sees of the environment, and nothing else (spec 11.4). Two threads and plain kernels
// everywhere: sums of floats, and with them failing output, are then alike on machines with other processors.
const std::map<std::string, std::string>& environment_defaults() {
  static const std::map<std::string, std::string> defaults = {
      {"HOME", "/tmp"},
      {"TMPDIR", "/tmp"},
      {"XDG_CACHE_HOME", "/tmp/.cache"},
      {"MPLCONFIGDIR", "/tmp/.matplotlib"},
      {"USER", "sandbox"},
      {"LOGNAME", "sandbox"},
      {"LANG", "C.UTF-8"},
      {"LC_ALL", "C.UTF-8"},
      {"TZ", "UTC"},
      {"TERM", "dumb"},
      {"NO_COLOR", "1"},
      {"COLUMNS", "120"},
      {"PYTHONUTF8", "1"},
      {"PYTHONHASHSEED", "0"},
      {"PYTHONDONTWRITEBYTECODE", "1"},
      {"PYTHONNOUSERSITE", "1"},
      {"MPLBACKEND", "Agg"},
      {"WANDB_MODE", "disabled"},
      {"TOKENIZERS_PARALLELISM", "false"},
      {"HF_HUB_OFFLINE", "1"},
      {"TRANSFORMERS_OFFLINE", "1"},
      {"HF_DATASETS_OFFLINE", "1"},
      {"CUDA_VISIBLE_DEVICES", ""},
      {"JAX_PLATFORMS", "cpu"},
      {"OMP_NUM_THREADS", "2"},
      {"MKL_NUM_THREADS", "2"},
      {"OPENBLAS_NUM_THREADS", "2"},
      {"ATEN_CPU_CAPABILITY", "default"},
      {"MKL_CBWR", "COMPATIBLE"},
  };
  return defaults;
}

bool is_below(const fs::path& path, const fs::path& root) {
  const auto [r, p] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return r == root.end();
}

// A folder outside the sandbox's own that must be shown. Refuses what would show a user's files with it.
fs::path checked_prefix(const fs::path& prefix) {
  const char* home = std::getenv("HOME");
  const bool too_wide =
      std::distance(prefix.begin(), prefix.end()) < 3 ||  // "/", "/opt"
      (home != nullptr && *home != '\0' && is_below(fs::path(home).lexically_normal(), prefix));
  if (too_wide) {
    throw Error(ErrorCode::environment,
                "the Python interpreter lies where showing it would show other files too",
                {.subject = prefix.string(),
                 .hint = "Use an interpreter with a folder of its own, e.g. /usr/bin/python3."});
  }
  return prefix;
}

// Where the interpreter of a virtual environment really lives: what its `home` key and its links point to.
std::set<fs::path> interpreter_prefixes(const fs::path& environment) {
  std::set<fs::path> prefixes;
  const auto add = [&](const fs::path& bin) {
    const fs::path prefix = bin.filename() == "bin" ? bin.parent_path() : bin;
    if (!prefix.empty() && !is_below(prefix, "/usr") && !is_below(prefix, environment))
      prefixes.insert(checked_prefix(prefix));
  };
  std::error_code error;
  const fs::path program = fs::canonical(environment / "bin" / "python", error);
  if (error) {
    throw Error(ErrorCode::not_found, "no virtual environment with an interpreter",
                {.subject = environment.string(), .hint = "Remove the folder, so that it is made again."});
  }
  add(program.parent_path());
  const std::string settings = read_file(environment / "pyvenv.cfg", 64 << 10);
  for (const std::string_view line : split_lines(settings)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || trim(line.substr(0, equals)) != "home") continue;
    const fs::path home = fs::path(trim(line.substr(equals + 1))).lexically_normal();
    if (home.is_absolute() && fs::is_directory(home, error)) {
      const fs::path real = fs::canonical(home, error);
      if (home.parent_path() != "/" && home != "/usr/bin") add(home);
      if (!error) add(real);
    }
  }
  return prefixes;
}

// The repository as it goes in: regular files only, no links, no version control.
std::set<std::string> copy_repository(const fs::path& repo, const fs::path& copy, std::uint64_t max_bytes) {
  std::set<std::string> files;
  std::uint64_t total = 0;
  for (const std::string& name : list_files(repo)) {
    if (name.starts_with(".git/")) continue;
    if (files.size() >= kMaxFiles) {
      throw Error(ErrorCode::limit, fmt::format("more than {} files", kMaxFiles), {.subject = repo.string()});
    }
    const fs::path to = copy / name;
    std::error_code error;
    total += fs::file_size(repo / name, error);
    if (!error && total > max_bytes) {
      throw Error(ErrorCode::limit, fmt::format("the repository is larger than {} bytes", max_bytes),
                  {.subject = repo.string()});
    }
    if (!error) fs::create_directories(to.parent_path(), error);
    if (!error) fs::copy_file(repo / name, to, error);
    if (error) throw_errno(error.value(), repo / name, "copying into the sandbox");
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::add, error);
    files.insert(name);
  }
  return files;
}

// Copies what was asked for out of the private copy. What the program left there is not trusted: no links are
// followed.
void collect_files(const SandboxJob& job, const fs::path& copy) {
  std::uint64_t total = 0;
  const auto collect = [&](const std::string& name) {
    const fs::path from = copy / name, to = job.collect_into / name;
    std::error_code error;
    total += fs::file_size(from, error);
    if (error || total > job.limits.disk_bytes) return;
    fs::create_directories(to.parent_path(), error);
    if (!error) fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error) throw_errno(error.value(), to, "copying out of the sandbox");
  };
  for (const std::string& wanted : job.collect) {
    const fs::path relative = fs::path(wanted).lexically_normal();
    try {
      // The path as it really is must be the path as it is written: no part of it is a link.
      std::error_code error;
      const fs::path place = confine(copy, relative.generic_string());
      if (fs::canonical(place, error) != fs::canonical(copy, error) / relative || error) continue;
      if (fs::is_regular_file(fs::symlink_status(place))) collect(relative.generic_string());
      if (!fs::is_directory(fs::symlink_status(place))) continue;
      for (const std::string& name : list_files(place)) collect((relative / name).generic_string());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unsafe_input && error.code() != ErrorCode::not_found &&
          error.code() != ErrorCode::limit)
        throw;
    }
  }
}

// Why user namespaces are refused, as far as the system tells, and how to allow them.
std::string allow_hint() {
  const auto reads = [](const char* path, std::string_view value) {
    try {
      return trim(read_file(path, 4096)) == value;
    } catch (const Error&) {
      return false;  // another kernel
    }
  };
  if (reads("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
    return "Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1";
  }
  if (reads("/proc/sys/user/max_user_namespaces", "0")) {
    return "Allow user namespaces: sudo sysctl user.max_user_namespaces=15000";
  }
  if (reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "Allow user namespaces: install an AppArmor profile for bwrap, or sudo sysctl "
           "kernel.apparmor_restrict_unprivileged_userns=0";
  }
  std::error_code error;
  if (fs::exists("/.dockerenv", error) || fs::exists("/run/.containerenv", error)) {
    return "Inside a container, start it with --security-opt seccomp=unconfined --security-opt "
           "systempaths=unconfined "
           "--cap-add SYS_ADMIN, or run paper2code outside of it.";
  }
  return "Allow unprivileged user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1 "
         "user.max_user_namespaces=15000";
}

std::string first_line(std::string_view text) {
  const auto lines = split_lines(text);
  return lines.empty() ? std::string("no message") : strip_control(repair_utf8(lines.front()));
}

// Who the program is. An ordinary user gets a user namespace. Root must not: user 1000 inside would still be
// root to the kernel, which then owns /proc/sys and is exempt from RLIMIT_NPROC, so that a fork bomb outruns
// any watch. For root the program becomes a user that nothing on the machine belongs to, another one each
// time.
struct Identity {
  bool user_namespace = true;
  uid_t user = kSandboxUser;
};

Identity choose_identity() {
  if (::geteuid() != 0) return {};
  static std::atomic<unsigned> counter{0};
  // systemd's documented layout of numbers leaves 1879048192 to 2147483647 unused.
  const uid_t own = 1'879'048'192u + (static_cast<unsigned>(::getpid()) * 64u + counter++ % 64u) % (1u << 28);
  const TempDir probe("p2c-sandbox");
  for (const uid_t user : {own, uid_t{65534}}) {  // in a container often only numbers below 65536 exist
    if (::chown(probe.path().c_str(), user, user) == 0) return {false, user};
  }
  return {};
}

void give_to(const Identity& identity, const fs::path& folder) {
  if (identity.user_namespace) return;
  const auto give = [&](const fs::path& path) {
    if (::lchown(path.c_str(), identity.user, identity.user) != 0)
      throw_errno(errno, path, "giving to the sandbox's user");
  };
  give(folder);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) give(entry.path());
}

class Bubblewrap : public Sandbox {
 public:
  Bubblewrap(fs::path program, std::string version, bool disable_userns)
      : program_(std::move(program)), version_(std::move(version)), disable_userns_(disable_userns) {}

  SandboxResult run(const SandboxJob& job) override {
    if (!fs::is_directory(job.repo))
      throw Error(ErrorCode::not_found, "no such folder", {.subject = job.repo.string()});
    const TempDir room("p2c-sandbox");
    const fs::path work = room.path() / "work";
    fs::create_directories(work);
    fs::create_directories(room.path() / "tmp");
    const Identity identity = choose_identity();
    const std::set<std::string> before = copy_repository(job.repo, work, job.limits.disk_bytes);

    give_to(identity, work);
    give_to(identity, room.path() / "tmp");

    ProcessOptions options;
    options.argv = arguments(job, room.path(), identity);
    options.inherit_environment = false;
    options.limits.wall = job.limits.wall;
    options.limits.cpu_seconds = job.limits.cpu_seconds;
    options.limits.address_space = job.limits.memory_bytes + kSpareAddressSpace;
    options.limits.file_bytes = job.limits.file_bytes;
    options.limits.open_files = kOpenFiles;
    options.limits.output_bytes = job.limits.output_bytes;
    options.cancel = job.cancel;

    SandboxResult result;
    {
      // bubblewrap's own two processes are not the program's.
      ProcessWatch watch({job.limits.memory_bytes, job.limits.disk_bytes, job.limits.processes + 2},
                         room.path());
      options.on_start = [&](int pid) {
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(pid), kNiceness);
        watch.start(pid);
      };
      result.process = run_process(options);
      const WatchResult seen = watch.stop();
      result.memory_limit_hit = seen.memory_limit_hit;
      result.disk_limit_hit = seen.disk_limit_hit;
      result.process_limit_hit = seen.process_limit_hit;
      result.peak_memory_bytes = seen.peak_memory_bytes;
    }
    result.cpu_limit_hit = result.process.exit_code == 128 + SIGXCPU;
    if (result.process.exit_code == 1 && result.process.out.empty() &&
        result.process.err.starts_with("bwrap: ")) {
      throw Error(ErrorCode::sandbox_unavailable,
                  "bubblewrap could not set up the sandbox: " + first_line(result.process.err),
                  {.hint = allow_hint()});
    }
    list_created(work, before, result);
    if (!job.collect_into.empty()) collect_files(job, work);
    return result;
  }

  std::string describe() const override { return "bubblewrap " + version_; }

  // Starts a program that does nothing, the same way.
  void probe() const {
    const TempDir room("p2c-sandbox");
    fs::create_directories(room.path() / "work");
    fs::create_directories(room.path() / "tmp");
    SandboxJob job;
    job.argv = {"true"};
    ProcessOptions options;
    options.argv = arguments(job, room.path(), choose_identity());
    options.inherit_environment = false;
    options.limits.wall = milliseconds{20'000};
    const ProcessResult result = run_process(options);
    if (result.ok()) return;
    throw Error(ErrorCode::sandbox_unavailable,
                "bubblewrap is not permitted to set up a sandbox: " +
                    first_line(result.timed_out ? "it hangs" : result.err),
                {.hint = allow_hint()});
  }

 private:
  static void list_created(const fs::path& work, const std::set<std::string>& before, SandboxResult& result) {
    try {
      for (const std::string& name : list_files(work)) {
        if (before.contains(name)) continue;
        if (result.created.size() >= kMaxCreated) break;
        result.created.push_back(repair_utf8(name));
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::limit) throw;
      result.disk_limit_hit = true;  // as many files as nobody needs
    }
  }

  std::vector<std::string> arguments(const SandboxJob& job, const fs::path& room,
                                     const Identity& identity) const {
    std::vector<std::string> argv = {program_.string(),   "--unshare-ipc", "--unshare-pid",
                                     "--unshare-net",     "--unshare-uts", "--unshare-cgroup-try",
                                     "--die-with-parent", "--new-session", "--hostname",
                                     "sandbox",           "--cap-drop",    "ALL",
                                     "--clearenv"};
    const auto add = [&](std::initializer_list<std::string> more) { argv.insert(argv.end(), more); };
    // bubblewrap makes missing parents for its own user only.
    const auto add_parents = [&](const fs::path& path) {
      fs::path parent = "/";
      for (const fs::path& part : path.relative_path().parent_path()) {
        parent /= part;
        add({"--perms", "0755", "--dir", parent.string()});
      }
    };
    const std::string user = std::to_string(identity.user);
    if (identity.user_namespace) {
      add({"--unshare-user", "--uid", user, "--gid", user});
      if (disable_userns_) add({"--disable-userns"});
    } else {
      for (const char* capability : {"CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"})
        add({"--cap-add", capability});  // for setpriv
    }

    add({"--ro-bind", "/usr", "/usr"});
    for (const std::string name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
      std::error_code error;
      if (fs::is_symlink(name, error)) {
        add({"--symlink", fs::read_symlink(name).string(), name});
      } else if (fs::is_directory(name, error)) {
        add({"--ro-bind", name, name});
      }
    }
    for (const std::string name : {"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
                                   "/etc/alternatives", "/etc/fonts", "/sys/devices/system/cpu"}) {
      add_parents(name);
      add({"--ro-bind-try", name, name});
    }
    // Programs ask who they are and where localhost is; they get an answer that says nothing about this
    // machine.
    const auto write = [&](const char* name, std::string_view text) {
      write_file_atomic(room / "etc" / name, text);
      fs::permissions(room / "etc" / name, fs::perms::others_read, fs::perm_options::add);
      add({"--ro-bind", (room / "etc" / name).string(), std::string("/etc/") + name});
    };
    write("passwd", fmt::format("sandbox:x:{0}:{0}::/tmp:/bin/sh\n", user));
    write("group", fmt::format("sandbox:x:{}:\n", user));
    write("hosts", "127.0.0.1 localhost sandbox\n");

    add({"--proc", "/proc"});
    // Settings of the whole machine.
    for (const std::string name : {"sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "mtrr"}) {
      add({"--ro-bind-try", "/proc/" + name, "/proc/" + name});
    }
    add({"--dev", "/dev", "--perms", "1777", "--size", kSharedMemoryBytes, "--tmpfs", "/dev/shm",
         "--remount-ro", "/dev"});
    add({"--bind", (room / "tmp").string(), "/tmp", "--bind", (room / "work").string(), "/work"});

    std::string path = "/usr/local/bin:/usr/bin:/bin";
    if (!job.environment.empty()) {
      const fs::path environment = fs::absolute(job.environment).lexically_normal();
      for (const fs::path& prefix : interpreter_prefixes(environment)) {
        add_parents(prefix);
        add({"--ro-bind", prefix.string(), prefix.string()});
      }
      add_parents(environment);
      add({"--ro-bind", environment.string(), environment.string(), "--setenv", "VIRTUAL_ENV",
           environment.string()});
      path = (environment / "bin").string() + ":" + path;
    }
    add({"--remount-ro", "/", "--chdir", "/work", "--setenv", "PATH", path});
    for (const auto& [name, value] : environment_defaults()) {
      if (!job.extra_environment.contains(name)) add({"--setenv", name, value});
    }
    for (const auto& [name, value] : job.extra_environment) add({"--setenv", name, value});

    add({"--"});
    // Set inside, where it counts only the sandbox's own processes and threads. The watch is stricter and
    // knows processes from threads; this bounds what can be started between two looks.
    add({"/usr/bin/prlimit", fmt::format("--nproc={}", 2 * job.limits.processes), "--"});
    if (!identity.user_namespace) {
      add({"/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs",
           "--bounding-set=-all", "--inh-caps=-all"});
    }
    argv.insert(argv.end(), job.argv.begin(), job.argv.end());
    return argv;
  }

  fs::path program_;
  std::string version_;
  bool disable_userns_;
};

}  // namespace

std::unique_ptr<Sandbox> make_sandbox() {
  const fs::path program = find_program("bwrap");
  if (program.empty()) {
    throw Error(ErrorCode::sandbox_unavailable,
                "bubblewrap is not installed, and generated code is not run without it",
                {.hint = "Install it: sudo apt-get install bubblewrap"});
  }
  ProcessOptions ask;
  ask.argv = {program.string(), "--version"};
  ask.limits.wall = milliseconds{10'000};
  const std::string answer = run_process(ask).out;  // "bubblewrap 0.8.0"
  const std::string version(trim(answer.substr(std::min(answer.size(), answer.rfind(' ') + 1))));
  const auto parts = split(version, '.');
  const int major = std::atoi(version.c_str()), minor = parts.size() > 1 ? std::atoi(parts[1].c_str()) : 0;
  // --disable-userns is as old as 0.8.0 (2023); without it the sandbox holds as well, with more of the kernel
  // in reach.
  auto sandbox = std::make_unique<Bubblewrap>(program, version, major > 0 || minor >= 8);
  sandbox->probe();
  return sandbox;
}

}  // namespace p2c::verify
