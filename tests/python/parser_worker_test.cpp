// The parser process that stays: many answers from one process, and none from one that misbehaves.
#include "python/parser_worker.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "python/source_facts.h"
#include "support.h"

namespace p2c::python {
namespace {

// A small server in the worker's protocol; `body` sees `data`, the request.
WorkerOptions server(const std::string& body) {
  WorkerOptions options;
  options.argv = {"python3",
                  "-I",
                  "-S",
                  "-B",
                  "-c",
                  "import sys, os, time\nfor line in iter(sys.stdin.buffer.readline, b''):\n"
                  "    data = sys.stdin.buffer.read(int(line)).decode()\n    " +
                      body + "\n    print('{\"done\": true}', flush=True)\n"};
  options.wall = std::chrono::seconds(10);
  return options;
}

constexpr const char* kEnd = "{\"done\": true}\n";

// Each test wants its own server, and the worker is kept by program: another one in PATH starts it anew.
class ParserWorkerTest : public testing::Test {
 protected:
  ParserWorkerTest() : path_("PATH", (folder_.path().string() + ":" + std::getenv("PATH"))) {
    write_file_atomic(folder_.path() / "python3", "#!/bin/sh\nPATH=${PATH#*:} exec python3 \"$@\"\n");
    fs::permissions(folder_.path() / "python3", fs::perms::owner_all);
  }
  TempDir folder_{"p2c-worker"};
  test::ScopedEnv path_;
};

TEST_F(ParserWorkerTest, OneProcessAnswersManyRequests) {
  const WorkerOptions options = server("print(os.getpid(), len(data))");
  const auto first = ask_worker(options, "abc"), second = ask_worker(options, std::string(300'000, 'x'));
  ASSERT_TRUE(first && second);
  const std::string pid = first->substr(0, first->find(' '));
  EXPECT_EQ(pid + " 3\n" + kEnd, *first);
  EXPECT_EQ(pid + " 300000\n" + kEnd, *second);
}

TEST_F(ParserWorkerTest, AnEmptyRequestAndAnEmptyAnswerAreFine) {
  EXPECT_EQ(kEnd, ask_worker(server("pass"), ""));
}

TEST_F(ParserWorkerTest, ADeadOneIsReplaced) {
  const WorkerOptions options = server("print(os.getpid(), flush=True); data == 'die' and os._exit(3)");
  const auto first = ask_worker(options, "x");
  EXPECT_FALSE(ask_worker(options, "die"));
  const auto second = ask_worker(options, "x");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  // One that was killed between two requests, too.
  ASSERT_EQ(0, ::kill(std::atoi(second->c_str()), SIGKILL));
  for (int tries = 0; tries < 3; ++tries) {
    if (ask_worker(options, "x")) return;
  }
  FAIL() << "it did not come back";
}

TEST_F(ParserWorkerTest, AStalledOneIsEndedInTime) {
  WorkerOptions options = server("data == 'stall' and time.sleep(60)");
  ASSERT_TRUE(ask_worker(options, "x"));
  options.wall = std::chrono::milliseconds(300);
  const Stopwatch watch;
  EXPECT_FALSE(ask_worker(options, "stall"));
  EXPECT_LT(watch.elapsed().count(), 5'000);
  options.wall = std::chrono::seconds(10);
  EXPECT_TRUE(ask_worker(options, "x"));
}

TEST_F(ParserWorkerTest, EndlessOutputIsCutOff) {
  WorkerOptions options = server("[print('x' * 1000) for _ in range(10**9)]");
  options.output_bytes = 1 << 20;
  EXPECT_FALSE(ask_worker(options, "x"));
}

TEST_F(ParserWorkerTest, MemoryIsBounded) {
  EXPECT_FALSE(ask_worker(server("bytearray(2 << 30)"), "x"));
}

TEST_F(ParserWorkerTest, TheLastLineInsideAnotherIsNotTheEnd) {
  const auto answer =
      ask_worker(server("print('text {\"done\": true}', flush=True); time.sleep(0.1); print('more')"), "x");
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::string("text {\"done\": true}\nmore\n") + kEnd, *answer);
}

TEST_F(ParserWorkerTest, AProgramThatIsNotThereGivesNothing) {
  WorkerOptions options = server("pass");
  options.argv[0] = "no-such-program-anywhere";
  EXPECT_FALSE(ask_worker(options, "x"));
}

TEST_F(ParserWorkerTest, ThreadsGetTheirOwnAnswers) {
  const WorkerOptions options = server("print(data)");
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string request = std::to_string(t) + "-" + std::to_string(i);
        EXPECT_EQ(request + "\n" + kEnd, ask_worker(options, request));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(SourceFactsCache, AChangedTextIsReadAgain) {
  for (const char* name : {"first", "second", "first"}) {
    const auto facts = read_sources({{"cached.py", std::string("def ") + name + "(): return 1\n"}});
    ASSERT_EQ(1u, facts.at("cached.py").definitions.size());
    EXPECT_EQ(name, facts.at("cached.py").definitions[0].name);
  }
}

}  // namespace
}  // namespace p2c::python
