// Exporting a run's journal, and replaying from the export.
#include "run/recording.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "entries.h"
#include "run/store.h"

namespace p2c::run {
namespace {

class RecordingTest : public testing::Test {
 protected:
  RecordingTest() {
    const auto store = Store::open(run(), true);
    for (const char* target : {"one", "two"}) store->record(make_entry(target));
    store->set_meta("model", Json{{"name", "m"}, {"context_tokens", 32'000}, {"max_output_tokens", 4'000}});
  }
  fs::path run() const { return place_.path() / "run"; }
  fs::path folder() const { return place_.path() / "recording"; }
  TempDir place_{"p2c-recording"};
};

TEST_F(RecordingTest, ReplaysEveryCallAsItWas) {
  EXPECT_EQ(2u, export_recording(run(), folder()));
  const auto model = llm::make_recorded_model(folder().string());
  const llm::JournalEntry entry = make_entry("two");
  EXPECT_EQ(llm::to_json(entry.reply), llm::to_json(model->complete(entry.request, {}, {})));
  EXPECT_EQ("m", model->name());
  EXPECT_EQ(32'000, model->context_tokens());
  EXPECT_EQ(4'000, model->max_output_tokens());
}

TEST_F(RecordingTest, AnOlderRecordingIsReplaced) {
  export_recording(run(), folder());
  write_file_atomic(folder() / "calls/00/old.json", "{}");
  export_recording(run(), folder());
  EXPECT_FALSE(fs::exists(folder() / "calls/00/old.json"));
  EXPECT_EQ(3u, list_files(folder()).size());
}

TEST_F(RecordingTest, OtherThingsAreNotOverwritten) {
  write_file_atomic(folder() / "calls/notes.txt", "mine");
  EXPECT_THROW(export_recording(run(), folder()), Error);
  EXPECT_EQ("mine", read_file(folder() / "calls/notes.txt"));
}

TEST_F(RecordingTest, ARunAtWorkMayBeExported) {
  const auto working = Store::open(run(), false);
  EXPECT_EQ(2u, export_recording(run(), folder()));
}

}  // namespace
}  // namespace p2c::run
