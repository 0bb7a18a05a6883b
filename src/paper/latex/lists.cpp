// Lists, theorem-like environments, proofs and quotes: blocks that hold other blocks.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"
#include "paper/latex/tokenizer.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxOpenContexts = 60;

}  // namespace

bool DocumentBuilder::in_list() const {
  return std::any_of(contexts_.begin(), contexts_.end(),
                     [](const Context& c) { return c.kind == Context::Kind::list; });
}

// What numbers of items look like: label=(\roman*) of enumitem, or [(i)] of enumerate and shortlabels. Empty
// for the usual form.
TokenList DocumentBuilder::item_format(Range options, const std::string& counter) {
  Range value{};
  std::size_t key = options.begin;
  bool assigns = false;
  for (std::size_t k = options.begin; k <= options.end; ++k) {
    if (k < options.end && s_.tokens[k].kind == TokenKind::begin_group) {
      k = std::max(k, after(s_, k, options.end) - 1);
      continue;
    }
    if (k < options.end && !is_character(s_, k, options.end, ',')) {
      assigns = assigns || is_character(s_, k, options.end, '=');
      continue;
    }
    std::size_t equals = key;
    while (equals < k && !is_character(s_, equals, k, '=')) ++equals;
    if (equals < k && trim(plain({key, equals})) == "label") value = trim_spaces(s_, {equals + 1, k});
    key = k + 1;
  }
  if (!assigns) value = trim_spaces(s_, options);
  const auto counted = [&](std::string_view style, const Token& at, TokenList& out) {
    for (const Token& token : tokenize_text("\\" + std::string(style) + "{" + counter + "}", names_)) {
      out.push_back(token);
      out.back().file = at.file;
    }
  };
  TokenList out;
  bool found = false;
  for (std::size_t k = value.begin; k < value.end; ++k) {
    const Token& token = s_.tokens[k];
    if (token.kind == TokenKind::control && is_character(s_, k + 1, value.end, '*')) {
      const std::string& style = name_at(k);
      if (style == "arabic" || style == "roman" || style == "Roman" || style == "alph" || style == "Alph") {
        counted(style, token, out);
        found = true;
        ++k;
        continue;
      }
    }
    if (!assigns &&
        token.kind == TokenKind::begin_group) {  // [{A}1.]: letters in braces stand for themselves
      const std::size_t close = std::min(std::max(k + 1, after(s_, k, value.end)), value.end);
      out.insert(out.end(), s_.tokens.begin() + static_cast<std::ptrdiff_t>(k),
                 s_.tokens.begin() + static_cast<std::ptrdiff_t>(close));
      k = close - 1;
      continue;
    }
    const auto letter = [&](std::size_t at) {
      return at >= value.begin && at < value.end && s_.tokens[at].kind == TokenKind::character &&
             is_letter(s_.tokens[at].value);
    };
    if (!assigns && !found && token.kind == TokenKind::character && !letter(k + 1) &&
        (k == value.begin || !letter(k - 1))) {
      const std::string_view style = token.value == '1'   ? "arabic"
                                     : token.value == 'a' ? "alph"
                                     : token.value == 'A' ? "Alph"
                                     : token.value == 'i' ? "roman"
                                     : token.value == 'I' ? "Roman"
                                                          : "";
      if (!style.empty()) {
        counted(style, token, out);
        found = true;
        continue;
      }
    }
    out.push_back(token);
  }
  return found ? out : TokenList{};
}

