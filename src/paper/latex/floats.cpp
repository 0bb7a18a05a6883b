// Floats: which pictures, tables, captions, listings and algorithms stand in them, and the blocks they
// become.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

constexpr int kMaxFloatDepth = 30;
constexpr std::size_t kMaxPartLabel = 120;  // longer text in a figure is a paragraph, not the label of a part

std::string type_name(EnvKind kind) {
  return kind == EnvKind::table ? "table" : kind == EnvKind::algorithm ? "algorithm" : "figure";
}

}  // namespace

// Running counts, made once: nested environments ask about ranges inside ranges.
void DocumentBuilder::count_contents() {
  images_before_.assign(s_.tokens.size() + 1, 0);
  algorithms_before_.assign(s_.tokens.size() + 1, 0);
  for (std::size_t i = 0; i < s_.tokens.size(); ++i) {
    const Token& token = s_.tokens[i];
    const bool env = token.kind == TokenKind::env_begin;
    const bool image =
        (token.kind == TokenKind::control && command_kind(name_at(i)) == CommandKind::graphics) ||
        (env && env_kind(name_at(i)) == EnvKind::picture);
    images_before_[i + 1] = images_before_[i] + (image ? 1 : 0);
    algorithms_before_[i + 1] =
        algorithms_before_[i] + (env && env_kind(name_at(i)) == EnvKind::algorithmic ? 1 : 0);
  }
}

bool DocumentBuilder::has_images(Range range) const {
  return images_before_[range.end] > images_before_[range.begin];
}

bool DocumentBuilder::has_algorithmic(Range range) const {
  return algorithms_before_[range.end] > algorithms_before_[range.begin];
}

// A tabular that only lays out pictures: most of its cells hold one.
bool DocumentBuilder::is_picture_layout(Range range) const {
  std::size_t images = 0, cells = 1, digits = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Token& token = s_.tokens[i];
    if (token.kind == TokenKind::control && command_kind(name_at(i)) == CommandKind::graphics) {
      ++images;
      i = std::max(i, group_at(s_, option_at(s_, i + 1, range.end).after, range.end).after - 1);
      continue;
    }
    if (token.kind == TokenKind::env_begin && env_kind(name_at(i)) == EnvKind::picture) {
      ++images;
      i = std::max(i + 1, after(s_, i, range.end)) - 1;
      continue;
    }
    if (token.kind == TokenKind::alignment) ++cells;
    if (token.kind == TokenKind::control && name_at(i) == "\\") ++cells;
    if (token.kind == TokenKind::character && token.value >= '0' && token.value <= '9') ++digits;
  }
  return images > 0 && images * 3 >= cells && digits < 10 * images;
}

