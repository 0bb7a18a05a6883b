#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/sigpipe.h"

namespace p2c {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long to go on reading after the child has ended and its group was killed. Only a grandchild that left
// the group can still hold the pipes open; what it prints is not waited for.
constexpr milliseconds kDrainTime{200};
constexpr milliseconds kCancelPoll{50};
constexpr const char* kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

// Process groups under way, for kill_running_processes(). Fixed size and lock-free, because a signal handler
// reads it; a group beyond the size still dies with us through PR_SET_PDEATHSIG.
std::array<std::atomic<pid_t>, 256> running_groups{};

void remember_group(pid_t group) {
  for (auto& slot : running_groups) {
    pid_t none = 0;
    if (slot.compare_exchange_strong(none, group)) return;
  }
}

void forget_group(pid_t group) {
  for (auto& slot : running_groups) {
    pid_t expected = group;
    if (slot.compare_exchange_strong(expected, 0)) return;
  }
}

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

[[noreturn]] void system_failure(int error, const std::string& program, const char* action) {
  throw Error(ErrorCode::io, fmt::format("{}: {}", action, std::strerror(error)), {.subject = program});
}

// Above standard error, so that the child's dup2 calls cannot overwrite an end they still need; this matters
// when our own standard streams are closed.
Fd above_standard(Fd fd, const std::string& program) {
  if (fd.get() > STDERR_FILENO) return fd;
  Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!moved.is_open()) system_failure(errno, program, "cannot make a pipe");
  return moved;
}

struct Pipe {
  Fd read, write;
};

Pipe make_pipe(const std::string& program) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) system_failure(errno, program, "cannot make a pipe");
  Fd read(ends[0]), write(ends[1]);
  return {above_standard(std::move(read), program), above_standard(std::move(write), program)};
}

bool is_executable(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::filesystem::path search_path(const std::string& name, std::string_view path) {
  while (true) {
    const std::size_t colon = path.find(':');
    const std::string_view directory = path.substr(0, colon);
    // An empty entry means the current directory; what lies there was often not put there by the user.
    if (!directory.empty()) {
      std::filesystem::path candidate = std::filesystem::path(directory) / name;
      if (is_executable(candidate)) return candidate;
    }
    if (colon == std::string_view::npos) return {};
    path.remove_prefix(colon + 1);
  }
}

// Everything the child needs, made before the fork: after it, only async-signal-safe calls are allowed.
struct Launch {
  std::string program;
  std::vector<char*> argv, envp;
  std::vector<std::string> environment;  // owns the strings of envp
  const char* working_directory = nullptr;
  std::array<std::pair<int, rlimit>, 6> limits{};
  std::size_t limit_count = 0;
  int in = -1, out = -1, err = -1, report = -1;  // report: where a failing exec is told
  int max_fd = 1024;
  pid_t parent = 0;
};

struct LaunchFailure {
  int error;
  enum class Step : int { directory, limits, streams, exec } step;
};

[[noreturn]] void fail_launch(int report, int error, LaunchFailure::Step step) {
  const LaunchFailure failure{error, step};
  // Smaller than PIPE_BUF: written whole or not at all.
  if (::write(report, &failure, sizeof failure) < 0) _exit(126);
  _exit(127);
}

[[noreturn]] void become_program(const Launch& launch) {
  // Signals were blocked by the parent until our handlers are gone.
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) _exit(127);  // it died before the line above took effect

  int report = launch.report;
  if (::dup2(launch.in, STDIN_FILENO) < 0 || ::dup2(launch.out, STDOUT_FILENO) < 0 ||
      ::dup2(launch.err, STDERR_FILENO) < 0) {
    fail_launch(report, errno, LaunchFailure::Step::streams);
  }
  constexpr int kReport = STDERR_FILENO + 1;
  if (report != kReport) {
    if (::dup3(report, kReport, O_CLOEXEC) < 0) fail_launch(report, errno, LaunchFailure::Step::streams);
    report = kReport;
  }
  if (::syscall(SYS_close_range, kReport + 1, ~0U, 0) != 0) {
    for (int fd = kReport + 1; fd < launch.max_fd; ++fd) ::close(fd);
  }
  if (launch.working_directory != nullptr && ::chdir(launch.working_directory) != 0) {
    fail_launch(report, errno, LaunchFailure::Step::directory);
  }
  for (std::size_t i = 0; i < launch.limit_count; ++i) {
    const auto& [resource, wanted] = launch.limits[i];
    rlimit limit{};
    // A limit that is already lower stays.
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0) {
      limit.rlim_max = limit.rlim_max < wanted.rlim_max ? limit.rlim_max : wanted.rlim_max;
      limit.rlim_cur = wanted.rlim_cur < limit.rlim_max ? wanted.rlim_cur : limit.rlim_max;
    } else {
      limit = wanted;
    }
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) {
      fail_launch(report, errno, LaunchFailure::Step::limits);
    }
  }
  ::execve(launch.program.c_str(), launch.argv.data(), launch.envp.data());
  fail_launch(report, errno, LaunchFailure::Step::exec);
}

