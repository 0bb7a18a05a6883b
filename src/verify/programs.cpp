// The programs of a repository and what depends on what inside it.
#include <algorithm>

#include "base/text.h"
#include "verify/checks/commands.h"
#include "verify/checks/repo_view.h"
#include "verify/levels.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxPrograms = 20;
constexpr std::size_t kMaxArguments = 64;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string safe_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 60)) out += is_word(c) || c == '-' ? c : '_';
  return out.empty() ? "program" : out;
}

// Data first, then training, then all that looks at results.
int rank(const std::string& name) {
  for (const char* word : {"download", "prepare", "preprocess", "data", "synth"}) {
    if (contains(to_lower(name), word)) return 0;
  }
  return contains(to_lower(name), "train") ? 1 : 2;
}

std::vector<std::string> own_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < arguments.size() && i < kMaxArguments; ++i) {
    if (arguments[i] == "--config" || arguments[i] == "--output") {
      ++i;
    } else if (!arguments[i].starts_with("--config=") && !arguments[i].starts_with("--output=")) {
      kept.push_back(arguments[i]);
    }
  }
  return kept;
}

// A file in a package is a module; one beside it is run by its path.
void set_target(Program& program, const RepoFiles& files) {
  const std::string folder = folder_of(program.file);
  if (folder.empty() || files.contains(folder + "/__init__.py"))
    program.module = RepoView::module_name(program.file);
}

Program from_command(const artefacts::EntryPoint& entry, const RepoFiles& files) {
  Program program;
  program.name = safe_name(entry.name);
  std::vector<std::string> words = shell_words(entry.command);
  std::size_t i = 0;
  while (i < words.size() && words[i].find('=') != std::string::npos) ++i;  // VARIABLE=value in front
  if (i < words.size() && words[i].starts_with("python")) {
    ++i;
    if (i + 1 < words.size() && words[i] == "-m") {
      program.file = replace_all(words[i + 1], ".", "/") + ".py";
      if (!files.contains(program.file)) program.file = replace_all(words[i + 1], ".", "/") + "/__main__.py";
      i += 2;
    } else if (i < words.size() && words[i].ends_with(".py")) {
      program.file = words[i++];
    }
  }
  if (!program.file.empty())
    program.arguments = own_arguments({words.begin() + static_cast<std::ptrdiff_t>(i), words.end()});
  if (!files.contains(program.file)) program.file = entry.path;
  return program;
}

std::vector<std::string> imports_of(const std::string& path, const RepoView& view, const FactsByPath& facts) {
  const auto it = facts.find(path);
  if (it == facts.end()) return {};
  std::set<std::string> found;
  const auto add = [&](const std::string& module) {
    const ImportTarget target = view.import_target(path, module);
    if (target.kind == ImportTarget::Kind::local && target.missing.empty() && target.path.ends_with(".py") &&
        target.path != path) {
      found.insert(target.path);
    }
  };
  for (const python::Import& import : it->second.imports) {
    const std::string module =
        std::string(static_cast<std::size_t>(std::max(import.level, 0)), '.') + import.module;
    if (!import.module.empty()) add(module);
    for (const std::string& name : import.names)
      add(module + (import.module.empty() ? "" : ".") + name);  // may be a module
  }
  return {found.begin(), found.end()};
}

}  // namespace

std::vector<std::string> Program::argv(const std::vector<std::string>& more) const {
  std::vector<std::string> result = {"python"};
  if (module.empty()) {
    result.push_back(file);
  } else {
    result.insert(result.end(), {"-m", module});
  }
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

std::vector<Program> programs_of(const artefacts::Plan* plan, const RepoFiles& files,
                                 const FactsByPath& facts) {
  std::vector<Program> programs;
  std::set<std::string> seen, names;
  const auto add = [&](Program program) {
    std::string identity = program.file;
    for (const std::string& argument : program.arguments) identity += "\n" + argument;
    if (!program.file.ends_with(".py") || programs.size() >= kMaxPrograms || !seen.insert(identity).second)
      return;
    set_target(program, files);
    program.writes_metrics = rank(program.name) > 0;
    std::string name = program.name;
    for (int n = 2; !names.insert(program.name).second; ++n) program.name = name + "_" + std::to_string(n);
    programs.push_back(std::move(program));
  };
  if (plan != nullptr) {
    for (const artefacts::EntryPoint& entry : plan->entry_points) {
      if (!contains(to_lower(entry.name), "download")) add(from_command(entry, files));  // needs the network
    }
  } else {
    for (const auto& [path, fact] : facts) {
      if (!fact.has_main_guard || is_test_file(path) || path == "setup.py") continue;
      Program program;
      program.file = path;
      const std::size_t slash = path.rfind('/');
      program.name = safe_name(path.substr(slash == std::string::npos ? 0 : slash + 1,
                                           path.size() - 3 - (slash == std::string::npos ? 0 : slash + 1)));
      add(std::move(program));
    }
  }
  std::stable_sort(programs.begin(), programs.end(),
                   [](const Program& a, const Program& b) { return rank(a.name) < rank(b.name); });
  return programs;
}

std::vector<std::string> local_imports(const std::string& path, const RepoFiles& files,
                                       const FactsByPath& facts) {
  const CheckInput input{files, facts};
  return imports_of(path, RepoView(input), facts);
}

std::optional<std::set<std::string>> dependents_of(const std::set<std::string>& touched,
                                                   const RepoFiles& files, const FactsByPath& facts) {
  const CheckInput input{files, facts};
  const RepoView view(input);
  std::map<std::string, std::set<std::string>> importers;
  for (const auto& [path, fact] : facts) {
    const auto depends = [&, importer = path](const std::string& on) {
      if (on != importer && facts.contains(on)) importers[on].insert(importer);
    };
    for (const std::string& imported : imports_of(path, view, facts)) {
      depends(imported);
      // Importing a.b.c runs a/__init__.py and a/b/__init__.py first.
      for (std::string folder = folder_of(imported); !folder.empty(); folder = folder_of(folder))
        depends(folder + "/__init__.py");
    }
    for (std::string folder = folder_of(path); !folder.empty(); folder = folder_of(folder)) {
      depends(folder + "/__init__.py");
      depends(folder + "/conftest.py");
    }
    depends("conftest.py");
  }
  std::set<std::string> reached;
  std::vector<std::string> open;
  for (const std::string& path : touched) {
    if (!path.ends_with(".py") || path == "setup.py") return std::nullopt;
    reached.insert(path);
    open.push_back(path);
  }
  while (!open.empty()) {
    const std::string path = std::move(open.back());
    open.pop_back();
    for (const std::string& importer : importers[path]) {
      if (reached.insert(importer).second) open.push_back(importer);
    }
  }
  return reached;
}

}  // namespace p2c::verify
