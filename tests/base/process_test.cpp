// Child processes: results, limits, cancellation, and that nothing of them outlives the call.
#include "base/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "support.h"

namespace p2c {
namespace {

using std::chrono::milliseconds;

ProcessOptions shell(const std::string& script) {
  ProcessOptions options;
  options.argv = {"/bin/sh", "-c", script};
  return options;
}

ErrorCode code_of(const ProcessOptions& options) {
  try {
    run_process(options);
  } catch (const Error& e) {
    return e.code();
  }
  return ErrorCode::internal;  // stands for "no error"
}

bool is_alive(pid_t pid) {
  if (kill(pid, 0) != 0) return false;
  // A zombie that its new parent has not collected yet counts as dead.
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  try {
    const std::string stat = read_file(path);
    return !contains(stat.substr(stat.rfind(')')), ") Z");
  } catch (const Error&) {
    return false;
  }
}

bool dies_soon(pid_t pid) {
  for (int i = 0; i < 200; ++i) {
    if (!is_alive(pid)) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

TEST(Process, GivesOutputAndExitCode) {
  const ProcessResult result = run_process(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.signal, 0);
  EXPECT_FALSE(result.ok());
  EXPECT_GT(result.peak_memory_bytes, 100'000u);
  EXPECT_TRUE(run_process(shell("true")).ok());
}

TEST(Process, TakesArgumentsLiterally) {
  ProcessOptions options;
  options.argv = {"printf", "%s|", "a b", "$HOME", "`id`", "", "*"};
  EXPECT_EQ(run_process(options).out, "a b|$HOME|`id`||*|");
}

TEST(Process, ReportsSignals) {
  const ProcessResult result = run_process(shell("kill -TERM $$"));
  EXPECT_EQ(result.exit_code, -1);
  EXPECT_EQ(result.signal, SIGTERM);
  EXPECT_FALSE(result.ok());
}

TEST(Process, SaysWhenAProgramCannotBeExecuted) {
  const TempDir dir;
  ProcessOptions options;
  options.argv = {"p2c-no-such-program"};
  EXPECT_EQ(code_of(options), ErrorCode::not_found);
  options.argv = {(dir.path() / "none").string()};
  EXPECT_EQ(code_of(options), ErrorCode::not_found);
  write_file_atomic(dir.path() / "data", "no program");
  options.argv = {(dir.path() / "data").string()};
  EXPECT_EQ(code_of(options), ErrorCode::not_found);
  fs::permissions(dir.path() / "data", fs::perms::owner_all);
  EXPECT_EQ(code_of(options), ErrorCode::not_found);  // executable, but of no known format
  options.argv = {"true"};
  options.working_directory = dir.path() / "none";
  EXPECT_EQ(code_of(options), ErrorCode::not_found);
  options.working_directory.clear();
  options.argv = {"echo", std::string("a\0b", 3)};
  EXPECT_EQ(code_of(options), ErrorCode::bad_input);
  options.argv = {};
  EXPECT_THROW(run_process(options), Error);
}

TEST(Process, UsesWorkingDirectoryAndEnvironment) {
  const TempDir dir;
  ProcessOptions options = shell("pwd -P; echo $P2C_X; echo ${P2C_Y-unset}");
  options.working_directory = dir.path();
  options.environment["P2C_X"] = "own";
  const test::ScopedEnv inherited("P2C_Y", "inherited"), overridden("P2C_X", "old");
  EXPECT_EQ(run_process(options).out, fs::canonical(dir.path()).string() + "\nown\ninherited\n");
  options.inherit_environment = false;
  EXPECT_EQ(run_process(options).out, fs::canonical(dir.path()).string() + "\nown\nunset\n");
}

TEST(Process, LooksProgramsUpInThePathOfTheChild) {
  const TempDir dir;
  write_file_atomic(dir.path() / "p2c-tool", "#!/bin/sh\necho found\n");
  fs::permissions(dir.path() / "p2c-tool", fs::perms::owner_all);
  ProcessOptions options;
  options.argv = {"p2c-tool"};
  options.environment["PATH"] = "/usr/bin:" + dir.path().string();
  EXPECT_EQ(run_process(options).out, "found\n");
  EXPECT_TRUE(find_program("p2c-tool").empty());
  const test::ScopedEnv path("PATH",
                             ":" + dir.path().string());  // an empty entry is not the current directory
  EXPECT_EQ(find_program("p2c-tool"), dir.path() / "p2c-tool");
  EXPECT_TRUE(find_program("").empty());
  EXPECT_TRUE(find_program(dir.path().string()).empty());
}

TEST(Process, FeedsInputWhileReadingOutput) {
  ProcessOptions options;
  options.argv = {"cat"};
  for (int i = 0; i < 300'000; ++i) options.input += std::to_string(i) + "\n";  // far more than a pipe holds
  const ProcessResult result = run_process(options);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.out, options.input);
  options.input.clear();
  EXPECT_EQ(run_process(options).out, "");  // no input is the end of input, not our own terminal
}

TEST(Process, SurvivesAChildThatDoesNotReadItsInput) {
  ProcessOptions options = shell("exec <&-; sleep 0.1; echo done");
  options.input = std::string(1'000'000, 'x');
  const ProcessResult result = run_process(options);  // would end this program by SIGPIPE
  EXPECT_EQ(result.out, "done\n");
  EXPECT_TRUE(result.ok());
}

TEST(Process, MergesStreamsInOrder) {
  ProcessOptions options = shell("echo 1; echo 2 >&2; echo 3");
  options.merge_stderr = true;
  const ProcessResult result = run_process(options);
  EXPECT_EQ(result.out, "1\n2\n3\n");
  EXPECT_EQ(result.err, "");
}

TEST(Process, KillsTheWholeGroupAtTheWallLimit) {
  ProcessOptions options = shell("sleep 60 & echo $!; trap '' TERM; sleep 60");
  options.limits.wall = milliseconds(300);
  const Stopwatch watch;
  const ProcessResult result = run_process(options);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_FALSE(result.ok());
  EXPECT_GE(watch.elapsed().count(), 300);
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_TRUE(dies_soon(std::stoi(result.out)));
}

TEST(Process, KillsWhatTheChildLeavesBehind) {
  const Stopwatch watch;
  const ProcessResult result = run_process(shell("sleep 60 & echo $!"));
  EXPECT_TRUE(result.ok());
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_TRUE(dies_soon(std::stoi(result.out)));
}

TEST(Process, DoesNotWaitForAGrandchildThatLeftTheGroup) {
  if (find_program("setsid").empty()) GTEST_SKIP() << "no setsid";
  const Stopwatch watch;
  const ProcessResult result = run_process(shell("setsid sleep 20 & sleep 0.2; echo $!"));
  EXPECT_TRUE(result.ok());
  EXPECT_LT(watch.elapsed().count(), 5000);
  kill(std::stoi(result.out), SIGKILL);
}

TEST(Process, StopsEndlessOutput) {
  ProcessOptions options;
  options.argv = {"yes"};
  options.limits.output_bytes = 100'000;
  const ProcessResult result = run_process(options);
  EXPECT_TRUE(result.output_limit_hit);
  EXPECT_EQ(result.out.size(), 100'000u);
  EXPECT_FALSE(result.ok());
  options = shell("yes >&2");
  options.limits.output_bytes = 1000;
  EXPECT_EQ(run_process(options).err.size(), 1000u);
  options = shell("printf 12345");
  options.limits.output_bytes = 5;
  EXPECT_TRUE(run_process(options).ok());  // just fits
  options.limits.output_bytes = 4;
  EXPECT_TRUE(run_process(options).output_limit_hit);
}

TEST(Process, SetsResourceLimits) {
  ProcessOptions options = shell("ulimit -t; ulimit -f; ulimit -n; ulimit -v; ulimit -c");
  options.limits.cpu_seconds = 7;
  options.limits.file_bytes = 51'200;
  options.limits.open_files = 33;
  options.limits.address_space = 1u << 30;
  EXPECT_EQ(run_process(options).out, "7\n100\n33\n1048576\n0\n");
  options = shell("head -c 200000 /dev/zero > big");
  const TempDir dir;
  options.working_directory = dir.path();
  options.limits.file_bytes = 51'200;
  EXPECT_FALSE(run_process(options).ok());
  EXPECT_EQ(fs::file_size(dir.path() / "big"), 51'200u);
}

TEST(Process, EndsAtTheCpuLimit) {
  ProcessOptions options = shell("while :; do :; done");
  options.limits.cpu_seconds = 1;
  options.limits.wall = milliseconds(20'000);
  const ProcessResult result = run_process(options);
  EXPECT_FALSE(result.timed_out);
  EXPECT_TRUE(result.signal == SIGXCPU || result.signal == SIGKILL) << result.signal;
}

TEST(Process, IsCancelled) {
  ProcessOptions options = shell("sleep 60");
  std::thread other([token = options.cancel] {
    std::this_thread::sleep_for(milliseconds(100));
    token.request();
  });
  const Stopwatch watch;
  EXPECT_EQ(code_of(options), ErrorCode::cancelled);
  EXPECT_LT(watch.elapsed().count(), 5000);
  other.join();
  EXPECT_EQ(code_of(options), ErrorCode::cancelled);  // also before it starts
}

TEST(Process, PassesOutputOnAsItComes) {
  ProcessOptions options = shell("echo a; sleep 0.2; echo b");
  std::vector<std::string> pieces;
  options.on_output = [&](std::string_view piece) { pieces.emplace_back(piece); };
  EXPECT_EQ(run_process(options).out, "a\nb\n");
  EXPECT_EQ(pieces, (std::vector<std::string>{"a\n", "b\n"}));
}

TEST(Process, EndsTheChildWhenTheListenerThrows) {
  ProcessOptions options = shell("echo $$; sleep 60");
  pid_t pid = 0;
  options.on_output = [&](std::string_view piece) {
    pid = std::stoi(std::string(piece));
    throw std::runtime_error("enough");
  };
  EXPECT_THROW(run_process(options), std::runtime_error);
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(dies_soon(pid));
}

TEST(Process, GivesTheChildNoOtherDescriptors) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);  // without close-on-exec
  const ProcessResult result = run_process(shell("ls /proc/$$/fd"));
  EXPECT_EQ(result.out, "0\n1\n2\n") << "the shell has more open than its streams";
  close(ends[0]);
  close(ends[1]);
}

TEST(Process, GivesTheChildStandardSignals) {
  struct sigaction ignore {
  }, old{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &old);
  sigset_t mask, old_mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &mask, &old_mask);
  ProcessOptions options;
  options.argv = {"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"};
  const ProcessResult result = run_process(options);
  sigaction(SIGPIPE, &old, nullptr);
  pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
  EXPECT_EQ(replace_all(result.out, "\t", ""), "SigBlk:0000000000000000\nSigIgn:0000000000000000\n");
}

TEST(Process, RunsOnManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 5; ++i) {
        ProcessOptions options;
        options.argv = {"cat"};
        options.input = std::to_string(t * 100 + i);
        EXPECT_EQ(run_process(options).out, options.input);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Runs `work` in a forked copy of this program and gives its process number.
template <class Work>
pid_t in_copy(Work work) {
  const pid_t pid = fork();
  if (pid == 0) {
    try {
      work();
    } catch (...) {
    }
    _exit(1);
  }
  return pid;
}

std::string wait_for_content(const fs::path& path) {
  for (int i = 0; i < 500; ++i) {
    if (fs::exists(path)) {
      if (const std::string text = read_file(path); text.ends_with('\n')) return text;
    }
    std::this_thread::sleep_for(milliseconds(10));
  }
  return {};
}

TEST(Process, DiesWithUs) {
  const TempDir dir;
  const pid_t copy = in_copy([&] {
    ProcessOptions options = shell("echo $$ > pid; exec sleep 60");
    options.working_directory = dir.path();
    run_process(options);
  });
  const std::string pid = wait_for_content(dir.path() / "pid");
  ASSERT_FALSE(pid.empty());
  kill(copy, SIGKILL);
  waitpid(copy, nullptr, 0);
  EXPECT_TRUE(dies_soon(std::stoi(pid)));
}

TEST(Cancel, TokensShareTheFlag) {
  const CancelToken a;
  const CancelToken b = a;
  EXPECT_NO_THROW(b.check());
  a.request();
  EXPECT_TRUE(b.requested());
  EXPECT_FALSE(CancelToken().requested());
  try {
    b.check();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::cancelled);
  }
}

TEST(Cancel, FirstSignalRequestsAndTheChildIsEnded) {
  const TempDir dir;
  const pid_t copy = in_copy([&] {
    ProcessOptions options = shell("echo $$ > pid; sleep 60");
    options.working_directory = dir.path();
    cancel_on_signals(options.cancel);
    try {
      run_process(options);
    } catch (const Error& e) {
      _exit(e.code() == ErrorCode::cancelled ? 42 : 1);
    }
  });
  const std::string pid = wait_for_content(dir.path() / "pid");
  ASSERT_FALSE(pid.empty());
  kill(copy, SIGTERM);
  int status = 0;
  waitpid(copy, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << status;
  EXPECT_TRUE(dies_soon(std::stoi(pid)));
}

TEST(Cancel, SecondSignalEndsAtOnceWithItsProcesses) {
  const TempDir dir;
  const pid_t copy = in_copy([&] {
    cancel_on_signals(CancelToken());
    ProcessOptions options = shell("sleep 60 & echo $! > pid; wait");  // does not listen to the token
    options.working_directory = dir.path();
    run_process(options);
  });
  const std::string grandchild = wait_for_content(dir.path() / "pid");
  ASSERT_FALSE(grandchild.empty());
  kill(copy, SIGINT);
  std::this_thread::sleep_for(milliseconds(100));
  kill(copy, SIGINT);
  int status = 0;
  waitpid(copy, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130) << status;
  EXPECT_TRUE(dies_soon(std::stoi(grandchild)));
}

}  // namespace
}  // namespace p2c
