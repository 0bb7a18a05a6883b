// The walk over the token stream.
#include "paper/latex/builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/links.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxBracketTokens = 20'000;  // of \twocolumn[..]

// Environments that end the paragraph before and after them.
bool breaks_paragraph(const std::string& name) {
  return env_arguments(name) != "?" && env_kind(name) == EnvKind::unknown;
}

}  // namespace

bool SourceFacts::has_option(std::string_view package, std::string_view option) const {
  const std::string wanted = fmt::format("{}:{}", package, option);
  return std::find(package_options.begin(), package_options.end(), wanted) != package_options.end();
}

DocumentBuilder::DocumentBuilder(const Stream& stream, Names& names, const SourceTree& sources,
                                 const SourceFacts& facts, PaperDoc& doc)
    : s_(stream),
      names_(names),
      sources_(sources),
      facts_(facts),
      doc_(doc),
      blocks_(doc),
      counters_(names, facts.document_class),
      context_{names, references_, counters_, {}, {}, &keywords_} {
  constexpr std::string_view kHidden = "p2c@hidden:";  // see Expander::hidden_algorithm_lines
  for (const std::string& option : facts.package_options) {
    if (option.starts_with(kHidden)) hidden_ends_.push_back(option.substr(kHidden.size()));
  }
  noend_ = facts.has_option("algpseudocode", "noend") || facts.has_option("algorithmic", "noend") ||
           facts.has_option("algorithm2e", "noend") || facts.has_option("algorithm2e", "vlined") ||
           facts.has_option("algcompatible", "noend") || facts.has_option("algorithmicx", "noend");
}

// ---------------------------------------------------------------- shared helpers

Span DocumentBuilder::span_of(Range range) const {
  Span span;
  if (range.empty() || range.begin >= s_.tokens.size()) return span;
  const Token& first = s_.tokens[range.begin];
  std::uint32_t start = first.start, end = first.end;
  for (std::size_t i = range.begin; i < range.end && i < s_.tokens.size(); ++i) {
    if (s_.tokens[i].file != first.file) continue;
    start = std::min(start, s_.tokens[i].start);
    end = std::max(end, s_.tokens[i].end);
  }
  if (first.file < sources_.loaded()) span.file = sources_.file(first.file).path;
  span.start = start;
  span.end = end;
  return span;
}

void DocumentBuilder::warn(std::size_t at, std::string message) {
  if (warnings_left_ == 0) return;
  --warnings_left_;
  std::string place;
  if (at < s_.tokens.size() && s_.tokens[at].file < sources_.loaded()) {
    const SourceFile& file = sources_.file(s_.tokens[at].file);
    place = fmt::format("{}:{}", file.path, line_of(file, s_.tokens[at].start));
  }
  doc_.warnings.push_back({std::move(place), std::move(message)});
}

std::string DocumentBuilder::write(Range range, Mentions& mentions, bool lines) {
  TextWriter writer(s_, context_, mentions);
  writer.append(range);
  return lines ? writer.take_lines() : writer.take();
}

std::string DocumentBuilder::text_of(const Stream& stream, Range range) {
  Mentions mentions;
  TextWriter writer(stream, context_, mentions);
  writer.append(range);
  return writer.take();
}

std::size_t DocumentBuilder::new_block(BlockType type, Range where) {
  blocks_.text_block(type, {});
  place(doc_.blocks.size() - 1, where);
  return doc_.blocks.size() - 1;
}

// Parent by context and span; a child that is no paragraph ends the running text of what encloses it.
void DocumentBuilder::place(std::size_t index, Range where) {
  Block& block = doc_.blocks[index];
  block.span = span_of(where);
  for (auto context = contexts_.rbegin(); context != contexts_.rend(); ++context) {
    if (context->kind == Context::Kind::subequations) continue;
    block.parent = doc_.blocks[context->block].id;
    break;
  }
  for (Context& context : contexts_) context.takes_text = false;
  loose_figure_ = kNone;
}

