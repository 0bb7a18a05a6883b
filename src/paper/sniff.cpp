// Tells what a file is from its first bytes.
#include "paper/sniff.h"

#include <fstream>

#include "base/error.h"
#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kTarBlock = 512;

// The octal checksum at 148..155 is the sum of the header's bytes with the checksum itself read as blanks.
bool has_tar_checksum(std::string_view head) {
  if (head.size() < kTarBlock || head[0] == '\0') return false;
  unsigned long stored = 0;
  bool digits = false;
  for (char c : head.substr(148, 8)) {
    if (c == ' ' && !digits) continue;
    if (c < '0' || c > '7') break;
    stored = stored * 8 + static_cast<unsigned long>(c - '0');
    digits = true;
  }
  unsigned long sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    sum += i >= 148 && i < 156 ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(head[i]);
  }
  return digits && sum == stored;
}

bool is_tar(std::string_view head) {
  return (head.size() >= 262 && head.substr(257, 5) == "ustar") || has_tar_checksum(head);
}

bool is_html(std::string_view text) {
  return starts_with_nocase(text, "<!doctype html") || starts_with_nocase(text, "<html") ||
         (starts_with_nocase(text, "<?xml") && contains(to_lower(text.substr(0, 1024)), "<html"));
}

bool is_tex(std::string_view text) {
  for (std::string_view command :
       {"\\documentclass", "\\documentstyle", "\\begin{", "\\input", "\\section", "\\magnification"}) {
    if (contains(text, command)) return true;
  }
  return starts_with_nocase(text, "%&");
}

bool is_binary(std::string_view head) {
  for (char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b') return true;
  }
  return false;
}

}  // namespace

Content sniff(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  if (head.empty()) return Content::empty;
  if (head.starts_with("\x1f\x8b")) return Content::gzip;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return Content::zip;
  if (is_tar(head)) return Content::tar;
  if (head.starts_with("%!PS") || head.starts_with("\x04%!PS")) return Content::postscript;
  if (contains(head.substr(0, 1024), "%PDF-")) return Content::pdf;
  const std::string_view text = trim(head);
  if (is_html(text)) return Content::html;
  if (is_binary(head)) return Content::binary;
  if (text.empty()) return Content::empty;
  if (text.front() == '{' && contains(text, "\"sources\"")) return Content::json;
  return is_tex(text) ? Content::tex : Content::text;
}

std::string read_head(const std::filesystem::path& path, std::size_t max_bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw Error(ErrorCode::not_found, "the file cannot be opened",
                {.subject = path.string(), .hint = "Check the name and that you may read it."});
  }
  std::string head(max_bytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(max_bytes));
  if (in.bad()) throw Error(ErrorCode::io, "the file cannot be read", {.subject = path.string()});
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

}  // namespace p2c::paper
