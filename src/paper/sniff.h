// What a file is, told from its first bytes and never from a name or a header (spec 7.3).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace p2c::paper {

enum class Content { empty, gzip, tar, zip, pdf, postscript, html, json, tex, text, binary };

// Enough for every rule below; longer prefixes only help to find \documentclass behind a long comment.
inline constexpr std::size_t kSniffBytes = 64u << 10;

// A PDF may have up to 1 KiB of junk before its header. "tex" needs a TeX command among the first bytes;
// other text without control characters is "text".
Content sniff(std::string_view head);
// The first `max_bytes` of a file. Errors: not_found, io.
std::string read_head(const std::filesystem::path& path, std::size_t max_bytes = kSniffBytes);

}  // namespace p2c::paper
