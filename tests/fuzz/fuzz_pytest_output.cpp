// What a generated test run prints and writes: JUnit XML, verbose lines, tracebacks. Any bytes give a result.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "verify/error_record.h"
#include "verify/install_lines.h"
#include "verify/test_runner.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p2c;
  if (size > 65'536) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const verify::TestRun& run : {verify::parse_junit(text), verify::parse_verbose_output(text)}) {
    for (const auto& test : run.outcomes) {
      if (!is_valid_utf8(test.name) || !is_valid_utf8(test.message)) std::abort();
    }
  }
  const std::string stable = verify::stable_text(text);
  if (!is_valid_utf8(stable)) std::abort();
  const verify::ErrorRecord record = verify::read_error(text, {"pkg/a.py", "tests/test_a.py"});
  for (const auto& frame : record.frames) {
    if (frame.file != "pkg/a.py" && frame.file != "tests/test_a.py") std::abort();
  }
  try {
    for (const auto& line : verify::parse_install_lines(text)) {
      if (line.name.empty() || line.text().find_first_of(" /@;\n") != std::string::npos) std::abort();
    }
  } catch (const Error&) {
    // refused, as most lines are
  }
  return 0;
}
