#include "verify/ledger.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "base/line_diff.h"
#include "base/text.h"

namespace p2c::verify {
namespace {

const std::string kNoText;

const std::string& text_of(const RepoFiles& files, const std::string& path) {
  const auto it = files.find(path);
  return it == files.end() ? kNoText : it->second;
}

std::set<std::string> all_paths(const RepoFiles& a, const RepoFiles& b) {
  std::set<std::string> paths;
  for (const auto& [path, text] : a) paths.insert(path);
  for (const auto& [path, text] : b) paths.insert(path);
  return paths;
}

int larger(const DiffHunk& hunk) {
  return static_cast<int>(std::max(hunk.old_count, hunk.new_count));
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return text.ends_with(end); });
}

}  // namespace

bool counts_for_fix_rate(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = to_lower(slash == std::string_view::npos ? path : path.substr(slash + 1));
  if (name.starts_with("readme") || name.starts_with('.')) return false;
  if (ends_with_any(name, {".py", ".pyi", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".sh", ".bash"}))
    return true;
  if (name.ends_with(".txt")) return name.starts_with("requirements") || name.starts_with("constraints");
  if (name.ends_with(".json"))
    return path.starts_with("config") || contains(path, "/config");  // configuration, not data
  return name == "makefile" || name == "dockerfile" || name == "environment.yml";
}

int count_source_lines(const RepoFiles& files, bool without_comments) {
  int count = 0;
  for (const auto& [path, text] : files) {
    if (!counts_for_fix_rate(path)) continue;
    for (const std::string_view line : split_lines(text)) {
      const std::string_view content = trim(line);
      if (!content.empty() && !(without_comments && content.front() == '#')) ++count;
    }
  }
  return count;
}

ChangedLines count_changed_lines(const RepoFiles& before, const RepoFiles& after) {
  ChangedLines result;
  for (const std::string& path : all_paths(before, after)) {
    if (!counts_for_fix_rate(path)) continue;
    const auto hunks = diff_lines(text_of(before, path), text_of(after, path));
    for (const DiffHunk& hunk : hunks) result.changed += larger(hunk);
    result.touches += static_cast<int>(hunks.size());
    if (!hunks.empty()) ++result.files;
  }
  return result;
}

double line_fix_rate(int changed, int total) {
  return total > 0 ? static_cast<double>(changed) / total : 0.0;
}

double pooled_rate(const std::vector<PaperFigures>& papers) {
  int changed = 0, total = 0;
  for (const PaperFigures& paper : papers) {
    changed += paper.changed;
    total += paper.total;
  }
  return line_fix_rate(changed, total);
}

double mean_rate(const std::vector<PaperFigures>& papers) {
  double sum = 0;
  for (const PaperFigures& paper : papers) sum += line_fix_rate(paper.changed, paper.total);
  return papers.empty() ? 0.0 : sum / static_cast<double>(papers.size());
}

double median_rate(const std::vector<PaperFigures>& papers) {
  if (papers.empty()) return 0.0;
  std::vector<double> rates;
  for (const PaperFigures& paper : papers) rates.push_back(line_fix_rate(paper.changed, paper.total));
  std::sort(rates.begin(), rates.end());
  const std::size_t middle = rates.size() / 2;
  return rates.size() % 2 == 1 ? rates[middle] : (rates[middle - 1] + rates[middle]) / 2;
}

double first_run_rate(const std::vector<PaperFigures>& papers, const std::vector<bool>& reached) {
  int count = 0;
  for (std::size_t i = 0; i < papers.size() && i < reached.size(); ++i)
    count += papers[i].changed == 0 && reached[i] ? 1 : 0;
  return papers.empty() ? 0.0 : static_cast<double>(count) / static_cast<double>(papers.size());
}

std::string cause_class(std::string_view check, std::string_view exception, std::string_view message) {
  static const std::map<std::string, std::string, std::less<>> by_check = {
      {"F01", "packaging"}, {"F02", "packaging"}, {"F03", "import"},      {"F04", "import"},
      {"F05", "import"},    {"F06", "import"},    {"F07", "API version"}, {"F10", "config"},
      {"F11", "config"},    {"F12", "config"},    {"F13", "config"},      {"F40", "data path"},
      {"F50", "hardware"},  {"F53", "config"},    {"F54", "hardware"},    {"F57", "other"}};
  if (const auto it = by_check.find(check); it != by_check.end()) return it->second;
  const auto says = [&](std::string_view part) { return contains(message, part); };
  if (says("CUDA") || says("out of memory") || says("memory_limit") || exception == "MemoryError")
    return "hardware";
  if (exception == "ModuleNotFoundError" || exception == "ImportError") return "import";
  if (exception == "FileNotFoundError" || exception == "NotADirectoryError" ||
      exception == "IsADirectoryError")
    return "data path";
  if (says("configuration key") || says("ConfigError") || exception == "ScannerError" ||
      exception == "ParserError")
    return "config";
  if (exception == "AttributeError" && says("module '")) return "API version";
  if (exception == "TypeError" && says("unexpected keyword argument")) return "API version";
  if (exception == "LocalEntryNotFoundError" || exception == "RepositoryNotFoundError" ||
      says("not a valid model identifier"))
    return "model/data id";
  if (check.starts_with('F') && exception.empty()) return check < "F20" ? "other" : "logic";
  return "logic";
}

