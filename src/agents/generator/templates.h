// The text files under generator/templates/, with their {{names}} filled in.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace p2c::agents {

// The embedded template with every {{name}} replaced by values.at(name). A value is never searched for names
// again, so paper text cannot reach into the template. Errors: internal for an unknown template or name.
std::string fill_template(std::string_view name, const std::map<std::string, std::string>& values);

}  // namespace p2c::agents
