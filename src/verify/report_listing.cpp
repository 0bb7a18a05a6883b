// Code listings of the HTML report.
#include "verify/report_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/markup.h"
#include "base/text.h"
#include "verify/report_format.h"

namespace p2c::verify {

namespace {

constexpr std::size_t kMaxFileLines = 4000;         // of one file; more are left out with a note
constexpr std::size_t kMaxListingBytes = 8u << 20;  // of source text in all; browsers grow slow beyond
constexpr std::size_t kMaxTagsShown = 4;            // ids beside one line

bool is_listed(std::string_view path) {
  for (const std::string_view end :
       {".py", ".yaml", ".yml", ".sh", ".toml", ".cfg", ".ini", "requirements.txt"}) {
    if (path.ends_with(end)) return true;
  }
  return false;
}

// Package first, then tests, then the rest: the order in which people look.
int group_of(const std::string& path) {
  if (path.starts_with("tests/")) return 1;
  return path.ends_with(".py") ? 0 : 2;
}

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

// A line inside a triple-quoted string begins with this, its own blanks behind it.
constexpr std::string_view kStringStart = "<i class=\"s\">";

// Blanks at the start of a coloured line, and whether nothing follows them.
std::pair<std::size_t, bool> leading_blanks(std::string_view html) {
  if (html.starts_with(kStringStart)) html.remove_prefix(kStringStart.size());
  const auto first = html.find_first_not_of(' ');
  return {first == std::string_view::npos ? 0 : first,
          first == std::string_view::npos || html.substr(first) == "</i>"};
}

}  // namespace

CodeListing::CodeListing(const ReportInput& input, std::set<std::string> known_ids)
    : known_ids_(std::move(known_ids)) {
  std::size_t total = 0;
  int number = 0;
  for (const auto& [path, text] : input.repo_files) {
    if (!is_listed(path) || total + text.size() > kMaxListingBytes) continue;
    total += text.size();
    File& file = files_[path];
    file.id = fmt::format("f{}", ++number);
    file.html_lines = coloured_lines(path, text);
    if (file.html_lines.size() > kMaxFileLines) {
      file.html_lines.resize(kMaxFileLines);
      file.cut = true;
    }
    file.traced.assign(file.html_lines.size() + 1, false);
  }
  for (const auto& region : input.provenance) {
    const auto found = files_.find(region.file);
    if (found != files_.end() && region.origin == "template" && region.file != "configs/paper.yaml")
      found->second.from_template = true;
    if (found == files_.end() || region.start < 1 ||
        (region.reqs.empty() && region.decisions.empty() && region.equations.empty()))
      continue;
    if (is_whole_file(region)) continue;
    File& file = found->second;
    const int last = std::min(region.end, static_cast<int>(file.html_lines.size()));
    for (int line = region.start; line <= last; ++line) file.traced[static_cast<std::size_t>(line)] = true;
    auto& tags = file.tags[region.start];
    for (const auto* ids : {&region.reqs, &region.decisions, &region.equations}) {
      for (const auto& id : *ids) {
        if (std::find(tags.begin(), tags.end(), id) == tags.end()) tags.push_back(id);
      }
    }
  }
}

const CodeListing::File* CodeListing::find(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

std::string CodeListing::anchor(const std::string& path, int line) const {
  const File* file = find(path);
  if (!file || line < 1 || static_cast<std::size_t>(line) > file->html_lines.size()) return {};
  return fmt::format("#{}-L{}", file->id, line);
}

std::string CodeListing::link(const CodeLink& code) const {
  const std::string lines =
      code.start == code.end ? fmt::format("{}", code.start) : fmt::format("{}–{}", code.start, code.end);
  std::string label = html_escape(base_name(code.file)) + ":" + lines;
  if (code.file.starts_with("configs/") && !code.symbol.empty())
    label = html_escape(code.symbol + " in " + base_name(code.file));
  const std::string target = anchor(code.file, code.start);
  const std::string title = html_escape(code.file + (code.symbol.empty() ? "" : ", " + code.symbol));
  if (target.empty()) return fmt::format("<span class=\"code\" title=\"{}\">{}</span>", title, label);
  return fmt::format("<a class=\"code\" href=\"{}\" data-end=\"{}\" title=\"{}\">{}</a>", target, code.end,
                     title, label);
}

std::string CodeListing::excerpt(const CodeLink& code, int max_lines) const {
  const File* file = find(code.file);
  if (!file) return {};
  const int last =
      std::min({code.end, code.start + max_lines - 1, static_cast<int>(file->html_lines.size())});
  // The blanks all lines begin with are left out, so that more of the line is seen.
  std::size_t indent = std::string::npos;
  for (int line = code.start; line <= last; ++line) {
    const auto [blanks, empty] = leading_blanks(file->html_lines[static_cast<std::size_t>(line - 1)]);
    if (!empty) indent = std::min(indent, blanks);
  }
  std::string out = "<pre class=\"listing excerpt\">";
  for (int line = code.start; line <= last; ++line) {
    std::string html = file->html_lines[static_cast<std::size_t>(line - 1)];
    const std::size_t text = html.starts_with(kStringStart) ? kStringStart.size() : 0;
    if (indent != std::string::npos && html.size() >= text + indent) html.erase(text, indent);
    out += fmt::format("<span class=\"l\"><a class=\"n\" href=\"#{0}-L{1}\">{1}</a><code>{2}</code></span>",
                       file->id, line, html);
  }
  if (last < code.end) {
    out += fmt::format("<span class=\"l\"><span class=\"n\"></span><code class=\"more\">… {}</code></span>",
                       counted(code.end - last, "more line", "more lines"));
  }
  return out + "</pre>";
}

std::string CodeListing::table_of_files() const {
  std::string out = "<ul class=\"files\">";
  for (int group = 0; group < 3; ++group) {
    for (const auto& [path, file] : files_) {
      if (group_of(path) == group) {
        out += fmt::format("<li><a href=\"#{}\">{}</a> <small>{}</small></li>", file.id, html_escape(path),
                           file.html_lines.size());
      }
    }
  }
  return out + "</ul>";
}

std::string CodeListing::render() const {
  std::string out;
  for (int group = 0; group < 3; ++group) {
    for (const auto& [path, file] : files_) {
      if (group_of(path) != group) continue;
      out += fmt::format(
          "<details class=\"file\" id=\"{0}\"{3}><summary>{1} <small>{2}</small></summary><pre "
          "class=\"listing\">",
          file.id, html_escape(path),
          counted(static_cast<std::int64_t>(file.html_lines.size()), "line", "lines"),
          file.from_template ? "" : " open");
      for (std::size_t i = 0; i < file.html_lines.size(); ++i) {
        const std::size_t line = i + 1;
        out += fmt::format(
            "<span class=\"l{0}\" id=\"{1}-L{2}\"><a class=\"n\" href=\"#{1}-L{2}\">{2}</a><code>{3}</code>",
            file.traced[line] ? " t" : "", file.id, line, file.html_lines[i]);
        const auto tags = file.tags.find(static_cast<int>(line));
        if (tags != file.tags.end()) {
          out += "<span class=\"tags\">";
          for (std::size_t k = 0; k < tags->second.size() && k < kMaxTagsShown; ++k) {
            const std::string& id = tags->second[k];
            const std::string target =
                id.substr(0, id.find(':'));  // a line of an algorithm leads to the algorithm
            out += known_ids_.contains(target)
                       ? fmt::format("<a href=\"#{}\">{}</a>", html_escape(target), html_escape(id))
                       : fmt::format("<small>{}</small>", html_escape(id));
          }
          if (tags->second.size() > kMaxTagsShown)
            out += fmt::format("<small>+{}</small>", tags->second.size() - kMaxTagsShown);
          out += "</span>";
        }
        out += "</span>";
      }
      out += "</pre>";
      if (file.cut) out += "<p class=\"note\">Only the first lines are shown here; the file goes on.</p>";
      out += "</details>";
    }
  }
  return out;
}

}  // namespace p2c::verify
