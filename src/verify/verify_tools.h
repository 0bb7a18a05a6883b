// Verification with its sandbox and environments given from outside, so that tests need neither.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "verify/environment.h"
#include "verify/sandbox.h"
#include "verify/verifier.h"

namespace p2c::verify {

struct VerifyTools {
  std::function<std::unique_ptr<Sandbox>()> sandbox;                        // throws sandbox_unavailable
  std::function<Environment(const std::string& requirements)> environment;  // throws as make_environment()
};

// verify_repository() with other tools.
artefacts::VerifyReport verify_with_tools(const VerifyInput& input, const VerifyOptions& options,
                                          const VerifyTools& tools, llm::Caller* caller, EventSink& events,
                                          const CancelToken& cancel);

}  // namespace p2c::verify
