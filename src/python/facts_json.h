// Reads the JSON lines that source_facts.py prints. The child parses hostile files, so its output is not trusted either.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/source_facts.h"

namespace p2c::python {

struct FactsOutput {
  std::map<std::string, SourceFacts> files;  // in the order of the request only as far as the child came
  std::vector<Definition> signatures;
  std::string too_old;   // version of an interpreter that is too old, else empty
  bool done = false;     // the last line came: nothing is missing
};

// A last line that is cut off is left out (`done` stays false). Errors: bad_input for a complete line that is no fact.
FactsOutput read_facts_output(std::string_view json_lines);

SourceFacts facts_from_json(const Json& object);
Definition definition_from_json(const Json& object);

}  // namespace p2c::python
