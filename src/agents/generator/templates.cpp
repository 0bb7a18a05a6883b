// Fills the templates of the generated repository.
#include "agents/generator/templates.h"

#include "base/error.h"
#include "base/resource.h"

namespace p2c::agents {

std::string fill_template(std::string_view name, const std::map<std::string, std::string>& values) {
  const std::string path = "generator/templates/" + std::string(name);
  const std::string_view text = resource(path);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto open = text.find("{{", i);
    if (open == std::string_view::npos) return out += text.substr(i);
    const auto close = text.find("}}", open);
    const auto key = text.substr(open + 2, close == std::string_view::npos ? 0 : close - open - 2);
    const auto value = values.find(std::string(key));
    if (value == values.end()) {
      throw Error(ErrorCode::internal, "a template has a name without a value",
                  {path, std::string(key), {}, {}});
    }
    out += text.substr(i, open - i);
    out += value->second;
    i = close + 2;
  }
  return out;
}

}  // namespace p2c::agents
