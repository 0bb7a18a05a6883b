// paper2code record: a run's replies as a folder that --recorded replays.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "command.h"
#include "run/recording.h"

namespace p2c::cli {
namespace {

struct RecordCommand {
  std::filesystem::path directory, folder;
};

constexpr const char* kText =
    "One JSON file a call, named by the hash of its request, with request and reply as they were. The same "
    "paper with the\n"
    "same options then runs without any model: `paper2code run SOURCE --recorded FOLDER`.\n"
    "\nExample:\n"
    "  paper2code record fingerprints-run -o recording";

int record(const RecordCommand& command) {
  const std::size_t calls = run::export_recording(command.directory, command.folder);
  fmt::print("{} calls in {}\n", calls, command.folder.string());
  return 0;
}

}  // namespace

void add_record(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<RecordCommand>();
  CLI::App* command = app.add_subcommand("record", "Export a run's replies for --recorded");
  command->add_option("DIR", options->directory, "The run directory")->required();
  command->add_option("-o,--output", options->folder, "Folder for the recording, empty or an older recording")
      ->type_name("FOLDER")
      ->required();
  command->footer(footer(
      kText,
      "  0  written\n  2  wrong use\n  3  no run there\n  4  the folder holds other things\n  8, 9  writing "
      "failed, the disk is full\n  22  a run directory of another version"));
  command->callback([options, &chosen] { chosen = [options] { return record(*options); }; });
}

}  // namespace p2c::cli
