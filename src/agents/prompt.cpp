#include "agents/prompt.h"

#include <fmt/format.h>

#include <mutex>
#include <set>

#include "base/error.h"
#include "base/resource.h"
#include "base/text.h"

namespace p2c::agents {
namespace {

struct PromptFile {
  std::map<std::string, std::string> parts;
};

PromptFile load_prompt(std::string_view name) {
  PromptFile file;
  std::string part;
  for (const std::string_view line : split_lines(resource(fmt::format("prompts/{}.md", name)))) {
    if (line.starts_with("=== ")) {
      part = std::string(trim(line.substr(4)));
      file.parts[part];
      continue;
    }
    if (part.empty()) throw Error(ErrorCode::internal, "text before the first part of a prompt", {std::string(name), {}, {}, {}});
    file.parts[part].append(line).push_back('\n');
  }
  for (auto& [key, text] : file.parts) text = std::string(trim(text));
  return file;
}

std::string fill(std::string_view text, const PromptValues& values, std::string_view prompt, std::set<std::string>& used) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("{{", at);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) break;
    const std::string key(text.substr(open + 2, close - open - 2));
    const auto value = values.find(key);
    if (value == values.end()) {
      throw Error(ErrorCode::internal, "a prompt asks for a value nobody gives", {std::string(prompt), key, {}, {}});
    }
    used.insert(key);
    out.append(text.substr(at, open - at)).append(value->second);
    at = close + 2;
  }
  out.append(text.substr(at));
  return out;
}

}  // namespace

llm::Question render_prompt(std::string_view name, const PromptValues& values, std::string prefix) {
  const PromptFile file = load_prompt(name);
  std::set<std::string> used;
  llm::Question question;
  for (const auto& [part, text] : file.parts) {
    if (part == "prefix" && !prefix.empty()) continue;
    std::string filled = fill(text, values, name, used);
    if (part == "system") question.system = std::move(filled);
    if (part == "prefix") question.prefix = std::move(filled);
    if (part == "question") question.question = std::move(filled);
  }
  if (!prefix.empty()) question.prefix = std::move(prefix);
  for (const auto& [key, value] : values) {
    if (!used.contains(key)) {
      throw Error(ErrorCode::internal, "a value is given that the prompt never uses", {std::string(name), key, {}, {}});
    }
  }
  return question;
}

std::string render_part(std::string_view name, std::string_view part, const PromptValues& values) {
  const PromptFile file = load_prompt(name);
  const auto it = file.parts.find(std::string(part));
  if (it == file.parts.end()) {
    throw Error(ErrorCode::internal, "no such part of a prompt", {std::string(name), std::string(part), {}, {}});
  }
  std::set<std::string> used;
  return fill(it->second, values, name, used);
}

const Json& prompt_schema(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, Json> schemas;
  const std::lock_guard lock(mutex);
  auto [it, inserted] = schemas.try_emplace(std::string(name));
  if (inserted) it->second = parse_json(resource(fmt::format("prompts/{}.schema.json", name)), name);
  return it->second;
}

std::string prompt_fragment(std::string_view name) {
  return std::string(trim(resource(fmt::format("prompts/parts/{}.md", name))));
}

}  // namespace p2c::agents
