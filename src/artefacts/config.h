// Every configurable value of the generated repository with its three profiles (spec 3.5, config.json).
#pragma once

#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

struct ConfigEntry {
  std::string key;   // dotted: "optimizer.lr"
  std::string type;  // int, float, bool, str, list
  Json value;        // base value = the paper's
  Json smoke, small, paper;  // overrides; null: the base value
  std::string unit;
  std::string req;   // requirement id, or empty
  std::string status;  // of the requirement, or "decision" / "default"
  std::string doc;
  template <class V>
  void fields(V& v) {
    v("key", key); v("type", type); v("value", value); v("smoke", smoke); v("small", small); v("paper", paper); v("unit", unit);
    v("req", req); v("status", status); v("doc", doc);
  }
};

struct Config {
  int schema_version = 1;
  std::vector<ConfigEntry> entries;
  template <class V>
  void fields(V& v) { v("schema_version", schema_version); v("entries", entries); }
};

// YAML text of one profile ("smoke", "small", "paper"), nested by the dots, each key with its doc and requirement as a
// comment; numbers and strings written so that YAML 1.1 and 1.2 loaders read the same value and type (spec 3.5, F11).
std::string render_yaml(const Config& config, const std::string& profile);

}  // namespace p2c::artefacts
