// The sandbox keeps its promises: what a hostile program tries from inside does not get through.
#include "verify/sandbox.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "support.h"
#include "verify/matchers.h"
#include "verify/process_watch.h"

namespace p2c::verify {
namespace {

using std::chrono::milliseconds;
using test::has;
using test::lacks;
using Names = std::vector<std::string>;

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      sandbox_ = make_sandbox();
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
    write_file_atomic(repo_.path() / "pkg/data.txt", "forty-two\n");
  }

  SandboxJob job(std::vector<std::string> argv) {
    SandboxJob result;
    result.repo = repo_.path();
    result.argv = std::move(argv);
    result.limits.wall = milliseconds{20'000};
    return result;
  }
  SandboxResult python(const std::string& code, const SandboxLimits& limits = {}) {
    SandboxJob it = job({"/usr/bin/python3", "-c", code});
    it.limits = limits;
    return sandbox_->run(it);
  }
  SandboxResult shell(const std::string& code) { return sandbox_->run(job({"sh", "-c", code})); }

  TempDir repo_{"p2c-test"};
  std::unique_ptr<Sandbox> sandbox_;
};

TEST_F(SandboxTest, RunsTheProgramInACopyAndSaysWhatItIs) {
  const SandboxResult result =
      shell("pwd; cat pkg/data.txt; echo changed > pkg/data.txt; echo new > made.txt; echo bad >&2; exit 3");
  EXPECT_EQ(result.process.out, "/work\nforty-two\n");
  EXPECT_EQ(result.process.err, "bad\n");
  EXPECT_EQ(result.process.exit_code, 3);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.created, (Names{"made.txt"}));
  EXPECT_EQ(read_file(repo_.path() / "pkg/data.txt"), "forty-two\n");
  EXPECT_FALSE(fs::exists(repo_.path() / "made.txt"));
  EXPECT_TRUE(has(sandbox_->describe(), "bubblewrap 0."));
}

TEST_F(SandboxTest, HasNoNetwork) {
  // A listener of ours on the loopback device is in reach of any program outside.
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  socklen_t length = sizeof address;
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const SandboxResult result = python(
      "import socket\n"
      "for where in (('127.0.0.1', " +
      port +
      "), ('192.0.2.1', 80)):\n"
      "    try:\n"
      "        socket.create_connection(where, timeout=3); print('connected')\n"
      "    except OSError as e: print('refused')\n"
      "print([name for _, name in socket.if_nameindex()])\n");
  ::close(listener);
  EXPECT_EQ(result.process.out, "refused\nrefused\n['lo']\n") << result.process.err;
}

TEST_F(SandboxTest, CannotSeeTheUsersFiles) {
  const TempDir secret("p2c-secret");
  write_file_atomic(secret.path() / "key.txt", "hunter2");
  const char* home = std::getenv("HOME");
  const SandboxResult result =
      shell("cat /etc/passwd /etc/shadow; ls -A / /home /root " + std::string(home ? home : "/root") +
            "; cat " + (secret.path() / "key.txt").string() + "; ls -A /tmp; cat /proc/*/environ");
  EXPECT_TRUE(has(result.process.out, "::/tmp:/bin/sh"));
  EXPECT_TRUE(lacks(result.process.out, "root:"));
  EXPECT_TRUE(lacks(result.process.out, "hunter2"));
  EXPECT_TRUE(has(result.process.err, "/etc/shadow"));
  EXPECT_TRUE(has(result.process.err, "key.txt"));
  const SandboxResult top = shell("ls -A /");
  for (const std::string& name : split(std::string(trim(top.process.out)), '\n')) {
    EXPECT_TRUE(std::string("bin dev etc lib lib32 lib64 libx32 proc sbin sys tmp usr work").find(name) !=
                std::string::npos)
        << name;
  }
}

TEST_F(SandboxTest, CannotSeeKeysOfTheEnvironment) {
  const test::ScopedEnv key("OPENAI_API_KEY", "sk-secret");
  const test::ScopedEnv other("SOME_TOKEN", "tk-secret");
  SandboxJob it = job({"sh", "-c", "env; cat /proc/self/environ /proc/1/environ"});
  it.extra_environment = {{"OMP_NUM_THREADS", "1"}, {"P2C_OWN", "yes"}};
  const SandboxResult result = sandbox_->run(it);
  EXPECT_TRUE(lacks(result.process.out, "secret"));
  for (const char* line :
       {"PYTHONUTF8=1\n", "PYTHONHASHSEED=0\n", "MPLBACKEND=Agg\n", "WANDB_MODE=disabled\n", "HOME=/tmp\n",
        "TOKENIZERS_PARALLELISM=false\n", "HF_HUB_OFFLINE=1\n", "OMP_NUM_THREADS=1\n", "P2C_OWN=yes\n"}) {
    EXPECT_TRUE(has(result.process.out, line));
  }
}

