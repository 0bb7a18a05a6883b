// Folders that appear whole or not at all.
#include "run/directory_draft.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace p2c::run {
namespace {

class DirectoryDraftTest : public testing::Test {
 protected:
  fs::path root() const { return place_.path(); }
  TempDir place_{"p2c-draft"};
};

TEST_F(DirectoryDraftTest, NothingIsSeenBeforeCommit) {
  {
    DirectoryDraft draft(root(), "plan");
    draft.write("a/b.json", "1");
    EXPECT_FALSE(fs::exists(root() / "plan"));
  }
  EXPECT_TRUE(fs::is_empty(root())) << "an uncommitted draft stays behind";
}

TEST_F(DirectoryDraftTest, CommitReplacesTheWholeFolder) {
  for (const char* name : {"old.json", "new.json"}) {
    DirectoryDraft draft(root(), "plan");
    draft.write(name, name);
    draft.commit();
  }
  EXPECT_EQ((std::vector<std::string>{"plan/new.json"}), list_files(root()));
}

TEST_F(DirectoryDraftTest, LeftoversOfAKilledProcessAreNotTakenIn) {
  write_file_atomic(root() / "plan.draft/stale.json", "x");
  DirectoryDraft draft(root(), "plan");
  draft.write("a.json", "1");
  draft.commit();
  EXPECT_EQ((std::vector<std::string>{"plan/a.json"}), list_files(root()));
}

TEST_F(DirectoryDraftTest, PathsStayInside) {
  DirectoryDraft draft(root(), "repo");
  EXPECT_THROW(draft.write("../evil.py", "x"), Error);
  EXPECT_THROW(draft.write("/tmp/evil.py", "x"), Error);
  EXPECT_THROW(DirectoryDraft(root(), "../repo"), Error);
}

TEST_F(DirectoryDraftTest, ScriptsAreExecutableAndStaySoInCopies) {
  DirectoryDraft draft(root(), "repo");
  draft.write_all({{"reproduce.sh", "#!/bin/sh\n"}, {"a.py", ""}});
  draft.commit();
  DirectoryDraft copy(root(), "copy");
  copy.copy_from(root() / "repo");
  copy.commit();
  const auto executable = [&](const char* path) {
    return (fs::status(root() / path).permissions() & fs::perms::owner_exec) != fs::perms::none;
  };
  EXPECT_TRUE(executable("copy/reproduce.sh"));
  EXPECT_FALSE(executable("copy/a.py"));
}

}  // namespace
}  // namespace p2c::run
