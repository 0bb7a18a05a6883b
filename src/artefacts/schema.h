// The JSON schemas of all artefacts, and checking a value against one. The files stand in schemas/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace p2c::artefacts {

// Names: paper, requirements, figures, plan, config, section_map, decisions, file_spec, provenance, ledger, verify, run, ...
std::vector<std::string> schema_names();
const Json& schema(std::string_view name);   // Error(internal) for an unknown name

}  // namespace p2c::artefacts
