// Resolving references to printed numbers and block ids.
#include "paper/latex/references.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace p2c::paper::latex {

namespace {

constexpr char kOpen = '\x01',
               kClose = '\x02';  // never in text: the tokenizer turns control characters into blanks

std::string kind_name(const LabelTarget& target, bool plural) {
  std::string name = target.name;
  if (name.empty()) {
    name = target.kind;
    if (!name.empty())
      name[0] = static_cast<char>(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0]);
  }
  if (!plural || name.empty()) return name;
  if (name == "Appendix") return "Appendices";
  if (name == "Corollary") return "Corollaries";
  return name + "s";
}

}  // namespace

bool References::bind(const std::string& label, LabelTarget target) {
  if (label.empty()) return true;
  return labels_.insert_or_assign(label, std::move(target)).second;
}

const LabelTarget* References::find(const std::string& label) const {
  const auto found = labels_.find(label);
  return found == labels_.end() ? nullptr : &found->second;
}

std::string References::mark(std::string command, std::vector<std::string> keys) {
  requests_.push_back({std::move(command), std::move(keys)});
  return fmt::format("{}{}{}", kOpen, requests_.size() - 1, kClose);
}

std::string References::printed(const Request& request) const {
  const std::string& command = request.command;
  const bool with_kind = command == "cref" || command == "Cref" || command == "autoref" ||
                         command == "Autoref" || command == "crefrange" || command == "Crefrange" ||
                         command == "vref" || command == "Vref" || command == "fref" || command == "Fref" ||
                         command == "fullref" || command == "zcref" || command == "thmref" ||
                         command == "prettyref";
  const bool name_only = command == "namecref" || command == "nameCref" || command == "lcnamecref";
  struct Part {
    std::string kind, kinds, text;
  };
  std::vector<Part> parts;
  for (const std::string& key : request.keys) {
    const LabelTarget* target = find(key);
    if (target == nullptr) {
      parts.push_back({"", "", key.empty() ? "??" : "[" + key + "]"});
      continue;
    }
    std::string text = target->number;
    if (command == "nameref") text = target->title.empty() ? text : target->title;
    if (text.empty()) text = target->title.empty() ? target->block : fmt::format("“{}”", target->title);
    if (command == "eqref" || (with_kind && target->kind == "equation")) text = "(" + text + ")";
    parts.push_back({kind_name(*target, false), kind_name(*target, true), text});
  }
  if (command == "pageref" || command == "cpageref") return parts.empty() ? "" : "[" + parts[0].text + "]";
  if (name_only) return parts.empty() ? "" : parts[0].kind;
  const bool range = command == "crefrange" || command == "Crefrange";
  std::string out;
  for (std::size_t i = 0; i < parts.size();) {
    std::size_t same = i + 1;
    while (same < parts.size() && (!with_kind || parts[same].kind == parts[i].kind)) ++same;
    if (i > 0) out += same == parts.size() ? " and " : ", ";
    if (with_kind && !parts[i].kind.empty()) out += (same - i > 1 ? parts[i].kinds : parts[i].kind) + " ";
    for (std::size_t k = i; k < same; ++k) {
      if (k > i)
        out += range ? "–" : k + 1 == same && with_kind ? (same - i == 2 ? " and " : ", and ") : ", ";
      out += parts[k].text;
    }
    i = same;
  }
  return out;
}

void References::settle_numbers() {
  // A number may refer to one that refers to another; longer chains, or circles, are left as they are then.
  for (int round = 0; round < 3; ++round) {
    for (auto& [label, target] : labels_) {
      if (target.number.find(kOpen) != std::string::npos && target.number.size() < 500) resolve(target.number);
    }
  }
  for (auto& [label, target] : labels_) {
    std::erase(target.number, kOpen);
    std::erase(target.number, kClose);
  }
}

void References::resolve(std::string& text) const {
  std::size_t open = text.find(kOpen);
  if (open == std::string::npos) return;
  std::string out;
  std::size_t from = 0;
  while (open != std::string::npos) {
    const std::size_t close = text.find(kClose, open);
    if (close == std::string::npos) break;
    std::size_t number = 0;
    for (std::size_t i = open + 1; i < close; ++i)
      number = number * 10 + static_cast<std::size_t>(text[i] - '0');
    out.append(text, from, open - from);
    if (number < requests_.size()) out += printed(requests_[number]);
    from = close + 1;
    open = text.find(kOpen, from);
  }
  out.append(text, from, std::string::npos);
  text = std::move(out);
}

void References::resolve_commands(std::string& tex) const {
  for (const std::string_view command : {"\\ref{", "\\eqref{", "\\cref{", "\\Cref{"}) {
    std::size_t at = tex.find(command);
    while (at != std::string::npos) {
      const std::size_t open = at + command.size();
      const std::size_t close = tex.find('}', open);
      if (close == std::string::npos) break;
      const std::string key = tex.substr(open, close - open);
      std::size_t from = close;
      if (find(key) != nullptr) {
        const std::string text = printed({std::string(command.substr(1, command.size() - 2)), {key}});
        tex.replace(at, close + 1 - at, text);
        from = at + text.size();
      }
      at = tex.find(command, from);
    }
  }
}

std::vector<std::string> References::targets(const std::vector<std::string>& keys) const {
  std::vector<std::string> out;
  for (const std::string& key : keys) {
    const LabelTarget* target = find(key);
    const std::string& id = target == nullptr ? key : target->block;
    if (!id.empty() && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  }
  return out;
}

std::vector<std::string> References::labels_of(const std::string& block) const {
  std::vector<std::string> out;
  for (const auto& [label, target] : labels_) {
    if (target.block == block) out.push_back(label);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace p2c::paper::latex
