// Text with {{names}} to fill in.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace p2c {

// `text` with every {{name}} replaced by values.at(name). A value is never searched for names again, so
// untrusted text cannot reach into the template. Errors: internal naming `subject` for a name without a
// value.
std::string fill_names(std::string_view text, const std::map<std::string, std::string>& values,
                       std::string_view subject);

}  // namespace p2c
