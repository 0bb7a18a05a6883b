// A run's journal as a folder of recorded replies, for replaying the run without a model.
#pragma once

#include <cstddef>
#include <filesystem>

namespace p2c::run {

// Writes calls/<first two hex digits>/<sha>.json, one {request, reply, stage, call, target, attempt} a finished call, and
// recording.json with what the calls were asked of; nothing is left out or changed. `folder` is made when missing and must
// be empty or an older recording. Gives the number of calls. Errors: as Store::open (the run may be working); bad_input
// when the folder holds other things; disk_full; io.
std::size_t export_recording(const std::filesystem::path& run_directory, const std::filesystem::path& folder);

}  // namespace p2c::run
