// A run's journal as a folder of recorded replies (llm/recording.h), for replaying the run without a model.
#pragma once

#include <cstddef>
#include <filesystem>

namespace p2c::run {

// Every finished call of the run, nothing left out or changed. `folder` is made when missing and must be
// empty or an older recording, whose calls are replaced. Gives the number of calls. Errors: as Store::open
// (the run may be working); bad_input when the folder holds other things; disk_full; io.
std::size_t export_recording(const std::filesystem::path& run_directory, const std::filesystem::path& folder);

}  // namespace p2c::run
