// From tags in comments and docstrings to regions of lines: which code implements what of the paper
// (spec 3.9).
#include <algorithm>
#include <set>

#include "agents/generator/generator.h"
#include "agents/generator/tagged_lines.h"
#include "base/sha256.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::agents {

namespace {

using artefacts::ProvenanceRegion;

// Regions of one file while they are being collected.
class FileRegions {
 public:
  FileRegions(const std::string& path, const std::string& text, std::string origin)
      : lines_(tagged_lines(path, text)), last_line_(static_cast<int>(lines_.size())) {
    prototype_.file = path;
    prototype_.sha256 = sha256_hex(text);
    prototype_.origin = std::move(origin);
    add(1, std::max(last_line_, 1), "", header_tags());
  }

  void add_definitions(std::vector<python::Definition> definitions);
  void add_yaml_keys();
  std::vector<ProvenanceRegion> take() {
    std::stable_sort(regions_.begin(), regions_.end(), [](const auto& a, const auto& b) {
      return a.start != b.start ? a.start < b.start : a.end > b.end;
    });
    return std::move(regions_);
  }

 private:
  const TaggedLine& line(int number) const { return lines_[static_cast<std::size_t>(number - 1)]; }

  void add(int start, int end, std::string symbol, const Tags& tags) {
    ProvenanceRegion region = prototype_;
    region.start = start;
    region.end = end;
    region.symbol = std::move(symbol);
    region.reqs.assign(tags.reqs.begin(), tags.reqs.end());
    region.equations.assign(tags.equations.begin(), tags.equations.end());
    region.decisions.assign(tags.decisions.begin(), tags.decisions.end());
    regions_.push_back(std::move(region));
  }

  // Tags above the first line of code: the module's docstring and the comments at the top.
  Tags header_tags() const {
    Tags tags;
    for (const auto& l : lines_) {
      if (l.has_code) break;
      tags.merge(l.tags);
    }
    return tags;
  }

  int first_code_line() const {
    for (int n = 1; n <= last_line_; ++n) {
      if (line(n).has_code) return n;
    }
    return last_line_ + 1;
  }

  int block_end(int start, int limit) const;
  void add_blocks(const std::vector<python::Definition>& definitions);

  std::vector<TaggedLine> lines_;
  int last_line_ = 0;
  ProvenanceRegion prototype_;
  std::vector<ProvenanceRegion> regions_;
  std::set<int> claimed_;  // comment lines that belong to the definition or key below them
};

bool is_inside(const python::Definition& inner, const python::Definition& outer) {
  return inner.line >= outer.line && inner.end_line <= outer.end_line &&
         (inner.line != outer.line || inner.end_line != outer.end_line);
}

void FileRegions::add_definitions(std::vector<python::Definition> definitions) {
  std::erase_if(definitions, [&](const auto& d) {
    return (d.kind != "class" && d.kind != "function" && d.kind != "method") || d.line < 1 ||
           d.end_line < d.line || d.end_line > last_line_;
  });
  // Outer ones first, so that tags can be inherited from what is already known.
  std::stable_sort(definitions.begin(), definitions.end(), [](const auto& a, const auto& b) {
    return a.line != b.line ? a.line < b.line : a.end_line > b.end_line;
  });
  for (auto& d : definitions) {  // comments directly above belong to the definition
    while (d.line > 1 && line(d.line - 1).is_comment && line(d.line - 1).indent == line(d.line).indent)
      claimed_.insert(--d.line);
  }
  std::vector<Tags> tags(definitions.size());
  std::vector<std::size_t> open;  // enclosing definitions of the current one, innermost last
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const auto& d = definitions[i];
    while (!open.empty() && !is_inside(d, definitions[open.back()])) open.pop_back();
    std::size_t next = i + 1;  // the next definition inside this one
    for (int n = d.line; n <= d.end_line; ++n) {
      while (next < definitions.size() && definitions[next].end_line < n) ++next;
      if (next < definitions.size() && definitions[next].line == n && is_inside(definitions[next], d)) {
        n = definitions[next].end_line;  // its tags are its own
        continue;
      }
      tags[i].merge(line(n).tags);
    }
    if (tags[i].empty()) tags[i] = open.empty() ? header_tags() : tags[open.back()];
    add(d.line, d.end_line, d.name, tags[i]);
    open.push_back(i);
  }
  add_blocks(definitions);
}

