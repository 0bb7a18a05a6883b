// Facts of Python files as the child process prints them: the child parses hostile files, so its lines are not trusted.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "python/facts_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto output = p2c::python::read_facts_output({reinterpret_cast<const char*>(data), size});
    for (const auto& [path, facts] : output.files) p2c::python::interface_card(facts);
  } catch (const p2c::Error& error) {
    if (error.code() != p2c::ErrorCode::bad_input) __builtin_trap();
  }
  return 0;
}
