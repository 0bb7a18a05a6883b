#include "verify/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "base/text.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kShownPlaces = 5;
constexpr std::size_t kShownLines = 40;

std::optional<std::string> path_problem(const std::string& path, const std::set<std::string>& fixed) {
  if (path.empty() || path.size() > 200 || path.front() == '/' || path.find('\\') != std::string::npos)
    return "is no relative path";
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return "is no plain path inside the repository";
    if (part.front() == '.') return "is hidden";
    for (const char c : part) {
      if (static_cast<unsigned char>(c) < 0x20 || c == ':' || c == '*' || c == '?')
        return "holds characters that no file name should";
    }
  }
  if (fixed.contains(path)) return "is provided as it is and cannot be changed: adapt the code that uses it";
  return std::nullopt;
}

std::size_t line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::size_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

std::string numbered(const std::vector<std::string_view>& lines, std::size_t first, std::size_t count) {
  std::string result;
  for (std::size_t i = first; i < std::min(first + std::min(count, kShownLines), lines.size()); ++i) {
    result += fmt::format("{:>5} | {}\n", i + 1, lines[i]);
  }
  return result;
}

// Where a text that does not occur was probably meant: the place where most of its lines, blanks aside,
// stand.
std::string nearest_place(std::string_view text, std::string_view wanted) {
  const auto lines = split_lines(text), pattern = split_lines(wanted);
  // Quadratic in the worst case: bounded, since this is only a help for the message.
  if (pattern.empty() || pattern.size() > 200 || lines.size() > 5'000) return {};
  std::size_t best = 0, best_score = 0;
  for (std::size_t start = 0; start < lines.size(); ++start) {
    std::size_t score = 0;
    for (std::size_t i = 0; i < pattern.size() && start + i < lines.size(); ++i) {
      if (!trim(pattern[i]).empty() && trim(pattern[i]) == trim(lines[start + i])) ++score;
    }
    if (score > best_score) {
      best = start;
      best_score = score;
    }
  }
  if (best_score == 0) return {};
  return fmt::format(" The nearest place reads exactly (without the numbers):\n{}",
                     numbered(lines, best, pattern.size() + 1));
}

std::string places_of(std::string_view text, std::string_view wanted) {
  std::string places;
  std::size_t count = 0;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos && count < kShownPlaces;
       at = text.find(wanted, at + 1)) {
    places += fmt::format("{}{}", count++ == 0 ? "" : ", ", line_of(text, at));
  }
  return places;
}

// Finds the one place of `wanted`. A text without the last line's end is looked for as written.
std::optional<std::size_t> only_place(std::string_view text, std::string_view wanted) {
  const std::size_t first = text.find(wanted);
  if (first == std::string_view::npos || text.find(wanted, first + 1) != std::string_view::npos)
    return std::nullopt;
  return first;
}

class Applier {
 public:
  Applier(const RepoFiles& files, const std::set<std::string>& fixed) : fixed_(fixed) {
    result_.files = files;
  }

  void apply(const llm::EditBlock& edit) {
    if (const auto problem = path_problem(edit.path, fixed_)) return complain(edit.path, *problem + ".");
    if (edit.remove) return remove(edit);
    if (edit.whole_file) return put(edit.path, edit.new_text);
    replace(edit);
  }

  EditedRepo finish(const RepoFiles& before) {
    if (result_.problems.empty()) {
      for (const std::string& path : std::set<std::string>(result_.touched)) {
        const auto old = before.find(path);
        const auto now = result_.files.find(path);
        if (old != before.end() && now != result_.files.end() && old->second == now->second)
          result_.touched.erase(path);
      }
      if (result_.touched.empty()) result_.problems.emplace_back("The edits change nothing.");
    }
    if (!result_.problems.empty()) {
      result_.files = before;
      result_.touched.clear();
    }
    return std::move(result_);
  }

 private:
  void complain(const std::string& path, const std::string& what) {
    result_.problems.push_back(path + ": " + what);
  }

  void remove(const llm::EditBlock& edit) {
    if (result_.files.erase(edit.path) == 0)
      return complain(edit.path, "cannot be deleted, there is no such file.");
    result_.touched.insert(edit.path);
  }

