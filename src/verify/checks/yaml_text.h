// The plain part of YAML that configuration files are written in: nested mappings of scalars, line by line.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace p2c::verify {

struct YamlLine {
  int line = 0;          // 1-based
  std::string key;       // dotted: "optimizer.lr"
  std::string value;     // scalar as written, quotes kept, comment dropped; empty for a mapping
  std::size_t value_at = 0;  // byte of the value in its line
  bool is_mapping = false;   // keys follow below
  bool is_open = false;      // flow collection, list or block text: what is below is not looked at
};

struct YamlText {
  std::vector<YamlLine> lines;
  bool is_plain = true;   // false: anchors, merges, several documents or tabs; then the keys are not complete
  int tab_line = 0;       // first line indented by a tab: no YAML reader takes it
};

YamlText read_yaml(std::string_view text);

}  // namespace p2c::verify
