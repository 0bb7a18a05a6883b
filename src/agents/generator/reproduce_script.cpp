// reproduce.sh of the generated repository: the plan's commands, taken apart and put together safely.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agents/generator/project_parts.h"
#include "agents/generator/templates.h"
#include "base/markup.h"
#include "base/text.h"

namespace p2c::agents {

namespace {

constexpr std::size_t kMaxArguments = 64;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Splits like a shell does for plain words and quotes; stops at the first operator, since one command is all
// we take.
std::vector<std::string> shell_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t') {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
    } else if (std::string_view("|&;<>()\n`$\\#").find(c) != std::string_view::npos) {
      break;
    } else {
      word += c;
      inside = true;
    }
  }
  if (inside) words.push_back(word);
  return words;
}

std::string shell_quote(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return is_word_character(c) || std::string_view("./=:,+@%-").find(c) != std::string_view::npos;
  });
  return plain ? word : "'" + replace_all(word, "'", "'\\''") + "'";
}

bool is_module(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.back() == '.' || contains(name, "..")) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_word_character(c) || c == '.'; });
}

std::string module_of_path(std::string_view path) {
  if (path.ends_with(".py")) path.remove_suffix(3);
  std::string module = replace_all(std::string(path), "/", ".");
  return is_module(module) ? module : "";
}

struct Program {
  std::string module;
  std::vector<std::string> arguments;
};

// "python -m pkg.train --config configs/smoke.yaml" or "python3 pkg/train.py ..."; anything else gives no
// module.
Program parse_command(const std::string& command) {
  auto words = shell_words(command);
  if (words.size() > kMaxArguments) words.resize(kMaxArguments);
  std::size_t i = 0;
  const auto is_assignment = [](const std::string& word) {
    const auto equals = word.find('=');
    return equals != std::string::npos && equals > 0 &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), is_word_character);
  };
  while (i < words.size() && is_assignment(words[i])) ++i;
  if (i >= words.size() || (words[i] != "python" && words[i] != "python3")) return {};
  ++i;
  Program program;
  if (i + 1 < words.size() && words[i] == "-m") {
    program.module = is_module(words[i + 1]) ? words[i + 1] : "";
    i += 2;
  } else if (i < words.size() && words[i].ends_with(".py")) {
    program.module = module_of_path(words[i]);
    i += 1;
  }
  if (!program.module.empty())
    program.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  return program;
}

// The arguments without --config and --output, which the script sets itself.
std::vector<std::string> own_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& a = arguments[i];
    if (a == "--config" || a == "--output") {
      ++i;
    } else if (!a.starts_with("--config=") && !a.starts_with("--output=")) {
      kept.push_back(a);
    }
  }
  return kept;
}

std::string program_line(const Program& program, const std::string& output_name) {
  std::string line = "run \"$python\" -m " + program.module + " --config \"$config\" --output \"$outputs/" +
                     output_name + "\"";
  for (const auto& argument : own_arguments(program.arguments)) line += " " + shell_quote(argument);
  return line;
}

std::string safe_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 60)) out += is_word_character(c) || c == '-' ? c : '_';
  return out.empty() ? "program" : out;
}

// Data first, then training, then all that looks at results; the plan's order within.
int rank(const artefacts::EntryPoint& entry) {
  const std::string name = to_lower(entry.name);
  for (const char* word : {"download", "prepare", "preprocess", "data", "synth"}) {
    if (contains(name, word)) return 0;
  }
  return contains(name, "train") ? 1 : 2;
}

// One comment line whatever the text holds.
std::string comment(std::string_view text) {
  return "# " + collapse_whitespace(strip_control(repair_utf8(text)));
}

}  // namespace

std::string reproduce_script(const artefacts::Plan& plan) {
  std::vector<const artefacts::EntryPoint*> entries;
  for (const auto& entry : plan.entry_points) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto* a, const auto* b) { return rank(*a) < rank(*b); });

  std::set<std::string> seen;
  std::string programs;
  for (const auto* entry : entries) {
    Program program = parse_command(entry->command);
    if (program.module.empty()) program.module = module_of_path(entry->path);
    if (program.module.empty()) continue;
    const std::string identity = program.module + "\n" + join(own_arguments(program.arguments), "\n");
    if (!seen.insert(identity).second) continue;  // the same program planned once a profile
    const std::string line = program_line(program, safe_name(entry->name));
    programs += comment(entry->purpose.empty() ? entry->name : entry->purpose) + "\n";
    if (contains(to_lower(entry->name), "download")) {
      programs += "if [[ $profile != smoke ]]; then\n  " + line + "\nfi\n";
    } else {
      programs += line + "\n";
    }
  }

  std::string experiments;
  for (const auto& experiment : plan.experiments) {
    const Program program = parse_command(experiment.command);
    if (program.module.empty()) continue;
    const std::string what = fmt::format("{}: {} on {}, {}", experiment.id, experiment.model,
                                         experiment.dataset, experiment.metric);
    const std::string identity = program.module + "\n" + join(own_arguments(program.arguments), "\n");
    if (!seen.insert(identity).second) {
      experiments += "  " + comment(what + ": a run from above") + "\n  :\n";  // a branch needs a command
      continue;
    }
    experiments += "  " + comment(what) + "\n  " +
                   program_line(program, safe_name("experiment_" + experiment.id)) + "\n";
  }
  if (experiments.empty()) experiments = "  echo 'The plan names no experiment with a command of its own.'\n";
  if (programs.empty()) programs = "echo 'The plan names no program.'\n";
  experiments.pop_back();
  return fill_template("reproduce.sh", {{"entry_points", programs}, {"experiments", experiments}});
}

}  // namespace p2c::agents
