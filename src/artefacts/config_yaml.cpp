// Renders one profile of the configuration as YAML that every loader reads alike (spec 3.5, F11).
//
// YAML 1.1 (PyYAML) and YAML 1.2 disagree about plain scalars: 1e-5 is a string or a number, "on" a boolean
// or a string, 010 eight or ten, 1:20 eighty or a string. So numbers are written in the one form both read as
// a number of the same type, and any string that is not plainly a word goes into double quotes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "artefacts/config.h"
#include "base/text.h"

namespace p2c::artefacts {

namespace {

constexpr std::size_t kMaxKeyParts = 8;
constexpr int kMaxListDepth = 8;

[[noreturn]] void fail(const std::string& key, std::string message, std::string found = {},
                       std::string expected = {}) {
  throw Error(ErrorCode::bad_input, std::move(message),
              {"configuration key " + key, std::move(found), std::move(expected), {}});
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Words that some YAML reads as a boolean, as null or as a number.
bool is_reserved(std::string_view word) {
  static constexpr std::array<std::string_view, 11> kWords = {"y",    "n",     "yes",  "no",  "on", "off",
                                                              "true", "false", "null", "nan", "inf"};
  return std::find(kWords.begin(), kWords.end(), to_lower(word)) != kWords.end();
}

// Letters first, then only characters that mean nothing to YAML wherever they stand.
bool is_plain_word(std::string_view text) {
  if (text.empty() || !is_letter(text[0]) || is_reserved(text)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '/' || c == '-';
  });
}

// Code points that YAML does not allow unescaped, or that end a line: controls, U+2028, U+2029, byte order
// mark, U+FFFE/F.
bool needs_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe ||
         c == 0xffff;
}

// Length and value of the code point at `i` of valid UTF-8.
std::pair<std::size_t, char32_t> decode(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<char32_t>(static_cast<unsigned char>(text[k])); };
  const char32_t first = byte(i);
  if (first < 0x80) return {1, first};
  if (first < 0xe0) return {2, (first & 0x1f) << 6 | (byte(i + 1) & 0x3f)};
  if (first < 0xf0) return {3, (first & 0x0f) << 12 | (byte(i + 1) & 0x3f) << 6 | (byte(i + 2) & 0x3f)};
  return {4, (first & 0x07) << 18 | (byte(i + 1) & 0x3f) << 12 | (byte(i + 2) & 0x3f) << 6 |
                 (byte(i + 3) & 0x3f)};
}

std::string render_string(std::string_view raw) {
  if (is_plain_word(raw)) return std::string(raw);
  const std::string text = repair_utf8(raw);
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto [length, c] = decode(text, i);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (needs_escape(c)) {
          out += c < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                           : fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out.append(text, i, length);
        }
    }
    i += length;
  }
  return out + "\"";
}

// Shortest digits that give the same double, always with a point in the mantissa: 1.0e-05, 10.0.
std::string render_float(const std::string& key, double value) {
  if (!std::isfinite(value)) fail(key, "the value is not a finite number");
  std::string text = fmt::format("{}", value);
  const auto exponent = text.find('e');
  if (text.find('.') == std::string::npos)
    text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
  return text;
}

std::string render_integer(const Json& value) {
  return value.is_number_unsigned() ? fmt::format("{}", value.get<std::uint64_t>())
                                    : fmt::format("{}", value.get<std::int64_t>());
}

std::string render_list_item(const std::string& key, const Json& value, int depth);

std::string render_list(const std::string& key, const Json& list, int depth) {
  if (depth > kMaxListDepth)
    fail(key, "lists are nested too deeply", {}, fmt::format("at most {} levels", kMaxListDepth));
  std::vector<std::string> items;
  for (const auto& item : list) items.push_back(render_list_item(key, item, depth));
  return "[" + join(items, ", ") + "]";
}

std::string render_list_item(const std::string& key, const Json& value, int depth) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return render_float(key, value.get<double>());
  if (value.is_number()) return render_integer(value);
  if (value.is_string()) return render_string(value.get_ref<const std::string&>());
  if (value.is_array()) return render_list(key, value, depth + 1);
  fail(key, "a list may hold scalars and lists only", value.type_name());
}

std::string render_value(const ConfigEntry& entry, const Json& value) {
  const auto wrong = [&] {
    fail(entry.key, "the value has not the declared type", value.dump().substr(0, 80), entry.type);
  };
  if (value.is_null()) return "null";
  if (entry.type == "int") {
    if (value.is_number_float()) {  // 10.0 for 10, as models write it
      const double number = value.get<double>();
      if (number != std::floor(number) || std::fabs(number) > 9e15) wrong();
      return fmt::format("{}", static_cast<std::int64_t>(number));
    }
    if (!value.is_number_integer()) wrong();
    return render_integer(value);
  }
  if (entry.type == "float") {
    if (!value.is_number()) wrong();
    return render_float(entry.key, value.get<double>());
  }
  if (entry.type == "bool") {
    if (!value.is_boolean()) wrong();
    return value.get<bool>() ? "true" : "false";
  }
  if (entry.type == "str") {
    if (!value.is_string()) wrong();
    return render_string(value.get_ref<const std::string&>());
  }
  if (entry.type == "list") {
    if (!value.is_array()) wrong();
    return render_list(entry.key, value, 0);
  }
  fail(entry.key, "unknown type", entry.type, "int, float, bool, str or list");
}