void check_no_nul(const std::string& text, const std::string& program) {
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorCode::bad_input, "an argument or environment value holds a NUL byte",
                {.subject = program});
  }
}

std::vector<std::string> build_environment(const ProcessOptions& options) {
  std::vector<std::string> result;
  if (options.inherit_environment) {
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      if (!options.environment.contains(std::string(text.substr(0, text.find('=')))))
        result.emplace_back(text);
    }
  }
  for (const auto& [name, value] : options.environment) result.push_back(name + "=" + value);
  return result;
}

Launch prepare(const ProcessOptions& options) {
  if (options.argv.empty() || options.argv[0].empty()) {
    throw Error(ErrorCode::internal, "a process without a program name was asked for");
  }
  Launch launch;
  const std::string& name = options.argv[0];
  for (const std::string& argument : options.argv) check_no_nul(argument, name);
  if (name.find('/') != std::string::npos) {
    launch.program = name;
  } else {
    const auto own_path = options.environment.find("PATH");
    launch.program = own_path != options.environment.end() ? search_path(name, own_path->second).string()
                                                           : find_program(name).string();
    if (launch.program.empty()) {
      throw Error(ErrorCode::not_found, "no such program in PATH",
                  {.subject = name, .hint = "Is it installed?"});
    }
  }
  launch.environment = build_environment(options);
  for (const std::string& entry : launch.environment) check_no_nul(entry, name);
  // execve takes char* but changes nothing; `options` and `environment` outlive the call.
  for (const std::string& argument : options.argv) launch.argv.push_back(const_cast<char*>(argument.c_str()));
  launch.argv.push_back(nullptr);
  for (std::string& entry : launch.environment) launch.envp.push_back(entry.data());
  launch.envp.push_back(nullptr);
  if (!options.working_directory.empty()) launch.working_directory = options.working_directory.c_str();

  const auto limit = [&](int resource, rlim_t soft, rlim_t hard) {
    launch.limits[launch.limit_count++] = {resource, rlimit{soft, hard}};
  };
  limit(RLIMIT_CORE, 0, 0);
  const ProcessLimits& limits = options.limits;
  // SIGXCPU at the soft limit can be caught; SIGKILL a second later cannot.
  if (limits.cpu_seconds > 0) limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1);
  if (limits.address_space > 0) limit(RLIMIT_AS, limits.address_space, limits.address_space);
  if (limits.file_bytes > 0) limit(RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes);
  if (limits.processes > 0) limit(RLIMIT_NPROC, limits.processes, limits.processes);
  if (limits.open_files > 0) limit(RLIMIT_NOFILE, limits.open_files, limits.open_files);

  const long open_max = ::sysconf(_SC_OPEN_MAX);
  launch.max_fd = open_max > 0 ? static_cast<int>(std::min<long>(open_max, 1 << 20)) : 1024;
  launch.parent = ::getpid();
  return launch;
}