void DocumentBuilder::note(std::size_t index, const Mentions& mentions) {
  Block& block = doc_.blocks[index];
  block.refs.insert(block.refs.end(), mentions.refs.begin(), mentions.refs.end());
  for (const std::string& key : mentions.cites) {
    const bool room = block.cites.size() < 500;  // of one block
    if (room && std::find(block.cites.begin(), block.cites.end(), key) == block.cites.end())
      block.cites.push_back(key);
    if (cited_set_.emplace(key, true).second) cited_.push_back(key);
  }
  for (const std::string& url : mentions.urls) {
    const bool known = std::any_of(doc_.urls.begin(), doc_.urls.end(),
                                   [&](const PaperUrl& other) { return other.url == url; });
    if (!known && doc_.urls.size() < 500 && starts_with_nocase(url, "http")) {
      doc_.urls.push_back({url, url_kind(url, block.text), block.id});
    }
  }
}

LabelTarget DocumentBuilder::current_target() const {
  if (!contexts_.empty() && contexts_.back().kind == Context::Kind::subequations) {
    return {fmt::format("E{}", doc_.equations.size() + 1), contexts_.back().number, "equation", "",
            ""};  // the formula to come
  }
  for (auto context = contexts_.rbegin(); context != contexts_.rend(); ++context) {
    if (context->number.empty() || context->kind == Context::Kind::subequations) continue;
    const Block& block = doc_.blocks[context->block];
    const bool is_item = context->kind == Context::Kind::item;
    return {block.id, context->number, is_item ? "item" : "theorem", is_item ? "Item" : context->counter,
            block.title};
  }
  return section_target_;
}

void DocumentBuilder::bind(const std::string& label, const LabelTarget& target, std::size_t at) {
  const LabelTarget* before = references_.find(label);
  const std::size_t old = before == nullptr ? kNone : block_index(before->block);
  if (!references_.bind(label, target)) {
    warn(at, fmt::format("\\label{{{}}} is defined twice; the last one counts, as in print", label));
    if (old != kNone) std::erase(doc_.blocks[old].labels, label);
  }
  const std::size_t index = block_index(target.block);
  if (index != kNone) doc_.blocks[index].labels.push_back(label);
}

std::size_t DocumentBuilder::block_index(const std::string& id) {
  for (; indexed_blocks_ < doc_.blocks.size(); ++indexed_blocks_)
    block_index_.emplace(doc_.blocks[indexed_blocks_].id, indexed_blocks_);
  const auto found = block_index_.find(id);
  return found == block_index_.end() ? kNone : found->second;
}

// ---------------------------------------------------------------- whole document

void DocumentBuilder::build() {
  const std::uint32_t document = names_.id("document");
  std::size_t begin = 0, end = s_.tokens.size();
  bool found = false;
  for (std::size_t i = 0; i < s_.tokens.size(); ++i) {
    const Token& token = s_.tokens[i];
    if (token.kind == TokenKind::control && name_at(i) == "chapter") has_chapters_ = true;
    if (found || token.kind != TokenKind::env_begin || token.value != document) continue;
    begin = i + 1;
    found = true;
  }
  count_contents();
  preamble({0, found ? begin : 0});
  in_preamble_ = false;
  if (!found && end > 0) warn(0, "there is no \\begin{document}; the whole file was read as text");
  walk({begin, end});
  flush_paragraph();
  clear_contexts();
  add_authors();
}

void DocumentBuilder::preamble(Range range) {
  for (std::size_t i = range.begin; i < range.end;) {
    std::size_t next = i + 1;
    if (s_.tokens[i].kind == TokenKind::control) {
      const std::string name = name_at(i);
      const CommandKind kind = command_kind(name);
      if (kind == CommandKind::metadata) next = metadata(name, i, range.end);
      if (kind == CommandKind::counter || name == "p2c@format" || name.starts_with("SetKw"))
        next = counter_command(name, i, range.end);
    } else if (s_.tokens[i].kind == TokenKind::env_begin && env_kind(name_at(i)) == EnvKind::abstract) {
      abstract(inside(s_, i, range.end));
      next = after(s_, i, range.end);
    }
    i = std::max(next, i + 1);
  }
}

