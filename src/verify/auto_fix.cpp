#include "verify/auto_fix.h"

#include <algorithm>

#include "base/text.h"
#include "verify/static_checks.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxFixes = 500;  // in one round; a repository with more is no case for small repairs

const std::map<std::string, Fixer>& fixers() {
  static const std::map<std::string, Fixer> table = {
      {"F01", fix_unlisted_package}, {"F02", fix_requirement},   {"F03", fix_import},
      {"F05", fix_shadowing},        {"F06", fix_run_directory}, {"F07", fix_removed_api},
      {"F08", fix_stray_marks},      {"F09", fix_names_and_classes}, {"F11", fix_yaml_trap},
      {"F57", fix_unsafe_call},
  };
  return table;
}

bool is_identifier_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool RepoEdits::has(const std::string& path) const { return files_.contains(path) || created_.contains(path) || edited_.contains(path); }

RepoEdits::Lines& RepoEdits::lines_of(const std::string& path) {
  const auto [it, added] = edited_.try_emplace(path);
  if (!added) return it->second;
  std::string text;
  if (const auto made = created_.find(path); made != created_.end()) {
    text = made->second;
  } else if (const auto file = files_.find(path); file != files_.end()) {
    text = file->second;
  }
  for (const std::string_view line : split(text, '\n')) it->second.lines.emplace_back(line);
  it->second.ends_with_newline = text.empty() || text.ends_with('\n');
  if (it->second.ends_with_newline) it->second.lines.pop_back();
  it->second.removed.assign(it->second.lines.size(), false);
  return it->second;
}

int RepoEdits::line_count(const std::string& path) { return static_cast<int>(lines_of(path).lines.size()); }

std::string RepoEdits::line(const std::string& path, int number) {
  const Lines& lines = lines_of(path);
  if (number < 1 || static_cast<std::size_t>(number) > lines.lines.size()) return "";
  return lines.lines[static_cast<std::size_t>(number) - 1];
}

void RepoEdits::set_line(const std::string& path, int number, std::string text) {
  Lines& lines = lines_of(path);
  if (number < 1 || static_cast<std::size_t>(number) > lines.lines.size()) return;
  lines.lines[static_cast<std::size_t>(number) - 1] = std::move(text);
}

void RepoEdits::insert_before(const std::string& path, int number, const std::string& text) {
  if (number > line_count(path)) {
    append_line(path, text);
    return;
  }
  set_line(path, number, text + "\n" + line(path, number));
}

void RepoEdits::remove_line(const std::string& path, int number) {
  Lines& lines = lines_of(path);
  if (number >= 1 && static_cast<std::size_t>(number) <= lines.lines.size()) lines.removed[static_cast<std::size_t>(number) - 1] = true;
}

void RepoEdits::append_line(const std::string& path, const std::string& text) {
  Lines& lines = lines_of(path);
  lines.lines.push_back(text);
  lines.removed.push_back(false);
  lines.ends_with_newline = true;
}

void RepoEdits::create(const std::string& path, std::string text) { created_[path] = std::move(text); }

void RepoEdits::rename(const std::string& from, const std::string& to) { renamed_[from] = to; }

void RepoEdits::apply(RepoFiles& files) const {
  for (const auto& [path, text] : created_) files[path] = text;
  for (const auto& [path, lines] : edited_) {
    std::string text;
    for (std::size_t i = 0; i < lines.lines.size(); ++i) {
      if (lines.removed[i]) continue;
      text += lines.lines[i];
      if (i + 1 < lines.lines.size() || lines.ends_with_newline) text += '\n';
    }
    files[path] = std::move(text);
  }
  for (const auto& [from, to] : renamed_) {
    auto node = files.extract(from);
    if (node.empty()) continue;
    node.key() = to;
    files.insert(std::move(node));
  }
}

int replace_name(std::string& line, std::string_view from, std::string_view to) {
  int replaced = 0;
  std::size_t at = line.find(from);
  while (at != std::string::npos) {
    const bool starts = at == 0 || (!is_identifier_character(line[at - 1]) && line[at - 1] != '.');
    const std::size_t end = at + from.size();
    const bool ends = end == line.size() || !is_identifier_character(line[end]);
    if (starts && ends) {
      line.replace(at, from.size(), to);
      at += to.size();
      ++replaced;
    } else {
      ++at;
    }
    at = line.find(from, at);
  }
  return replaced;
}

std::vector<AppliedFix> apply_auto_fixes(RepoFiles& files, const std::vector<artefacts::Finding>& findings, const CheckInput& input) {
  const RepoView view(input);
  RepoEdits edits(input.files);
  std::vector<AppliedFix> applied;
  for (const auto& finding : findings) {
    if (finding.fix != "auto" || applied.size() >= kMaxFixes) continue;
    const auto fixer = fixers().find(finding.check);
    if (fixer == fixers().end()) continue;
    FixContext context{view, edits, finding};
    for (const std::string& file : fixer->second(context)) applied.push_back({finding, file});
  }
  if (!applied.empty()) edits.apply(files);
  return applied;
}

}  // namespace p2c::verify
