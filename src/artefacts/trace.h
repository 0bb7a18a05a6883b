// What ties code to paper and records every change: provenance, ledger, findings, tickets (spec 3.9 to 3.11).
#pragma once

#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

// One region of a file: lines [start, end], 1-based, inclusive.
struct ProvenanceRegion {
  std::string file, sha256;
  int start = 0, end = 0;
  std::string symbol;
  std::vector<std::string> reqs, equations, decisions;
  std::string origin = "model";  // model, template, repair, human
  template <class V>
  void fields(V& v) {
    v("file", file); v("sha256", sha256); v("start", start); v("end", end); v("symbol", symbol); v("reqs", reqs);
    v("equations", equations); v("decisions", decisions); v("origin", origin);
  }
};

struct LedgerHunk {
  int old_start = 0;  // 1-based
  int old_lines = 0, new_lines = 0;
  template <class V>
  void fields(V& v) { v("old_start", old_start); v("old_lines", old_lines); v("new_lines", new_lines); }
};
struct LedgerCause {
  std::string check;  // F01, L3, T:test_shape, ...
  std::string cls;    // packaging, import, config, data path, API version, model/data id, hardware, logic, other
  std::string message;
  template <class V>
  void fields(V& v) { v("check", check); v("class", cls); v("message", message); }
};
// One change after the first full emission.
struct LedgerEntry {
  int seq = 0;
  std::string time;
  int round = 0;
  std::string actor;  // tool, model, human
  std::string file;
  std::vector<LedgerHunk> hunks;
  int added = 0, deleted = 0, modified = 0;
  LedgerCause cause;
  std::string level_before, level_after;
  std::vector<std::string> reqs;
  template <class V>
  void fields(V& v) {
    v("seq", seq); v("time", time); v("round", round); v("actor", actor); v("file", file); v("hunks", hunks); v("added", added);
    v("deleted", deleted); v("modified", modified); v("cause", cause); v("level_before", level_before);
    v("level_after", level_after); v("reqs", reqs);
  }
};

struct Finding {
  std::string check;     // "F03"
  std::string severity;  // error: blocks a level; warning: reported
  std::string file;
  int line = 0;          // 1-based; 0: whole file
  std::string message;
  std::string suggestion;
  std::string fix;       // auto, ticket, none
  template <class V>
  void fields(V& v) {
    v("check", check); v("severity", severity); v("file", file); v("line", line); v("message", message);
    v("suggestion", suggestion); v("fix", fix);
  }
};

struct Ticket {
  std::string id;    // "K-01"
  std::string kind;  // missing, inconsistent, interface, runtime, lint
  std::vector<std::string> files;
  std::vector<std::string> reqs;
  std::string evidence;                // message, innermost frame, excerpt
  std::vector<std::string> must_keep;  // symbols and requirement ids already passing
  int attempts = 0;
  std::string state = "open";          // open, fixed, failed
  std::string check;                   // what raised it: F09, L3, T:tests/test_x.py::test_y
  template <class V>
  void fields(V& v) {
    v("id", id); v("kind", kind); v("files", files); v("reqs", reqs); v("evidence", evidence); v("must_keep", must_keep);
    v("attempts", attempts); v("state", state); v("check", check);
  }
};

struct TestOutcome {
  std::string name;     // "tests/test_loss.py::test_equation_4"
  std::string outcome;  // passed, failed, error, skipped
  std::string message;  // first line of the failure
  double seconds = 0;
  template <class V>
  void fields(V& v) { v("name", name); v("outcome", outcome); v("message", message); v("seconds", seconds); }
};

struct LevelResult {
  std::string level;    // L0 .. L4
  std::string state;    // passed, failed, not_attempted
  std::string reason;   // one sentence when not passed
  template <class V>
  void fields(V& v) { v("level", level); v("state", state); v("reason", reason); }
};

// The outcome of verification: verify.json.
struct VerifyReport {
  int schema_version = 1;
  std::vector<LevelResult> first_levels;  // on first emission
  std::vector<LevelResult> levels;        // at the end
  std::string first_level, level;         // highest level reached with all below: "L4", "" when L0 failed
  int rounds = 0;
  std::vector<Finding> findings;          // left at the end
  std::vector<Ticket> tickets;
  std::vector<TestOutcome> tests;
  // Spec 12.3: C, N0 and what follows from them.
  int lines_total = 0;      // N0: non-blank lines of source, config, shell, requirements in snapshot 0
  int lines_changed = 0;    // C
  int lines_changed_tool = 0, lines_changed_model = 0;
  int touches = 0;          // hunks
  int files_touched = 0;
  double line_fix_rate = 0; // C / N0
  std::string environment;  // python and package versions used
  std::string sandbox;      // "bubblewrap 0.8.0", or why none
  template <class V>
  void fields(V& v) {
    v("schema_version", schema_version); v("first_levels", first_levels); v("levels", levels); v("first_level", first_level);
    v("level", level); v("rounds", rounds); v("findings", findings); v("tickets", tickets); v("tests", tests);
    v("lines_total", lines_total); v("lines_changed", lines_changed); v("lines_changed_tool", lines_changed_tool);
    v("lines_changed_model", lines_changed_model); v("touches", touches); v("files_touched", files_touched);
    v("line_fix_rate", line_fix_rate); v("environment", environment); v("sandbox", sandbox);
  }
};

}  // namespace p2c::artefacts
