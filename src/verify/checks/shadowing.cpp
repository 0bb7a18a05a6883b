// F05: files that hide a package or standard module.
#include "verify/checks/shadowing.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "verify/checks/check.h"
#include "verify/checks/commands.h"
#include "verify/checks/tables.h"

namespace p2c::verify {
namespace {

// Folders that come first on sys.path in some use: the root, those of scripts started by path, and test folders, which
// pytest puts in front.
std::set<std::string> import_folders(const RepoView& view) {
  std::set<std::string> folders = {""};
  for (const auto& [path, facts] : view.input().facts) {
    const std::string folder = folder_of(path);
    if (is_test_file(path) && view.is_script_folder(folder)) folders.insert(folder);
  }
  for (const PythonCommand& command : python_commands(view)) {
    if (!command.script.empty() && view.input().files.contains(command.script)) folders.insert(folder_of(command.script));
  }
  return folders;
}

// What would be hidden: nothing to hide when no one asks for the package.
bool is_used_package(const RepoView& view, const std::string& name) {
  return view.listed_packages().contains(normalised_distribution(distribution_of(name).value_or(name)));
}

}  // namespace

std::vector<ShadowingFile> shadowing_files(const RepoView& view) {
  std::vector<ShadowingFile> found;
  const std::set<std::string> folders = import_folders(view);
  for (const auto& [path, facts] : view.input().facts) {
    std::string module_path = path;
    if (path.ends_with("/__init__.py")) module_path = folder_of(path);
    if (!folders.contains(folder_of(module_path)) || module_path == "__init__.py") continue;
    std::string name = module_path.substr(module_path.rfind('/') + 1);
    if (name.ends_with(".py")) name.resize(name.size() - 3);
    const bool is_standard = is_shadowed_standard_module(name);
    if (is_standard || (is_shadowed_package(name) && is_used_package(view, name))) found.push_back({path, name, is_standard});
  }
  return found;
}

std::string unshadowed_name(const RepoView& view, const ShadowingFile& file) {
  const std::string folder = folder_of(file.path);
  const std::string prefix = folder.empty() ? "" : folder + "/";
  std::string name = file.name + "_utils";
  for (int n = 2; view.input().files.contains(prefix + name + ".py"); ++n) name = file.name + "_utils" + std::to_string(n);
  return name;
}

void check_shadowing(const RepoView& view, Findings& findings) {
  for (const ShadowingFile& file : shadowing_files(view)) {
    const bool can_rename = !file.path.ends_with("__init__.py");
    add_error(findings, "F05", file.path, 0,
              fmt::format("hides the {} '{}' from everything that imports it", file.is_standard ? "standard module" : "package", file.name),
              can_rename ? fmt::format("Rename it to {}.py.", unshadowed_name(view, file)) : "Rename the folder.",
              can_rename ? "auto" : "ticket");
  }
}

}  // namespace p2c::verify
