#include "verify/checks/repo_view.h"

#include <algorithm>

#include "base/text.h"
#include "verify/checks/requirements_text.h"
#include "verify/checks/tables.h"

namespace p2c::verify {
namespace {

constexpr int kMaxFollow = 20;  // re-exports and base classes followed in a row

std::string joined(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

std::string first_part(std::string_view dotted) { return std::string(dotted.substr(0, dotted.find('.'))); }

// Names of distributions that a file of the root lists as needed.
std::vector<std::string> listed_names(std::string_view path, const std::string& text) {
  std::vector<std::string> names;
  if (path.find('/') != std::string_view::npos) return names;
  if (contains(path, "requirements") && path.ends_with(".txt")) {
    for (const auto& line : read_requirements(text)) names.push_back(line.name);
  } else if (path == "pyproject.toml" || path == "setup.py" || path == "setup.cfg") {
    // Quoted requirements: one word, perhaps with bounds. Other quoted words do no harm here.
    for (const char quote : {'"', '\''}) {
      const std::vector<std::string> pieces = split(text, quote);
      for (std::size_t i = 1; i < pieces.size(); i += 2) {
        if (pieces[i].size() > 100) continue;
        for (const auto& line : read_requirements(pieces[i])) names.push_back(line.name);
      }
    }
    if (path == "setup.cfg") {
      for (const std::string_view line : split_lines(text)) {
        if (!line.starts_with(' ') && !line.starts_with('\t')) continue;
        for (const auto& requirement : read_requirements(line)) names.push_back(requirement.name);
      }
    }
  } else if (path == "environment.yml" || path == "environment.yaml") {
    for (const std::string_view raw : split_lines(text)) {
      const std::string_view line = trim(raw);
      if (!line.starts_with("- ")) continue;
      const std::string_view item = trim(line.substr(2));
      names.emplace_back(item.substr(0, item.find_first_of("=<>!~ [")));
    }
  }
  std::erase(names, "");
  return names;
}

bool mentions_source_root(const RepoFiles& files) {
  for (const char* name : {"pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"}) {
    if (const auto it = files.find(name); it != files.end() && contains(it->second, "src")) return true;
  }
  return std::any_of(files.begin(), files.end(), [](const auto& file) {
    return contains(file.second, "PYTHONPATH=src") || contains(file.second, "PYTHONPATH=./src");
  });
}

}  // namespace

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

bool is_test_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return path.starts_with("tests/") || path.starts_with("test/") || contains(path, "/tests/") || name.starts_with("test_") ||
         name == "conftest.py" || name.ends_with("_test.py");
}

std::optional<std::string> string_literal(std::string_view source) {
  if (source.size() < 2) return std::nullopt;
  const char quote = source.front();
  if ((quote != '\'' && quote != '"') || source.back() != quote) return std::nullopt;
  const std::string_view body = source.substr(1, source.size() - 2);
  if (contains(body, "\\") || body.find(quote) != std::string_view::npos) return std::nullopt;
  return std::string(body);
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& names) {
  std::string best;
  std::size_t best_distance = std::min<std::size_t>(name.size() / 3 + 1, 4);
  constexpr std::size_t kMaxLength = 100, kMaxNames = 2'000;  // beyond these nobody reads the hint
  if (name.size() > kMaxLength || names.size() > kMaxNames) return best;
  for (const std::string& candidate : names) {
    if (candidate.size() > kMaxLength) continue;
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t above = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (name[i - 1] == candidate[j - 1] ? 0 : 1)});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

RepoView::RepoView(const CheckInput& input) : input_(input) {
  folders_.insert("");
  for (const auto& [path, text] : input.files) {
    if (!path.ends_with(".py")) continue;
    for (std::string folder = folder_of(path); !folder.empty(); folder = folder_of(folder)) folders_.insert(folder);
    const std::string module = module_name(path);
    by_last_name_[module.substr(module.rfind('.') + 1)].push_back(path);
  }
  roots_.push_back("");
  if (folders_.contains("src") && !input.files.contains("src/__init__.py") && mentions_source_root(input.files)) {
    roots_.push_back("src");
  }
  bool conftest_changes = false;
  for (const auto& [path, facts] : input.facts) {
    for (const auto& definition : facts.definitions) by_name_[path][definition.name].push_back(&definition);
    for (const auto& assignment : facts.attribute_assignments) assigned_attributes_.insert(assignment.name);
    const bool changes = std::any_of(facts.calls.begin(), facts.calls.end(), [](const python::Call& call) {
      return call.resolved.starts_with("sys.path.") || call.resolved == "site.addsitedir";
    });
    if (changes) path_changers_.insert(path);
    if (changes && path.ends_with("conftest.py")) conftest_changes = true;
  }
  if (conftest_changes) {
    for (const auto& [path, facts] : input.facts) {
      if (is_test_file(path)) path_changers_.insert(path);
    }
  }
  has_requirements_ = input.files.contains("requirements.txt");
  for (const auto& [path, text] : input.files) {
    for (const std::string& name : listed_names(path, text)) listed_.insert(normalised_distribution(name));
  }
}

const python::SourceFacts* RepoView::facts(const std::string& path) const {
  const auto it = input_.facts.find(path);
  return it == input_.facts.end() || !it->second.parsed ? nullptr : &it->second;
}

const std::vector<const python::Definition*>& RepoView::named(const std::string& path, const std::string& name) const {
  static const std::vector<const python::Definition*> none;
  const auto file = by_name_.find(path);
  if (file == by_name_.end()) return none;
  const auto it = file->second.find(name);
  return it == file->second.end() ? none : it->second;
}

std::string RepoView::module_name(std::string_view path) {
  if (path.ends_with(".py")) path.remove_suffix(3);
  if (path == "__init__") return "";
  if (path.ends_with("/__init__")) path.remove_suffix(9);
  return replace_all(std::string(path), "/", ".");
}

std::vector<std::string> RepoView::modules_named(const std::string& name) const {
  const auto it = by_last_name_.find(name);
  return it == by_last_name_.end() ? std::vector<std::string>{} : it->second;
}

bool RepoView::is_script_folder(const std::string& folder) const {
  return !input_.files.contains(joined(folder, "__init__.py"));
}

bool RepoView::changes_sys_path(const std::string& path) const { return path_changers_.contains(path); }

bool RepoView::is_local_top(const std::string& name) const {
  return std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
    return input_.files.contains(joined(root, name + ".py")) || folders_.contains(joined(root, name));
  });
}