const Json& value_in_profile(const ConfigEntry& entry, const std::string& profile) {
  const Json& own = profile == "smoke" ? entry.smoke : profile == "small" ? entry.small : entry.paper;
  return own.is_null() ? entry.value : own;
}

// One line of comment text: white space collapsed, nothing YAML forbids.
std::string comment_text(std::string_view raw) {
  const std::string text = repair_utf8(raw);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto [length, c] = decode(text, i);
    if (needs_escape(c)) {
      out += ' ';
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  return collapse_whitespace(out);
}

// "Number of updates (steps); specified; the paper profile has 300 [R-017]"
std::string describe(const ConfigEntry& entry, const Json& shown) {
  std::vector<std::string> parts;
  std::string doc = comment_text(entry.doc);
  while (!doc.empty() && doc.back() == '.') doc.pop_back();
  if (!entry.unit.empty()) doc += fmt::format("{}({})", doc.empty() ? "" : " ", comment_text(entry.unit));
  if (!doc.empty()) parts.push_back(doc);
  if (!entry.status.empty()) parts.push_back(comment_text(entry.status));
  const Json& of_paper = value_in_profile(entry, "paper");
  if (shown != of_paper)
    parts.push_back("the paper profile has " + comment_text(render_value(entry, of_paper)));
  std::string line = join(parts, "; ");
  if (!entry.req.empty()) line += (line.empty() ? "[" : " [") + comment_text(entry.req) + "]";
  return line;
}

// The dotted keys as a tree, groups in the order of their first key.
struct Node {
  std::string name;                    // one part of a dotted key; empty for the root
  const ConfigEntry* entry = nullptr;  // null: a group
  std::vector<Node> children;
};

void insert(Node& root, const ConfigEntry& entry) {
  const auto parts = split(entry.key, '.');
  if (parts.size() > kMaxKeyParts)
    fail(entry.key, "too many levels", {}, fmt::format("at most {}", kMaxKeyParts));
  Node* node = &root;
  for (const auto& part : parts) {
    const bool ok = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return is_letter(c) || is_digit(c) || c == '_' || c == '-';
    });
    if (!ok) fail(entry.key, "a part of the key is not a name", part, "letters, digits, '_' and '-'");
    if (node->entry)
      fail(entry.key, "the key is below another key that holds a value", {},
           node->entry->key + " to be a group");
    const auto found = std::find_if(node->children.begin(), node->children.end(),
                                    [&](const auto& child) { return child.name == part; });
    node = found != node->children.end() ? &*found : &node->children.emplace_back(Node{part, nullptr, {}});
  }
  if (node->entry) fail(entry.key, "the key is there twice");
  if (!node->children.empty()) fail(entry.key, "the key holds a value and other keys are below it");
  node->entry = &entry;
}

// Depth is bounded by kMaxKeyParts.
void render(const Node& node, const std::string& profile, std::size_t depth, std::string& out) {
  const std::string indent(2 * depth, ' ');
  bool after_group = true;
  for (const Node& child : node.children) {
    if (child.entry) {
      const Json& value = value_in_profile(*child.entry, profile);
      const std::string comment = describe(*child.entry, value);
      if (depth == 0 && std::exchange(after_group, false)) out += "\n";
      if (!comment.empty()) out += indent + "# " + comment + "\n";
      out += indent + render_string(child.name) + ": " + render_value(*child.entry, value) + "\n";
    } else {
      if (depth == 0) out += "\n";
      out += indent + render_string(child.name) + ":\n";
      render(child, profile, depth + 1, out);
      after_group = true;
    }
  }
}

}  // namespace

std::string render_yaml(const Config& config, const std::string& profile) {
  static const std::map<std::string, std::string> kPurpose = {
      {"smoke", "tiny sizes and few steps on synthetic data, to see that everything runs"},
      {"small", "reduced sizes, for a first look at real behaviour"},
      {"paper", "the values of the paper"}};
  const auto purpose = kPurpose.find(profile);
  if (purpose == kPurpose.end()) {
    throw Error(ErrorCode::bad_input, "unknown configuration profile",
                {"configuration", profile, "smoke, small or paper", {}});
  }
  Node root;
  for (const auto& entry : config.entries) insert(root, entry);
  std::string out = fmt::format("# Profile \"{}\": {}.\n", profile, purpose->second);
  out += "# Every key stands in all profiles; [R-...] names the requirement a value comes from.\n";
  render(root, profile, 0, out);
  if (config.entries.empty()) out += "{}\n";  // an empty document would be null, not a mapping
  return out;
}

}  // namespace p2c::artefacts
