// Unpacking archives: good ones whole, hostile ones not at all.
#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <fstream>
#include <random>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "support.h"

namespace p2c {
namespace {

// One entry of a tar file, byte by byte (POSIX.1-1988 ustar), so that tests can say what no honest writer
// would.
std::string tar_entry(const std::string& name, const std::string& body, char type = '0',
                      const std::string& link = {}, std::uint64_t claimed_size = UINT64_MAX) {
  std::string header(512, '\0');
  const auto field = [&](std::size_t at, const std::string& text) {
    text.copy(header.data() + at, text.size());
  };
  const auto octal = [](std::uint64_t value, int digits) {
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto it = text.rbegin(); it != text.rend(); ++it, value >>= 3)
      *it = static_cast<char>('0' + (value & 7));
    return text;
  };
  field(0, name.substr(0, 100));
  field(100, "0000644");
  field(108, "0000000");
  field(116, "0000000");
  field(124, octal(claimed_size == UINT64_MAX ? body.size() : claimed_size, 11));
  field(136, "00000000000");
  field(148, "        ");
  header[156] = type;
  field(157, link.substr(0, 100));
  field(257, std::string("ustar\0"
                         "00",
                         8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  field(148, octal(sum, 6) + std::string("\0 ", 2));
  return header + body + std::string((512 - body.size() % 512) % 512, '\0');
}

std::string tar(std::initializer_list<std::string> entries) {
  std::string bytes;
  for (const std::string& entry : entries) bytes += entry;
  return bytes + std::string(1024, '\0');
}

void put(const fs::path& path, const std::string& bytes) {
  fs::remove(path);  // writing over a file makes ext4 flush it, which costs more than the whole test
  std::ofstream(path, std::ios::binary) << bytes;
}

struct Member {
  std::string name, body;
};

// Bytes written by the library in one of its formats.
template <class Setup>
std::string packed(Setup setup, const std::vector<Member>& members) {
  std::size_t room = 1 << 20;
  for (const Member& member : members) room += member.body.size() + 4096;
  std::string bytes(room, '\0');
  std::size_t used = 0;
  ::archive* writer = archive_write_new();
  setup(writer);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const Member& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0777);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.body.size()));
    archive_write_header(writer, entry);
    archive_write_data(writer, member.body.data(), member.body.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

std::string gzip(const std::string& body) {
  return packed(
      [](::archive* w) {
        archive_write_add_filter_gzip(w);
        archive_write_set_format_raw(w);
      },
      {{"f", body}});
}

std::string zip(const std::vector<Member>& members) {
  return packed([](::archive* w) { archive_write_set_format_zip(w); }, members);
}

class ArchiveTest : public ::testing::Test {
 protected:
  // Unpacks `bytes`, saved as `name`, into out().
  ArchiveResult unpack(const std::string& bytes, const std::string& name = "paper.bin",
                       const ArchiveLimits& limits = {}) {
    put(dir_.path() / name, bytes);
    return unpack_archive(dir_.path() / name, out(), limits);
  }
  // The code of the error that unpacking gives; checks that nothing is left.
  ErrorCode refused(const std::string& bytes, const ArchiveLimits& limits = {},
                    const std::string& name = "paper.bin") {
    try {
      unpack(bytes, name, limits);
    } catch (const Error& e) {
      EXPECT_FALSE(fs::exists(out())) << "left behind after: " << e.what();
      EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), fs::directory_iterator()), 1);
      last_error_ = e.what();
      return e.code();
    }
    fs::remove_all(out());
    return ErrorCode::internal;  // stands for "no error"
  }
  fs::path out() const { return dir_.path() / "out"; }
  std::string content(const std::string& path) const { return read_file(out() / path); }

  TempDir dir_;
  std::string last_error_;
};

using Names = std::vector<std::string>;