// A child that is running or not yet reaped. The destructor kills and reaps, whatever was thrown meanwhile.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {
    remember_group(pid_);
#ifdef SYS_pidfd_open
    pidfd_ =
        Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));  // -1 on old kernels: has_ended() is polled
#endif
  }
  ~Child() {
    if (pid_ > 0) reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pidfd() const {
    return pidfd_.get();
  }

  // Leaves the child a zombie, so that its number, which is also the group's, cannot be given to another
  // process.
  bool has_ended() {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }
  void kill_group() const {
    ::kill(-pid_, SIGKILL);
  }

  // Kills what is left of the group and collects the child.
  std::pair<int, rusage> reap() {
    kill_group();
    ::kill(pid_, SIGKILL);  // should it not have been in its group yet
    int status = 0;
    rusage usage{};
    while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    forget_group(pid_);
    pid_ = 0;
    return {status, usage};
  }

 private:
  pid_t pid_;
  Fd pidfd_;
};

pid_t fork_child(const Launch& launch) {
  sigset_t all, old;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &old);  // our handlers must not run in the child
  const pid_t pid = ::fork();
  if (pid == 0) become_program(launch);
  const int error = errno;
  if (pid > 0) ::setpgid(pid, pid);  // here as well as there: whichever comes first
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  if (pid < 0) system_failure(error, launch.program, "cannot start a process");
  return pid;
}

// Waits until the program runs; throws when it could not be executed.
void await_exec(int report, const Launch& launch, const ProcessOptions& options) {
  LaunchFailure failure{};
  ssize_t n;
  do {
    n = ::read(report, &failure, sizeof failure);
  } while (n < 0 && errno == EINTR);
  if (n != static_cast<ssize_t>(sizeof failure)) return;
  switch (failure.step) {
    case LaunchFailure::Step::directory:
      throw Error(ErrorCode::not_found,
                  fmt::format("cannot be used as working directory: {}", std::strerror(failure.error)),
                  {.subject = options.working_directory.string()});
    case LaunchFailure::Step::exec:
      throw Error(ErrorCode::not_found, fmt::format("cannot be executed: {}", std::strerror(failure.error)),
                  {.subject = launch.program});
    case LaunchFailure::Step::limits:
      system_failure(failure.error, launch.program, "cannot set the limits of a process");
    case LaunchFailure::Step::streams:
      break;
  }
  system_failure(failure.error, launch.program, "cannot set up the streams of a process");
}

void set_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// One of the child's output streams.
struct Output {
  Fd fd;
  std::string* text = nullptr;
  const std::function<void(std::string_view)>* on_piece = nullptr;
};

// Reads what is there. False when the stream went past `max_bytes`; closes it at its end.
bool read_available(Output& output, std::size_t max_bytes) {
  char buffer[64 * 1024];
  while (true) {
    const ssize_t n = ::read(output.fd.get(), buffer, sizeof buffer);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) output.fd.reset();
      return true;
    }
    if (n == 0) {
      output.fd.reset();
      return true;
    }
    const std::size_t room = max_bytes - output.text->size();
    const std::string_view piece(buffer, std::min(static_cast<std::size_t>(n), room));
    output.text->append(piece);
    if (output.on_piece != nullptr && *output.on_piece && !piece.empty()) (*output.on_piece)(piece);
    if (static_cast<std::size_t>(n) > room) return false;
    if (static_cast<std::size_t>(n) < sizeof buffer) return true;  // let the caller look at the clock
  }
}

void write_available(Fd& in, std::string_view& rest) {
  const SigpipeGuard guard;
  while (!rest.empty()) {
    const ssize_t n = ::write(in.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n < 0) break;  // the child closed its input: its own affair
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  in.reset();
}

}  // namespace

