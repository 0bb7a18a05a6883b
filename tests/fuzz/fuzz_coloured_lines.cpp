// Source text coloured for the report: any bytes give escaped lines, and only our own element in them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "verify/report_listing.h"

namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void look_at(std::string_view path, std::string_view text) {
  const auto lines = p2c::verify::coloured_lines(path, text);
  expect(lines.size() == p2c::split_lines(text).size());
  for (const std::string& line : lines) {
    expect(p2c::is_valid_utf8(line));
    for (auto at = line.find('<'); at != std::string::npos; at = line.find('<', at + 1)) {
      const std::string_view rest = std::string_view(line).substr(at);
      expect(rest.starts_with("</i>") || rest.starts_with("<i class=\"c\">") ||
             rest.starts_with("<i class=\"s\">") || rest.starts_with("<i class=\"k\">"));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"a.py", "a.yaml", "a.sh", "a.txt"}) look_at(path, text);
  return 0;
}
