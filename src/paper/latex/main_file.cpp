// Scoring candidates for the main file.
#include "paper/latex/main_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

namespace p2c::paper::latex {

namespace {

struct Candidate {
  std::string path;
  int score = 0;
  bool has_class = false, has_begin = false, plain_tex = false;
  std::size_t size = 0;               // with what it includes
  std::vector<std::string> includes;  // as written
};

// Without comments, so that "%\documentclass" does not count.
std::string without_comments(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out += text[i++];
      out += text[i];
    } else if (text[i] == '%') {
      while (i < text.size() && text[i] != '\n' && text[i] != '\r') ++i;
      out += '\n';
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string stem_of(std::string_view path) {
  const auto slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const auto dot = name.rfind('.');
  return std::string(dot == std::string_view::npos ? name : name.substr(0, dot));
}

bool is_candidate(std::string_view path) {
  const std::string extension = extension_of(path);
  return extension == "tex" || extension == "ltx";
}

std::string class_of(std::string_view text) {
  const auto at = std::min(text.find("\\documentclass"), text.find("\\documentstyle"));
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at, 600);
  const auto open = rest.find('{');
  const auto close = rest.find('}', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return std::string(trim(rest.substr(open + 1, close - open - 1)));
}

std::vector<std::string> includes_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view command : {"\\input", "\\include", "\\subfile", "\\import"}) {
    for (auto at = text.find(command); at != std::string_view::npos && out.size() < 2'000;
         at = text.find(command, at + 1)) {
      std::size_t from = at + command.size();
      while (from < text.size() && (text[from] == ' ' || text[from] == '\t')) ++from;
      if (from >= text.size()) break;
      const bool braced = text[from] == '{';
      if (!braced && from == at + command.size()) continue;  // \includegraphics
      const std::string_view rest = text.substr(from + (braced ? 1 : 0), 300);
      out.emplace_back(trim(rest.substr(0, rest.find_first_of(braced ? "}\n" : " \n\t\r\\{}"))));
    }
  }
  return out;
}

Candidate examine(const SourceFile& file, const SourceTree& sources) {
  Candidate candidate;
  candidate.path = file.path;
  const std::string text = without_comments(file.bytes);
  candidate.size = text.size();
  candidate.includes = includes_of(text);
  const auto has = [&](std::string_view what) { return contains(text, what); };
  candidate.has_class = has("\\documentclass") || has("\\documentstyle");
  candidate.has_begin = has("\\begin{document}") || has("\\begin {document}");
  candidate.plain_tex = has("\\bye") || has("\\magnification");
  if (candidate.has_class) candidate.score += 50;
  if (candidate.has_begin) candidate.score += 30;
  if (has("\\title") || has("\\icmltitle") || has("\\papertitle")) candidate.score += 10;
  if (has("\\begin{abstract}") || has("\\abstract")) candidate.score += 10;
  if (has("\\maketitle")) candidate.score += 10;
  if (has("\\bibliography") || has("\\printbibliography") || has("\\begin{thebibliography}"))
    candidate.score += 10;
  const auto dot = file.path.rfind('.');
  if (sources.has(file.path.substr(0, dot) + ".bbl")) candidate.score += 10;
  if (folder_of(file.path).empty()) candidate.score += 5;
  const std::string stem = to_lower(stem_of(file.path));
  static constexpr std::string_view kUsual[] = {"main", "ms",      "paper",     "arxiv",
                                                "root", "article", "manuscript"};
  if (std::find(std::begin(kUsual), std::end(kUsual), stem) != std::end(kUsual)) candidate.score += 5;
  const std::string document_class = class_of(text);
  for (const std::string_view unlikely : {"standalone", "subfiles", "beamer", "letter"}) {
    if (document_class == unlikely) candidate.score -= 40;
  }
  for (const std::string_view unlikely :
       {"supp", "rebuttal", "response", "cover", "template", "sample", "poster"}) {
    if (contains(stem, unlikely)) {
      candidate.score -= 30;
      break;
    }
  }
  return candidate;
}

std::ptrdiff_t depth(const Candidate& candidate) {
  return std::count(candidate.path.begin(), candidate.path.end(), '/');
}

bool is_supplement_name(std::string_view path) {
  const std::string stem = to_lower(stem_of(path));
  return contains(stem, "supp") || contains(stem, "appendix");
}

// 00README.json (sources with usage) or 00README.XXX (one "name keyword" a line).
MainFiles from_readme(SourceTree& sources) {
  MainFiles chosen;
  if (const SourceFile* file = sources.load("00README.json")) {
    try {
      const Json json = parse_json(file->bytes, file->path);
      if (json.is_object() && json.contains("sources") && json["sources"].is_array()) {
        for (const Json& source : json["sources"]) {
          if (!source.is_object() || optional_string(source, "usage") != "toplevel") continue;
          const std::string name = sources.resolve(optional_string(source, "filename"), {"", ".tex"}, "", "");
          if (name.empty() || !is_candidate(name)) continue;
          if (chosen.main.empty()) {
            chosen.main = name;
          } else {
            chosen.supplements.push_back(name);
          }
        }
      }
    } catch (const Error&) {
      chosen = {};  // an unreadable note is no reason to give up
    }
  }
  if (!chosen.main.empty()) return chosen;
  if (const SourceFile* file = sources.load("00README.XXX")) {
    for (const std::string_view line : split_lines(file->bytes)) {
      const std::string text(trim(line));
      const auto blank = text.find_first_of(" \t");
      if (blank == std::string::npos || trim(text.substr(blank)) != "toplevelfile") continue;
      const std::string name = sources.resolve(text.substr(0, blank), {"", ".tex"}, "", "");
      if (name.empty()) continue;
      if (chosen.main.empty()) {
        chosen.main = name;
      } else {
        chosen.supplements.push_back(name);
      }
    }
  }
  return chosen;
}

}  // namespace