void DocumentBuilder::walk(Range range) {
  for (std::size_t i = range.begin; i < range.end;) {
    close_contexts(i);
    i = std::max(step(i, range.end), i + 1);
  }
}

std::size_t DocumentBuilder::step(std::size_t i, std::size_t end) {
  const Token& token = s_.tokens[i];
  switch (token.kind) {
    case TokenKind::paragraph:
      flush_paragraph();
      return i + 1;
    case TokenKind::env_begin:
      return environment(i, end);
    case TokenKind::env_end:
      if (breaks_paragraph(name_at(i))) flush_paragraph();
      return i + 1;
    case TokenKind::math_shift:
      if (s_.partner[i] == kNone || s_.partner[i] < i || s_.partner[i] >= end) {
        keep(i, i + 1);
      } else if (s_.display[i]) {
        flush_paragraph();
        equation(i, end);
        return after(s_, i, end);
      } else {
        const std::size_t next = after(s_, i, end);
        keep(i, next);
        return next;
      }
      return i + 1;
    case TokenKind::control:
      return command(i, end);
    case TokenKind::character:
      if (i == bracket_to_skip_) return i + 1;
      keep(i, i + 1);
      return i + 1;
    default:
      keep(i, i + 1);
      return i + 1;
  }
}

void DocumentBuilder::keep(std::size_t i, std::size_t next) {
  if (!paragraph_.empty() && paragraph_.back().end == i) {
    paragraph_.back().end = next;
  } else {
    paragraph_.push_back({i, next});
  }
}

