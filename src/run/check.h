// Checks any repository without changing it: the levels of verification, no repair.
#pragma once

#include <filesystem>
#include <string>

#include "artefacts/trace.h"
#include "base/cancel.h"
#include "base/event.h"

namespace p2c::run {

struct CheckOptions {
  std::filesystem::path repository;  // or a run directory: then its repo/
  std::string level = "L1";  // highest level to try, L0 to L4; from L2 on code is executed in the sandbox
  int jobs = 1;
};

// A repository inside a run directory is checked against that run's plan and config. Errors: not_found; usage
// for an unknown level; limit; cancelled; io.
artefacts::VerifyReport check_repository(const CheckOptions& options, EventSink& events,
                                         const CancelToken& cancel);

// Whether `reached` ("" for none) is at least `wanted`.
bool level_reached(const std::string& reached, const std::string& wanted);

}  // namespace p2c::run
