// The run store: what it keeps, what it refuses, and that a kill at any moment loses no acknowledged call.
#include "run/store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "entries.h"
#include "run/lock_file.h"
#include "support.h"

namespace p2c::run {
namespace {

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(bool create = true, bool read_only = false) {
    return Store::open(directory(), create, read_only);
  }
  fs::path directory() const { return place_.path() / "run"; }

  ErrorCode code_of_open(bool create = false, bool read_only = false) {
    try {
      open(create, read_only);
    } catch (const Error& error) {
      line_ = error.what();
      return error.code();
    }
    ADD_FAILURE() << "opened";
    return ErrorCode::internal;
  }

  // Changes the database behind the store's back.
  void execute(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(SQLITE_OK, sqlite3_open((directory() / "run.db").c_str(), &database));
    ASSERT_EQ(SQLITE_OK, sqlite3_exec(database, sql, nullptr, nullptr, nullptr)) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  TempDir place_{"p2c-store"};
  std::string line_;
};

TEST_F(StoreTest, KeepsWholeCallsAcrossProcesses) {
  const llm::JournalEntry entry = make_entry("chunk 1");
  open()->record(entry);
  const auto store = open(false);
  const auto reply = store->find(entry.sha);
  ASSERT_TRUE(reply);
  EXPECT_EQ(llm::to_json(*reply).dump(), llm::to_json(entry.reply).dump());
  EXPECT_FALSE(store->find(make_entry("chunk 2").sha));

  const auto entries = store->entries();
  ASSERT_EQ(1u, entries.size());
  EXPECT_EQ(llm::to_json(entry.request).dump(), llm::to_json(entries[0].request).dump());
  EXPECT_EQ(entry.sha, llm::request_sha(entries[0].request));
  EXPECT_EQ("P1", entries[0].label.call);
}

TEST_F(StoreTest, TheFirstAnswerToARequestStays) {
  llm::JournalEntry entry = make_entry("chunk 1");
  const auto store = open();
  store->record(entry);
  const std::string first = entry.reply.text;
  entry.reply.text = "another";
  store->record(entry);
  EXPECT_EQ(first, store->find(entry.sha)->text);
  EXPECT_EQ(1u, store->entries().size());
}

TEST_F(StoreTest, RetiredAnswersAreAskedAgainAndStayInTheRecord) {
  const auto store = open();
  llm::JournalEntry good = make_entry("good"), bad = make_entry("bad"), again = make_entry("bad again");
  again.label = bad.label;
  again.label.attempt = 2;
  llm::JournalEntry other = make_entry("other");
  other.label.stage = "analyzer";
  other.label.attempt = 2;
  for (const auto& entry : {good, bad, again, other}) store->record(entry);
  EXPECT_EQ(2u, store->retire_answers("planner", 3));
  EXPECT_TRUE(store->find(good.sha));
  EXPECT_FALSE(store->find(bad.sha) || store->find(again.sha));
  EXPECT_TRUE(store->find(other.sha)) << "of another stage";
  EXPECT_EQ(2u, store->entries().size());
  EXPECT_EQ(4u, store->calls().size()) << "they were paid for";

  bad.reply.text = "better";
  store->record(bad);
  EXPECT_EQ("better", store->find(bad.sha)->text);
  EXPECT_EQ(3u, store->entries().size());
}

TEST_F(StoreTest, AllAttemptsAtOneQuestionAreRetiredTogether) {
  const auto store = open();
  llm::JournalEntry bad = make_entry("bad"), again = make_entry("bad again"), good = make_entry("good");
  again.label = bad.label;
  again.label.attempt = 1;
  for (const auto& entry : {bad, again, good}) store->record(entry);
  store->retire(again.label);
  EXPECT_FALSE(store->find(bad.sha) || store->find(again.sha));
  EXPECT_TRUE(store->find(good.sha));
  EXPECT_EQ(3u, store->calls().size());
}

TEST_F(StoreTest, AnAttemptAnsweredByAnEqualOneCounts) {
  const auto store = open();
  const llm::JournalEntry bad = make_entry("bad"), good = make_entry("good");
  store->record(bad);
  store->record(good);
  llm::CallLabel third = bad.label;
  third.attempt = 2;
  store->note_hit(bad.sha, third);
  EXPECT_EQ(1u, store->retire_answers("planner", 3));
  EXPECT_FALSE(store->find(bad.sha));
}

TEST_F(StoreTest, WithoutAnExhaustedQuestionTheLastOneIsAskedAgain) {
  const auto store = open();
  const llm::JournalEntry first = make_entry("first"), last = make_entry("last");
  store->record(first);
  store->record(last);
  EXPECT_EQ(1u, store->retire_answers("planner", 3));
  EXPECT_TRUE(store->find(first.sha));
  EXPECT_FALSE(store->find(last.sha));
  EXPECT_EQ(0u, store->retire_answers("verify", 3));
}

TEST_F(StoreTest, CallRecordsTellPaidFromRepeatedAndFailed) {
  const llm::JournalEntry entry = make_entry("chunk 1");
  {
    const auto store = open();
    store->record(entry);
    store->note_hit(entry.sha, entry.label);
    llm::CallLabel again = entry.label;
    again.attempt = 2;
    store->note_failure("feed", again, "503");
  }
  const auto calls = open(false, true)->calls();
  ASSERT_EQ(3u, calls.size());
  EXPECT_EQ("planner/P1/chunk 1", calls[0].id);
  EXPECT_EQ("test-model-2026", calls[0].model);
  EXPECT_EQ(100, calls[0].tokens_in);
  EXPECT_EQ(40, calls[0].tokens_cached);
  EXPECT_EQ(20, calls[0].tokens_out);
  EXPECT_EQ(5, calls[0].tokens_reasoning);
  EXPECT_EQ("stop", calls[0].finish_reason);
  EXPECT_EQ(1234, calls[0].ms);
  EXPECT_EQ(1, calls[0].retries);
  EXPECT_EQ(0.01, calls[0].cost);
  EXPECT_FALSE(calls[0].cache_hit);
  EXPECT_TRUE(calls[1].cache_hit);
  EXPECT_EQ(0, calls[1].tokens_in);
  EXPECT_EQ("planner/P1/chunk 1#2", calls[2].id);
  EXPECT_EQ("failed: 503", calls[2].finish_reason);
}

TEST_F(StoreTest, AnUnknownPriceStaysUnknown) {
  llm::JournalEntry entry = make_entry("chunk 1");
  entry.reply.cost_usd.reset();
  const auto store = open();
  store->record(entry);
  EXPECT_FALSE(store->calls()[0].cost);
}

TEST_F(StoreTest, AStageIsDoneAsLongAsItsArtefactsAreUnchanged) {
  auto store = open();
  store->begin_stage("planner");
  EXPECT_FALSE(store->stage_done("planner"));
  store->write_artefact("plan/plan.json", "{}");
  store->write_artefact("plan/deep/er.json", "[]");
  store->finish_stage("planner", {"plan"});
  EXPECT_TRUE(store->stage_done("planner"));
  EXPECT_EQ(64u, store->stages()[0].artefact_sha.size());

  store.reset();
  store = open(false);
  EXPECT_TRUE(store->stage_done("planner"));
  write_file_atomic(directory() / "plan/deep/er.json", "[1]");
  EXPECT_FALSE(store->stage_done("planner"));
  write_file_atomic(directory() / "plan/deep/er.json", "[]");
  EXPECT_TRUE(store->stage_done("planner"));
  write_file_atomic(directory() / "plan/new.json", "[]");
  EXPECT_FALSE(store->stage_done("planner"));
  remove_tree(directory() / "plan");
  EXPECT_FALSE(store->stage_done("planner"));
}

TEST_F(StoreTest, FinishingWithoutTheArtefactIsOurMistake) {
  const auto store = open();
  store->begin_stage("planner");
  EXPECT_THROW(store->finish_stage("planner", {"plan"}), Error);
  EXPECT_FALSE(store->stage_done("planner"));
}

TEST_F(StoreTest, BeginningAStageAgainMakesLaterOnesPending) {
  const auto store = open();
  for (const char* stage : {"ingest", "planner", "analyzer"}) {
    store->begin_stage(stage);
    store->write_artefact(stage, "x");
    store->finish_stage(stage, {stage});
  }
  store->begin_stage("planner");
  EXPECT_TRUE(store->stage_done("ingest"));
  EXPECT_FALSE(store->stage_done("planner"));
  EXPECT_FALSE(store->stage_done("analyzer"));
  std::vector<std::string> states;
  for (const auto& stage : store->stages()) states.push_back(stage.state);
  EXPECT_EQ((std::vector<std::string>{"done", "running", "pending"}), states);
}

TEST_F(StoreTest, RemembersWhyAStageFailed) {
  const auto store = open();
  store->begin_stage("planner");
  store->fail_stage("planner", "no answer");
  EXPECT_EQ("failed", store->stages()[0].state);
  EXPECT_EQ("no answer", store->failure("planner"));
  store->begin_stage("planner");
  EXPECT_EQ("", store->failure("planner"));
}

TEST_F(StoreTest, ArtefactsCannotLeaveTheDirectory) {
  const auto store = open();
  EXPECT_THROW(store->write_artefact("../outside", "x"), Error);
  EXPECT_THROW(store->read_artefact("/etc/passwd"), Error);
  EXPECT_THROW(store->finish_stage("x", {"../.."}), Error);
}

TEST_F(StoreTest, EventsAreKeptInOrderWithoutTokens) {
  {
    const auto store = open();
    store->record_event({"", "planner", "", "start", Json::object()});
    store->record_event({"", "planner", "P1", "token", Json{{"text", "secret"}}});
    store->record_event({"2026-01-01T00:00:00Z", "planner", "P1", "end", Json{{"done", 1}}});
  }
  const auto store = open(false, true);
  const auto events = store->recent_events(10);
  ASSERT_EQ(2u, events.size());
  EXPECT_EQ("start", events[0].kind);
  EXPECT_FALSE(events[0].time.empty());
  EXPECT_EQ("2026-01-01T00:00:00Z", events[1].time);
  EXPECT_EQ(1, events[1].data["done"]);
  EXPECT_EQ("end", store->recent_events(1)[0].kind);
}

TEST_F(StoreTest, MetaIsOverwritten) {
  const auto store = open();
  EXPECT_FALSE(store->meta("level"));
  store->set_meta("level", "L2");
  store->set_meta("level", "L4");
  EXPECT_EQ("L4", store->meta("level")->get<std::string>());
}

TEST_F(StoreTest, ManyThreadsMayRecord) {
  const auto store = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&store, t] {
      for (int i = 0; i < 10; ++i) {
        const llm::JournalEntry entry = make_entry(fmt::format("{}-{}", t, i));
        store->record(entry);
        store->record_event({"", "planner", entry.label.target, "end", Json::object()});
        EXPECT_TRUE(store->find(entry.sha));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(80u, store->entries().size());
}

TEST_F(StoreTest, WithoutARunThereIsNothingToOpen) {
  EXPECT_EQ(ErrorCode::not_found, code_of_open());
  EXPECT_EQ(ErrorCode::not_found, code_of_open(false, true));
  EXPECT_FALSE(fs::exists(directory()));
}

TEST_F(StoreTest, AFolderWithOtherThingsIsNotTaken) {
  fs::create_directories(directory());
  write_file_atomic(directory() / "thesis.tex", "mine");
  EXPECT_EQ(ErrorCode::bad_input, code_of_open(true));
  EXPECT_TRUE(contains(line_, "thesis.tex")) << line_;
  EXPECT_EQ(1u, list_files(directory()).size());
}

TEST_F(StoreTest, AFileInThePlaceOfTheDirectoryIsRefused) {
  write_file_atomic(directory(), "a file");
  EXPECT_EQ(ErrorCode::bad_input, code_of_open(true));
  EXPECT_EQ("a file", read_file(directory()));
}

TEST_F(StoreTest, AnotherVersionIsRefusedAndLeftAsItIs) {
  open();
  execute("PRAGMA journal_mode=DELETE; PRAGMA user_version = 99");
  const std::string before = read_file(directory() / "run.db");
  EXPECT_EQ(ErrorCode::version, code_of_open(true));
  EXPECT_TRUE(contains(line_, "version 99")) << line_;
  EXPECT_EQ(ErrorCode::version, code_of_open(false, true));
  EXPECT_EQ(before, read_file(directory() / "run.db"));
}

TEST_F(StoreTest, ADatabaseOfAnotherProgramIsRefused) {
  fs::create_directories(directory());
  execute("CREATE TABLE photos (id INTEGER)");
  EXPECT_EQ(ErrorCode::bad_input, code_of_open(true));
}

TEST_F(StoreTest, ADamagedDatabaseIsBadInput) {
  fs::create_directories(directory());
  write_file_atomic(directory() / "run.db", std::string(4096, 'x'));
  EXPECT_EQ(ErrorCode::bad_input, code_of_open(true));
}

TEST_F(StoreTest, TwoWorkersAreOneTooManyButAnOnlookerIsWelcome) {
  const auto store = open();
  store->set_meta("level", "L1");
  EXPECT_TRUE(LockFile::held(directory() / kLockName));
  EXPECT_EQ(ErrorCode::busy, code_of_open());
  EXPECT_TRUE(contains(line_, fmt::format("process {}", ::getpid()))) << line_;
  EXPECT_EQ("L1", open(false, true)->meta("level")->get<std::string>());
}

TEST_F(StoreTest, TheLockEndsWithTheStore) {
  open();
  EXPECT_FALSE(LockFile::held(directory() / kLockName));
  EXPECT_TRUE(open());
}

TEST_F(StoreTest, OnlyTheDatabaseAndTheLockStayBehind) {
  open()->record(make_entry("x"));
  EXPECT_EQ((std::vector<std::string>{"run.db", "run.lock"}), list_files(directory()));
}

TEST_F(StoreTest, AnEmptyDatabaseOfAKilledStartIsFilled) {
  fs::create_directories(directory());
  write_file_atomic(directory() / "run.db", "");
  EXPECT_EQ(ErrorCode::not_found, code_of_open(false, true));
  open()->record(make_entry("x"));
  EXPECT_EQ(1u, open(false)->entries().size());
}

// Each child records call after call and says so on a pipe; after a kill at a random moment every call it
// acknowledged is there, whole, and the store opens as if nothing had happened.
TEST_F(StoreTest, AKillLosesNoAcknowledgedCall) {
  std::mt19937 random(7);
  std::size_t known = 0;
  for (int round = 0; round < 60; ++round) {
    int ends[2];
    ASSERT_EQ(0, ::pipe(ends));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto store = open();
      for (std::size_t i = known;; ++i) {
        store->begin_stage("planner");
        store->record(make_entry(std::to_string(i), 3'000));
        if (::write(ends[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(ends[1]);
    // Some kills come while the store opens, the others at any point between two words of the child.
    std::size_t acknowledged = 0;
    char byte;
    for (std::size_t wanted = random() % 6; acknowledged < wanted && ::read(ends[0], &byte, 1) == 1;)
      ++acknowledged;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 4'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    while (::read(ends[0], &byte, 1) == 1) ++acknowledged;
    ::close(ends[0]);

    const auto entries = open()->entries();
    ASSERT_GE(entries.size(), known + acknowledged) << "round " << round;
    ASSERT_LE(entries.size(), known + acknowledged + 1) << "only the last one may lack its word";
    for (const auto& entry : entries) ASSERT_EQ(entry.sha, llm::request_sha(entry.request));
    known = entries.size();
  }
  EXPECT_GT(known, 60u) << "the kills came before anything was written";
}

// A small file system of its own, which only root may mount.
class FullDiskTest : public StoreTest {
 protected:
  void SetUp() override {
    fs::create_directories(directory());
    const std::string command = "mount -t tmpfs -o size=6m tmpfs '" + directory().string() + "' 2>/dev/null";
    mounted_ = ::geteuid() == 0 && std::system(command.c_str()) == 0;
    if (!mounted_) GTEST_SKIP() << "a full disk is only made by root, who may mount a small one";
  }
  void TearDown() override {
    if (mounted_ && std::system(("umount '" + directory().string() + "'").c_str()) != 0)
      ADD_FAILURE() << "umount failed";
  }
  bool mounted_ = false;
};

TEST_F(FullDiskTest, TheAnswerUnderWayIsKeptAndTheLineSaysWhatToDo) {
  std::size_t recorded = 0;
  {
    const auto store = open();
    ErrorCode code = ErrorCode::internal;
    std::string line;
    for (int i = 0; i < 100; ++i) {
      try {
        ++recorded;
        store->record(make_entry(std::to_string(i), 200'000));
      } catch (const Error& error) {
        code = error.code();
        line = error.what();
        break;
      }
    }
    EXPECT_EQ(ErrorCode::disk_full, code);
    EXPECT_TRUE(contains(line, "resume")) << line;
  }
  // The one that met the full disk is among them: it was paid for.
  EXPECT_EQ(recorded, open(false, true)->entries().size());
}

TEST_F(FullDiskTest, AFullDiskIsToldAtTheStart) {
  write_file_atomic(directory() / "run.db-filler", std::string(5u << 20, 'x'));
  EXPECT_EQ(ErrorCode::disk_full, code_of_open(true));
}

}  // namespace
}  // namespace p2c::run
