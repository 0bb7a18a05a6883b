// The two modules every generated package gets from us: strict configuration, and what all its programs
// share.
#include <algorithm>

#include "agents/generator/generator.h"
#include "agents/generator/templates.h"
#include "base/error.h"
#include "base/resource.h"
#include "base/text.h"

namespace p2c::agents {

namespace {

// runtime_<framework>.py holds third-party imports and, after this line, the framework's functions.
constexpr std::string_view kImportsEnd = "# ---\n";

}  // namespace

FilesByPath provided_modules(const std::string& package, const std::string& framework) {
  const std::string piece_name = "generator/templates/runtime_" + framework + ".py";
  if (!has_resource(piece_name)) {
    throw Error(ErrorCode::bad_input, "unknown framework", {{}, framework, "pytorch, jax or hf", {}});
  }
  const std::string piece(resource(piece_name));
  const auto cut = piece.find(kImportsEnd);
  const std::string module = replace_all(package, "/", ".");
  const auto depth = std::count(package.begin(), package.end(), '/') + 1;
  return {{"config.py", fill_template("config.py", {{"package", module}})},
          {"runtime.py",
           fill_template("runtime.py", {{"package", module},
                                        {"depth", std::to_string(depth)},
                                        {"third_party_imports", std::string(trim(piece.substr(0, cut)))},
                                        {"framework_functions",
                                         std::string(trim(piece.substr(cut + kImportsEnd.size())))}})}};
}

}  // namespace p2c::agents
