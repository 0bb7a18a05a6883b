// Fills names in a text.
#include "base/text_template.h"

#include "base/error.h"

namespace p2c {

std::string fill_names(std::string_view text, const std::map<std::string, std::string>& values,
                       std::string_view subject) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto open = text.find("{{", i);
    if (open == std::string_view::npos) return out += text.substr(i);
    const auto close = text.find("}}", open);
    const auto name = text.substr(open + 2, close == std::string_view::npos ? 0 : close - open - 2);
    const auto value = values.find(std::string(name));
    if (value == values.end()) {
      throw Error(ErrorCode::internal, "a template has a name without a value",
                  {std::string(subject), std::string(name), {}, {}});
    }
    out += text.substr(i, open - i);
    out += value->second;
    i = close + 2;
  }
  return out;
}

}  // namespace p2c
