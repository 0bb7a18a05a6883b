// Base 64 of bytes (RFC 4648, section 4), for data URLs and hashes in security policies.
#pragma once

#include <string>
#include <string_view>

namespace p2c {

std::string base64(std::string_view bytes);  // with padding, no line ends

}  // namespace p2c
