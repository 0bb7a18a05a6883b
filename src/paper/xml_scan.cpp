// Scans XML event by event.
#include "paper/xml_scan.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxEntityBytes = 10;
constexpr std::string_view kBlanks = " \t\r\n";

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '_' ||
         c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) code = 0xfffd;
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// Appends what the entity between '&' and ';' stands for; false when it is none of those known.
bool append_entity(std::string& text, std::string_view name) {
  static constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, value] : kNamed) {
    if (name == known) {
      text += value;
      return true;
    }
  }
  if (name.size() < 2 || name[0] != '#') return false;
  const bool hex = name[1] == 'x' || name[1] == 'X';
  const std::string_view digits = name.substr(hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
  if (digits.empty() || result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return false;
  append_utf8(text, code);
  return true;
}

// Splits name="value" pairs out of the inside of a start tag.
void read_attributes(std::string_view inside, std::vector<std::pair<std::string, std::string>>& attributes) {
  std::size_t at = 0;
  while (at < inside.size() && attributes.size() < kMaxAttributes) {
    if (!is_name_byte(inside[at])) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    while (at < inside.size() && is_name_byte(inside[at])) ++at;
    const std::string_view name = inside.substr(start, at - start);
    std::size_t equals = inside.find_first_not_of(kBlanks, at);
    if (equals == std::string_view::npos || inside[equals] != '=') continue;
    const std::size_t quote = inside.find_first_not_of(kBlanks, equals + 1);
    if (quote == std::string_view::npos) return;
    if (inside[quote] != '"' && inside[quote] != '\'') {
      at = quote;
      continue;
    }
    const std::size_t end = inside.find(inside[quote], quote + 1);
    if (end == std::string_view::npos) return;
    attributes.emplace_back(std::string(name), decode_xml(inside.substr(quote + 1, end - quote - 1)));
    at = end + 1;
  }
}

// Position of the '>' that ends the tag starting at `from`, not one inside a quoted value; npos when there is
// none.
std::size_t tag_end(std::string_view input, std::size_t from) {
  char quote = '\0';
  for (std::size_t i = from; i < input.size(); ++i) {
    const char c = input[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view XmlEvent::attribute(std::string_view attribute_name) const {
  for (const auto& [key, value] : attributes) {
    if (key == attribute_name) return value;
  }
  return {};
}

std::string decode_xml(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&') {
      const std::size_t end = text.substr(0, i + 2 + kMaxEntityBytes).find(';', i + 1);
      if (end != std::string_view::npos && append_entity(result, text.substr(i + 1, end - i - 1))) {
        i = end;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

void XmlScanner::skip_past(std::string_view end) {
  const std::size_t found = input_.find(end, position_);
  position_ = found == std::string_view::npos ? input_.size() : found + end.size();
}

bool XmlScanner::next(XmlEvent& event) {
  event = {};
  if (pending_end_) {
    pending_end_ = false;
    event.kind = XmlEvent::Kind::end;
    event.name = std::move(pending_name_);
    return true;
  }
  while (position_ < input_.size()) {
    if (input_[position_] == '<') {
      if (read_markup(event)) return true;
      continue;
    }
    const std::size_t end = std::min(input_.find('<', position_), input_.size());
    event.kind = XmlEvent::Kind::text;
    event.text = decode_xml(input_.substr(position_, end - position_));
    position_ = end;
    return true;
  }
  return false;
}

// Reads what starts with '<' at the position; false when it was skipped.
bool XmlScanner::read_markup(XmlEvent& event) {
  const std::string_view rest = input_.substr(position_);
  if (rest.starts_with("<!--")) {
    position_ += 4;
    skip_past("-->");
    return false;
  }
  if (rest.starts_with("<![CDATA[")) {
    position_ += 9;
    const std::size_t end = std::min(input_.find("]]>", position_), input_.size());
    event.kind = XmlEvent::Kind::text;
    event.text = std::string(input_.substr(position_, end - position_));
    position_ = std::min(end + 3, input_.size());
    return true;
  }
  if (rest.starts_with("<?") || rest.starts_with("<!")) {
    position_ += 2;
    skip_past(">");
    return false;
  }
  const bool closing = rest.starts_with("</");
  const std::size_t name_start = position_ + (closing ? 2 : 1);
  std::size_t name_end = name_start;
  while (name_end < input_.size() && is_name_byte(input_[name_end])) ++name_end;
  if (name_end == name_start) {  // a lone '<'
    event.kind = XmlEvent::Kind::text;
    event.text = "<";
    ++position_;
    return true;
  }
  const std::size_t end = tag_end(input_, name_end);
  if (end == std::string_view::npos) {  // a tag that never ends; giving up here keeps the scan linear
    event.kind = XmlEvent::Kind::text;
    event.text = std::string(rest);
    position_ = input_.size();
    return true;
  }
  event.name = std::string(input_.substr(name_start, name_end - name_start));
  position_ = end + 1;
  if (closing) {
    event.kind = XmlEvent::Kind::end;
    return true;
  }
  event.kind = XmlEvent::Kind::start;
  std::string_view inside = input_.substr(name_end, end - name_end);
  if (!inside.empty() && inside.back() == '/') {
    inside.remove_suffix(1);
    pending_end_ = true;
    pending_name_ = event.name;
  }
  read_attributes(inside, event.attributes);
  return true;
}

}  // namespace p2c::paper
