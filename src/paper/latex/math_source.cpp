// Maths as TeX source, cleaned of what carries no meaning.
#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/latex/text_writer.h"

namespace p2c::paper::latex {

namespace {

// Removed with their arguments.
std::string_view dropped_arguments(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kDropped[] = {{"label", "d"},
                                                                               {"tag", "*d"},
                                                                               {"color", "od"},
                                                                               {"vspace", "*d"},
                                                                               {"hspace", "*d"},
                                                                               {"displaybreak", "o"},
                                                                               {"footnote", "od"},
                                                                               {"setlength", "dd"},
                                                                               {"addtocounter", "dd"},
                                                                               {"setcounter", "dd"},
                                                                               {"stepcounter", "d"},
                                                                               {"refstepcounter", "d"},
                                                                               {"rule", "odd"},
                                                                               {"nonumber", ""},
                                                                               {"notag", ""},
                                                                               {"xspace", ""},
                                                                               {"protect", ""},
                                                                               {"relax", ""},
                                                                               {"allowdisplaybreaks", "o"},
                                                                               {"numberthis", ""},
                                                                               {"IEEEyesnumber", ""},
                                                                               {"IEEEnonumber", ""},
                                                                               {"p2c@format", "dd"},
                                                                               {"raggedright", ""},
                                                                               {"centering", ""},
                                                                               {"hl", ""},
                                                                               {"ensuremath", ""},
                                                                               {"small", ""},
                                                                               {"footnotesize", ""},
                                                                               {"scriptsize", ""},
                                                                               {"normalsize", ""},
                                                                               {"large", ""},
                                                                               {"allowbreak", ""},
                                                                               {"pagebreak", "o"},
                                                                               {"nobreak", ""},
                                                                               {"noindent", ""},
                                                                               {"vskip", ""},
                                                                               {"leavevmode", ""},
                                                                               {"p2c@endscope", ""},
                                                                               {"qedhere", ""},
                                                                               {"tiny", ""},
                                                                               {"unskip", ""},
                                                                               {"todo", "od"}};
  for (const auto& [command, arguments] : kDropped) {
    if (command == name) return arguments;
  }
  return "-";
}

}  // namespace

TokenList math_tokens(const Stream& s, Range range, const Names& names, std::vector<std::string>* labels) {
  TokenList out;
  out.reserve(range.end - range.begin);
  std::size_t i = range.begin;
  std::vector<std::size_t>
      dropped_braces;  // closing ones of groups that only coloured something, innermost last
  const auto push = [&](TokenKind kind, const Token& like) {
    Token token = like;
    token.kind = kind;
    out.push_back(token);
  };
  while (i < range.end) {
    const Token& token = s.tokens[i];
    switch (token.kind) {
      case TokenKind::control: {
        const std::string& name = names.text(token.value);
        if (name == "textcolor" || name == "mathcolor" || name == "colorbox") {
          i = skip_arguments(s, "od", i + 1, range.end);
          continue;
        }
        if (name == "(" || name == ")" || name == "[" || name == "]") {
          ++i;
          continue;
        }
        const std::string_view dropped = dropped_arguments(name);
        if (dropped != "-") {
          if (name == "label" && labels != nullptr) {
            const Argument key = group_at(s, i + 1, range.end);
            if (key.present)
              labels->push_back(
                  collapse_whitespace(plain_string(s.tokens, key.content.begin, key.content.end, names)));
          }
          i = std::max(i + 1, skip_arguments(s, dropped, i + 1, range.end));
          continue;
        }
        out.push_back(token);
        break;
      }
      case TokenKind::math_shift: {
        // $x$ inside \text{..}: the text is closed before and opened again after it.
        const bool opens = s.partner[i] != kNone && s.partner[i] > i && s.partner[i] < range.end;
        const bool closes = s.partner[i] != kNone && s.partner[i] < i && s.partner[i] >= range.begin;
        if (opens) {
          push(TokenKind::end_group, token);
        } else if (closes) {
          // Which command opened the text is not kept: \text serves for all.
          push(TokenKind::control, token);
          out.back().value = names.text_command();
          push(TokenKind::begin_group, token);
        }
        break;
      }
      case TokenKind::begin_group: {
        const std::size_t first = skip_spaces(s, i + 1, range.end);
        const bool coloured = first < range.end && s.tokens[first].kind == TokenKind::control &&
                              names.text(s.tokens[first].value) == "color";
        if (coloured && s.partner[i] != kNone && s.partner[i] < range.end) {
          dropped_braces.push_back(s.partner[i]);
          i = skip_spaces(s, skip_arguments(s, "od", first + 1, range.end), range.end);
          continue;
        }
        out.push_back(token);
        break;
      }
      case TokenKind::end_group:
        if (!dropped_braces.empty() && dropped_braces.back() == i) {
          dropped_braces.pop_back();
        } else {
          out.push_back(token);
        }
        break;
      case TokenKind::paragraph:
        push(TokenKind::space, token);
        break;
      default:
        out.push_back(token);
        break;
    }
    ++i;
  }
  // Pairs like \text{} left by the above carry nothing.
  TokenList tidy;
  tidy.reserve(out.size());
  for (std::size_t k = 0; k < out.size(); ++k) {
    const bool text = out[k].kind == TokenKind::control && names.text(out[k].value).starts_with("text");
    if (text && k + 2 < out.size() && out[k + 1].kind == TokenKind::begin_group &&
        out[k + 2].kind == TokenKind::end_group) {
      k += 2;
      continue;
    }
    tidy.push_back(out[k]);
  }
  return tidy;
}

std::string math_source(const Stream& s, Range range, const Names& names, std::vector<std::string>* labels) {
  const TokenList tokens = math_tokens(s, range, names, labels);
  return to_tex(tokens, 0, tokens.size(), names);
}

}  // namespace p2c::paper::latex
