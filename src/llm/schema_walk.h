// Small questions to a JSON schema: what a local reference points to, which types it allows. No network, no
// files.
#pragma once

#include <string_view>

#include "base/json.h"

namespace p2c::llm {

// Follows "$ref": "#/..." inside `root`, at most 20 steps. nullptr when a reference leads nowhere. A schema
// without a reference is returned as it is.
const Json* resolve_schema(const Json& root, const Json& schema);

// Whether "type" names `type` (also in a list of types). Without "type", nothing is said to be allowed by
// name.
bool schema_allows_type(const Json& schema, std::string_view type);

// Whether the value has an allowed type; true when the schema does not restrict it. Integers are numbers, and
// floats with an integral value are integers (JSON schema draft 7).
bool schema_allows_type_of(const Json& schema, const Json& value);

}  // namespace p2c::llm
