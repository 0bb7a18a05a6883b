// F08: files that do not parse, or still hold the marks of the answer they came from.
#include <fmt/format.h>

#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

bool is_plain_text(std::string_view path) {
  for (const std::string_view ending : {".yaml", ".yml", ".sh", ".toml", ".cfg", ".ini", ".json"}) {
    if (path.ends_with(ending)) return true;
  }
  return path == "requirements.txt";
}

// What no file of these kinds holds: fences of an answer, marks of an edit block, conflict marks.
std::string_view stray_mark(std::string_view line) {
  for (const std::string_view mark : {"```", "<<<FILE ", ">>>END", "<<<<<<< ", ">>>>>>> "}) {
    if (line.starts_with(mark)) return mark;
  }
  return {};
}

int stray_mark_line(std::string_view text, std::string_view* mark) {
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    *mark = stray_mark(line);
    if (!mark->empty()) return number;
  }
  return 0;
}

}  // namespace

void check_syntax(const RepoView& view, Findings& findings) {
  for (const auto& [path, facts] : view.input().facts) {
    if (facts.parsed) continue;
    std::string message = "does not parse: " + facts.syntax_error;
    const auto text = view.input().files.find(path);
    std::string_view mark;
    const int mark_line = text == view.input().files.end() ? 0 : stray_mark_line(text->second, &mark);
    if (mark_line != 0) message += fmt::format(" (line {} is a stray '{}')", mark_line, trim(mark));
    add_error(findings, "F08", path, facts.syntax_line, message, "Write the whole file as plain Python.");
  }
  for (const auto& [path, text] : view.input().files) {
    if (!is_plain_text(path)) continue;
    std::string_view mark;
    if (const int line = stray_mark_line(text, &mark); line != 0) {
      add_error(findings, "F08", path, line, fmt::format("stray '{}' in the file", trim(mark)), "Remove the line.",
                mark.starts_with("<<<<") || mark.starts_with(">>>>>") ? "ticket" : "auto");
    }
  }
  if (view.input().plan == nullptr) return;
  for (const auto& planned : view.input().plan->files) {
    const auto it = view.input().files.find(planned.path);
    if (it == view.input().files.end()) {
      add_error(findings, "F08", planned.path, 0, "the planned file is not there", "Write the file: " + planned.purpose);
    } else if (!planned.symbols.empty() && trim(it->second).empty()) {
      add_error(findings, "F08", planned.path, 0, "the file is empty", "Write the file: " + planned.purpose);
    }
  }
}

}  // namespace p2c::verify