// Packages the tables do not know are often listed under a name that holds the import's: "pytorch-foo" for "foo".
bool RepoView::is_listed_like(const std::string& top) const {
  const std::string name = normalised_distribution(top);
  return std::any_of(listed_.begin(), listed_.end(), [&](const std::string& listed) {
    return listed == name || (name.size() >= 3 && contains(listed, name)) || (listed.size() >= 4 && contains(name, listed));
  });
}

// The file or folder ("x/") of a dotted name below `root`, as far as it goes; `missing` is what is not there.
std::string RepoView::find_from(const std::string& root, std::string_view dotted, std::string* missing) const {
  std::string found, place = root;
  while (!dotted.empty()) {
    const std::string part = first_part(dotted);
    const std::string path = joined(place, part);
    std::string next;
    if (input_.files.contains(path + "/__init__.py")) {
      next = path + "/__init__.py";
    } else if (input_.files.contains(path + ".py")) {
      next = path + ".py";
    } else if (folders_.contains(path)) {
      next = path + "/";
    }
    if (next.empty() || (found.ends_with(".py") && !found.ends_with("__init__.py"))) {
      *missing = std::string(dotted);
      return found;
    }
    found = next;
    place = path;
    dotted.remove_prefix(std::min(dotted.size(), part.size() + 1));
  }
  missing->clear();
  return found;
}