std::size_t DocumentBuilder::open_list(std::size_t i, std::size_t end) {
  const Range content = inside(s_, i, end);
  const std::string& name = name_at(i);
  const std::size_t from =
      std::max(i + 1, skip_arguments(s_, env_arguments(name), content.begin, content.end));
  if (contexts_.size() >= kMaxOpenContexts) {
    warn(i, "lists nested too deep; the inner one was read as text");
    return from;
  }
  const std::size_t index = new_block(BlockType::list, {i, std::min(content.end + 1, end)});
  Context context;
  context.kind = Context::Kind::list;
  context.block = index;
  context.close = content.end;
  context.described = env_kind(name) == EnvKind::description;
  if (env_kind(name) == EnvKind::enumerate) {
    static constexpr const char* kCounters[] = {"enumi", "enumii", "enumiii", "enumiv"};
    const auto depth = std::count_if(contexts_.begin(), contexts_.end(), [](const Context& c) {
      return c.kind == Context::Kind::list && !c.counter.empty();
    });
    context.counter = kCounters[std::min<std::ptrdiff_t>(depth, 3)];
    const std::string options = plain({content.begin, from});
    context.label_format = item_format(option_at(s_, content.begin, from).content, context.counter);
    if (!contains(options, "resume")) counters_.set(context.counter, 0);
  }
  contexts_.push_back(std::move(context));
  return from;
}

std::size_t DocumentBuilder::item(std::size_t i, std::size_t end) {
  flush_paragraph();
  while (!contexts_.empty() && contexts_.back().kind != Context::Kind::list) pop_context();
  Context& list = contexts_.back();
  const Argument option = option_at(s_, i + 1, end);
  Mentions mentions;
  const std::string label = option.present ? write(option.content, mentions) : std::string();
  std::string number;
  if (!list.counter.empty() && !option.present) {
    counters_.step(list.counter);
    number =
        list.label_format.empty() ? counters_.printed(list.counter) : counters_.evaluate(list.label_format);
    while (number.ends_with('.') || number.ends_with(':')) number.pop_back();
  }
  ++list.items;
  const std::size_t close = list.close;
  const bool described = list.described;
  const std::string list_id = doc_.blocks[list.block].id;
  blocks_.item(list_id, {});
  const std::size_t index = doc_.blocks.size() - 1;
  Block& block = doc_.blocks[index];
  block.span = span_of({i, option.present ? option.after : i + 1});
  block.number = number.empty() && !described ? label : number;
  if (described || label.size() > 3) {
    block.title = label;
    block.text = label;
  }
  note(index, mentions);
  Context context;
  context.kind = Context::Kind::item;
  context.block = index;
  context.close = close;
  context.takes_text = true;
  context.number = number;
  contexts_.push_back(std::move(context));
  return std::max(i + 1, option.present ? option.after : i + 1);
}

std::size_t DocumentBuilder::open_container(std::size_t i, std::size_t end, BlockType type) {
  const Range content = inside(s_, i, end);
  std::size_t from = content.begin;
  if (contexts_.size() >= kMaxOpenContexts) return std::max(i + 1, from);
  std::string title;
  if (type == BlockType::proof) {
    const Argument option = option_at(s_, content.begin, content.end);
    Mentions mentions;
    if (option.present) {
      title = write(option.content, mentions);
      from = option.after;
    }
    const std::size_t index = new_block(type, {i, std::min(content.end + 1, end)});
    doc_.blocks[index].title = title.empty() ? "Proof" : title;
    note(index, mentions);
  } else {
    new_block(type, {i, std::min(content.end + 1, end)});
  }
  Context context;
  context.block = doc_.blocks.size() - 1;
  context.close = content.end;
  context.takes_text = true;
  contexts_.push_back(std::move(context));
  return std::max(i + 1, from);
}

std::optional<DocumentBuilder::Theorem> DocumentBuilder::theorem_of(const std::string& environment) const {
  if (const auto found = theorems_.find(environment); found != theorems_.end()) return found->second;
  // Names that classes define (llncs, jmlr, acmart): used without a declaration in the source.
  static constexpr std::string_view kUsual[] = {
      "theorem",    "lemma", "corollary",  "proposition", "definition", "remark",  "assumption", "example",
      "conjecture", "claim", "hypothesis", "observation", "property",   "problem", "condition"};
  std::string_view name = environment;
  if (!name.empty() && name.back() == '*') name.remove_suffix(1);
  if (std::find(std::begin(kUsual), std::end(kUsual), name) == std::end(kUsual)) return std::nullopt;
  std::string title(name);
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return Theorem{name.size() == environment.size() ? std::string(name) : std::string(), title};
}

