// Fills the templates of the generated repository.
#include "agents/generator/templates.h"

#include "base/resource.h"
#include "base/text_template.h"

namespace p2c::agents {

std::string fill_template(std::string_view name, const std::map<std::string, std::string>& values) {
  const std::string path = "generator/templates/" + std::string(name);
  return fill_names(resource(path), values, path);
}

}  // namespace p2c::agents