  void put(const std::string& path, const std::string& text) {
    if (text.size() > kMaxEditedFileBytes) return complain(path, "is larger than 1 MiB.");
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      if (result_.files.contains(path.substr(0, slash)))
        return complain(path, "cannot be made, a file has the name of its folder.");
    }
    const auto below = result_.files.lower_bound(path + "/");
    if (below != result_.files.end() && below->first.starts_with(path + "/"))
      return complain(path, "is a folder.");
    result_.files[path] = text;
    result_.touched.insert(path);
  }

  void replace(const llm::EditBlock& edit) {
    const auto it = result_.files.find(edit.path);
    if (it == result_.files.end())
      return complain(edit.path, "there is no such file; to create it send it whole as <<<FILE.");
    std::string& text = it->second;
    std::string old_text = edit.old_text, new_text = edit.new_text;
    if (!text.ends_with('\n') && old_text.ends_with('\n') &&
        text.ends_with(std::string_view(old_text).substr(0, old_text.size() - 1))) {
      old_text.pop_back();  // the file's last line has no end
    }
    const auto at = only_place(text, old_text);
    if (!at) {
      const bool absent = text.find(old_text) == std::string::npos;
      return complain(
          edit.path,
          absent ? fmt::format(
                       "the OLD text beginning with \"{}\" does not occur in the file.{}",
                       utf8_prefix(trim(split_lines(old_text).empty() ? "" : split_lines(old_text)[0]), 80),
                       nearest_place(text, old_text))
                 : fmt::format(
                       "the OLD text beginning with \"{}\" occurs more than once, at lines {}: take in more "
                       "lines around the place that is meant.",
                       utf8_prefix(trim(split_lines(old_text)[0]), 80), places_of(text, old_text)));
    }
    // A match must not begin in the middle of a line: it would join two lines that have nothing to do with
    // each other.
    if (*at > 0 && text[*at - 1] != '\n') {
      return complain(
          edit.path,
          fmt::format(
              "the OLD text begins in the middle of line {}: quote whole lines with their indentation.{}",
              line_of(text, *at), nearest_place(text, old_text)));
    }
    text.replace(*at, old_text.size(), new_text);
    if (text.size() > kMaxEditedFileBytes) return complain(edit.path, "becomes larger than 1 MiB.");
    result_.touched.insert(edit.path);
  }

  const std::set<std::string>& fixed_;
  EditedRepo result_;
};

// --- what tests say, read line by line

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

// The line without a trailing comment; '#' inside quotes stays.
std::string_view without_comment(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) {
      if (line[i] == '\\')
        ++i;
      else if (line[i] == quote)
        quote = 0;
    } else if (line[i] == '"' || line[i] == '\'') {
      quote = line[i];
    } else if (line[i] == '#') {
      return line.substr(0, i);
    }
  }
  return line;
}

bool is_assertion(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.starts_with("assert ") || text.starts_with("assert(")) return true;
  for (const std::string_view call : {"pytest.raises(", "pytest.warns(", "pytest.fail("}) {
    if (contains(text, call)) return true;
  }
  for (std::size_t at = text.find("assert"); at != std::string_view::npos; at = text.find("assert", at + 1)) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    // assert_allclose(, self.assertEqual(; not a definition of a helper
    if (end > at + 6 && end < text.size() && text[end] == '(' && !text.starts_with("def ")) return true;
  }
  return false;
}

bool always_holds(std::string_view line) {
  const std::string text = replace_all(std::string(trim(line)), " ", "");
  return text == "assertTrue" || text == "assert1" || text == "assertnotFalse" || text == "assert(True)" ||
         text.starts_with("assertTrue,") ||
         (text.starts_with("assert") && (text.ends_with("orTrue") || text.ends_with("or1")));
}

struct TestText {
  std::map<std::string, int> functions;  // assertions in each
  int assertions = 0, skips = 0, swallowed = 0, always = 0;
  std::map<std::string, double> tolerances;  // largest by keyword
};

void read_tolerances(std::string_view line, TestText& result) {
  for (const std::string_view keyword : {"rtol", "atol", "rel", "abs", "tol", "delta", "eps"}) {
    for (std::size_t at = line.find(keyword); at != std::string_view::npos; at = line.find(keyword, at + 1)) {
      if (at > 0 && is_word(line[at - 1])) continue;
      std::size_t value = at + keyword.size();
      while (value < line.size() && line[value] == ' ') ++value;
      if (value >= line.size() || line[value] != '=' || (value + 1 < line.size() && line[value + 1] == '='))
        continue;
      const std::string number(line.substr(value + 1, 32));
      char* end = nullptr;
      const double tolerance = std::strtod(number.c_str(), &end);
      if (end == number.c_str()) continue;
      double& largest = result.tolerances[std::string(keyword)];
      largest = std::max(largest, tolerance);
    }
  }
}

