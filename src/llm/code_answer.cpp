// Blocks of code and edits in a model's answer: fences, <<<FILE ... >>>END, <<<EDIT ... >>>END, <<<DELETE
// ...>>>.
#include "llm/code_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "llm/answer_text.h"
#include "llm/lenient_json.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxBytes = 4u << 20;
constexpr std::size_t kMaxEdits = 200;
constexpr std::size_t kMaxProblems = 50;

using Lines = std::vector<std::string_view>;

struct Block {
  std::string path;
  std::size_t first = 0, last = 0;  // lines [first, last)
  bool closed = false;
  std::size_t bytes = 0;
};

void measure(Block& block, const Lines& lines) {
  block.bytes = 0;
  for (std::size_t i = block.first; i < block.last; ++i) block.bytes += lines[i].size() + 1;
}

// The word behind "<<<FILE" and the like when the line starts with it, else nothing. ">>>" at its end is
// dropped.
std::optional<std::string> after_marker(std::string_view line, std::string_view marker) {
  std::string_view text = trim(line);
  if (text.substr(0, marker.size()) != marker) return std::nullopt;
  text.remove_prefix(marker.size());
  if (!text.empty() && text.front() != ' ' && text.front() != '\t' && text.front() != ':')
    return std::nullopt;
  if (text.size() >= 3 && text.substr(text.size() - 3) == ">>>") text.remove_suffix(3);
  if (!text.empty() && text.front() == ':') text.remove_prefix(1);
  text = trim(text);
  while (!text.empty() && std::string_view("`\"'").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  while (!text.empty() && std::string_view("`\"'").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  if (text.substr(0, 2) == "./") text.remove_prefix(2);
  return std::string(text);
}

bool is_end_marker(std::string_view line) {
  const std::string_view text = trim(line);
  return text == ">>>END" || text == ">>> END" || text == "<<<END" || text == "<<<END>>>" ||
         text == ">>>END>>>";
}

std::vector<Block> sentinel_blocks(const Lines& lines) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto path = after_marker(lines[i], "<<<FILE");
    if (!path) continue;
    Block block{looks_like_path(*path) ? *path : std::string(), i + 1, i + 1, false, 0};
    while (block.last < lines.size() && !is_end_marker(lines[block.last]) &&
           !after_marker(lines[block.last], "<<<FILE")) {
      ++block.last;
    }
    block.closed = block.last < lines.size() && is_end_marker(lines[block.last]);
    measure(block, lines);
    i = block.closed ? block.last : block.last - 1;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// With `nested`, an inner fence that has an info line opens a level of its own (a README or a docstring with
// examples).
std::vector<Block> fence_blocks(const Lines& lines, bool nested) {
  std::vector<Block> blocks;
  std::string_view mark;
  int depth = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const FenceLine fence = read_fence_line(lines[i]);
    if (!fence.is_fence) continue;
    if (depth == 0) {
      Block block{path_in_info(fence.info), i + 1, lines.size(), false, 0};
      for (std::size_t back = i; back > 0 && i - back < 3 && block.path.empty(); --back) {
        if (trim(lines[back - 1]).empty()) continue;
        block.path = path_in_heading(lines[back - 1]);
        break;
      }
      blocks.push_back(std::move(block));
      mark = fence.mark;
      depth = 1;
    } else if (fence.mark[0] == mark[0] && fence.mark.size() >= mark.size() && fence.info.empty()) {
      if (--depth > 0) continue;
      blocks.back().last = i;
      blocks.back().closed = true;
    } else if (nested && fence.mark[0] == mark[0] && !fence.info.empty()) {
      ++depth;
    }
  }
  for (Block& block : blocks) measure(block, lines);
  return blocks;
}

const Block* largest(const std::vector<Block>& blocks) {
  const auto found = std::max_element(blocks.begin(), blocks.end(),
                                      [](const Block& a, const Block& b) { return a.bytes < b.bytes; });
  return found == blocks.end() ? nullptr : &*found;
}

// Lines between an edit's markers, without a fence wrapped around them.
Lines unfenced(const Lines& lines, std::size_t first, std::size_t last) {
  if (last - first >= 2 && read_fence_line(lines[first]).is_fence) {
    const FenceLine close = read_fence_line(lines[last - 1]);
    if (close.is_fence && close.info.empty()) {
      ++first;
      --last;
    }
  }
  return Lines(lines.begin() + static_cast<std::ptrdiff_t>(first),
               lines.begin() + static_cast<std::ptrdiff_t>(last));
}

std::string joined(const Lines& lines) {
  std::string out;
  for (std::string_view line : lines) (out += line) += '\n';
  return out;
}

bool holds_elision(const Lines& lines) {
  return std::any_of(lines.begin(), lines.end(), is_elision);
}

class EditReader {
 public:
  explicit EditReader(const Lines& lines) : lines_(lines) {}

  ExtractedEdits read() {
    while (at_ < lines_.size() && out_.edits.size() < kMaxEdits && out_.problems.size() < kMaxProblems) {
      if (const auto path = after_marker(lines_[at_], "<<<DELETE")) {
        ++at_;
        if (safe(*path, "DELETE")) out_.edits.push_back({*path, {}, {}, false, true});
      } else if (const auto file = after_marker(lines_[at_], "<<<FILE")) {
        ++at_;
        whole_file(*file);
      } else if (const auto edit = after_marker(lines_[at_], "<<<EDIT")) {
        ++at_;
        pairs(*edit);
      } else {
        ++at_;
      }
    }
    if (at_ < lines_.size()) problem(fmt::format("more than {} edits: the rest was not read", kMaxEdits));
    return std::move(out_);
  }

 private:
  void problem(std::string sentence) { out_.problems.push_back(std::move(sentence)); }

  bool safe(const std::string& path, std::string_view kind) {
    if (looks_like_path(path)) return true;
    problem(fmt::format("{} block without a usable relative path: \"{}\"", kind, utf8_prefix(path, 100)));
    return false;
  }

  bool at_opening() const {
    return after_marker(lines_[at_], "<<<EDIT") || after_marker(lines_[at_], "<<<FILE") ||
           after_marker(lines_[at_], "<<<DELETE");
  }

  // Moves to the next line that is a marker of the given kinds or the opening of another block; false at the
  // end.
  template <typename Stop>
  Lines until(Stop stop) {
    const std::size_t first = at_;
    while (at_ < lines_.size() && !stop(lines_[at_]) && !at_opening()) ++at_;
    return unfenced(lines_, first, at_);
  }

  void whole_file(const std::string& path) {
    const Lines content = until(is_end_marker);
    const bool closed = at_ < lines_.size() && is_end_marker(lines_[at_]);
    if (closed) ++at_;
    if (!safe(path, "FILE")) return;
    if (!closed) return problem(fmt::format("the FILE block of {} is not closed by >>>END", path));
    if (holds_elision(content))
      return problem(fmt::format("the FILE block of {} leaves parts out (\"...\")", path));
    std::vector<std::string> warnings;
    out_.edits.push_back({path, {}, clean_file(content, path, warnings), true, false});
  }

  // One or more OLD/NEW pairs up to >>>END.
  void pairs(const std::string& path) {
    const bool usable = safe(path, "EDIT");
    auto is_old = [](std::string_view line) { return after_marker(line, "<<<OLD").has_value(); };
    auto is_new = [](std::string_view line) { return after_marker(line, "<<<NEW").has_value(); };
    bool any = false;
    while (true) {
      until([&](std::string_view line) { return is_old(line) || is_new(line) || is_end_marker(line); });
      if (at_ >= lines_.size() || at_opening())
        return problem(fmt::format("the EDIT block of {} is not closed by >>>END", path));
      if (is_end_marker(lines_[at_])) {
        ++at_;
        if (!any) problem(fmt::format("the EDIT block of {} has no <<<OLD part", path));
        return;
      }
      if (is_new(lines_[at_])) {
        ++at_;
        problem(fmt::format("the EDIT block of {} has a <<<NEW part without <<<OLD", path));
        any = true;
        continue;
      }
      ++at_;
      any = true;
      const Lines old_lines =
          until([&](std::string_view line) { return is_new(line) || is_old(line) || is_end_marker(line); });
      if (at_ >= lines_.size() || at_opening())
        return problem(fmt::format("the EDIT block of {} is not closed by >>>END", path));
      if (!is_new(lines_[at_])) {
        problem(fmt::format("an EDIT block of {} has no <<<NEW part", path));
        continue;
      }
      ++at_;
      const Lines new_lines =
          until([&](std::string_view line) { return is_old(line) || is_end_marker(line); });
      if (at_ >= lines_.size() || at_opening())
        return problem(fmt::format("the EDIT block of {} is not closed by >>>END", path));
      if (!usable) continue;
      EditBlock edit{path, joined(old_lines), joined(new_lines), false, false};
      if (trim(edit.old_text).empty()) {
        problem(fmt::format(
            "an EDIT block of {} has an empty <<<OLD part: quote the lines to replace, or send the whole "
            "file as <<<FILE",
            path));
      } else if (holds_elision(new_lines) && !holds_elision(old_lines)) {
        problem(fmt::format("an EDIT block of {} leaves parts out (\"...\")", path));
      } else {
        out_.edits.push_back(std::move(edit));
      }
    }
  }

  const Lines& lines_;
  std::size_t at_ = 0;
  ExtractedEdits out_;
};

}  // namespace

