// The macro table and what can be told from a macro's body.
#include "paper/latex/macro.h"

#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

void MacroTable::define(std::uint32_t name, MacroPtr macro, bool global) {
  if (name >= macros_.size()) macros_.resize(name + 64);
  if (!global && !marks_.empty()) undo_.emplace_back(name, macros_[name]);
  macros_[name] = std::move(macro);
}

void MacroTable::close_group() {
  if (marks_.empty()) return;
  while (undo_.size() > marks_.back()) {
    macros_[undo_.back().first] = std::move(undo_.back().second);
    undo_.pop_back();
  }
  marks_.pop_back();
}

bool looks_like_review_note(const MacroDefinition& macro, const Names& names) {
  const std::string& own_name = names.text(macro.name);
  static constexpr std::string_view kNotes[] = {"todo", "TODO", "fixme", "FIXME", "commentout"};
  // These also name macros that only set words in another face; then a colour or a margin tells a note.
  static constexpr std::string_view kMaybeNotes[] = {"note", "xxx", "XXX"};
  const auto mandatory =
      std::count_if(macro.parameters.begin(), macro.parameters.end(),
                    [](const Parameter& parameter) { return parameter.kind == Parameter::Kind::mandatory; });
  if (mandatory != 1) return false;
  if (std::find(std::begin(kNotes), std::end(kNotes), own_name) != std::end(kNotes)) return true;
  const bool named =
      std::find(std::begin(kMaybeNotes), std::end(kMaybeNotes), own_name) != std::end(kMaybeNotes);
  // The text printed before the argument must be a name and a colon, and a colour or a \todo must be around
  // it.
  bool coloured = false;
  std::string before;
  int skip_group = 0;  // > 0: inside the colour's name
  bool expect_colour = false;
  for (const Token& token : macro.body) {
    if (token.kind == TokenKind::parameter) break;
    if (token.kind == TokenKind::control) {
      const std::string& name = names.text(token.value);
      if (name == "todo") return true;
      if (named && (name == "color" || name == "textcolor" || name == "marginpar" || name == "marginnote" ||
                    name == "footnote"))
        return true;
      if (name == "textcolor" || name == "color" || name == "colorbox" || name == "mathcolor") {
        coloured = true;
        expect_colour = true;
      }
      continue;
    }
    if (token.kind == TokenKind::begin_group) {
      if (skip_group > 0 || expect_colour) ++skip_group;
      expect_colour = false;
      continue;
    }
    if (token.kind == TokenKind::end_group) {
      if (skip_group > 0) --skip_group;
      continue;
    }
    if (skip_group == 0 && token.kind == TokenKind::character) append_utf8(before, token.value);
    if (skip_group == 0 && token.kind == TokenKind::space) before += ' ';
  }
  const std::string_view prefix = trim(before);
  if (!coloured || prefix.size() < 2 || prefix.size() > 30) return false;
  if (prefix.starts_with("[[")) return true;
  const bool labelled = prefix.back() == ':' || prefix.front() == '[';
  return labelled && std::any_of(prefix.begin(), prefix.end(),
                                 [](char c) { return is_letter(static_cast<unsigned char>(c)); });
}

}  // namespace p2c::paper::latex