TestText read_tests(std::string_view text) {
  TestText result;
  std::string current, current_class;
  std::size_t function_indent = 0, class_indent = 0;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = without_comment(raw);
    const std::string_view content = trim(line);
    if (content.empty()) continue;
    const std::size_t indent = indentation(line);
    if (!current.empty() && indent <= function_indent && !content.starts_with(')') &&
        !content.starts_with(']'))
      current.clear();
    if (!current_class.empty() && indent <= class_indent) current_class.clear();
    std::string_view definition = content;
    if (definition.starts_with("async ")) definition = trim(definition.substr(6));
    if (content.starts_with("class ")) {
      std::size_t end = 6;
      while (end < content.size() && is_word(content[end])) ++end;
      current_class = std::string(content.substr(6, end - 6)) + "::";
      class_indent = indent;
    } else if (definition.starts_with("def test")) {
      std::size_t end = 4;
      while (end < definition.size() && is_word(definition[end])) ++end;
      current = current_class + std::string(definition.substr(4, end - 4));
      function_indent = indent;
      result.functions.emplace(current, 0);
    }
    if (is_assertion(line)) {
      ++result.assertions;
      if (!current.empty()) ++result.functions[current];
    }
    if (always_holds(content)) ++result.always;
    for (const std::string_view sign :
         {"pytest.skip(", "mark.skip", "mark.xfail", "pytest.xfail(", "importorskip(", "unittest.skip",
          "__test__", "collect_ignore", "pytest_collection_modifyitems", "pytest_ignore_collect", "addopts",
          "deselect"}) {
      if (contains(line, sign)) ++result.skips;
    }
    if (content.starts_with("except:") || contains(content, "AssertionError") ||
        contains(content, "BaseException")) {
      if (content.starts_with("except") || contains(content, "suppress(")) ++result.swallowed;
    }
    read_tolerances(line, result);
  }
  return result;
}

bool holds_tests(const std::string& path) {
  if (!path.ends_with(".py"))
    return path == "pytest.ini" || path == "tox.ini" || path == "setup.cfg" || path == "pyproject.toml";
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return path.starts_with("tests/") || path.starts_with("test/") || name.starts_with("test_") ||
         name.ends_with("_test.py") || name == "conftest.py";
}

}  // namespace

EditedRepo apply_edits(const RepoFiles& files, const std::vector<llm::EditBlock>& edits,
                       const std::set<std::string>& fixed) {
  Applier applier(files, fixed);
  if (edits.size() > kMaxEdits) {
    EditedRepo result{
        files,
        {},
        {fmt::format("There are {} edits; at most {} are taken at once.", edits.size(), kMaxEdits)}};
    return result;
  }
  for (const llm::EditBlock& edit : edits) applier.apply(edit);
  return applier.finish(files);
}

std::vector<std::string> weakened_tests(const RepoFiles& before, const RepoFiles& after) {
  std::vector<std::string> problems;
  std::set<std::string> paths;
  for (const auto& [path, text] : before) paths.insert(path);
  for (const auto& [path, text] : after) paths.insert(path);
  for (const std::string& path : paths) {
    if (!holds_tests(path)) continue;
    const auto old_file = before.find(path), new_file = after.find(path);
    if (old_file != before.end() && new_file != after.end() && old_file->second == new_file->second) continue;
    const TestText was = old_file == before.end() ? TestText{} : read_tests(old_file->second);
    const TestText is = new_file == after.end() ? TestText{} : read_tests(new_file->second);
    const auto say = [&](const std::string& what) { problems.push_back(path + ": " + what); };
    if (is.functions.size() < was.functions.size()) {
      say(fmt::format(
          "there were {} test functions and now there are {}; tests may be corrected but not removed.",
          was.functions.size(), is.functions.size()));
    }
    if (is.assertions < was.assertions) {
      say(fmt::format(
          "there were {} assertions and now there are {}; an assertion may be replaced but not dropped.",
          was.assertions, is.assertions));
    }
    for (const auto& [name, count] : was.functions) {
      const auto it = is.functions.find(name);
      if (count > 0 && it != is.functions.end() && it->second == 0)
        say(fmt::format("{} no longer asserts anything.", name));
    }
    if (is.skips > was.skips) say("tests may not be skipped, deselected or marked as expected failures.");
    if (is.swallowed > was.swallowed) say("failing assertions may not be caught.");
    if (is.always > was.always) say("an assertion that always holds tests nothing.");
    for (const auto& [keyword, value] : is.tolerances) {
      const auto it = was.tolerances.find(keyword);
      if (it != was.tolerances.end() && value > 10 * it->second && value > 1e-3) {
        say(fmt::format("the tolerance {} went from {:g} to {:g}; correct the computation instead.", keyword,
                        it->second, value));
      }
    }
  }
  return problems;
}

std::vector<std::string> changed_paper_values(const RepoFiles& before, const RepoFiles& after) {
  constexpr const char* kPaperProfile = "configs/paper.yaml";
  const auto old_file = before.find(kPaperProfile);
  if (old_file == before.end()) return {};
  const auto new_file = after.find(kPaperProfile);
  if (new_file == after.end()) return {fmt::format("{} may not be deleted.", kPaperProfile)};
  std::multiset<std::string> present;
  for (const std::string_view line : split_lines(new_file->second))
    present.insert(std::string(trim(without_comment(line))));
  std::vector<std::string> problems;
  for (const std::string_view line : split_lines(old_file->second)) {
    const std::string value(trim(without_comment(line)));
    if (value.empty()) continue;
    if (const auto it = present.find(value); it != present.end()) {
      present.erase(it);
    } else if (problems.size() < 10) {
      problems.push_back(
          fmt::format("{}: \"{}\" is a value of the paper and may not be changed.", kPaperProfile, value));
    }
  }
  return problems;
}

}  // namespace p2c::verify