std::size_t DocumentBuilder::command(std::size_t i, std::size_t end) {
  const std::string& name = name_at(i);
  switch (command_kind(name)) {
    case CommandKind::section:
      return section(i, end);
    case CommandKind::item:
      if (in_list()) return item(i, end);
      break;
    case CommandKind::label:
      if (loose_target_ && !has_content(paragraph_)) {
        const Argument key = group_at(s_, i + 1, end);
        if (key.present) bind(collapse_whitespace(plain(key.content)), *loose_target_, i);
        return std::max(i + 1, key.after);
      }
      break;
    case CommandKind::metadata:
      return metadata(name, i, end);
    case CommandKind::counter:
      return counter_command(name, i, end);
    case CommandKind::appendix:
      flush_paragraph();
      begin_appendix();
      return i + 1;
    case CommandKind::bibliography: {
      flush_paragraph();
      clear_contexts();
      const std::size_t next = std::max(i + 1, group_at(s_, option_at(s_, i + 1, end).after, end).after);
      add_references_block(Range{i, next});
      return name == "bibliography" ? next : i + 1;
    }
    case CommandKind::footnote: {
      const Argument argument = group_at(s_, option_at(s_, i + 1, end).after, end);
      const std::size_t next = argument.present ? argument.after : i + 1;
      keep(i, next);
      return next;
    }
    case CommandKind::caption_of: {
      const Argument type = group_at(s_, is_character(s_, i + 1, end, '*') ? i + 2 : i + 1, end);
      const Argument text = group_at(s_, option_at(s_, type.after, end).after, end);
      if (!text.present) return i + 1;
      loose_caption(plain(type.content), text.content);
      return text.after;
    }
    case CommandKind::caption: {
      const Argument text =
          group_at(s_, option_at(s_, is_character(s_, i + 1, end, '*') ? i + 2 : i + 1, end).after, end);
      if (!text.present) return i + 1;
      loose_caption("figure", text.content);
      return text.after;
    }
    case CommandKind::graphics: {
      std::vector<FloatElement> elements;
      Mentions mentions;
      TextWriter writer(s_, context_, mentions);
      std::size_t at = i + 1;
      if (is_character(s_, at, end, '*')) ++at;
      const Argument file = group_at(s_, option_at(s_, option_at(s_, at, end).after, end).after, end);
      if (!file.present) return i + 1;
      elements.push_back({FloatElement::Kind::image, file.content, i, plain(file.content)});
      flush_paragraph();
      emit_figure(elements, {i, file.after}, false);
      loose_figure_ = doc_.blocks.size() - 1;
      return file.after;
    }
    default:
      break;
  }
  if (name == "[" && s_.partner[i] != kNone && s_.partner[i] < end) {
    flush_paragraph();
    equation(i, end);
    return after(s_, i, end);
  }
  if (name == "(" && s_.partner[i] != kNone && s_.partner[i] < end) {
    const std::size_t next = after(s_, i, end);
    keep(i, next);
    return next;
  }
  if (name == "p2c@format" || name.starts_with("SetKw")) return counter_command(name, i, end);
  if (name == "twocolumn") {
    const std::size_t open = skip_spaces(s_, i + 1, end);
    if (!is_character(s_, open, end, '[')) return i + 1;
    int depth = 0;
    for (std::size_t k = open + 1; k < end && k < open + kMaxBracketTokens; ++k) {
      if (s_.tokens[k].kind == TokenKind::begin_group && s_.partner[k] != kNone) {
        k = s_.partner[k];
      } else if (s_.tokens[k].kind == TokenKind::character && s_.tokens[k].value == '[') {
        ++depth;
      } else if (s_.tokens[k].kind == TokenKind::character && s_.tokens[k].value == ']' && depth-- == 0) {
        bracket_to_skip_ = k;
        break;
      }
    }
    return open + 1;
  }
  if (const auto arguments = command_arguments(name); arguments && !contains(*arguments, "k")) {
    const std::size_t next = std::max(i + 1, skip_arguments(s_, *arguments, i + 1, end));
    keep(i, next);  // the writer leaves it out, too
    return next;
  }
  if (std::find(restated_.begin(), restated_.end(), name) != restated_.end()) {
    return is_character(s_, i + 1, end, '*') ? i + 2 : i + 1;
  }
  if (name == "newpage" || name == "clearpage" || name == "maketitle") {
    flush_paragraph();
    return i + 1;
  }
  keep(i, i + 1);
  return i + 1;
}

bool DocumentBuilder::has_content(const std::vector<Range>& parts) const {
  for (const Range& part : parts) {
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const TokenKind kind = s_.tokens[i].kind;
      if (kind != TokenKind::space && kind != TokenKind::begin_group && kind != TokenKind::end_group)
        return true;
    }
  }
  return false;
}

void DocumentBuilder::flush_paragraph() {
  const std::vector<Range> parts = std::exchange(paragraph_, {});
  std::vector<std::size_t> floats = std::exchange(deferred_, {});
  if (has_content(parts)) {
    Mentions mentions;
    TextWriter writer(s_, context_, mentions);
    std::string latex;
    for (const Range& part : parts) {
      writer.append(part);
      const std::string piece = to_tex(s_.tokens, part.begin, part.end, names_);
      if (!latex.empty() && !piece.empty()) latex += ' ';
      latex += piece;
    }
    std::string text = writer.take();
    if (!text.empty()) loose_target_.reset();
    const LabelTarget target = current_target();
    for (const std::string& label : mentions.labels) bind(label, target, parts.front().begin);
    std::size_t index = kNone;
    if (text.empty()) footnotes(mentions.footnotes, {});
    if (!text.empty()) {
      const std::size_t loose = loose_figure_;
      if (!contexts_.empty() && contexts_.back().takes_text) {
        index = contexts_.back().block;
        Block& block = doc_.blocks[index];
        if (!block.text.empty()) block.text += '\n';
        block.text += text;
        const Span span = span_of(parts.back());
        if (span.file == block.span.file) block.span.end = std::max(block.span.end, span.end);
        if (latex != text) block.latex += (block.latex.empty() ? "" : "\n\n") + latex;
      } else {
        const Range whole{parts.front().begin, parts.back().end};
        index = new_block(BlockType::paragraph, trim_spaces(s_, whole));
        Block& block = doc_.blocks[index];
        block.text = text;
        if (latex != text) block.latex = latex;
      }
      loose_figure_ = loose;
      note(index, mentions);
      footnotes(mentions.footnotes, doc_.blocks[index].id);
    } else {
      for (const std::string& key : mentions.cites) {  // \nocite
        if (cited_set_.emplace(key, true).second) cited_.push_back(key);
      }
    }
  }
  for (const std::size_t at : floats) float_block(at, deferred_end_);
}

