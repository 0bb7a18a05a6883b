// The folder of a run: making it, refusing one that is something else, and what its artefacts hash to.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace p2c::run {

// Makes the folder and its parents. Errors: bad_input when something else has the name; disk_full; io.
void make_run_directory(const std::filesystem::path& directory);
// A folder that a person filled with other things must not become a run directory by a slip in -o: bad_input.
void check_free_for_run(const std::filesystem::path& directory);
// [[path, sha256], ...] of every file that the artefacts name, folders opened up; nullopt when one is
// missing. Errors: unsafe_input for a path that leaves the folder; limit; io.
std::optional<Json> artefact_manifest(const std::filesystem::path& directory,
                                      const std::vector<std::string>& artefacts);

}  // namespace p2c::run
