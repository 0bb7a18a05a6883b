// Numbers and words the two forms of the report share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2c::verify {

std::string grouped(std::int64_t number);                // 1,234,567
std::string percent(double share);                       // 0.0482 -> "4.8 %"; below 0.1 % two digits more
std::string duration(std::int64_t milliseconds);         // "850 ms", "12.3 s", "4 min 05 s", "2 h 07 min"
std::string stage_time(std::int64_t milliseconds);       // the same of whole seconds: "< 1 s" for 0
std::string dollars(const std::optional<double>& cost);  // "$0.42"; "unknown" for an unknown price
std::string counted(std::int64_t n, std::string_view one, std::string_view many);  // "1 test", "12 tests"

std::string_view level_meaning(std::string_view level);   // "the smoke run finishes and writes its results"
std::string level_sentence(std::string_view level);       // what reaching it says about the repository
std::string_view verdict_word(std::string_view verdict);  // "in place", "missing", ...
std::string framework_name(std::string_view framework);   // "PyTorch"

// A path as part of a relative URL: everything but letters, digits and -._~/ is percent-encoded.
std::string url_path(std::string_view path);

}  // namespace p2c::verify
