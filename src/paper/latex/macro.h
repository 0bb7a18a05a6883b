// User macros: their parameters and bodies, and a table of them that respects TeX's groups (spec 8.4).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "paper/latex/token.h"

namespace p2c::paper::latex {

struct Parameter {
  enum class Kind { mandatory, optional, star, delimited };
  Kind kind = Kind::mandatory;
  bool has_default = false;
  TokenList default_value;  // optional ones
  TokenList delimiter;      // delimited ones: the tokens that end the argument
};

struct MacroDefinition {
  std::uint32_t name = 0;
  TokenList prefix;  // \def\x(#1){..}: tokens that must follow the name, else it is not expanded
  std::vector<Parameter> parameters;
  TokenList body;
  bool review_note = false;  // \newcommand{\nick}[1]{\textcolor{blue}{Nick: #1}}: dropped with a warning
};

struct EnvironmentDefinition {
  MacroDefinition begin;
  TokenList end;
};

using MacroPtr = std::shared_ptr<const MacroDefinition>;

// Macros by name id. Definitions made inside a group end with it, unless global.
class MacroTable {
 public:
  const MacroDefinition* find(std::uint32_t name) const {
    return name < macros_.size() ? macros_[name].get() : nullptr;
  }
  MacroPtr get(std::uint32_t name) const { return name < macros_.size() ? macros_[name] : nullptr; }
  void define(std::uint32_t name, MacroPtr macro, bool global);
  void open_group() { marks_.push_back(undo_.size()); }
  void close_group();  // without an open group: nothing
  std::size_t groups() const { return marks_.size(); }

 private:
  std::vector<MacroPtr> macros_;
  std::vector<std::pair<std::uint32_t, MacroPtr>> undo_;
  std::vector<std::size_t> marks_;
};

// Whether a macro only colours its argument and puts a name or TODO before it.
bool looks_like_review_note(const MacroDefinition& macro, const Names& names);

}  // namespace p2c::paper::latex