ExtractedCode extract_code(std::string_view answer) {
  ExtractedCode out;
  std::string repaired;
  if (answer.size() > kMaxBytes) {
    answer = utf8_prefix(answer, kMaxBytes);
    out.truncated = true;
    out.warnings.emplace_back("answer longer than 4 MiB: the rest was left out");
  }
  if (!is_valid_utf8(answer)) {
    repaired = repair_utf8(answer);
    answer = repaired;
    out.warnings.emplace_back("invalid UTF-8 replaced");
  }
  const Lines lines = answer_lines(strip_thinking(answer));
  std::vector<Block> blocks = sentinel_blocks(lines);
  if (blocks.empty()) {
    blocks = fence_blocks(lines, true);
    // Nesting is a guess; when it leaves the last block open, the plain reading may close it.
    if (!blocks.empty() && !blocks.back().closed) {
      std::vector<Block> plain = fence_blocks(lines, false);
      if (plain.back().closed) blocks = std::move(plain);
    }
  }
  const Block* block = largest(blocks);
  if (block == nullptr || block->bytes == 0) return out;
  out.found = true;
  out.truncated = out.truncated || !block->closed;
  out.path = block->path;
  const Lines content = unfenced(lines, block->first, block->last);
  out.elided = holds_elision(content);
  out.code = clean_file(content, out.path, out.warnings);
  if (out.path.empty() && !content.empty()) {
    for (std::string_view line : content) {  // "# models/encoder.py" as the first line
      if (trim(line).empty()) continue;
      out.path = path_in_heading(line);
      break;
    }
  }
  out.found = !out.code.empty();
  return out;
}

ExtractedEdits extract_edits(std::string_view answer) {
  std::string repaired;
  if (!is_valid_utf8(answer)) answer = repaired = repair_utf8(answer);
  ExtractedEdits out;
  if (answer.size() > kMaxBytes) {
    out.problems.emplace_back("answer longer than 4 MiB: nothing of it was used");
    return out;
  }
  const Lines lines = answer_lines(strip_thinking(answer));
  return EditReader(lines).read();
}

}  // namespace p2c::llm
