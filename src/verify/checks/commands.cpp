#include "verify/checks/commands.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace p2c::verify {
namespace {

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_python(std::string_view word) {
  const std::size_t slash = word.rfind('/');
  if (slash != std::string_view::npos) word = word.substr(slash + 1);
  if (word == "$PYTHON" || word == "${PYTHON}" || word == "${PYTHON:-python}" || word == "${PYTHON:-python3}") return true;
  if (!word.starts_with("python")) return false;
  return std::all_of(word.begin() + 6, word.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::optional<PythonCommand> read_command(std::string_view text) {
  const std::vector<std::string> words = shell_words(text);
  std::size_t i = 0;
  PythonCommand command;
  while (i < words.size() && (is_assignment(words[i]) || words[i] == "exec" || words[i] == "time" || words[i] == "env")) {
    command.sets_path = command.sets_path || words[i].starts_with("PYTHONPATH=");
    ++i;
  }
  if (i >= words.size() || !is_python(words[i])) return std::nullopt;
  for (++i; i < words.size(); ++i) {
    if (words[i] == "-m" && i + 1 < words.size()) {
      command.module = words[i + 1];
      i += 2;
      break;
    }
    if (words[i] == "-c" || words[i] == "-") return std::nullopt;
    if (words[i] == "-W" || words[i] == "-X") {
      ++i;
      continue;
    }
    if (words[i].starts_with('-')) continue;  // -u, -O
    command.script = words[i].starts_with("./") ? words[i].substr(2) : words[i];
    ++i;
    break;
  }
  const std::string& program = command.module.empty() ? command.script : command.module;
  if (program.empty() || contains(program, "$")) return std::nullopt;
  command.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(std::min(i, words.size())), words.end());
  return command;
}

}  // namespace

std::vector<std::string> shell_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
      continue;
    }
    if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t') {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
    } else if (c == '|' || c == '&' || c == ';' || c == '<' || c == '>' || (c == '#' && !inside)) {
      // "2>&1": the digit before belongs to the operator
      if (inside && c == '>' && (word == "1" || word == "2")) inside = false;
      break;
    } else {
      word += c;
      inside = true;
    }
  }
  if (inside) words.push_back(word);
  return words;
}

std::vector<PythonCommand> python_commands(const RepoView& view) {
  std::vector<PythonCommand> commands;
  for (const auto& [path, text] : view.input().files) {
    if (!path.ends_with(".sh")) continue;
    bool sets_path = false, in_heredoc = false;
    std::string logical, heredoc_end;
    int number = 0, start = 0;
    for (const std::string_view raw : split_lines(text)) {
      ++number;
      if (in_heredoc) {
        in_heredoc = trim(raw) != heredoc_end;
        continue;
      }
      if (logical.empty()) start = number;
      const std::string_view line = trim(raw);
      if (line.ends_with('\\')) {
        logical += std::string(line.substr(0, line.size() - 1)) + " ";
        continue;
      }
      logical += line;
      if (const std::size_t mark = logical.find("<<"); mark != std::string::npos && !contains(logical, "<<<")) {
        heredoc_end = std::string(trim(std::string_view(logical).substr(mark + 2)));
        heredoc_end = std::string(trim(replace_all(replace_all(replace_all(heredoc_end, "-", ""), "'", ""), "\"", "")));
        in_heredoc = !heredoc_end.empty();
      }
      if (!logical.starts_with('#')) {
        sets_path = sets_path || contains(logical, "PYTHONPATH=") || contains(logical, "pip install -e") ||
                    contains(logical, "pip install .");
        // Each command of "a && b" and "a; b" by itself.
        std::string parts = replace_all(replace_all(logical, "&&", "\n"), ";", "\n");
        for (const std::string& part : split(parts, '\n')) {
          if (auto command = read_command(trim(part))) {
            command->file = path;
            command->line = start;
            command->sets_path = command->sets_path || sets_path;
            commands.push_back(std::move(*command));
          }
        }
      }
      logical.clear();
    }
  }
  if (view.input().plan != nullptr) {
    for (const auto& entry : view.input().plan->entry_points) {
      if (auto command = read_command(trim(entry.command))) commands.push_back(std::move(*command));
    }
  }
  return commands;
}

}  // namespace p2c::verify