void DocumentBuilder::collect(Range range, bool in_sub, int depth, std::vector<FloatElement>& elements) {
  using Kind = FloatElement::Kind;
  if (depth > kMaxFloatDepth) return;
  Range text{range.begin, range.begin};
  const auto end_text = [&](std::size_t i) {
    text.end = i;
    if (!trim_spaces(s_, text).empty())
      elements.push_back({Kind::text, trim_spaces(s_, text), text.begin, {}});
  };
  std::size_t i = range.begin;
  while (i < range.end) {
    const Token& token = s_.tokens[i];
    std::size_t next = i + 1;
    bool taken = true;
    if (token.kind == TokenKind::control) {
      const std::string& name = name_at(i);
      const bool star = is_character(s_, i + 1, range.end, '*');
      const std::size_t from = star ? i + 2 : i + 1;
      switch (command_kind(name)) {
        case CommandKind::caption: {
          const Argument argument = group_at(s_, option_at(s_, from, range.end).after, range.end);
          if (argument.present) {
            end_text(i);
            elements.push_back({in_sub ? Kind::sub_caption : Kind::caption, argument.content, i, {}});
            next = argument.after;
          }
          break;
        }
        case CommandKind::caption_of: {
          const Argument type = group_at(s_, from, range.end);
          const Argument argument = group_at(s_, option_at(s_, type.after, range.end).after, range.end);
          if (argument.present) {
            end_text(i);
            const bool sub = plain(type.content).starts_with("sub");
            elements.push_back({in_sub || sub ? Kind::sub_caption : Kind::caption, argument.content, i,
                                plain(type.content)});
            next = argument.after;
          }
          break;
        }
        case CommandKind::sub_caption: {
          end_text(i);
          if (name == "subcaption") {
            const Argument argument = group_at(s_, from, range.end);
            elements.push_back({Kind::sub_caption, argument.content, i, {}});
            next = std::max(next, argument.after);
          } else if (name == "subcaptionbox") {
            const Argument caption = group_at(s_, option_at(s_, from, range.end).after, range.end);
            const Argument body = group_at(
                s_, option_at(s_, option_at(s_, caption.after, range.end).after, range.end).after, range.end);
            elements.push_back({Kind::sub_caption, caption.content, i, {}});
            collect(caption.content, true, depth + 1, elements);
            drop_text_after(elements, caption.content);
            collect(body.content, true, depth + 1, elements);
            next = std::max({next, caption.after, body.after});
          } else {
            const Argument first = option_at(s_, from, range.end);
            const Argument second = option_at(s_, first.after, range.end);
            const Argument body = group_at(s_, second.after, range.end);
            const Argument& caption = second.present ? second : first;
            if (body.present) {
              elements.push_back({Kind::sub_caption, caption.present ? caption.content : Range{i, i}, i, {}});
              if (caption.present) {
                collect(caption.content, true, depth + 1, elements);
                drop_text_after(elements, caption.content);
              }
              collect(body.content, true, depth + 1, elements);
              next = body.after;
            }
          }
          break;
        }
        case CommandKind::label: {
          const Argument argument = group_at(s_, i + 1, range.end);
          if (argument.present) {
            end_text(i);
            elements.push_back({in_sub ? Kind::sub_label : Kind::label, argument.content, i,
                                collapse_whitespace(plain(argument.content))});
            next = argument.after;
          }
          break;
        }
        case CommandKind::graphics: {
          const Argument file =
              group_at(s_, option_at(s_, option_at(s_, from, range.end).after, range.end).after, range.end);
          if (file.present) {
            end_text(i);
            elements.push_back({Kind::image, file.content, i, graphics_name(name, plain(file.content))});
            next = file.after;
            if (name == "plottwo") {
              const Argument second = group_at(s_, next, range.end);
              elements.push_back({Kind::image, second.content, i, plain(second.content)});
              next = std::max(next, second.after);
            }
          }
          break;
        }
        case CommandKind::footnote: {
          const Argument argument = group_at(s_, option_at(s_, from, range.end).after, range.end);
          next = std::max(next, argument.after);
          taken = false;
          break;
        }
        default: {
          taken = false;
          if (name == "\\") {  // lines of a figure's own text are separate parts
            end_text(i);
            const Argument length = option_at(s_, from, range.end);
            next = length.present && length.content.end - length.content.begin < 12 ? length.after : from;
            text.begin = next;
            i = next;
            continue;
          }
          if (const auto arguments = command_arguments(name))
            next = std::max(next, skip_arguments(s_, *arguments, i + 1, range.end));
          if (command_kind(name) == CommandKind::counter) {
            end_text(i);
            next = std::max(next, counter_command(name, i, range.end));
            taken = true;
          }
        }
      }
    } else if (token.kind == TokenKind::env_begin) {
      const std::string name = name_at(i);
      const Range content = inside(s_, i, range.end);
      const EnvKind kind = env_kind(name);
      const std::size_t from =
          std::max(i + 1, skip_arguments(s_, env_arguments(name), content.begin, content.end));
      const std::size_t whole = std::max(after(s_, i, range.end), i + 1);
      end_text(i);
      next = whole;
      switch (kind) {
        case EnvKind::algorithm:
          elements.push_back({Kind::inner_float, {i, whole}, i, {}});
          break;
        case EnvKind::figure:
        case EnvKind::table:
          elements.push_back({Kind::inner_float, {i, whole}, i, {}});
          break;
        case EnvKind::algorithmic:
        case EnvKind::clrscode:
          elements.push_back({Kind::algorithm, {i, whole}, i, {}});
          break;
        case EnvKind::verbatim:
          elements.push_back({Kind::code, {i, whole}, i, {}});
          break;
        case EnvKind::picture:
          elements.push_back({Kind::picture, {i, whole}, i, {}});
          break;
        case EnvKind::display_math:
          elements.push_back({Kind::equation, {i, whole}, i, {}});
          break;
        case EnvKind::tabular:
          if (has_images(content) && is_picture_layout(content)) {
            collect({from, content.end}, in_sub, depth + 1, elements);
          } else {
            elements.push_back({Kind::table, {i, whole}, i, {}});
          }
          break;
        case EnvKind::sub_float:
          elements.push_back({Kind::group, {i, i}, i, "sub"});
          collect({from, content.end}, true, depth + 1, elements);
          elements.push_back({Kind::group_end, {i, i}, i, "sub"});
          break;
        case EnvKind::dropped:
        case EnvKind::keywords:
          break;
        default:
          if (is_inner_math(name)) {
            elements.push_back({Kind::text, {i, whole}, i, {}});
          } else if (name == "overpic" || name == "Overpic") {
            const Argument file = group_at(s_, option_at(s_, content.begin, content.end).after, content.end);
            elements.push_back({Kind::image, file.content, i, plain(file.content)});
          } else {
            elements.push_back({Kind::group, {i, i}, i, name});
            collect({from, content.end}, in_sub, depth + 1, elements);
            elements.push_back({Kind::group_end, {i, i}, i, name});
          }
      }
    } else if (token.kind == TokenKind::math_shift && s_.partner[i] != kNone && s_.partner[i] > i &&
               s_.partner[i] < range.end) {
      next = after(s_, i, range.end);
      if (s_.display[i]) {
        end_text(i);
        elements.push_back({Kind::equation, {i, next}, i, {}});
      } else {
        taken = false;
      }
    } else if (token.kind == TokenKind::paragraph || token.kind == TokenKind::alignment) {
      end_text(i);
    } else {
      taken = false;
    }
    if (taken) text.begin = next;
    i = next;
  }
  end_text(range.end);
}

