// SHA-256 (FIPS 180-4): as 64 lower-case hexadecimal digits, and in base 64 for security policies of pages.
#pragma once

#include <string>
#include <string_view>

namespace p2c {
std::string sha256_hex(std::string_view bytes);
std::string sha256_base64(std::string_view bytes);
}  // namespace p2c