MainFiles choose_main_file(SourceTree& sources) {
  MainFiles chosen = from_readme(sources);
  if (!chosen.main.empty()) return chosen;
  std::vector<Candidate> candidates;
  for (const std::string& path : sources.paths()) {
    if (!is_candidate(path) || path.starts_with("anc/") || candidates.size() >= 2'000) continue;
    candidates.push_back(examine(*sources.load(path), sources));
  }
  std::map<std::string, std::size_t> by_path;
  for (std::size_t i = 0; i < candidates.size(); ++i) by_path[candidates[i].path] = i;
  std::unordered_set<std::string> included;
  std::vector<std::size_t> own_size;
  for (const Candidate& candidate : candidates) own_size.push_back(candidate.size);
  for (Candidate& candidate : candidates) {
    for (const std::string& name : candidate.includes) {
      const std::string path = sources.resolve(name, {".tex", "", ".ltx"}, "", folder_of(candidate.path));
      const auto found = by_path.find(path);
      if (found == by_path.end() || path == candidate.path) continue;
      included.insert(path);
      candidate.size += own_size[found->second];
    }
  }
  for (Candidate& candidate : candidates) {
    if (included.contains(candidate.path)) candidate.score -= 20;
  }
  const auto better = [](const Candidate& a, const Candidate& b) {
    return a.score != b.score     ? a.score > b.score
           : a.size != b.size     ? a.size > b.size
           : depth(a) != depth(b) ? depth(a) < depth(b)
                                  : a.path < b.path;
  };
  std::sort(candidates.begin(), candidates.end(), better);
  const bool usable =
      !candidates.empty() && (candidates[0].has_class || candidates[0].has_begin || candidates[0].plain_tex);
  if (!usable) {
    std::string names;
    for (std::size_t i = 0; i < candidates.size() && i < 5; ++i)
      names += (i == 0 ? "" : ", ") + candidates[i].path;
    throw Error(ErrorCode::bad_input, "no LaTeX main file",
                {.subject = {},
                 .found = candidates.empty() ? "no .tex file"
                                             : fmt::format("{} .tex file(s) without \\documentclass: {}",
                                                           candidates.size(), names),
                 .expected = "a .tex file with \\documentclass and \\begin{document}",
                 .hint = "Give the folder or archive that holds the paper's main .tex file."});
  }
  chosen.main = candidates[0].path;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    const Candidate& other = candidates[i];
    if (other.has_class && other.has_begin && !included.contains(other.path) &&
        is_supplement_name(other.path))
      chosen.supplements.push_back(other.path);
  }
  return chosen;
}

}  // namespace p2c::paper::latex
