// Line-level clean-up shared by the readers of code answers: line ends, gutters, elision marks, paths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2c::llm {

// Lines without their ends; "\r\n" and lone "\r" end a line too. The last line counts also when it is empty.
std::vector<std::string_view> answer_lines(std::string_view text);

// A Markdown fence line: `mark` is its run of ``` or ~~~ (at least 3), `info` what follows it.
struct FenceLine {
  bool is_fence = false;
  std::string_view mark, info;
};
FenceLine read_fence_line(std::string_view line);

// A relative file path such as "models/encoder.py", "Makefile": safe characters, no "..", not absolute.
bool looks_like_path(std::string_view text);
// The path named on a fence's info line ("python models/a.py", "python:models/a.py", "title=\"a.py\""), in a
// heading
// ("## models/a.py", "**`models/a.py`**", "File: models/a.py") or a comment ("# models/a.py"); empty when
// none.
std::string path_in_info(std::string_view info);
std::string path_in_heading(std::string_view line);

// "# ... rest unchanged ...", "... existing code ...", "// remaining code unchanged": the writer left
// something out. A bare "..." is Python and no elision.
bool is_elision(std::string_view line);

// A file's text from the lines of its block: leading headings, stray fences and line-number gutters removed,
// tabs in indentation opened only when mixed with blanks, '\n' line ends, one final newline. Adds to
// warnings.
std::string clean_file(std::vector<std::string_view> lines, const std::string& path,
                       std::vector<std::string>& warnings);

}  // namespace p2c::llm
