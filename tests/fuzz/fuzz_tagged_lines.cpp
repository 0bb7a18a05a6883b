// Tags in source text that a model wrote: any bytes give as many lines as there are, and tags only of their
// four forms.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agents/generator/tagged_lines.h"
#include "base/text.h"

namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void look_at(std::string_view path, std::string_view text) {
  const auto lines = p2c::agents::tagged_lines(path, text);
  expect(lines.size() == p2c::split_lines(text).size());
  for (const auto& line : lines) {
    for (const auto& id : line.tags.reqs) expect(id.starts_with("R-"));
    for (const auto& id : line.tags.decisions) expect(id.starts_with("D-"));
    for (const auto& id : line.tags.equations) expect(id[0] == 'E' || id[0] == 'A');
    expect(!(line.is_blank && line.has_code));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  look_at("a.py", text);
  look_at("a.yaml", text);
  return 0;
}
