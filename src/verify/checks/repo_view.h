// A repository as Python sees it: which module lies where, what an import or a called name refers to.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "verify/static_checks.h"

namespace p2c::verify {

// Where an import leads. Lookups are cheap; nothing is read from the disk.
struct ImportTarget {
  enum class Kind {
    local,        // a file or folder of the repository
    standard,     // the standard library
    listed,       // a package of requirements.txt or of the plan
    known,        // a package of the index that is not listed
    unknown       // neither: most likely a local module that is not there
  };
  Kind kind = Kind::unknown;
  std::string path;          // local: the file; a folder (ending in '/') for a package without __init__.py
  std::string missing;       // local package found, but not this part of the dotted name
  std::string distribution;  // listed, known: its name on the package index
  bool beside = false;       // found only beside the importing file, not from a root
};

// The definition a call refers to.
struct Callable {
  std::string path;                             // file of the definition
  const python::Definition* definition = nullptr;
  const python::Definition* owner = nullptr;    // class of a method or of a constructor call
  bool bound = false;                           // the first parameter is filled by the object or class
};

class RepoView {
 public:
  explicit RepoView(const CheckInput& input);  // keeps references into `input`

  const CheckInput& input() const { return input_; }
  // Facts of a file, or null when there is none or it does not parse.
  const python::SourceFacts* facts(const std::string& path) const;

  // Definitions of a file by qualified name, in order; empty when there is none.
  const std::vector<const python::Definition*>& named(const std::string& path, const std::string& name) const;

  // "a.b" or "..b" (dots of a relative import in front) imported by `from_path`.
  ImportTarget import_target(const std::string& from_path, std::string_view module) const;
  // Path of a module by its full dotted name from one of the roots; empty when there is none.
  std::string module_path(std::string_view dotted, const std::string& from_path) const;
  // Full dotted name of a file seen from the root: "pkg/net.py" -> "pkg.net", "pkg/__init__.py" -> "pkg".
  static std::string module_name(std::string_view path);
  // Files whose last name is that of `module`: "net" -> {"pkg/net.py"}.
  std::vector<std::string> modules_named(const std::string& name) const;

  // Whether `name` can be imported from the module at `path`: yes, no, or nullopt when it cannot be told (star imports,
  // module __getattr__, a file that does not parse).
  std::optional<bool> has_name(const std::string& path, const std::string& name) const;
  // Public top-level names of a module, for suggestions.
  std::vector<std::string> names_of(const std::string& path) const;

  // What a resolved dotted name ("pkg.net.Net", ".net.Net.fit", "helper") stands for as seen from `from_path`: follows
  // imports and re-exports to a single definition. definition is null when it is not local or not unique.
  Callable find(const std::string& from_path, const std::string& resolved) const;
  // A method of a class or of its local bases. definition null when not found; `*open` is set when some base is not local,
  // so that a missing method may still exist.
  Callable find_method(const std::string& class_path, const python::Definition& owner, const std::string& method,
                       bool* open) const;
  // The n-th base class of a class when it is local, else no definition.
  Callable find_base(const std::string& class_path, const python::Definition& owner, std::size_t n) const;
  bool derives_from(const std::string& class_path, const python::Definition& owner, const python::Definition& base) const;
  // Dotted names of all bases that are not local ("torch.nn.Module"), followed through local classes.
  std::set<std::string> outer_bases(const std::string& class_path, const python::Definition& owner) const;

  const std::set<std::string>& listed_packages() const { return listed_; }   // normalised names
  bool has_requirements() const { return has_requirements_; }
  bool is_script_folder(const std::string& folder) const;  // holds no package: its files see each other
  bool changes_sys_path(const std::string& path) const;
  // Whether some method of the repository assigns self.<name>.
  bool is_assigned_attribute(const std::string& name) const { return assigned_attributes_.contains(name); }
  // A module, folder or package at one of the import roots.
  bool is_local_top(const std::string& name) const;

 private:
  bool is_listed_like(const std::string& top) const;
  std::string find_from(const std::string& root, std::string_view dotted, std::string* missing) const;
  std::optional<bool> has_name(const std::string& path, const std::string& name, int depth) const;
  Callable find(const std::string& from_path, const std::string& resolved, int depth) const;
  std::string resolved_base(const std::string& path, std::string base) const;
  void gather_bases(const std::string& path, const python::Definition& owner, std::set<std::string>& outer,
                    std::vector<Callable>& local, int depth) const;

  const CheckInput& input_;
  std::map<std::string, std::unordered_map<std::string, std::vector<const python::Definition*>>> by_name_;
  std::set<std::string> folders_;            // every folder that holds a .py file below it, "" for the root
  std::vector<std::string> roots_;           // "" and perhaps "src"
  std::set<std::string> path_changers_;
  std::set<std::string> assigned_attributes_;
  std::map<std::string, std::vector<std::string>> by_last_name_;
  std::set<std::string> listed_;
  bool has_requirements_ = false;
};

// Levenshtein-nearest of `names` within a third of the length; empty when none is near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);
std::string folder_of(std::string_view path);  // "a/b.py" -> "a", "b.py" -> ""
bool is_test_file(std::string_view path);
// A Python string literal's value; nullopt when the text is none or has escapes other than quotes.
std::optional<std::string> string_literal(std::string_view source);

}  // namespace p2c::verify