void DocumentBuilder::footnotes(const std::vector<Range>& notes, std::string parent) {
  const std::vector<Context> contexts = contexts_;
  for (const Range& range : notes) {
    counters_.step("footnote");
    Mentions mentions;
    const std::string text = write(range, mentions);
    if (text.empty()) continue;
    const std::size_t index = new_block(BlockType::footnote, range);
    Block& block = doc_.blocks[index];
    if (!parent.empty()) block.parent = parent;
    block.text = text;
    block.number = counters_.printed("footnote");
    note(index, mentions);
    for (const std::string& label : mentions.labels)
      bind(label, {doc_.blocks[index].id, doc_.blocks[index].number, "footnote", "", ""}, range.begin);
  }
  // A footnote does not end the text of the item it stands in.
  for (std::size_t i = 0; i < contexts.size() && i < contexts_.size(); ++i)
    contexts_[i].takes_text = contexts[i].takes_text;
}

// ---------------------------------------------------------------- contexts

void DocumentBuilder::close_contexts(std::size_t i) {
  while (!contexts_.empty() && contexts_.back().close <= i) {
    flush_paragraph();
    pop_context();
  }
}

void DocumentBuilder::pop_context() {
  if (contexts_.empty()) return;
  const Context context = contexts_.back();
  contexts_.pop_back();
  if (context.kind == Context::Kind::subequations) {
    counters_.set("equation", context.outer_equation);
    counters_.set_format("equation", context.outer_format);
  }
  if (!contexts_.empty())
    contexts_.back().takes_text = contexts_.back().takes_text && contexts_.back().kind != Context::Kind::list;
}

void DocumentBuilder::clear_contexts() {
  while (!contexts_.empty()) pop_context();
}

// ---------------------------------------------------------------- environments