TEST_F(SandboxTest, CannotWriteOutsideItsFolders) {
  const SandboxResult result = shell(
      "for f in /x /usr/x /etc/x /dev/x /lib/x /usr/lib/x /proc/sys/vm/drop_caches; do"
      "  if (echo 1 > $f) 2>/dev/null; then echo wrote $f; fi; done;"
      "for f in /work/x /tmp/x /dev/shm/x; do (echo 1 > $f) && echo ok $f; done");
  EXPECT_EQ(result.process.out, "ok /work/x\nok /tmp/x\nok /dev/shm/x\n") << result.process.err;
}

TEST_F(SandboxTest, HasNoPrivilegesAndSeesNoOtherProcess) {
  const SandboxResult result = shell(
      "grep -h -E 'Cap(Eff|Prm|Bnd)|NoNewPrivs' /proc/self/status | tr -d '\\t'; id -u; ls -d /proc/[0-9]* | "
      "wc -l");
  EXPECT_TRUE(
      has(result.process.out, "CapPrm:0000000000000000\nCapEff:0000000000000000\nCapBnd:0000000000000000\n"));
  EXPECT_TRUE(has(result.process.out, "NoNewPrivs:1\n"));
  EXPECT_TRUE(lacks(result.process.out, "NoNewPrivs:1\n0\n"));
  const std::vector<std::string> lines = split(std::string(trim(result.process.out)), '\n');
  EXPECT_LT(std::stoi(lines.back()), 7);
}

TEST_F(SandboxTest, GetsNothingOnStandardInput) {
  EXPECT_EQ(shell("cat; echo end").process.out, "end\n");
}

