// Bounded reads, atomic writes, confined paths, temporary folders; a full disk.
#include "base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <thread>

#include "base/error.h"
#include "base/text.h"

namespace p2c {
namespace {

template <class Work>
ErrorCode code_of(Work work) {
  try {
    work();
  } catch (const Error& e) {
    return e.code();
  }
  return ErrorCode::internal;  // stands for "no error"
}

void put(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(ReadFile, GivesBytesAndRefusesWhatIsNoFile) {
  const TempDir dir;
  const std::string bytes("a\0b\xff\n", 5);
  put(dir.path() / "f", bytes);
  EXPECT_EQ(read_file(dir.path() / "f"), bytes);
  put(dir.path() / "empty", "");
  EXPECT_EQ(read_file(dir.path() / "empty"), "");
  EXPECT_EQ(code_of([&] { read_file(dir.path() / "none"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { read_file(dir.path() / "f" / "x"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { read_file(dir.path()); }), ErrorCode::io);
  ASSERT_EQ(mkfifo((dir.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(code_of([&] { read_file(dir.path() / "pipe"); }),
            ErrorCode::io);  // and does not wait for a writer
  EXPECT_EQ(code_of([&] { read_file("/dev/zero"); }), ErrorCode::io);
}

TEST(ReadFile, IsBounded) {
  const TempDir dir;
  put(dir.path() / "f", "12345");
  EXPECT_EQ(read_file(dir.path() / "f", 5), "12345");
  EXPECT_EQ(code_of([&] { read_file(dir.path() / "f", 4); }), ErrorCode::limit);
  // A sparse file of 1 TB: refused by its size, before memory is asked for.
  ASSERT_EQ(truncate((dir.path() / "f").c_str(), off_t{1} << 40), 0);
  EXPECT_EQ(code_of([&] { read_file(dir.path() / "f"); }), ErrorCode::limit);
}

TEST(ReadFile, ReadsFilesWhoseSizeIsNotKnown) {
  EXPECT_FALSE(read_file("/proc/self/status").empty());
  EXPECT_EQ(code_of([&] { read_file("/proc/self/status", 10); }), ErrorCode::limit);
}

TEST(WriteFileAtomic, WritesReplacesAndLeavesNothingBehind) {
  const TempDir dir;
  const fs::path path = dir.path() / "a" / "b" / "f.txt";
  write_file_atomic(path, "one");
  EXPECT_EQ(read_file(path), "one");
  fs::permissions(path, fs::perms::owner_all);
  write_file_atomic(path, "two", Durability::kill);
  EXPECT_EQ(read_file(path), "two");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);  // a script stays executable
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1);
}

TEST(WriteFileAtomic, ReplacesALinkInsteadOfWritingThroughIt) {
  const TempDir dir;
  put(dir.path() / "target", "old");
  fs::create_symlink("target", dir.path() / "link");
  write_file_atomic(dir.path() / "link", "new");
  EXPECT_EQ(read_file(dir.path() / "target"), "old");
  EXPECT_EQ(read_file(dir.path() / "link"), "new");
}

TEST(WriteFileAtomic, SaysWhatFails) {
  const TempDir dir;
  put(dir.path() / "file", "x");
  EXPECT_EQ(code_of([&] { write_file_atomic(dir.path() / "file" / "f", "x"); }), ErrorCode::io);
  fs::create_directory(dir.path() / "folder");
  EXPECT_EQ(code_of([&] { write_file_atomic(dir.path() / "folder", "x"); }), ErrorCode::io);
  EXPECT_EQ(list_files(dir.path()), std::vector<std::string>{"file"});
  EXPECT_EQ(remove_stale_temporaries(dir.path()), 0u);
}

TEST(AppendLine, AppendsAndEndsACutLine) {
  const TempDir dir;
  const fs::path path = dir.path() / "x" / "log.jsonl";
  append_line(path, "one");
  append_line(path, "two");
  EXPECT_EQ(read_file(path), "one\ntwo\n");
  put(path, "one\nha");
  append_line(path, "two");
  EXPECT_EQ(read_file(path), "one\nha\ntwo\n");
}

TEST(AppendLine, KeepsLinesOfManyThreadsWhole) {
  const TempDir dir;
  const fs::path path = dir.path() / "log";
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&path, t] {
      for (int i = 0; i < 25; ++i) append_line(path, std::string(300, static_cast<char>('a' + t)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = read_file(path);
  const auto lines = split_lines(text);
  EXPECT_EQ(lines.size(), 100u);
  for (const std::string_view line : lines) EXPECT_EQ(line, std::string(300, line[0]));
}

TEST(DiskFull, IsToldApartFromOtherErrors) {
  EXPECT_EQ(code_of([] { append_line("/dev/full", "x"); }), ErrorCode::disk_full);
  EXPECT_EQ(code_of([] { throw_errno(EDQUOT, "f", "cannot write"); }), ErrorCode::disk_full);
  EXPECT_EQ(code_of([] { throw_errno(EACCES, "f", "cannot write"); }), ErrorCode::io);
}

// Runs `check` in a child process with a file system of 64 KiB on `place`; false when mounting is not
// permitted.
bool with_tiny_disk(const fs::path& place, const std::function<bool()>& check, bool* passed) {
  constexpr int kNotPermitted = 77;
  const pid_t pid = fork();
  if (pid == 0) {
    const std::string users = "0 " + std::to_string(getuid()) + " 1",
                      groups = "0 " + std::to_string(getgid()) + " 1";
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) _exit(kNotPermitted);
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << users;
    std::ofstream("/proc/self/gid_map") << groups;
    if (mount("tmpfs", place.c_str(), "tmpfs", 0, "size=64k") != 0) _exit(kNotPermitted);
    bool good = false;
    try {
      good = check();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    _exit(good ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  *passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return !(WIFEXITED(status) && WEXITSTATUS(status) == kNotPermitted);
}

TEST(DiskFull, KeepsTheOldFileAndLeavesNoHalfOne) {
  const TempDir dir;
  bool passed = false;
  const bool permitted = with_tiny_disk(
      dir.path(),
      [&] {
        const std::string large(200'000, 'x');
        write_file_atomic(dir.path() / "plan.json", "old");
        if (code_of([&] { write_file_atomic(dir.path() / "plan.json", large); }) != ErrorCode::disk_full)
          return false;
        if (read_file(dir.path() / "plan.json") != "old") return false;
        append_line(dir.path() / "log", "first");
        if (code_of([&] { append_line(dir.path() / "log", large); }) != ErrorCode::disk_full) return false;
        if (read_file(dir.path() / "log") != "first\n") return false;
        write_file_atomic(dir.path() / "small", "fits again");  // so nothing of the failed ones is left
        return std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 3;
      },
      &passed);
  if (!permitted) GTEST_SKIP() << "no user namespaces here";
  EXPECT_TRUE(passed);
}

TEST(Confine, GivesPathsBelowTheRoot) {
  const TempDir dir;
  EXPECT_EQ(confine(dir.path(), "a/b.py"), dir.path() / "a" / "b.py");
  EXPECT_EQ(confine(dir.path(), "./a/./b.py"), dir.path() / "a" / "b.py");
  EXPECT_EQ(confine(dir.path(), "..a/b..py"), dir.path() / "..a" / "b..py");
}

TEST(Confine, RefusesWaysOut) {
  const TempDir dir;
  using namespace std::string_view_literals;
  for (const std::string_view bad : {""sv, "."sv, "./"sv, "/"sv, "/etc/passwd"sv, ".."sv, "../x"sv,
                                     "a/../x"sv, "a/.."sv, "a//b"sv, "a\0b"sv}) {
    EXPECT_EQ(code_of([&] { confine(dir.path(), bad); }), ErrorCode::unsafe_input) << bad;
  }
}

TEST(Confine, FollowsLinksOnlyInside) {
  const TempDir dir, outside;
  fs::create_directories(dir.path() / "real");
  fs::create_symlink("real", dir.path() / "in");
  fs::create_symlink(outside.path(), dir.path() / "out");
  fs::create_symlink(outside.path() / "not there", dir.path() / "dangling");
  fs::create_symlink("loop", dir.path() / "loop");
  fs::create_symlink("..", dir.path() / "real" / "up");
  EXPECT_EQ(confine(dir.path(), "in/f"), dir.path() / "in" / "f");
  EXPECT_EQ(confine(dir.path(), "real/up/f"), dir.path() / "real" / "up" / "f");
  EXPECT_EQ(code_of([&] { confine(dir.path(), "real/up/out/f"); }), ErrorCode::unsafe_input);
  EXPECT_EQ(code_of([&] { confine(dir.path(), "out"); }), ErrorCode::unsafe_input);
  EXPECT_EQ(code_of([&] { confine(dir.path(), "out/f"); }), ErrorCode::unsafe_input);
  EXPECT_EQ(code_of([&] { confine(dir.path(), "dangling"); }), ErrorCode::unsafe_input);
  EXPECT_EQ(code_of([&] { confine(dir.path(), "loop/f"); }), ErrorCode::unsafe_input);
  // A neighbour whose name begins like the root's is outside.
  const fs::path sibling = dir.path().string() + "-sibling";
  fs::create_directory(sibling);
  fs::create_symlink(sibling, dir.path() / "sibling");
  EXPECT_EQ(code_of([&] { confine(dir.path(), "sibling/f"); }), ErrorCode::unsafe_input);
  fs::remove(sibling);
  // The root itself may be reached through a link.
  fs::create_symlink(dir.path(), outside.path() / "root");
  EXPECT_NO_THROW(confine(outside.path() / "root", "in/f"));
}

TEST(ListFiles, SortsAndSkipsLinksAndTemporaries) {
  const TempDir dir;
  fs::create_directories(dir.path() / "b" / "c");
  put(dir.path() / "b" / "c" / "2.py", "");
  put(dir.path() / "b" / "1.py", "");
  put(dir.path() / "a.py", "");
  put(dir.path() / ".p2c-0123456789abcdef.tmp", "half");
  fs::create_symlink("/etc", dir.path() / "etc");
  fs::create_symlink("a.py", dir.path() / "z.py");
  EXPECT_EQ(list_files(dir.path()), (std::vector<std::string>{"a.py", "b/1.py", "b/c/2.py"}));
  EXPECT_EQ(code_of([&] { list_files(dir.path(), 4); }), ErrorCode::limit);
  EXPECT_EQ(code_of([&] { list_files(dir.path() / "none"); }), ErrorCode::not_found);
  EXPECT_EQ(remove_stale_temporaries(dir.path()), 1u);
  EXPECT_FALSE(fs::exists(dir.path() / ".p2c-0123456789abcdef.tmp"));
}

TEST(TempDirectory, GoesAwayWithItsContent) {
  fs::path first, second;
  {
    TempDir a("test"), b;
    first = a.path();
    second = b.path();
    EXPECT_TRUE(first.filename().string().starts_with("test-"));
    fs::create_directories(first / "x" / "y");
    put(first / "x" / "y" / "f", "1");
    fs::permissions(first / "x", fs::perms::none);
    b = std::move(a);
    EXPECT_FALSE(fs::exists(second));
    EXPECT_EQ(b.path(), first);
    EXPECT_TRUE(a.path().empty());  // NOLINT(bugprone-use-after-move): moved-from is empty by contract
    const TempDir c(std::move(b));
    EXPECT_EQ(c.path(), first);
  }
  EXPECT_FALSE(fs::exists(first));
}

}  // namespace
}  // namespace p2c