ProcessResult run_process(const ProcessOptions& options) {
  options.cancel.check();
  Launch launch = prepare(options);
  const std::string& program = launch.program;

  Pipe in, out = make_pipe(program), err, report = make_pipe(program);
  if (options.input.empty()) {
    in.read = above_standard(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), program);
    if (!in.read.is_open()) system_failure(errno, program, "cannot open /dev/null");
  } else {
    in = make_pipe(program);
    set_nonblocking(in.write.get());
  }
  if (!options.merge_stderr) {
    err = make_pipe(program);
    set_nonblocking(err.read.get());
  }
  set_nonblocking(out.read.get());
  launch.in = in.read.get();
  launch.out = out.write.get();
  launch.err = options.merge_stderr ? out.write.get() : err.write.get();
  launch.report = report.write.get();

  const Clock::time_point start = Clock::now();
  const pid_t pid = fork_child(launch);
  Child child(pid);
  in.read.reset();
  out.write.reset();
  err.write.reset();
  report.write.reset();
  await_exec(report.read.get(), launch, options);
  report.read.reset();
  if (options.on_start) options.on_start(pid);

  ProcessResult result;
  Output outputs[2] = {{std::move(out.read), &result.out, &options.on_output},
                       {std::move(err.read), &result.err, nullptr}};
  std::string_view input = options.input;
  const bool has_deadline = options.limits.wall.count() > 0;
  const Clock::time_point deadline = start + options.limits.wall;
  std::optional<Clock::time_point> drain_until;  // set once the group is dead

  while (true) {
    const Clock::time_point now = Clock::now();
    if (!drain_until) {
      const bool ended = child.has_ended();
      if (!ended && options.cancel.requested()) {
        child.reap();
        options.cancel.check();
      }
      result.timed_out = !ended && has_deadline && now >= deadline;
      if (ended || result.timed_out || result.output_limit_hit) {
        child.kill_group();
        drain_until = now + kDrainTime;
      }
    }
    if (drain_until && (now >= *drain_until || (!outputs[0].fd.is_open() && !outputs[1].fd.is_open()))) break;

    pollfd fds[4];
    nfds_t count = 0;
    const auto watch = [&](int fd, short events) {
      if (fd >= 0) fds[count++] = {fd, events, 0};
    };
    watch(outputs[0].fd.get(), POLLIN);
    watch(outputs[1].fd.get(), POLLIN);
    watch(in.write.get(), POLLOUT);
    if (!drain_until) watch(child.pidfd(), POLLIN);
    const Clock::time_point wake = drain_until    ? *drain_until
                                   : has_deadline ? std::min(deadline, now + kCancelPoll)
                                                  : now + kCancelPoll;
    milliseconds wait = std::chrono::ceil<milliseconds>(wake - now);
    if (child.pidfd() < 0) wait = std::min(wait, milliseconds{5});
    ::poll(fds, count, static_cast<int>(std::max<milliseconds::rep>(wait.count(), 0)));

    for (Output& output : outputs) {
      if (output.fd.is_open() && !read_available(output, options.limits.output_bytes)) {
        result.output_limit_hit = true;
        output.fd.reset();
      }
    }
    if (in.write.is_open()) write_available(in.write, input);
  }

  const auto [status, usage] = child.reap();
  result.elapsed = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  if (WIFEXITED(status)) {
    result.exit_code = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
  }
  result.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts kilobytes
  return result;
}

std::filesystem::path find_program(const std::string& name) {
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos)
    return is_executable(name) ? std::filesystem::path(name) : std::filesystem::path();
  const char* path = std::getenv("PATH");
  return search_path(name, path != nullptr ? path : kDefaultPath);
}

void kill_running_processes() noexcept {
  for (auto& slot : running_groups) {
    const pid_t group = slot.load();
    if (group > 0) ::kill(-group, SIGKILL);
  }
}

}  // namespace p2c