TEST_F(ArchiveTest, UnpacksTar) {
  const auto result =
      unpack(tar({tar_entry("./", "", '5'), tar_entry("./main.tex", "text"), tar_entry("figs/", "", '5'),
                  tar_entry("figs//a/b.pdf", std::string(70'000, 'x')), tar_entry("empty.bib", "")}));
  EXPECT_EQ(result.files, (Names{"main.tex", "figs/a/b.pdf", "empty.bib"}));
  EXPECT_TRUE(result.warnings.empty());
  EXPECT_EQ(content("main.tex"), "text");
  EXPECT_EQ(content("figs/a/b.pdf").size(), 70'000u);
  EXPECT_EQ(content("empty.bib"), "");
}

TEST_F(ArchiveTest, UnpacksTarGzAndZipWhateverTheirNames) {
  EXPECT_EQ(unpack(gzip(tar({tar_entry("a.tex", "1")})), "1706.03762v7").files, Names{"a.tex"});
  EXPECT_EQ(unpack(zip({{"b/c.tex", "2"}, {"d.tex", std::string(100'000, 'd')}}), "paper.tar.gz").files,
            (Names{"b/c.tex", "d.tex"}));
  EXPECT_EQ(content("a.tex"), "1");
  EXPECT_EQ(content("b/c.tex"), "2");
  EXPECT_EQ(content("d.tex").size(), 100'000u);
}

TEST_F(ArchiveTest, UnpacksASingleFileNamedAfterTheArchive) {
  EXPECT_EQ(unpack(gzip("\\documentclass{a}"), "1502.04623.gz").files, Names{"1502.04623"});
  EXPECT_EQ(content("1502.04623"), "\\documentclass{a}");
  EXPECT_EQ(unpack(gzip("x"), "main.tex.GZ").files, Names{"main.tex"});
  EXPECT_EQ(unpack(gzip("x"), "eprint").files, Names{"eprint"});
  EXPECT_EQ(unpack(gzip("x"), ".gz").files, Names{"content"});
}

TEST_F(ArchiveTest, GivesFilesPlainPermissions) {
  unpack(zip({{"run.sh", "rm -rf /"}}));
  EXPECT_EQ(fs::status(out() / "run.sh").permissions() & (fs::perms::owner_exec | fs::perms::set_uid),
            fs::perms::none);
}

TEST_F(ArchiveTest, SkipsDotFilesAndMacRubbish) {
  const auto result =
      unpack(tar({tar_entry("a.tex", "1"), tar_entry(".git/config", "x"), tar_entry("b/.DS_Store", "x"),
                  tar_entry("__MACOSX/a.tex", "x"), tar_entry(".hidden", "", '2', "/etc/passwd")}));
  EXPECT_EQ(result.files, Names{"a.tex"});
  EXPECT_EQ(result.warnings.size(), 4u);
  EXPECT_EQ(list_files(out()), Names{"a.tex"});
}

TEST_F(ArchiveTest, RefusesPathsThatEscape) {
  for (const char* name : {"../x", "a/../../x", "a/..", "..", "/etc/x", "//x", "./../x"}) {
    EXPECT_EQ(refused(tar({tar_entry("good.tex", "1"), tar_entry(name, "bad")})), ErrorCode::unsafe_input)
        << name;
    EXPECT_EQ(refused(gzip(tar({tar_entry("d/good.tex", "1"), tar_entry(name, "bad")}))),
              ErrorCode::unsafe_input)
        << name;
    EXPECT_EQ(refused(zip({{"good.tex", "1"}, {name, "bad"}})), ErrorCode::unsafe_input) << name;
  }
  EXPECT_FALSE(fs::exists(dir_.path() / "x"));
}

TEST_F(ArchiveTest, RefusesLinksAndDevices) {
  EXPECT_EQ(refused(tar({tar_entry("a", "1"), tar_entry("l", "", '2', "/etc/passwd")})),
            ErrorCode::unsafe_input);
  EXPECT_EQ(refused(tar({tar_entry("a", "1"), tar_entry("l", "", '2', "a")})), ErrorCode::unsafe_input);
  EXPECT_EQ(refused(tar({tar_entry("a", "1"), tar_entry("l", "", '1', "/etc/passwd")})),
            ErrorCode::unsafe_input);
  EXPECT_EQ(refused(tar({tar_entry("l", "", '2', ".."), tar_entry("l/x", "bad")})), ErrorCode::unsafe_input);
  for (const char type : {'3', '4', '6'}) {
    EXPECT_EQ(refused(tar({tar_entry("a", "1"), tar_entry("d", "", type)})), ErrorCode::unsafe_input) << type;
  }
}

TEST_F(ArchiveTest, RefusesBombs) {
  ArchiveLimits limits;
  const std::string zeros(20u << 20, '0');
  EXPECT_EQ(refused(gzip(zeros)), ErrorCode::limit);  // 1:1000, far above the ratio
  EXPECT_EQ(refused(zip({{"a", zeros}})), ErrorCode::limit);
  EXPECT_EQ(refused(gzip(tar({tar_entry("a", zeros)}))), ErrorCode::limit);
  limits.ratio = 1'000'000;
  EXPECT_EQ(unpack(gzip(zeros), "f.gz", limits).files, Names{"f"});
  fs::remove_all(out());
  fs::remove(dir_.path() / "f.gz");
  limits.file_bytes = 1000;
  EXPECT_EQ(refused(tar({tar_entry("a", std::string(1001, 'x'))}), limits), ErrorCode::limit);
  EXPECT_EQ(refused(gzip(std::string(1001, 'x')), limits), ErrorCode::limit);
  limits.total_bytes = 1500;
  EXPECT_EQ(
      refused(tar({tar_entry("a", std::string(1000, 'x')), tar_entry("b", std::string(501, 'x'))}), limits),
      ErrorCode::limit);
  limits.entries = 2;
  EXPECT_EQ(refused(tar({tar_entry("a", ""), tar_entry("b", ""), tar_entry("c/", "", '5')}), limits),
            ErrorCode::limit);
}

TEST_F(ArchiveTest, CountsWhatIsSkippedToo) {
  ArchiveLimits limits;
  limits.total_bytes = 10'000;
  EXPECT_EQ(refused(tar({tar_entry("a", "1"), tar_entry(".cache", std::string(20'000, 'x'))}), limits),
            ErrorCode::limit);
  EXPECT_EQ(refused(tar({tar_entry(".cache", "", '0', "", 07777777777u), tar_entry("a", "1")}), limits),
            ErrorCode::limit);
}

TEST_F(ArchiveTest, BoundsNames) {
  const std::string deep = [] {
    std::string path;
    for (int i = 0; i < 40; ++i) path += "d/";
    return path + "f";
  }();
  EXPECT_EQ(refused(tar({tar_entry(deep, "x")})), ErrorCode::limit);
  EXPECT_EQ(refused(zip({{std::string(300, 'n'), "x"}})), ErrorCode::limit);
  EXPECT_EQ(refused(zip({{std::string(200, 'n') + "/" + std::string(2000, 'm'), "x"}})), ErrorCode::limit);
}

TEST_F(ArchiveTest, EndlessChainsOfSpecialHeadersEnd) {
  std::string chain;
  for (int i = 0; i < 20'000; ++i) chain += tar_entry("././@LongLink", "n", 'L');
  EXPECT_EQ(refused(tar({chain, tar_entry("a", "x")})), ErrorCode::bad_input) << last_error_;
  chain.clear();
  for (int i = 0; i < 20'000; ++i) chain += tar_entry("pax", "9 path=a\n", 'g');
  const ErrorCode code = refused(tar({chain, tar_entry("a", "x")}));
  EXPECT_TRUE(code == ErrorCode::bad_input || code == ErrorCode::internal) << static_cast<int>(code);
}

TEST_F(ArchiveTest, RefusesWhatIsNoArchive) {
  EXPECT_EQ(refused(""), ErrorCode::bad_input);
  EXPECT_EQ(refused("just text"), ErrorCode::bad_input);
  EXPECT_EQ(refused("%PDF-1.5\n" + std::string(5000, 'x')), ErrorCode::bad_input);
  EXPECT_EQ(refused("PK\x03\x04 but nothing more"), ErrorCode::bad_input);
  EXPECT_EQ(refused(std::string("\x1f\x8b\x08\0", 4)), ErrorCode::bad_input);
  EXPECT_EQ(refused(std::string(1024, '\0')), ErrorCode::bad_input);
  EXPECT_EQ(refused(gzip("")), ErrorCode::bad_input);
  EXPECT_EQ(refused(tar({tar_entry("d/", "", '5')})), ErrorCode::bad_input);
  EXPECT_EQ(refused(tar({tar_entry(".only-hidden", "x")})), ErrorCode::bad_input);
  EXPECT_EQ(refused(gzip(gzip("twice"))), ErrorCode::bad_input);
  EXPECT_EQ(refused(gzip(gzip(tar({tar_entry("a", "x")})))), ErrorCode::bad_input);
  EXPECT_THROW(unpack_archive(dir_.path() / "none", out()), Error);
  EXPECT_THROW(unpack_archive(dir_.path(), out()), Error);
}

TEST_F(ArchiveTest, RefusesCutOffArchivesWhole) {
  const std::string body = [] {
    std::mt19937 random(1);
    std::string text(50'000, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
  }();
  for (const std::string& whole :
       {tar({tar_entry("a", "1"), tar_entry("b", body)}),
        gzip(tar({tar_entry("a", "1"), tar_entry("b", body)})), zip({{"a", "1"}, {"b", body}})}) {
    EXPECT_EQ(refused(whole.substr(0, 30'000)), ErrorCode::bad_input);
  }
}

TEST_F(ArchiveTest, RenamesNamesThatDifferOnlyInCase) {
  const auto result =
      unpack(tar({tar_entry("Fig.pdf", "1"), tar_entry("fig.pdf", "2"), tar_entry("FIG.PDF", "3")}));
  EXPECT_EQ(result.files, (Names{"Fig.pdf", "fig~2.pdf", "FIG~3.PDF"}));
  EXPECT_EQ(result.warnings.size(), 2u);
  EXPECT_EQ(content("fig~2.pdf"), "2");
}

TEST_F(ArchiveTest, TakesTheLaterOfTwoEntriesWithOneName) {
  const auto result = unpack(tar({tar_entry("a.tex", "first, longer"), tar_entry("a.tex", "second")}));
  EXPECT_EQ(result.files, Names{"a.tex"});
  EXPECT_EQ(result.warnings.size(), 1u);
  EXPECT_EQ(content("a.tex"), "second");
}

TEST_F(ArchiveTest, RefusesAFileUsedAsAFolder) {
  EXPECT_EQ(refused(tar({tar_entry("a", "1"), tar_entry("a/b", "2")})), ErrorCode::bad_input);
  EXPECT_EQ(refused(tar({tar_entry("a/b", "1"), tar_entry("a", "2")})), ErrorCode::bad_input);
  EXPECT_EQ(refused(tar({tar_entry("a/b/c", "1"), tar_entry("a/b", "2")})), ErrorCode::bad_input);
}

TEST_F(ArchiveTest, CleansNames) {
  const auto result = unpack(tar({tar_entry("caf\xe9.tex", "1"), tar_entry("a\x1b[31mb\nc.tex", "2"),
                                  tar_entry("d\\e.tex", "3"), tar_entry("na\xc3\xafve.tex", "4")}));
  EXPECT_EQ(result.files, (Names{"café.tex", "abc.tex", "d\\e.tex", "naïve.tex"}));
  EXPECT_EQ(result.warnings.size(), 2u);
  EXPECT_EQ(content("naïve.tex"), "4");
}

TEST_F(ArchiveTest, ReadsUtf8NamesInTheCLocale) {
  const std::string old = setlocale(LC_ALL, nullptr);
  setlocale(LC_ALL, "C");
  std::string flagged = zip({{"X.tex", "1"}, {"u.tex", "2"}});
  EXPECT_EQ(unpack(flagged).files, (Names{"X.tex", "u.tex"}));
  fs::remove_all(out());
  // A pax header with a name that is not ASCII.
  const std::string record = "19 path=na\xc3\xafve.tex\n";
  ASSERT_EQ(record.size(), 19u);
  EXPECT_EQ(unpack(tar({tar_entry("pax", record, 'x'), tar_entry("plain", "3")})).files, Names{"naïve.tex"});
  setlocale(LC_ALL, old.c_str());
}

TEST_F(ArchiveTest, LeavesWhatWasThereBefore) {
  fs::create_directories(out() / "figs");
  put(out() / "mine.tex", "mine");
  put(dir_.path() / "bad",
      tar({tar_entry("figs/a.pdf", "1"), tar_entry("new/b.pdf", "1"), tar_entry("../x", "1")}));
  EXPECT_THROW(unpack_archive(dir_.path() / "bad", out()), Error);
  EXPECT_EQ(list_files(out()), Names{"mine.tex"});
  EXPECT_TRUE(fs::exists(out() / "figs"));
  EXPECT_FALSE(fs::exists(out() / "new"));
  // A file of ours is neither overwritten nor removed.
  put(dir_.path() / "clash", tar({tar_entry("mine.tex", "theirs")}));
  EXPECT_THROW(unpack_archive(dir_.path() / "clash", out()), Error);
  EXPECT_EQ(content("mine.tex"), "mine");
}

TEST_F(ArchiveTest, DoesNotFollowLinksInTheDestination) {
  const TempDir outside;
  fs::create_directories(out());
  fs::create_directory_symlink(outside.path(), out() / "figs");
  put(dir_.path() / "a", tar({tar_entry("figs/a.pdf", "1")}));
  EXPECT_THROW(unpack_archive(dir_.path() / "a", out()), Error);
  EXPECT_TRUE(list_files(outside.path()).empty());
}

TEST_F(ArchiveTest, FlippedBytesGiveCleanErrorsOrConfinedFiles) {
  const std::vector<std::string> seeds{
      tar({tar_entry("main.tex", "text"), tar_entry("f/a.pdf", std::string(3000, 'x'))}),
      gzip(tar({tar_entry("main.tex", "text")})),
      zip({{"main.tex", "text"}, {"f/a.pdf", std::string(3000, 'x')}})};
  std::mt19937 random(23);
  ArchiveLimits limits;
  limits.total_bytes = limits.file_bytes = 1u << 20;
  for (int round = 0; round < 250; ++round) {
    std::string bytes = seeds[random() % seeds.size()];
    for (unsigned n = 1 + random() % 4; n > 0; --n)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 8 == 0) bytes.resize(random() % bytes.size());
    put(dir_.path() / "f", bytes);
    try {
      const auto result = unpack_archive(dir_.path() / "f", out(), limits);
      Names names = result.files;
      std::sort(names.begin(), names.end());
      EXPECT_EQ(list_files(out()), names);
    } catch (const Error& e) {
      EXPECT_NE(e.code(), ErrorCode::internal) << e.what();
      EXPECT_FALSE(fs::exists(out())) << e.what();
    }
    fs::remove_all(out());
    ASSERT_EQ(std::distance(fs::directory_iterator(dir_.path()), fs::directory_iterator()), 1);
  }
}

TEST_F(ArchiveTest, ErrorsNameTheEntry) {
  refused(tar({tar_entry("../\x1b[31mevil", "x")}));
  EXPECT_TRUE(contains(last_error_, "paper.bin: an entry's path goes up with \"..\" (found ../evil)"))
      << last_error_;
}

}  // namespace
}  // namespace p2c
