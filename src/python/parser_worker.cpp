// Keeps one child process and talks to it over two pipes.
#include "python/parser_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/process.h"
#include "base/sigpipe.h"

extern char** environ;

namespace p2c::python {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kLastLine = "{\"done\": true}\n";

class Worker {
 public:
  // Null when it cannot be started.
  static std::unique_ptr<Worker> start(const std::string& program, const WorkerOptions& options) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0) return nullptr;
    if (::pipe2(from, O_CLOEXEC) != 0) {
      ::close(to[0]);
      ::close(to[1]);
      return nullptr;
    }
    auto worker = std::unique_ptr<Worker>(new Worker(program, to[1], from[0]));
    const bool started = worker->spawn(options, to[0], from[1]);
    ::close(to[0]);
    ::close(from[1]);
    if (!started) return nullptr;
    return worker;
  }

  ~Worker() {
    ::close(to_);
    ::close(from_);
    if (pid_ <= 0 || ::getpid() != owner_) return;  // a fork of ours has the pipes, but not the child
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  const std::string& program() const { return program_; }
  bool is_ours() const { return ::getpid() == owner_; }

  std::optional<std::string> ask(const std::string& request, const WorkerOptions& options) {
    const Clock::time_point deadline = Clock::now() + options.wall;
    if (!send(fmt::format("{}\n", request.size()), deadline) || !send(request, deadline)) return std::nullopt;
    std::string answer;
    char buffer[65536];
    while (answer.size() <= options.output_bytes) {
      if (!wait_for(from_, POLLIN, deadline)) return std::nullopt;
      const ssize_t length = ::read(from_, buffer, sizeof buffer);
      if (length < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (length <= 0) return std::nullopt;
      answer.append(buffer, static_cast<std::size_t>(length));
      const bool line_before =
          answer.size() == kLastLine.size() ||
          (answer.size() > kLastLine.size() && answer[answer.size() - kLastLine.size() - 1] == '\n');
      if (line_before && answer.ends_with(kLastLine)) return answer;
    }
    return std::nullopt;
  }

 private:
  Worker(std::string program, int to, int from)
      : program_(std::move(program)), owner_(::getpid()), to_(to), from_(from) {
    ::fcntl(to_, F_SETFL, O_NONBLOCK);
    ::fcntl(from_, F_SETFL, O_NONBLOCK);
  }

  bool spawn(const WorkerOptions& options, int input, int output) {
    std::vector<char*> argv;
    for (const std::string& argument : options.argv) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    // A group of its own: Ctrl-C at the terminal is ours to handle.
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    const int error = ::posix_spawn(&pid_, program_.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
      pid_ = -1;
      return false;
    }
#ifdef __linux__
    const rlimit memory{options.address_space, options.address_space}, files{1, 1};
    return ::prlimit(pid_, RLIMIT_AS, &memory, nullptr) == 0 &&
           ::prlimit(pid_, RLIMIT_FSIZE, &files, nullptr) == 0;
#else
    return true;
#endif
  }

  static bool wait_for(int descriptor, short what, Clock::time_point deadline) {
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return false;
      pollfd wait{descriptor, what, 0};
      const int ready = ::poll(&wait, 1, static_cast<int>(left));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

  bool send(std::string_view bytes, Clock::time_point deadline) {
    const SigpipeGuard guard;
    while (!bytes.empty()) {
      if (!wait_for(to_, POLLOUT, deadline)) return false;
      const ssize_t length = ::write(to_, bytes.data(), bytes.size());
      if (length < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (length <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(length));
    }
    return true;
  }

  const std::string program_;
  const pid_t owner_;
  pid_t pid_ = -1;
  const int to_, from_;
};

}  // namespace

std::optional<std::string> ask_worker(const WorkerOptions& options, const std::string& request) {
  static std::mutex mutex;
  static std::unique_ptr<Worker> worker;
  const std::string program = find_program(options.argv.front()).string();
  if (program.empty()) return std::nullopt;
  const std::lock_guard lock(mutex);
  if (worker && (worker->program() != program || !worker->is_ours())) worker.reset();
  if (!worker) worker = Worker::start(program, options);
  if (!worker) return std::nullopt;
  std::optional<std::string> answer = worker->ask(request, options);
  if (!answer) worker.reset();  // what it still says would be taken for the answer to the next request
  return answer;
}

}  // namespace p2c::python
