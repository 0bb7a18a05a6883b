#include "base/text.h"

#include <algorithm>
#include <cstdint>

namespace p2c {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Decoded {
  char32_t code_point;
  std::size_t length;  // bytes taken; for an invalid sequence its maximal valid part, at least 1
  bool valid;
};

// One code point at `pos` (which must be inside), by table 3-7 of the Unicode standard.
Decoded decode(std::string_view bytes, std::size_t pos) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = at(pos);
  if (lead < 0x80) return {lead, 1, true};
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;  // range of the second byte: excludes overlong forms and surrogates
  char32_t code_point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    code_point = lead & 0x1Fu;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    code_point = lead & 0x0Fu;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    code_point = lead & 0x07u;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {0xFFFD, 1, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (pos + i >= bytes.size() || at(pos + i) < low || at(pos + i) > high) return {0xFFFD, i, false};
    code_point = (code_point << 6) | (at(pos + i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {code_point, length, true};
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_white_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// The plain form of one code point for comparison; empty when it is dropped. nullptr: as it is.
const char* plain_form(char32_t c) {
  switch (c) {
    case '`':
    case 0x00B4:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0x2039:
    case 0x203A:
      return "'";
    case 0x00AB:
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
      return "-";
    case 0x2026:
      return "...";
    case 0xFB00:
      return "ff";
    case 0xFB01:
      return "fi";
    case 0xFB02:
      return "fl";
    case 0xFB03:
      return "ffi";
    case 0xFB04:
      return "ffl";
    case 0xFB05:
    case 0xFB06:
      return "st";
    case 0x00AD:  // soft hyphen
    case 0x200C:  // zero-width non-joiner, joiner, word joiner, byte order mark
    case 0x200D:
    case 0x2060:
    case 0xFEFF:
      return "";
    default:
      return nullptr;
  }
}

// Position after the escape sequence whose introducer (ESC or a C1 code) ended just before `pos`; `kind` is
// the byte that followed ESC. ECMA-48, sections 5.4 and 5.6.
std::size_t skip_escape(std::string_view text, std::size_t pos, char kind) {
  if (kind == '[') {
    while (pos < text.size() && text[pos] >= 0x20 && text[pos] <= 0x3F) ++pos;
    if (pos < text.size() && text[pos] >= 0x40 && text[pos] <= 0x7E) ++pos;
    return pos;
  }
  // Control strings end at BEL or ST; at a line end too, so that one without an end does not swallow the
  // rest.
  while (pos < text.size() && text[pos] != '\n') {
    if (text[pos] == '\a') return pos + 1;
    if (text[pos] == '\x1b') return pos + 1 < text.size() && text[pos + 1] == '\\' ? pos + 2 : pos;
    if (text[pos] == '\xC2' && pos + 1 < text.size() && text[pos + 1] == '\x9C') return pos + 2;
    ++pos;
  }
  return pos;
}

bool opens_control_string(char c) {
  return c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_';
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) end = text.size();
    std::string_view line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    start = end + 1;
  }
  return lines;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  std::size_t pos = text.find(from);
  if (pos == std::string::npos) return text;
  std::string result;
  result.reserve(text.size());
  std::size_t start = 0;
  for (; pos != std::string::npos; pos = text.find(from, start)) {
    result.append(text, start, pos - start);
    result += to;
    start = pos + from.size();
  }
  result.append(text, start);
  return result;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
  return lower;
}

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_valid_utf8(std::string_view bytes) {
  for (std::size_t pos = 0; pos < bytes.size();) {
    const Decoded d = decode(bytes, pos);
    if (!d.valid) return false;
    pos += d.length;
  }
  return true;
}

std::string repair_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t pos = 0; pos < bytes.size();) {
    const Decoded d = decode(bytes, pos);
    out += d.valid ? bytes.substr(pos, d.length) : kReplacement;
    pos += d.length;
  }
  return out;
}

std::string latin1_to_utf8(std::string_view bytes) {
  // Windows code page 1252, 0x80..0x9F; the five codes it leaves open become U+FFFD.
  static constexpr char32_t kCp1252[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                           0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                           0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                           0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(byte >= 0x80 && byte < 0xA0 ? kCp1252[byte - 0x80] : byte, out);
  }
  return out;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t pos = 0; pos < text.size(); ++count) pos += decode(text, pos).length;
  return count;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  // A sequence has at most three continuation bytes; more in a row is no UTF-8 and may be cut anywhere.
  for (int i = 0; i < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++i) --end;
  return text.substr(0, end);
}

std::string collapse_whitespace(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  for (std::size_t pos = 0; pos < text.size();) {
    const Decoded d = decode(text, pos);
    if (d.valid && is_white_space(d.code_point)) {
      gap = true;
    } else {
      if (gap && !out.empty()) out += ' ';
      gap = false;
      out += text.substr(pos, d.length);
    }
    pos += d.length;
  }
  return out;
}

std::string normalise_for_match(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  const auto put = [&](char c) {
    if (gap && !out.empty()) out += ' ';
    // TeX writes dashes as runs of hyphens and double quotes as two single ones.
    if (c == '-' && !gap && out.ends_with('-')) return;
    if (c == '\'' && !gap && out.ends_with('\'')) {
      out.back() = '"';
      return;
    }
    gap = false;
    out += ascii_lower(c);
  };
  for (std::size_t pos = 0; pos < text.size();) {
    const Decoded d = decode(text, pos);
    if (d.valid && is_white_space(d.code_point)) {
      gap = true;
    } else if (const char* plain = d.valid ? plain_form(d.code_point) : nullptr) {
      for (; *plain != '\0'; ++plain) put(*plain);
    } else {
      for (const char c : text.substr(pos, d.length)) put(c);
    }
    pos += d.length;
  }
  return out;
}

std::string strip_control(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const Decoded d = decode(text, pos);
    const char32_t c = d.code_point;
    if (c == 0x1B) {
      ++pos;
      while (pos < text.size() && text[pos] >= 0x20 && text[pos] <= 0x2F) ++pos;  // intermediate bytes
      if (pos >= text.size()) break;
      const char kind = text[pos];
      if (kind < 0x30 || kind > 0x7E) continue;  // no sequence: what follows is looked at by itself
      ++pos;
      if (kind == '[' || opens_control_string(kind)) pos = skip_escape(text, pos, kind);
    } else if (d.valid && c >= 0x80 && c <= 0x9F) {  // C1: the same introducers as one code point
      pos += d.length;
      const char kind = static_cast<char>(c - 0x40);
      if (kind == '[' || opens_control_string(kind)) pos = skip_escape(text, pos, kind);
    } else {
      if ((c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t') out += text.substr(pos, d.length);
      pos += d.length;
    }
  }
  return out;
}

std::size_t count_lines(std::string_view text) {
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return ends + (text.empty() || text.back() == '\n' ? 0 : 1);
}

}  // namespace p2c