std::size_t DocumentBuilder::open_theorem(std::size_t i, std::size_t end, const Theorem& theorem,
                                          std::size_t from, std::string name) {
  const Range content = inside(s_, i, end);
  from = std::max(i + 1, from);
  if (contexts_.size() >= kMaxOpenContexts) return from;
  std::string number;
  if (!theorem.counter.empty()) {
    if (!counters_.has(theorem.counter)) counters_.define(theorem.counter);
    counters_.step(theorem.counter);
    number = counters_.printed(theorem.counter);
  }
  const std::size_t index = new_block(BlockType::theorem, {i, std::min(content.end + 1, end)});
  Block& block = doc_.blocks[index];
  block.number = number;
  block.title = theorem.title;
  if (!name.empty()) block.title += (number.empty() ? " (" : " " + number + " (") + name + ")";
  Context context;
  context.block = index;
  context.close = content.end;
  context.takes_text = true;
  context.number = number;
  context.counter = theorem.title;
  contexts_.push_back(std::move(context));
  return from;
}

// \newtheorem{name}[shared]{Title}[within], \newtheorem*{name}{Title},
// \declaretheorem[name=Title,sibling=x,numberwithin=y]{name}.
std::size_t DocumentBuilder::declare_theorem(const std::string& name, std::size_t i, std::size_t end) {
  std::size_t at = i + 1;
  const bool star = is_character(s_, at, end, '*');
  if (star) ++at;
  Theorem theorem;
  if (name == "declaretheorem") {
    const Argument options = option_at(s_, at, end);
    const Argument environment = group_at(s_, options.after, end);
    if (!environment.present) return i + 1;
    const std::string which = plain(environment.content);
    theorem.title = which;
    if (!theorem.title.empty() && theorem.title[0] >= 'a' && theorem.title[0] <= 'z')
      theorem.title[0] = static_cast<char>(theorem.title[0] - 32);
    theorem.counter = which;
    std::string within;
    for (const std::string& part : split(plain(options.content), ',')) {
      const auto equals = part.find('=');
      if (equals == std::string::npos) continue;
      const std::string key(trim(part.substr(0, equals))), value(trim(part.substr(equals + 1)));
      if (key == "name" || key == "title" || key == "heading") theorem.title = value;
      if (key == "sibling" || key == "numberlike" || key == "sharenumber") theorem.counter = value;
      if (key == "numberwithin" || key == "within" || key == "parent") within = value;
      if (key == "numbered" && value == "no") theorem.counter.clear();
    }
    if (theorem.counter == which) {
      counters_.define(which);
      if (!within.empty()) counters_.reset_within(which, within, true);
    }
    theorems_[which] = theorem;
    return environment.after;
  }
  const Argument environment = group_at(s_, at, end);
  const Argument shared = option_at(s_, environment.after, end);
  const Argument title = group_at(s_, shared.after, end);
  if (!environment.present || !title.present) return std::max(i + 1, environment.after);
  const Argument within = option_at(s_, title.after, end);
  const std::string which = plain(environment.content);
  Mentions mentions;
  theorem.title = write(title.content, mentions);
  if (!star) {
    theorem.counter = shared.present ? plain(shared.content) : which;
    if (!shared.present) {
      counters_.define(which);
      if (within.present) counters_.reset_within(which, plain(within.content), true);
    } else if (theorem.counter != which && theorems_.contains(theorem.counter)) {
      theorem.counter =
          theorems_[theorem.counter].counter.empty() ? which : theorems_[theorem.counter].counter;
    }
  }
  theorems_[which] = theorem;
  return within.after;
}

}  // namespace p2c::paper::latex