// Text elements inside a range that were collected only for their labels.
void DocumentBuilder::drop_text_after(std::vector<FloatElement>& elements, Range range) {
  std::erase_if(elements, [&](const FloatElement& element) {
    return element.kind == FloatElement::Kind::text && element.at >= range.begin && element.at < range.end;
  });
}

void DocumentBuilder::float_block(std::size_t i, std::size_t end) {
  if (float_depth_ >= kMaxNestedFloats) {
    warn(i, "floats nested too deep; the inner ones were read as text");
    walk(inside(s_, i, end));
    flush_paragraph();
    return;
  }
  ++float_depth_;
  read_float(i, end);
  --float_depth_;
}

void DocumentBuilder::read_float(std::size_t i, std::size_t end) {
  const std::string name = name_at(i);
  const EnvKind kind = env_kind(name);
  if (kind == EnvKind::algorithm) {
    algorithm_float(i, end);
    return;
  }
  const Range content = inside(s_, i, end);
  const std::size_t from =
      std::max(i + 1, skip_arguments(s_, env_arguments(name), content.begin, content.end));
  const Range whole{i, std::max(after(s_, i, end), i + 1)};
  std::string type = type_name(kind);
  if (name == "wrapfloat") type = plain(group_at(s_, content.begin, content.end).content);
  std::vector<FloatElement> elements;
  collect({from, content.end}, false, 0, elements);
  const std::vector<Context> outer =
      std::exchange(contexts_, {});  // a float stands in its section, not in a list
  split_units(type, elements, whole);
  contexts_ = outer;
}