std::size_t DocumentBuilder::environment(std::size_t i, std::size_t end) {
  const std::string name = name_at(i);
  const Range content = inside(s_, i, end);
  const std::size_t next = std::max(after(s_, i, end), i + 1);
  const auto transparent = [&] {
    return std::max(i + 1, skip_arguments(s_, env_arguments(name), content.begin, content.end));
  };
  switch (env_kind(name)) {
    case EnvKind::document:
      return i + 1;
    case EnvKind::abstract:
      flush_paragraph();
      abstract(content);
      return next;
    case EnvKind::display_math:
      flush_paragraph();
      equation(i, end);
      return next;
    case EnvKind::subequations: {
      flush_paragraph();
      Context context;
      context.kind = Context::Kind::subequations;
      context.close = content.end;
      counters_.step("equation");
      context.outer_equation = counters_.value("equation");
      context.number = counters_.printed("equation");
      context.outer_format = counters_.format("equation");
      counters_.set("parentequation", context.outer_equation);
      counters_.set_format("parentequation", context.number);
      counters_.set("equation", 0);
      counters_.set_format("equation", context.number + "\\alph{equation}");
      contexts_.push_back(context);
      return i + 1;
    }
    case EnvKind::figure:
    case EnvKind::table:
    case EnvKind::algorithm:
      if (float_depth_ >= kMaxNestedFloats) return transparent();
      if (has_content(paragraph_)) {
        deferred_.push_back(i);
        deferred_end_ = end;
      } else {
        float_block(i, end);
      }
      return next;
    case EnvKind::algorithmic:
    case EnvKind::clrscode:
      flush_paragraph();
      algorithm_block({i, next}, {}, false, {i, next}, {}, {});
      return next;
    case EnvKind::tabular:
      if (has_images(content)) return transparent();
      flush_paragraph();
      table_block(i, end);
      return next;
    case EnvKind::itemize:
    case EnvKind::enumerate:
    case EnvKind::description:
      flush_paragraph();
      return open_list(i, end);
    case EnvKind::inline_list:
      keep(i, next);
      return next;
    case EnvKind::quote:
      flush_paragraph();
      return open_container(i, end, BlockType::quote);
    case EnvKind::proof:
      flush_paragraph();
      return open_container(i, end, BlockType::proof);
    case EnvKind::verbatim:
      flush_paragraph();
      code_block(i, end, {}, {});
      return next;
    case EnvKind::picture: {
      if (contains(plain(option_at(s_, content.begin, content.end).content), "overlay")) {
        warn(i, "a picture drawn over the page was left out");
        return next;
      }
      flush_paragraph();
      std::vector<FloatElement> elements = {{FloatElement::Kind::picture, {i, next}, i, {}}};
      emit_figure(elements, {i, next}, false);
      loose_figure_ = doc_.blocks.size() - 1;
      return next;
    }
    case EnvKind::bibliography:
      flush_paragraph();
      clear_contexts();
      add_references_block(Range{i, next});
      bibliography_items(content, i);
      return next;
    case EnvKind::appendix:
      flush_paragraph();
      begin_appendix();
      return transparent();
    case EnvKind::keywords:
    case EnvKind::dropped:
      return next;
    case EnvKind::sub_float:
      return transparent();
    case EnvKind::unknown:
      break;
  }
  if (is_inner_math(name) || name == "math") {
    keep(i, next);
    return next;
  }
  if (name == "restatable" || name == "restatable*") {
    const Argument title = option_at(s_, content.begin, content.end);
    const Argument kind = group_at(s_, title.after, content.end);
    const Argument store = group_at(s_, kind.after, content.end);
    if (restated_.size() < 200) restated_.push_back(plain(store.content));
    if (const auto theorem = theorem_of(plain(kind.content))) {
      flush_paragraph();
      Mentions mentions;
      return open_theorem(i, end, *theorem, store.after, title.present ? write(title.content, mentions) : "");
    }
    return store.after;
  }
  if (const auto theorem = theorem_of(name)) {
    flush_paragraph();
    const Argument title = option_at(s_, content.begin, content.end);
    Mentions mentions;
    const std::string heading = title.present ? write(title.content, mentions) : std::string();
    return open_theorem(i, end, *theorem, title.present ? title.after : content.begin, heading);
  }
  if (std::any_of(s_.tokens.begin() + static_cast<std::ptrdiff_t>(content.begin),
                  s_.tokens.begin() + static_cast<std::ptrdiff_t>(std::min(content.end, content.begin + 2)),
                  [](const Token& t) { return t.kind == TokenKind::verbatim; })) {
    flush_paragraph();
    code_block(i, end, {}, {});
    return next;
  }
  if (breaks_paragraph(name)) flush_paragraph();
  if (name == "tcolorbox" || name == "mdframed") box_title(option_at(s_, content.begin, content.end).content);
  return transparent();
}