// The lines that a tagged comment speaks of: down to a smaller indent, to the next tagged comment at its
// level, or to a blank line after which its level goes on.
int FileRegions::block_end(int start, int limit) const {
  const int indent = line(start).indent;
  int end = start;
  for (int n = start + 1; n <= limit; ++n) {
    const TaggedLine& l = line(n);
    if (l.in_string) {
      end = n;
      continue;
    }
    if (l.is_blank) {
      int next = n;
      while (next <= limit && line(next).is_blank) ++next;
      if (next > limit || line(next).indent <= indent) return end;
      continue;
    }
    if (l.indent < indent || (l.is_comment && l.indent == indent && !l.tags.empty() && end > start))
      return end;
    end = n;
  }
  return end;
}

void FileRegions::add_blocks(const std::vector<python::Definition>& definitions) {
  for (int n = first_code_line(); n <= last_line_; ++n) {
    const TaggedLine& l = line(n);
    if (l.comment_tags.empty() || claimed_.contains(n)) continue;
    std::string symbol;
    int limit = last_line_;
    for (const auto& d : definitions) {  // sorted outer first: the last hit is the innermost
      if (d.line <= n && n <= d.end_line) {
        symbol = d.name;
        limit = d.end_line;
      } else if (d.line > n && d.line <= limit) {
        limit = d.line - 1;
      }
    }
    const int end = l.is_comment ? block_end(n, limit) : n;
    add(n, end, symbol, l.comment_tags);
  }
}

// Keys of a configuration file whose comment names a requirement or decision. The symbol is the dotted key.
void FileRegions::add_yaml_keys() {
  std::vector<std::pair<int, std::string>> open;  // indent and name of the enclosing groups
  for (int n = 1; n <= last_line_; ++n) {
    const TaggedLine& l = line(n);
    if (l.yaml_key.empty()) continue;
    while (!open.empty() && open.back().first >= l.indent) open.pop_back();
    std::string symbol;
    for (const auto& [indent, name] : open) symbol += name + ".";
    symbol += l.yaml_key;
    open.emplace_back(l.indent, l.yaml_key);
    Tags tags = l.tags;
    int start = n;
    while (start > 1 && line(start - 1).is_comment && line(start - 1).indent == l.indent)
      tags.merge(line(--start).tags);
    if (!tags.empty()) add(start, n, symbol, tags);
  }
}

}  // namespace

std::vector<ProvenanceRegion> trace_provenance(const FilesByPath& files, const FilesByPath& template_files) {
  std::map<std::string, std::string> sources;
  for (const auto& [path, text] : files) {
    if (path.ends_with(".py")) sources.emplace(path, text);
  }
  const auto facts =
      sources.empty() ? std::map<std::string, python::SourceFacts>{} : python::read_sources(sources);

  std::vector<ProvenanceRegion> all;
  for (const auto& [path, text] : files) {
    const bool is_python = path.ends_with(".py");
    if (!is_python && !path.ends_with(".yaml") && !path.ends_with(".yml")) continue;
    FileRegions regions(path, text, template_files.contains(path) ? "template" : "model");
    if (is_python) {
      const auto found = facts.find(path);
      regions.add_definitions(found == facts.end() ? std::vector<python::Definition>{}
                                                   : found->second.definitions);
    } else {
      regions.add_yaml_keys();
    }
    for (auto& region : regions.take()) all.push_back(std::move(region));
  }
  return all;
}

std::string provenance_jsonl(const std::vector<ProvenanceRegion>& regions) {
  std::string out;
  for (const auto& region : regions) {
    out += artefacts::to_json(region).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace p2c::agents