// One float environment may hold several captioned things side by side. With one caption all belongs to it;
// with more the outer groups (minipages) tell, or else the order: captions come all before or all after what
// they describe.
void DocumentBuilder::split_units(const std::string& type, const std::vector<FloatElement>& elements,
                                  Range whole) {
  using Kind = FloatElement::Kind;
  const auto captions = [](const std::vector<FloatElement>& unit) {
    return std::count_if(unit.begin(), unit.end(),
                         [](const FloatElement& e) { return e.kind == Kind::caption; });
  };
  if (captions(elements) <= 1) {
    emit_float(type, elements, whole);
    return;
  }
  std::vector<std::vector<FloatElement>> units(1);
  int depth = 0;
  for (const FloatElement& element : elements) {
    if (element.kind == Kind::group && depth++ == 0) {
      if (!units.back().empty()) units.emplace_back();
    }
    units.back().push_back(element);
    if (element.kind == Kind::group_end && --depth == 0) units.emplace_back();
  }
  const bool by_group =
      std::all_of(units.begin(), units.end(), [&](const auto& unit) { return captions(unit) <= 1; });
  if (by_group) {
    // Groups without a caption belong to the captioned group after them, or before when there is none.
    std::vector<std::vector<FloatElement>> joined;
    std::vector<FloatElement> waiting;
    for (auto& unit : units) {
      waiting.insert(waiting.end(), unit.begin(), unit.end());
      if (captions(unit) == 0) continue;
      joined.push_back(std::move(waiting));
      waiting.clear();
    }
    if (!joined.empty()) joined.back().insert(joined.back().end(), waiting.begin(), waiting.end());
    units = std::move(joined);
  } else {
    units.assign(1, {});
    const auto first = std::find_if(elements.begin(), elements.end(), [](const FloatElement& e) {
      return e.kind == Kind::caption || e.kind == Kind::image || e.kind == Kind::table ||
             e.kind == Kind::picture;
    });
    const bool caption_first = first != elements.end() && first->kind == Kind::caption;
    bool complete = false;
    for (const FloatElement& element : elements) {
      const bool belongs_behind = element.kind == Kind::label || element.kind == Kind::group_end;
      const bool starts = caption_first ? element.kind == Kind::caption && captions(units.back()) > 0
                                        : complete && !belongs_behind;
      if (starts) {
        units.emplace_back();
        complete = false;
      }
      units.back().push_back(element);
      if (element.kind == Kind::caption) complete = true;
    }
    if (units.size() > 1 && captions(units.back()) == 0) {
      auto& before = units[units.size() - 2];
      before.insert(before.end(), units.back().begin(), units.back().end());
      units.pop_back();
    }
  }
  for (const auto& unit : units) emit_float(type, unit, whole);
}

void DocumentBuilder::emit_float(const std::string& float_type, const std::vector<FloatElement>& elements,
                                 Range whole) {
  using Kind = FloatElement::Kind;
  std::string type = float_type;
  bool captioned = false, images = false, tables = false, inner = false, algorithms = false, code = false;
  for (const FloatElement& element : elements) {
    if (element.kind == Kind::caption) {
      captioned = true;
      if (!element.name.empty()) type = element.name;
    }
    images = images || element.kind == Kind::image || element.kind == Kind::picture;
    tables = tables || element.kind == Kind::table;
    inner = inner || element.kind == Kind::inner_float;
    algorithms = algorithms || element.kind == Kind::algorithm;
    code = code || element.kind == Kind::code;
  }
  if (type == "algorithm" && algorithms && captioned) {  // \captionof{algorithm}
    Mentions mentions;
    Range where;
    const std::string caption = caption_of(elements, mentions, &where);
    std::vector<std::string> labels;
    for (const FloatElement& element : elements) {
      if (element.kind == Kind::label) labels.push_back(element.name);
    }
    const auto body = std::find_if(elements.begin(), elements.end(),
                                   [](const FloatElement& e) { return e.kind == Kind::algorithm; });
    algorithm_block(body->range, caption, true, whole, labels, mentions);
    std::vector<FloatElement> rest;
    std::copy_if(elements.begin(), elements.end(), std::back_inserter(rest), [](const FloatElement& e) {
      return e.kind != Kind::caption && e.kind != Kind::label && e.kind != Kind::algorithm;
    });
    emit_inner(rest, doc_.blocks.back().id, nullptr);
    return;
  }
  if (type.starts_with("table") || (type != "figure" && tables)) {
    emit_tables(elements, whole, captioned);
    return;
  }
  const bool only_inner = (inner || algorithms || code || tables) && !images && !captioned;
  if (only_inner) {
    emit_inner(elements, {}, nullptr);
    return;
  }
  if (!captioned && !images) {
    emit_inner(elements, {}, nullptr);
    return;
  }
  emit_figure(elements, whole, captioned);
}

