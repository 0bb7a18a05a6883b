// Looks at the folder of a run.
#include "run/run_directory.h"

#include "artefacts/layout.h"
#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"
#include "run/disk_reserve.h"
#include "run/lock_file.h"

namespace p2c::run {

void make_run_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (fs::is_directory(directory)) return;
  if (!error || error == std::errc::not_a_directory || error == std::errc::file_exists) {
    throw Error(ErrorCode::bad_input, "exists and is no folder", {.subject = directory.string()});
  }
  throw_errno(error.value(), directory, "cannot make the run directory");
}

void check_free_for_run(const fs::path& directory) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name == kLockName || name == kReserveName || name.starts_with(artefacts::layout::kDatabase)) continue;
    throw Error(ErrorCode::bad_input, "the folder is not empty and holds no run",
                {.subject = directory.string(), .found = name, .hint = "Give another folder with -o."});
  }
  if (error) throw_errno(error.value(), directory, "cannot list the folder");
}

std::optional<Json> artefact_manifest(const fs::path& directory, const std::vector<std::string>& artefacts) {
  Json entries = Json::array();
  const auto add = [&](const std::string& relative) {
    entries.push_back(Json::array({relative, sha256_hex(read_file(confine(directory, relative)))}));
  };
  for (const std::string& artefact : artefacts) {
    const fs::path path = confine(directory, artefact);
    std::error_code error;
    if (fs::is_directory(path, error)) {
      for (const std::string& file : list_files(path)) add(artefact + "/" + file);
    } else if (fs::is_regular_file(path, error)) {
      add(artefact);
    } else {
      return std::nullopt;
    }
  }
  return entries;
}

}  // namespace p2c::run
