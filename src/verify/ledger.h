// The honest record of every change after the first emission, and the figures computed from it
// (spec 3.10, 12.3).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artefacts/trace.h"
#include "verify/static_checks.h"

namespace p2c::verify {

// Whether lines of this file count: source, configuration, shell and requirements; no README, data or
// generated documents.
bool counts_for_fix_rate(std::string_view path);

// N0: non-blank lines of the files that count. `without_comments` leaves out lines that hold only a '#'
// comment.
int count_source_lines(const RepoFiles& files, bool without_comments = false);

struct ChangedLines {
  int changed = 0;  // C = sum over hunks of max(old lines, new lines), trailing blanks ignored
  int touches = 0;  // hunks
  int files = 0;
};
// Over the files that count in either state; created and deleted files included.
ChangedLines count_changed_lines(const RepoFiles& before, const RepoFiles& after);

// LFR = C / N0; 0 for an empty repository.
double line_fix_rate(int changed, int total);
struct PaperFigures {
  int changed = 0, total = 0;  // C and N0 of one paper
};
double pooled_rate(const std::vector<PaperFigures>& papers);  // sum of C / sum of N0
double mean_rate(const std::vector<PaperFigures>& papers);
double median_rate(const std::vector<PaperFigures>& papers);
// Share of papers with C = 0 that reached the level: `reached[i]` belongs to papers[i].
double first_run_rate(const std::vector<PaperFigures>& papers, const std::vector<bool>& reached);

// The class of a cause by check id ("F01", "L3:train", "T:...") and, for failures at run time, the exception.
std::string cause_class(std::string_view check, std::string_view exception, std::string_view message);

// Who changes what, from snapshot 0 on. One entry a changed file and change; each entry is durable when
// record() returns.
class Ledger {
 public:
  // `path` is rewritten from the start; empty: kept in memory only. Errors: io, disk_full.
  Ledger(RepoFiles snapshot0, std::filesystem::path path);

  struct Change {
    int round = 0;
    std::string actor;  // tool, model, human
    artefacts::LedgerCause cause;
    std::string level_before, level_after;
    std::vector<std::string> reqs;
  };
  // Files that differ between the last recorded state and `now` become entries, in order of their paths.
  // Returns how many.
  std::size_t record(const RepoFiles& now, const Change& change);

  struct Summary {
    int lines_total = 0, lines_without_comments = 0;  // N0
    ChangedLines changed;                             // snapshot 0 to the last recorded state
    std::map<std::string, int> by_actor, by_class;    // parts of C; they add up to it
    double rate = 0;
  };
  // Each hunk between snapshot 0 and now is given to whoever last changed most of its lines.
  Summary summary() const;
  const std::vector<artefacts::LedgerEntry>& entries() const { return entries_; }

 private:
  // For each line of a file, the entry that wrote it; -1: as in snapshot 0.
  using Authors = std::vector<int>;
  struct FileState {
    Authors lines;
    int last_entry = -1;
  };

  void append(const artefacts::LedgerEntry& entry) const;

  RepoFiles snapshot0_, now_;
  std::filesystem::path path_;
  std::vector<artefacts::LedgerEntry> entries_;
  std::map<std::string, FileState> states_;
};

}  // namespace p2c::verify