ImportTarget RepoView::import_target(const std::string& from_path, std::string_view module) const {
  ImportTarget target;
  std::size_t level = 0;
  while (level < module.size() && module[level] == '.') ++level;
  const std::string_view name = module.substr(level);
  if (level > 0) {
    std::string folder = folder_of(from_path);
    for (std::size_t i = 1; i < level; ++i) {
      if (folder.empty()) {
        target.missing = std::string(module);
        return target;  // above the repository
      }
      folder = folder_of(folder);
    }
    target.kind = ImportTarget::Kind::local;
    if (name.empty()) {
      const std::string init = joined(folder, "__init__.py");
      target.path = input_.files.contains(init) ? init : folder + "/";
      return target;
    }
    target.path = find_from(folder, name, &target.missing);
    if (target.path.empty()) target.kind = ImportTarget::Kind::unknown;
    return target;
  }
  const std::string top = first_part(name);
  for (const std::string& root : roots_) {
    std::string missing;
    const std::string path = find_from(root, name, &missing);
    if (path.empty()) continue;
    // A folder without Python files of its own name, say "datasets/" with data below, is no module.
    if (!target.path.empty() && missing.size() >= target.missing.size()) continue;
    target.kind = ImportTarget::Kind::local;
    target.path = path;
    target.missing = missing;
  }
  const auto distribution = [&]() -> std::string {
    if (input_.plan != nullptr) {
      for (const auto& package : input_.plan->packages) {
        if (!package.import_name.empty() && first_part(package.import_name) == top) return package.pip;
      }
    }
    return distribution_of(name).value_or("");
  }();
  const bool is_listed = distribution.empty() ? is_listed_like(top)
                                              : listed_.contains(normalised_distribution(distribution)) ||
                                                    listed_.contains(normalised_distribution(top));
  if (target.kind == ImportTarget::Kind::local) {
    // A namespace folder loses against an installed package of that name.
    if (!(target.path.ends_with('/') && (is_listed || is_standard_library(top)))) return target;
    target = {};
  }
  if (is_standard_library(top)) {
    target.kind = ImportTarget::Kind::standard;
    return target;
  }
  target.distribution = distribution;
  if (is_listed) {
    target.kind = ImportTarget::Kind::listed;
    if (target.distribution.empty()) target.distribution = top;
    return target;
  }
  std::string missing;
  const std::string beside = find_from(folder_of(from_path), name, &missing);
  // Inside a package an absolute import never means the file beside it, least of all one called like a known package.
  const bool may_be_beside = !folder_of(from_path).empty() && (distribution.empty() || is_script_folder(folder_of(from_path)));
  if (!beside.empty() && may_be_beside) {
    target.kind = ImportTarget::Kind::local;
    target.path = beside;
    target.missing = missing;
    target.beside = true;
    return target;
  }
  target.kind = distribution.empty() ? ImportTarget::Kind::unknown : ImportTarget::Kind::known;
  return target;
}

std::string RepoView::module_path(std::string_view dotted, const std::string& from_path) const {
  const ImportTarget target = import_target(from_path, dotted);
  const bool found = target.kind == ImportTarget::Kind::local && target.missing.empty();
  return found ? target.path : "";
}

std::optional<bool> RepoView::has_name(const std::string& path, const std::string& name) const {
  return has_name(path, name, 0);
}

std::optional<bool> RepoView::has_name(const std::string& path, const std::string& name, int depth) const {
  if (depth > kMaxFollow) return std::nullopt;
  const std::string folder = path.ends_with('/') ? path.substr(0, path.size() - 1) : folder_of(path);
  if (path.ends_with('/') || path.ends_with("__init__.py")) {
    std::string missing;
    if (!find_from(folder, name, &missing).empty()) return true;  // a submodule
    if (path.ends_with('/')) return false;
  }
  const python::SourceFacts* source = facts(path);
  if (source == nullptr) return std::nullopt;
  static const std::set<std::string> always = {"__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__",
                                               "__loader__", "__dict__", "__builtins__", "__annotations__", "__all__",
                                               "__version__"};
  if (always.contains(name)) return true;
  if (!named(path, name).empty()) return true;
  bool unsure = !named(path, "__getattr__").empty();
  for (const auto& import : source->imports) {
    if (std::find(import.names.begin(), import.names.end(), "*") == import.names.end()) continue;
    const ImportTarget target = import_target(path, std::string(static_cast<std::size_t>(import.level), '.') + import.module);
    if (target.kind != ImportTarget::Kind::local || !target.missing.empty()) {
      unsure = true;
      continue;
    }
    const auto found = has_name(target.path, name, depth + 1);
    if (found == true) return true;
    if (!found.has_value()) unsure = true;
  }
  for (const auto& call : source->calls) {
    if (call.resolved == "builtins.globals" || call.resolved == "builtins.exec" || call.resolved == "builtins.setattr" ||
        call.resolved == "builtins.vars") {
      unsure = true;
    }
  }
  if (unsure) return std::nullopt;
  return false;
}

std::vector<std::string> RepoView::names_of(const std::string& path) const {
  std::vector<std::string> names;
  if (const python::SourceFacts* source = facts(path)) {
    for (const auto& definition : source->definitions) {
      if (definition.name.find('.') == std::string::npos && definition.kind != "import_alias") names.push_back(definition.name);
    }
  }
  return names;
}

Callable RepoView::find(const std::string& from_path, const std::string& resolved) const {
  return find(from_path, resolved, 0);
}