Ledger::Ledger(RepoFiles snapshot0, std::filesystem::path path)
    : snapshot0_(std::move(snapshot0)), now_(snapshot0_), path_(std::move(path)) {
  for (const auto& [file, text] : snapshot0_) states_[file].lines.assign(split_lines(text).size(), -1);
  if (!path_.empty()) write_file_atomic(path_, "");
}

std::size_t Ledger::record(const RepoFiles& now, const Change& change) {
  std::size_t written = 0;
  for (const std::string& path : all_paths(now_, now)) {
    const std::string& old_text = text_of(now_, path);
    const std::string& new_text = text_of(now, path);
    if (old_text == new_text && now_.contains(path) == now.contains(path)) continue;
    artefacts::LedgerEntry entry;
    entry.seq = static_cast<int>(entries_.size()) + 1;
    entry.time = utc_now_iso8601();
    entry.round = change.round;
    entry.actor = change.actor;
    entry.file = path;
    entry.cause = change.cause;
    entry.level_before = change.level_before;
    entry.level_after = change.level_after;
    entry.reqs = change.reqs;

    const int index = static_cast<int>(entries_.size());
    FileState& state = states_[path];
    Authors authors;
    std::size_t copied = 0;  // lines of the old text taken over so far
    for (const DiffHunk& hunk : diff_lines(old_text, new_text)) {
      entry.hunks.push_back({static_cast<int>(hunk.old_start) + 1, static_cast<int>(hunk.old_count),
                             static_cast<int>(hunk.new_count)});
      const int kept = static_cast<int>(std::min(hunk.old_count, hunk.new_count));
      entry.modified += kept;
      entry.added += static_cast<int>(hunk.new_count) - kept;
      entry.deleted += static_cast<int>(hunk.old_count) - kept;
      for (; copied < hunk.old_start && copied < state.lines.size(); ++copied)
        authors.push_back(state.lines[copied]);
      authors.insert(authors.end(), hunk.new_count, index);
      copied = hunk.old_start + hunk.old_count;
    }
    for (; copied < state.lines.size(); ++copied) authors.push_back(state.lines[copied]);
    state.lines = std::move(authors);
    state.last_entry = index;
    entries_.push_back(entry);
    append(entry);
    ++written;
  }
  now_ = now;
  return written;
}

void Ledger::append(const artefacts::LedgerEntry& entry) const {
  if (!path_.empty())
    append_line(path_, artefacts::to_json(entry).dump(-1, ' ', false, Json::error_handler_t::replace));
}

Ledger::Summary Ledger::summary() const {
  Summary result;
  result.lines_total = count_source_lines(snapshot0_);
  result.lines_without_comments = count_source_lines(snapshot0_, true);
  result.changed = count_changed_lines(snapshot0_, now_);
  result.rate = line_fix_rate(result.changed.changed, result.lines_total);
  for (const std::string& path : all_paths(snapshot0_, now_)) {
    if (!counts_for_fix_rate(path)) continue;
    const auto state = states_.find(path);
    if (state == states_.end()) continue;
    for (const DiffHunk& hunk : diff_lines(text_of(snapshot0_, path), text_of(now_, path))) {
      std::map<int, int> votes;
      for (std::size_t i = hunk.new_start;
           i < hunk.new_start + hunk.new_count && i < state->second.lines.size(); ++i) {
        if (state->second.lines[i] >= 0) ++votes[state->second.lines[i]];
      }
      int author = state->second.last_entry;  // lines were only taken away
      int most = 0;
      for (const auto& [entry, count] : votes) {
        if (count >= most) {
          author = entry;
          most = count;
        }
      }
      if (author < 0) continue;
      const artefacts::LedgerEntry& entry = entries_[static_cast<std::size_t>(author)];
      result.by_actor[entry.actor] += larger(hunk);
      result.by_class[entry.cause.cls] += larger(hunk);
    }
  }
  return result;
}

}  // namespace p2c::verify
