// What packages let a paper declare or use without defining it: blocks of algorithmicx, words of clrscode.
#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/latex/expander.h"
#include "paper/latex/pseudocode.h"
#include "paper/latex/tokenizer.h"

namespace p2c::paper::latex {

// \command{text}, with the parameters of `macro`, as the body of `macro`.
void Expander::define_block(MacroDefinition macro, std::string_view command, TokenList text,
                            const Token& at) {
  TokenList body = {token_like(at, TokenKind::control, names_.id(command)), token_like(at, TokenKind::begin_group, '{')};
  body.insert(body.end(), text.begin(), text.end());
  body.push_back(token_like(at, TokenKind::end_group, '}'));
  macro.body = std::move(body);
  define(std::move(macro), true, at);
}

// \algdef{SE}[BLOCK]{Start}{End}[1]{text}{text}, \algblock[BLOCK]{Start}{End} and
// \algblockdefx[BLOCK]{Start}{End}[1]{text}{text}: the two become marks that the pseudocode reader knows.
void Expander::algorithm_blocks(const Token& token) {
  const std::string command = names_.text(token.value);
  std::string flags = command == "algblock" ? "se" : "SE";
  if (command == "algdef") {
    const TokenList given = read_argument();
    flags = plain_string(given, 0, given.size(), names_);
  }
  TokenList block;
  read_optional(block);
  struct Part {
    char flag;
    std::string name;
  };
  std::vector<Part> parts;
  for (const char wanted : {'s', 'c', 'e'}) {
    for (const char flag : flags) {
      if ((flag | 0x20) == wanted) parts.push_back({flag, read_name()});
    }
  }
  for (const Part& part : parts) {
    MacroDefinition macro;
    TokenList text;
    if (part.flag < 'a') {  // capitals bring parameters and a text
      macro.parameters = latex_parameters();
      text = read_argument();
    } else {
      text = tokenize_text(part.name, names_);
    }
    const std::string lower = to_lower(part.name);
    const bool usual =
        is_algorithmic_block(lower) || (lower.starts_with("end") && is_algorithmic_block(lower.substr(3)));
    if (usual || part.name.empty() || part.name.size() > 100) continue;
    macro.name = names_.id(part.name);
    const char kind = static_cast<char>(part.flag | 0x20);
    define_block(std::move(macro),
                 kind == 's'   ? "p2c@blockbegin"
                 : kind == 'c' ? "p2c@blockmiddle"
                               : "p2c@blockend",
                 std::move(text), token);
  }
}

// \algtext*{EndIf} and \algnotext{EndIf}: those lines are not printed.
void Expander::hidden_algorithm_lines(const Token& token) {
  const bool hides = names_.text(token.value) == "algnotext" || read_star();
  TokenList block;
  read_optional(block);
  const std::string name = read_name();
  if (!hides) {
    read_argument();  // \algtext{EndIf}{text}
    return;
  }
  const std::uint32_t id = names_.id(name);
  const MacroDefinition* own = macros_.find(id);
  if (own != nullptr && !own->body.empty() && own->body[0].kind == TokenKind::control &&
      names_.text(own->body[0].value) == "p2c@blockend") {
    MacroDefinition silent;
    silent.name = id;
    silent.parameters = own->parameters;
    define_block(std::move(silent), "p2c@blockend", {}, token);
  } else if (package_options_.size() < 2'000) {
    package_options_.push_back("p2c@hidden:" + to_lower(name));
  }
}

// \newtcolorbox{name}[1]{title=#1} and \newmdenv[options]{name}: environments that open a box with a title.
void Expander::new_box(const Token& token) {
  const bool tcolorbox = contains(names_.text(token.value), "tcolorbox");
  EnvironmentDefinition box;
  TokenList options;
  read_optional(options);
  const std::string name = read_name();
  if (tcolorbox) {
    box.begin.parameters = latex_parameters();
    options = read_argument();
  }
  if (name.empty() || name.size() > 100 || is_protected_environment(name)) return;
  box.begin.name = names_.id(name);
  box.begin.body = tokenize_text(tcolorbox ? "\\begin{tcolorbox}[" : "\\begin{mdframed}[", names_);
  box.begin.body.insert(box.begin.body.end(), options.begin(), options.end());
  box.begin.body.push_back(token_like(token, TokenKind::character, ']'));
  box.end = tokenize_text(tcolorbox ? "\\end{tcolorbox}" : "\\end{mdframed}", names_);
  environments_[box.begin.name] = std::move(box);
}

// The words of clrscode and clrscode3e, whose file is never part of a source package.
void Expander::package_words(std::string_view package) {
  if (package != "clrscode" && package != "clrscode3e") return;
  struct Word {
    std::string_view name;
    std::size_t arguments;
    std::string_view body;
  };
  static constexpr Word kWords[] = {{"proc", 1, "\\text{#1}"},
                                    {"id", 1, "\\ensuremath{\\mathit{#1}}"},
                                    {"const", 1, "\\text{#1}"},
                                    {"func", 1, "\\ensuremath{\\mathrm{#1}}"},
                                    {"kw", 1, "\\text{#1}"},
                                    {"attrib", 2, "\\ensuremath{#1.\\mathit{#2}}"},
                                    {"attribii", 3, "\\ensuremath{#1.\\mathit{#2}.\\mathit{#3}}"},
                                    {"twodots", 0, "\\ensuremath{..}"},
                                    {"isequal", 0, "\\ensuremath{==}"}};
  for (const Word& word : kWords) {
    MacroDefinition macro;
    macro.name = names_.id(word.name);
    if (macros_.find(macro.name) != nullptr) continue;
    macro.parameters.resize(word.arguments);
    macro.body = tokenize_text(word.body, names_);
    macros_.define(macro.name, std::make_shared<const MacroDefinition>(macro), true);
  }
}

}  // namespace p2c::paper::latex