TEST_F(SandboxTest, StopsAnEndlessLoop) {
  SandboxLimits limits;
  limits.wall = milliseconds{700};
  const SandboxResult result = python("while True: pass", limits);
  EXPECT_TRUE(result.process.timed_out);
  EXPECT_FALSE(result.ok());
  EXPECT_LT(result.process.elapsed.count(), 5'000);
}

TEST_F(SandboxTest, StopsALoopThatCatchesSignalsAtItsCpuLimit) {
  SandboxLimits limits;
  limits.cpu_seconds = 1;
  limits.wall = milliseconds{20'000};
  EXPECT_TRUE(python("while True: pass", limits).cpu_limit_hit);
  const SandboxResult stubborn =
      python("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", limits);
  EXPECT_FALSE(stubborn.ok());
  EXPECT_FALSE(stubborn.process.timed_out);
}

TEST_F(SandboxTest, StopsAMemoryHog) {
  SandboxLimits limits;
  limits.memory_bytes = 300u << 20;
  limits.wall = milliseconds{20'000};
  const SandboxResult result = python("a = []\nwhile True: a.append(b'x' * 10_000_000)", limits);
  EXPECT_TRUE(result.memory_limit_hit);
  EXPECT_FALSE(result.process.timed_out);
  EXPECT_GT(result.peak_memory_bytes, limits.memory_bytes);
  EXPECT_LT(result.peak_memory_bytes, 2'000u << 20);
}

TEST_F(SandboxTest, AddsUpTheMemoryOfManyProcesses) {
  SandboxLimits limits;
  limits.memory_bytes = 300u << 20;
  limits.wall = milliseconds{20'000};
  const std::string code =
      "import os, time\n"
      "for _ in range(5):\n"
      "    if os.fork() == 0:\n"
      "        a = bytearray(100_000_000); time.sleep(15)\n"
      "time.sleep(15)\n";
  EXPECT_TRUE(python(code, limits).memory_limit_hit);
}

TEST_F(SandboxTest, DoesNotMistakeReservedOrSharedMemoryForUsedMemory) {
  SandboxLimits limits;
  limits.memory_bytes = 300u << 20;
  limits.wall = milliseconds{20'000};
  // 2 GB reserved and never touched; 150 MB shared by three processes after a fork.
  const SandboxResult result = python(
      "import mmap, os, time, sys\n"
      "reserved = mmap.mmap(-1, 2_000_000_000)\n"
      "shared = b'x' * 150_000_000\n"
      "for _ in range(2):\n"
      "    if os.fork() == 0:\n"
      "        time.sleep(0.4); os._exit(0)\n"
      "time.sleep(0.3); print('fine')\n",
      limits);
  EXPECT_FALSE(result.memory_limit_hit);
  EXPECT_EQ(result.process.out, "fine\n") << result.process.err;
}

TEST_F(SandboxTest, StopsADiskFiller) {
  SandboxLimits limits;
  limits.disk_bytes = 50u << 20;
  limits.wall = milliseconds{20'000};
  const SandboxResult result =
      python("i = 0\nwhile True:\n    i += 1\n    open(f'/work/{i}', 'wb').write(b'x' * 4_000_000)", limits);
  EXPECT_TRUE(result.disk_limit_hit);
  EXPECT_FALSE(result.process.timed_out);
}

TEST_F(SandboxTest, SeesFilesThatWereDeletedOrHidden) {
  SandboxLimits limits;
  limits.disk_bytes = 50u << 20;
  limits.wall = milliseconds{20'000};
  EXPECT_TRUE(python("import os, time\n"
                     "files = []\n"
                     "for i in range(100):\n"
                     "    f = open(f'/tmp/{i}', 'wb'); os.unlink(f.name); f.write(b'x' * 4_000_000); "
                     "f.flush(); files.append(f)\n"
                     "time.sleep(15)\n",
                     limits)
                  .disk_limit_hit);
  EXPECT_TRUE(python("import os, time\n"
                     "os.mkdir('/tmp/d'); os.chmod('/tmp/d', 0o300)\n"
                     "for i in range(20): open(f'/tmp/d/{i}', 'wb').write(b'x' * 4_000_000)\n"
                     "time.sleep(15)\n",
                     limits)
                  .disk_limit_hit);
}

TEST_F(SandboxTest, LimitsTheSizeOfOneFile) {
  SandboxLimits limits;
  limits.file_bytes = 1u << 20;
  const SandboxResult result = python("open('/work/big', 'wb').write(b'x' * 4_000_000)", limits);
  EXPECT_TRUE(has(result.process.err, "File too large"));
}

TEST_F(SandboxTest, BoundsTheNumberOfProcessesInTheKernel) {
  // Bounded itself, so that a failure of this test harms nobody: at most 200 processes.
  SandboxLimits limits;
  limits.processes = 50;
  limits.wall = milliseconds{20'000};
  const SandboxResult result = python(
      "import os, time\n"
      "for _ in range(200):\n"
      "    try:\n"
      "        if os.fork() == 0: time.sleep(5); os._exit(0)\n"
      "        os.write(1, b'.')\n"
      "    except OSError: break\n"
      "time.sleep(5)\n",
      limits);
  EXPECT_TRUE(result.process_limit_hit);
  EXPECT_GT(result.process.out.size(), 20u);
  EXPECT_LE(result.process.out.size(), 100u);
}

TEST_F(SandboxTest, StopsAForkBomb) {
  SandboxLimits limits;
  limits.processes = 40;
  limits.wall = milliseconds{20'000};
  // Ends by itself after two seconds, should nothing else end it.
  const SandboxResult result = python(
      "import os, time\nend = time.time() + 2\nwhile time.time() < end:\n    try: os.fork()\n    except "
      "OSError: pass",
      limits);
  EXPECT_TRUE(result.process_limit_hit);
  EXPECT_FALSE(result.process.timed_out);
}

TEST_F(SandboxTest, StopsAnOutputFlood) {
  SandboxLimits limits;
  limits.output_bytes = 1u << 20;
  const SandboxResult result = python("while True: print('x' * 1000)", limits);
  EXPECT_TRUE(result.process.output_limit_hit);
  EXPECT_EQ(result.process.out.size(), limits.output_bytes);
}

TEST_F(SandboxTest, LeavesNoProcessBehind) {
  const std::string mark = "p2c-sleeper-" + std::to_string(::getpid());
  const SandboxResult result = shell(
      "(exec -a " + mark + " setsid sleep 30 >/dev/null 2>&1 </dev/null) & setsid sh -c 'sleep 30; echo " +
      mark + "' >/dev/null 2>&1 & echo done");
  EXPECT_EQ(result.process.out, "done\n");
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(line.find(mark), std::string::npos) << entry.path();
  }
}

TEST_F(SandboxTest, CollectsFilesButFollowsNoLinks) {
  const TempDir into("p2c-collect");
  const TempDir secret("p2c-secret");
  write_file_atomic(secret.path() / "key.txt", "hunter2");
  SandboxJob it =
      job({"sh", "-c",
           "mkdir -p out/sub; echo a > out/a; echo b > out/sub/b; ln -s " + secret.path().string() +
               " out/link; ln -s " + (secret.path() / "key.txt").string() + " out/key; ln -s " +
               secret.path().string() + " linked; mkfifo out/pipe; ln -s out inner; echo single > single"});
  it.collect = {"out", "single", "linked", "linked/key.txt", "inner", "absent", "../../etc", "/etc/passwd"};
  it.collect_into = into.path();
  const SandboxResult result = sandbox_->run(it);
  EXPECT_TRUE(result.ok()) << result.process.err;
  EXPECT_EQ(list_files(into.path()), (Names{"out/a", "out/sub/b", "single"}));
}

TEST_F(SandboxTest, CopiesNoLinksIn) {
  const TempDir secret("p2c-secret");
  write_file_atomic(secret.path() / "key.txt", "hunter2");
  fs::create_symlink(secret.path() / "key.txt", repo_.path() / "link.txt");
  fs::create_directory_symlink(secret.path(), repo_.path() / "folder");
  EXPECT_TRUE(lacks(shell("cat link.txt folder/key.txt; ls").process.out, "hunter2"));
}

TEST_F(SandboxTest, StopsWhenCancelled) {
  SandboxJob it = job({"sleep", "30"});
  std::thread later([token = it.cancel] {
    std::this_thread::sleep_for(milliseconds{300});
    token.request();
  });
  const Stopwatch watch;
  try {
    sandbox_->run(it);
    ADD_FAILURE() << "not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
  later.join();
  EXPECT_LT(watch.elapsed().count(), 5'000);
}

TEST_F(SandboxTest, RefusesWhatIsNotThere) {
  SandboxJob it = job({"true"});
  it.repo = repo_.path() / "absent";
  EXPECT_THROW(sandbox_->run(it), Error);
  it = job({"true"});
  it.environment = repo_.path();
  EXPECT_THROW(sandbox_->run(it), Error);
  it = job({"no-such-program"});
  EXPECT_EQ(sandbox_->run(it).process.exit_code, 127);
}

ErrorCode refusal(std::string& text) {
  try {
    make_sandbox();
  } catch (const Error& error) {
    text = error.what();
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(SandboxRefusal, SaysHowToInstallIt) {
  const TempDir empty("p2c-test");
  const test::ScopedEnv path("PATH", empty.path().string());
  std::string text;
  EXPECT_EQ(refusal(text), ErrorCode::sandbox_unavailable);
  EXPECT_TRUE(has(text, "apt-get install bubblewrap"));
}

TEST(SandboxRefusal, SaysHowToAllowIt) {
  const TempDir bin("p2c-test");
  write_file_atomic(bin.path() / "bwrap",
                    "#!/bin/sh\nif [ \"$1\" = --version ]; then echo bubblewrap 0.8.0; exit 0; fi\n"
                    "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1\n");
  fs::permissions(bin.path() / "bwrap", fs::perms::owner_all);
  const test::ScopedEnv path("PATH", bin.path().string());
  std::string text;
  EXPECT_EQ(refusal(text), ErrorCode::sandbox_unavailable);
  EXPECT_TRUE(has(text, "No permissions to create a new namespace"));
  EXPECT_TRUE(text.find("sysctl") != std::string::npos || has(text, "container"));
}

TEST(DiskUse, CountsBlocksAndGivesUpOnDepth) {
  const TempDir folder("p2c-test");
  const std::uint64_t empty = disk_use(folder.path());
  write_file_atomic(folder.path() / "a/b", std::string(1'000'000, 'x'));
  EXPECT_GE(disk_use(folder.path()), empty + 1'000'000);
  EXPECT_LT(disk_use(folder.path()), empty + 1'100'000);
  fs::path deep = folder.path();
  for (int i = 0; i < 70; ++i) deep /= "d";
  fs::create_directories(deep);
  EXPECT_GT(disk_use(folder.path()), std::uint64_t{1} << 60);
}

}  // namespace
}  // namespace p2c::verify
