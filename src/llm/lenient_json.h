// Reads JSON the way models write it (spec 6.2), and says what it had to mend.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace p2c::llm {

struct LenientResult {
  bool found = false;  // some value could be read
  Json value;
  bool truncated = false;             // the text ended inside a structure; complete items were kept
  std::vector<std::string> warnings;  // one sentence a mended kind, with the offset of its first place
};

// Limits: 4 MiB of text, depth 100. Never throws on any bytes.
LenientResult read_lenient_json(std::string_view answer);

// Maps key spellings (case, blanks, '_', '-') onto the schema's property names, wraps a scalar where the
// schema wants a list, and turns numbers written as strings into numbers where the schema wants them. In
// place; adds to warnings.
void fit_to_schema(Json& value, const Json& schema, std::vector<std::string>& warnings);

// Messages of a JSON-schema (draft 7) validation, empty when valid: "/requirements/3/kind: ...". At most 20.
std::vector<std::string> validate_schema(const Json& value, const Json& schema);

// The part of a model's answer after <think> blocks (spec 6.2); empty when only an opening tag exists.
std::string_view strip_thinking(std::string_view answer);

}  // namespace p2c::llm