// title={..} or frametitle=.. of a box is a line of its own above what stands in it: often all that says what
// a listing of a prompt is.
void DocumentBuilder::box_title(Range options) {
  std::size_t key = options.begin;
  for (std::size_t k = options.begin; k <= options.end; ++k) {
    const bool last = k == options.end || is_character(s_, k, options.end, ',');
    if (!last) {
      if (s_.tokens[k].kind == TokenKind::begin_group) k = std::max(k, after(s_, k, options.end) - 1);
      continue;
    }
    std::size_t equals = key;
    while (equals < k && !is_character(s_, equals, k, '=')) ++equals;
    const std::string name(trim(plain({key, equals})));
    if (equals < k && (name == "title" || name == "frametitle")) {
      Range value = trim_spaces(s_, {equals + 1, k});
      const Argument group = group_at(s_, value.begin, value.end);
      if (group.present && group.after == value.end) value = group.content;
      Mentions mentions;
      const std::string text = write(value, mentions);
      if (text.empty()) return;
      const std::size_t index = new_block(BlockType::paragraph, value);
      doc_.blocks[index].text = text;
      note(index, mentions);
      return;
    }
    key = k + 1;
  }
}

// ---------------------------------------------------------------- end of the document

void DocumentBuilder::finish() {
  references_.settle_numbers();
  const auto fix = [&](std::string& text) { references_.resolve(text); };
  fix(doc_.title);
  fix(doc_.abstract);
  const auto fix_formula = [&](std::string& tex) { references_.resolve_commands(tex); };
  for (Equation& equation : doc_.equations) {
    fix_formula(equation.latex);
    fix(equation.number);
    for (std::string& number : equation.row_numbers) fix(number);
    for (std::string& row : equation.rows) fix_formula(row);
  }
  for (Block& block : doc_.blocks) {
    fix(block.text);
    fix(block.title);
    fix(block.number);
    if (block.type == BlockType::equation) {  // of subequations: bound before the first formula was there
      for (std::string& label : references_.labels_of(block.id)) {
        if (std::find(block.labels.begin(), block.labels.end(), label) == block.labels.end())
          block.labels.push_back(std::move(label));
      }
    }
    if (block.type != BlockType::code) fix_formula(block.text);
    block.refs = references_.targets(block.refs);
  }
  for (Algorithm& algorithm : doc_.algorithms) {
    fix(algorithm.caption);
    for (std::string& text : algorithm.inputs) fix(text);
    for (std::string& text : algorithm.outputs) fix(text);
    for (AlgorithmLine& line : algorithm.lines) {
      fix(line.text);
      fix(line.comment);
    }
  }
  for (Table& table : doc_.tables) {
    fix(table.caption);
    for (auto& row : table.rows) {
      for (TableCell& cell : row) fix(cell.text);
    }
  }
  for (Figure& figure : doc_.figures) {
    fix(figure.caption);
    for (std::string& part : figure.subfigures) fix(part);
  }
  std::unordered_map<std::string, Figure*> figures;
  for (Figure& figure : doc_.figures) figures[figure.id] = &figure;
  for (const Block& block : doc_.blocks) {
    for (const std::string& id : block.refs) {
      if (const auto figure = figures.find(id); figure != figures.end() && block.id != id)
        figure->second->cited_in.push_back(block.id);
    }
    for (const std::string& id : block.refs) {
      if (id.find(':') != std::string::npos)
        warn(kNone, fmt::format("reference to \"{}\" in {}: no such label", id, block.id));
    }
  }
  const auto list = [&](const std::map<std::string, std::size_t>& counts, std::string_view what) {
    std::string names;
    std::size_t shown = 0;
    for (const auto& [name, count] : counts) {
      if (++shown > 30) break;
      names += fmt::format("{}\\{} ({})", names.empty() ? "" : ", ", name, count);
    }
    if (!names.empty()) doc_.warnings.push_back({"", fmt::format("{}: {}", what, names)});
  };
  list(context_.unwrapped, "unknown commands, argument kept");
  list(context_.dropped, "unknown commands, left out");
  for (std::size_t k = 0; k < s_.problems.size(); ++k) warn(s_.problem_at[k], s_.problems[k]);
}

}  // namespace p2c::paper::latex
