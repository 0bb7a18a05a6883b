// What the deterministic fixes share: edits that keep line numbers, so that every finding still points to its line.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "verify/checks/repo_view.h"

namespace p2c::verify {

// Edits of a repository, applied together at the end. A line may become several or none, but keeps its number.
class RepoEdits {
 public:
  explicit RepoEdits(const RepoFiles& files) : files_(files) {}

  bool has(const std::string& path) const;
  int line_count(const std::string& path);
  // Content of a line, 1-based; empty when there is none.
  std::string line(const std::string& path, int number);
  void set_line(const std::string& path, int number, std::string text);
  void insert_before(const std::string& path, int number, const std::string& text);  // number may be line_count() + 1
  void remove_line(const std::string& path, int number);
  void append_line(const std::string& path, const std::string& text);  // makes the file when it is not there
  void create(const std::string& path, std::string text);
  void rename(const std::string& from, const std::string& to);

  // Writes everything into `files`; returns nothing to undo.
  void apply(RepoFiles& files) const;

 private:
  struct Lines {
    std::vector<std::string> lines;   // without line ends; may hold '\n' after insertions
    std::vector<bool> removed;
    bool ends_with_newline = true;
  };
  Lines& lines_of(const std::string& path);

  const RepoFiles& files_;
  std::map<std::string, Lines> edited_;
  std::map<std::string, std::string> created_;
  std::map<std::string, std::string> renamed_;
};

// Replaces `from` by `to` in a line where `from` is a whole dotted name (no identifier character or dot before, no
// identifier character after). Returns how many were replaced.
int replace_name(std::string& line, std::string_view from, std::string_view to);

struct FixContext {
  const RepoView& view;
  RepoEdits& edits;
  const artefacts::Finding& finding;
};
// Each repairs one finding and returns the files it changed; empty when it does not understand the finding.
using Fixer = std::vector<std::string> (*)(FixContext&);

std::vector<std::string> fix_unlisted_package(FixContext& context);   // F01
std::vector<std::string> fix_requirement(FixContext& context);        // F02
std::vector<std::string> fix_import(FixContext& context);             // F03
std::vector<std::string> fix_shadowing(FixContext& context);          // F05
std::vector<std::string> fix_run_directory(FixContext& context);      // F06
std::vector<std::string> fix_removed_api(FixContext& context);        // F07
std::vector<std::string> fix_stray_marks(FixContext& context);        // F08
std::vector<std::string> fix_names_and_classes(FixContext& context);  // F09
std::vector<std::string> fix_yaml_trap(FixContext& context);          // F11
std::vector<std::string> fix_unsafe_call(FixContext& context);        // F57

}  // namespace p2c::verify
