// The code of the repository inside the HTML report: line numbers with anchors, traced regions marked, light
// colouring.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verify/report.h"
#include "verify/report_facts.h"

namespace p2c::verify {

// Gives every listed file a short stable name, so that paths of any spelling make valid anchors.
class CodeListing {
 public:
  // `known_ids`: those the page has an anchor for; tags with them become links.
  CodeListing(const ReportInput& input, std::set<std::string> known_ids);

  // "#f3-L12", or "" for a file that is not listed.
  std::string anchor(const std::string& file, int line) const;
  // <a href="#f3-L12" ...>model.py:12–20</a>; plain text for a file that is not listed.
  std::string link(const CodeLink& link) const;
  // The lines of a region, at most max_lines, with numbers that lead to the listing.
  std::string excerpt(const CodeLink& link, int max_lines) const;
  // All files, each with an anchor a line.
  std::string render() const;
  // <ul> of the files with their anchors.
  std::string table_of_files() const;

 private:
  struct File {
    std::string id, text;
    std::vector<std::string> html_lines;           // coloured and escaped
    std::vector<bool> traced;                      // by line: a region with a requirement or decision
    std::map<int, std::vector<std::string>> tags;  // by first line: ids shown at the right
    bool from_template = false;                    // written by code; shown folded
    bool cut = false;                              // longer than is shown
  };
  const File* find(const std::string& path) const;
  std::map<std::string, File> files_;
  std::set<std::string> known_ids_;
};

// Escaped HTML of each line of source text: comments, strings and keywords in <i class="c|s|k">. For .py,
// .yaml, .sh; other files are only escaped.
std::vector<std::string> coloured_lines(std::string_view path, std::string_view text);

}  // namespace p2c::verify