std::string DocumentBuilder::caption_of(const std::vector<FloatElement>& elements, Mentions& mentions,
                                        Range* where) {
  for (const FloatElement& element : elements) {
    if (element.kind != FloatElement::Kind::caption) continue;
    if (where != nullptr) *where = element.range;
    return write(element.range, mentions);
  }
  return {};
}

void DocumentBuilder::bind_float_labels(const std::vector<FloatElement>& elements,
                                        const LabelTarget& target) {
  int part = 0;
  bool seen_caption = false;
  bool open_part = false;  // a sub float without a caption of its own still counts
  for (const FloatElement& element : elements) {
    switch (element.kind) {
      case FloatElement::Kind::caption:
        seen_caption = true;
        break;
      case FloatElement::Kind::sub_caption:
        ++part;
        open_part = false;
        break;
      case FloatElement::Kind::group:
        open_part = element.name == "sub";
        break;
      case FloatElement::Kind::label:
        if (!seen_caption)
          warn(element.at, fmt::format("\\label{{{}}} stands before the caption; it was taken for the {}",
                                       element.name, target.kind));
        bind(element.name, target, element.at);
        break;
      case FloatElement::Kind::sub_label: {
        LabelTarget sub = target;
        sub.number += number_as("alph", std::max(part + (open_part ? 1 : 0), 1));
        bind(element.name, sub, element.at);
        break;
      }
      default:
        break;
    }
  }
}

// What else stands in a float: inner floats, listings, formulas, text. Short text goes to `parts` where
// given.
void DocumentBuilder::emit_inner(const std::vector<FloatElement>& elements, std::string parent,
                                 std::vector<std::string>* parts) {
  using Kind = FloatElement::Kind;
  for (const FloatElement& element : elements) {
    switch (element.kind) {
      case Kind::inner_float:
        float_block(element.at, element.range.end);
        break;
      case Kind::algorithm:
        algorithm_block(element.range, {}, false, element.range, {}, {});
        break;
      case Kind::code:
        code_block(element.at, element.range.end, parent, {});
        break;
      case Kind::equation:
        equation(element.at, element.range.end);
        if (!parent.empty()) doc_.blocks.back().parent = parent;
        break;
      case Kind::table:
        if (parts != nullptr || parent.empty()) {
          table_block(element.at, element.range.end);
          if (!parent.empty()) doc_.blocks.back().parent = parent;
        }
        break;
      case Kind::text: {
        Mentions mentions;
        const std::string text = write(element.range, mentions);
        if (text.find_first_not_of(" \n()[]{}.,;:-–—*~&|") == std::string::npos) break;
        if (parts != nullptr && text.size() <= kMaxPartLabel) {
          parts->push_back(text);
          break;
        }
        const std::size_t index = new_block(BlockType::paragraph, element.range);
        doc_.blocks[index].text = text;
        if (!parent.empty()) doc_.blocks[index].parent = parent;
        note(index, mentions);
        footnotes(mentions.footnotes, doc_.blocks[index].id);
        break;
      }
      default:
        break;
    }
  }
}

}  // namespace p2c::paper::latex
