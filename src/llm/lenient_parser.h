// The tolerant JSON reader proper: one value from a place in a text, with a log of what was mended.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace p2c::llm {

// What was mended, each kind once with its first place.
class MendLog {
 public:
  void note(std::string_view kind, std::size_t offset);
  // One sentence a kind: "trailing comma dropped (first at byte 12)".
  std::vector<std::string> sentences() const;
  // Something was skipped or read as bare text: the value may be prose that only looks like JSON.
  bool doubtful() const { return doubtful_; }
  void set_doubtful() { doubtful_ = true; }

 private:
  std::vector<std::pair<std::string, std::size_t>> kinds_;
  bool doubtful_ = false;
};

struct LenientParse {
  bool found = false;     // a value was begun
  bool complete = false;  // and closed before the end of the text
  Json value;
  std::size_t end = 0;  // offset behind the value
  MendLog mended;
};

// Reads the value that starts at `begin` (blanks and comments in front allowed); nothing behind `end` is
// looked at. Offsets are into `text`, which must be valid UTF-8. Depth is limited to 100; deeper text counts
// as cut off there. Time is linear in the text. Never throws but for lack of memory.
LenientParse parse_lenient(std::string_view text, std::size_t begin, std::size_t end);

// Whether the '{' or '[' at `place` looks like the start of JSON and not like prose or code. Looks at few
// characters.
bool looks_like_json(std::string_view text, std::size_t place);

}  // namespace p2c::llm
