// The tables of src/verify/data: packages by import name, versions by Python, shadowing names, removed APIs.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace p2c::verify {

// Distribution name of an import ("sklearn.svm" -> "scikit-learn"); nullopt when the table does not know it.
std::optional<std::string> distribution_of(std::string_view module);
// Name to write instead of a requirement that is an import name ("sklearn" -> "scikit-learn"); empty when it is fine.
std::string corrected_distribution(std::string_view requirement);
// PEP 503: lower case, runs of "-", "_" and "." as one "-".
std::string normalised_distribution(std::string_view name);
bool is_standard_library(std::string_view top_name);

// First version of a package that works on a Python ("3.11"); empty when not known.
std::string first_version_for(std::string_view distribution, const std::string& python);
// Lower bound to write when a package is added; empty: none.
std::string version_floor(std::string_view distribution);

bool is_shadowed_package(std::string_view name);
bool is_shadowed_standard_module(std::string_view name);

struct RemovedName {
  std::string package, since, until, replace;  // `since`: first version without it; `until`: first that has it again
  bool is_auto = false;
  bool is_builtin = false;  // `replace` is a builtin, not a name of the same module
};
struct RemovedKeyword {
  std::string call, keyword, package, since, replace;
  bool is_auto = false;
};
const std::map<std::string, RemovedName, std::less<>>& removed_names();
const std::vector<RemovedKeyword>& removed_keywords();

// "np" -> "import numpy as np"; empty when a name has no customary import.
std::string customary_import(std::string_view name);

// -1, 0, 1 by the numbers of two releases; missing numbers count as 0.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace p2c::verify
