// Any bytes through the lenient JSON reader, the fitting and the validation; valid JSON must come out as it
// is.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "llm/lenient_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p2c;
  static const Json schema = Json::parse(R"({"type":"object","properties":{
      "items":{"type":"array","items":{"type":"object","properties":{"kind":{"enum":["a b","c"]},"n":{"type":"integer"},
               "text":{"type":"string","maxLength":10,"pattern":"^[a-z]*$"},"child":{"$ref":"#"}}}},
      "x":{"anyOf":[{"type":"null"},{"type":"number"}]}},"additionalProperties":false})");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  llm::LenientResult result = llm::read_lenient_json(text);
  if (!result.found && !result.value.is_null()) std::abort();
  // A second reading of what was read must change nothing.
  if (result.found) {
    const std::string again = result.value.dump(-1, ' ', false, Json::error_handler_t::strict);
    const llm::LenientResult second = llm::read_lenient_json(again);
    if (!second.found || second.truncated) std::abort();
    const bool trap = again.find("\\b") != std::string::npos || again.find("\\f") != std::string::npos ||
                      again.find("\\n") != std::string::npos || again.find("\\t") != std::string::npos ||
                      again.find("\\r") != std::string::npos || again.find("\\u00") != std::string::npos ||
                      again.find("think") != std::string::npos || again.find("THINK") != std::string::npos;
    if (!trap && result.value.is_structured() && second.value != result.value) std::abort();
  }
  std::vector<std::string> warnings;
  llm::fit_to_schema(result.value, schema, warnings);
  // Compiling the schema costs more than all the rest together.
  if (size % 8 == 0) llm::validate_schema(result.value, schema);
  return 0;
}