Callable RepoView::find(const std::string& from_path, const std::string& resolved, int depth) const {
  if (depth > kMaxFollow || resolved.empty() || resolved.starts_with("builtins.") || contains(resolved, "()")) return {};
  // In the file itself: "helper", "Net", "Net.fit".
  if (const python::SourceFacts* source = facts(from_path); source != nullptr && resolved.front() != '.') {
    const std::string top = first_part(resolved);
    const auto& roots = named(from_path, top);
    // Also imported: then the name means the import.
    const bool is_own = roots.size() == 1 && roots[0]->kind != "import_alias";
    if (is_own) {
      const python::Definition* root = roots[0];
      if (resolved == top) return root->kind == "constant" ? Callable{} : Callable{from_path, root, nullptr, false};
      const std::size_t dot = resolved.find('.');
      if (root->kind == "class" && dot != std::string::npos && resolved.find('.', dot + 1) == std::string::npos) {
        bool open = false;
        Callable method = find_method(from_path, *root, resolved.substr(dot + 1), &open);
        method.bound = false;  // named through the class
        return open && method.definition == nullptr ? Callable{} : method;
      }
      return {};
    }
  }
  // In another module: the longest part that is a module, then the rest in it.
  std::string module = resolved, rest;
  while (true) {
    const std::size_t dot = module.rfind('.');
    if (dot == std::string::npos || module.find_first_not_of('.') == std::string::npos) return {};
    const bool relative_root = module.find_last_not_of('.', dot) == std::string::npos;  // ".net" -> "." and "net"
    const std::string last = module.substr(dot + 1);
    rest = rest.empty() ? last : last + "." + rest;
    module = relative_root ? module.substr(0, dot + 1) : module.substr(0, dot);
    const std::string path = module_path(module, from_path);
    if (!path.empty() && path.ends_with(".py")) {
      const std::string top = first_part(rest);
      const auto& tops = named(path, top);
      if (facts(path) == nullptr || tops.size() != 1) return {};
      const bool is_alias = tops[0]->kind == "import_alias";
      return find(path, is_alias ? tops[0]->value + rest.substr(top.size()) : rest, depth + 1);
    }
    if (relative_root) return {};
  }
}

// A base class as written, "nn.Module" or "Generic[T]", with the imports of its file resolved.
std::string RepoView::resolved_base(const std::string& path, std::string base) const {
  if (const std::size_t bracket = base.find('['); bracket != std::string::npos) base.resize(bracket);
  const std::string top = first_part(base);
  for (const python::Definition* definition : named(path, top)) {
    if (definition->kind == "import_alias") return definition->value + base.substr(top.size());
  }
  return base;
}

Callable RepoView::find_base(const std::string& class_path, const python::Definition& owner, std::size_t n) const {
  if (facts(class_path) == nullptr || n >= owner.bases.size() || contains(owner.bases[n], "=")) return {};
  Callable found = find(class_path, resolved_base(class_path, owner.bases[n]));
  if (found.definition == &owner) return {};
  return found;
}

void RepoView::gather_bases(const std::string& path, const python::Definition& owner, std::set<std::string>& outer,
                            std::vector<Callable>& local, int depth) const {
  if (depth > kMaxFollow || facts(path) == nullptr || local.size() > 200) {
    outer.insert("?");
    return;
  }
  for (std::size_t i = 0; i < owner.bases.size(); ++i) {
    const std::string& base = owner.bases[i];
    if (contains(base, "=") || base == "object") continue;  // metaclass=...
    const Callable found = find_base(path, owner, i);
    if (found.definition != nullptr && found.definition->kind == "class") {
      local.push_back(found);
      gather_bases(found.path, *found.definition, outer, local, depth + 1);
    } else {
      outer.insert(resolved_base(path, base));
    }
  }
}

bool RepoView::derives_from(const std::string& class_path, const python::Definition& owner, const python::Definition& base) const {
  std::set<std::string> outer;
  std::vector<Callable> local;
  gather_bases(class_path, owner, outer, local, 0);
  return std::any_of(local.begin(), local.end(), [&](const Callable& found) { return found.definition == &base; });
}

std::set<std::string> RepoView::outer_bases(const std::string& class_path, const python::Definition& owner) const {
  std::set<std::string> outer;
  std::vector<Callable> local;
  gather_bases(class_path, owner, outer, local, 0);
  return outer;
}

Callable RepoView::find_method(const std::string& class_path, const python::Definition& owner, const std::string& method,
                               bool* open) const {
  std::set<std::string> outer;
  std::vector<Callable> classes;
  classes.push_back({class_path, &owner, nullptr, false});
  gather_bases(class_path, owner, outer, classes, 0);
  for (const Callable& holder : classes) {
    const auto& methods = named(holder.path, holder.definition->name + "." + method);
    if (methods.empty()) continue;
    // Twice: a property with setter, overloads, if/else. A variable may hold anything callable.
    *open = methods.size() > 1 || methods[0]->kind != "method";
    if (*open) return {};
    return {holder.path, methods[0], holder.definition, true};
  }
  *open = !outer.empty();
  return {};
}

}  // namespace p2c::verify
