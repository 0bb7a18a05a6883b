// Interface cards of the modules that the tool writes into every repository, for prompts.
#pragma once

#include <string>

namespace p2c::agents {

// "pkg/config.py" and "pkg/runtime.py" as interface cards (imports, signatures, one-line docs). Cached per process.
std::string provided_cards(const std::string& package, const std::string& framework);

}  // namespace p2c::agents
