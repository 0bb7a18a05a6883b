// The version of this program, as the build names it.
#pragma once

#include <string_view>

namespace p2c::run {
inline constexpr std::string_view kProgramVersion = P2C_VERSION;
}  // namespace p2c::run
