#include "verify/checks/yaml_text.h"

#include "base/text.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxDepth = 50;

struct Level {
  std::size_t indent;
  std::string prefix;  // "optimizer."
};

// Where a comment starts: '#' at the start or after a blank, outside quotes.
std::string_view without_comment(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '[' || line[i - 1] == ',' || line[i - 1] == '{')) {
      quote = c;
    } else if (c == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return line.substr(0, i);
    }
  }
  return line;
}

// The colon that ends a key: followed by a blank or the end, outside quotes.
std::size_t key_end(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\'')) {
    const std::size_t close = text.find(text.front(), 1);
    if (close == std::string_view::npos || close + 1 >= text.size() || text[close + 1] != ':') return std::string_view::npos;
    return close + 1;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) return i;
  }
  return std::string_view::npos;
}

}  // namespace

YamlText read_yaml(std::string_view text) {
  YamlText yaml;
  std::vector<Level> levels = {{0, ""}};
  bool in_block = false;        // below "key: |", or a flow collection over several lines
  std::size_t block_indent = 0;
  int number = 0;
  bool has_content = false;
  const std::vector<std::string_view> all = split_lines(text);
  for (const std::string_view raw : all) {
    ++number;
    const std::string_view line = without_comment(raw);
    const std::string_view content = trim(line);
    if (content.empty()) continue;
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent != std::string_view::npos && line[indent] == '\t') {
      if (yaml.tab_line == 0) yaml.tab_line = number;
      yaml.is_plain = false;
      continue;
    }
    if (in_block && indent > block_indent) continue;
    in_block = false;
    if (content == "---" || content == "...") {
      if (has_content) yaml.is_plain = false;
      continue;
    }
    has_content = true;
    if (content.starts_with("- ") || content == "-") continue;  // a list: its key is open already, or it is no config
    if (content.starts_with('}') || content.starts_with(']')) continue;
    const std::size_t colon = key_end(content);
    if (colon == std::string_view::npos) {
      yaml.is_plain = false;  // text over several lines, aliases and what else
      continue;
    }
    std::string key(trim(content.substr(0, colon)));
    if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'')) key = key.substr(1, key.size() - 2);
    if (key == "<<") yaml.is_plain = false;
    while (levels.size() > 1 && indent < levels.back().indent) levels.pop_back();
    if (indent != levels.back().indent) {
      // Deeper without a mapping above, or between two levels.
      yaml.is_plain = false;
      continue;
    }
    YamlLine entry;
    entry.line = number;
    entry.key = levels.back().prefix + key;
    const std::string_view value = trim(content.substr(colon + 1));
    entry.value = std::string(value);
    entry.value_at = value.empty() ? raw.size() : static_cast<std::size_t>(value.data() - raw.data());
    if (value.starts_with('&') || value.starts_with('*')) yaml.is_plain = false;
    if (value.starts_with('|') || value.starts_with('>')) {
      entry.is_open = in_block = true;
      block_indent = indent;
    } else if (value.starts_with('{') || value.starts_with('[')) {
      entry.is_open = true;
      const bool closed = value.ends_with('}') || value.ends_with(']');
      in_block = !closed;
      block_indent = indent;
    } else if (value.empty()) {
      entry.is_mapping = true;  // or null, or a list; decided by the next line
    }
    yaml.lines.push_back(entry);
    if (entry.is_mapping) {
      if (levels.size() > kMaxDepth) {
        yaml.is_plain = false;
        continue;
      }
      // The indentation of what is below is known only at the next line with content.
      std::size_t next_indent = 0;
      bool is_list = false;
      for (auto below = static_cast<std::size_t>(number); below < all.size(); ++below) {
        const std::string_view next = all[below];
        const std::string_view next_content = trim(without_comment(next));
        if (next_content.empty()) continue;
        next_indent = next.find_first_not_of(' ');
        is_list = next_content.starts_with('-') && next_content != "---";
        break;
      }
      if (is_list && next_indent >= indent) {
        yaml.lines.back().is_mapping = false;
        yaml.lines.back().is_open = true;
        in_block = next_indent > indent;
        block_indent = indent;
      } else if (next_indent > indent) {
        levels.push_back({next_indent, entry.key + "."});
      } else {
        yaml.lines.back().is_mapping = false;  // null
      }
    }
  }
  return yaml;
}

}  // namespace p2c::verify
