#include "base/error.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace p2c {
namespace {

struct Row {
  ErrorCode code;
  std::string_view name;
  int exit;
};

// Exit codes are part of the command line's contract: scripts test them. Never renumber; append only.
constexpr std::array kRows{
    Row{ErrorCode::usage, "usage", 2},
    Row{ErrorCode::not_found, "not_found", 3},
    Row{ErrorCode::bad_input, "bad_input", 4},
    Row{ErrorCode::no_text, "no_text", 5},
    Row{ErrorCode::unsafe_input, "unsafe_input", 6},
    Row{ErrorCode::limit, "limit", 7},
    Row{ErrorCode::io, "io", 8},
    Row{ErrorCode::disk_full, "disk_full", 9},
    Row{ErrorCode::network, "network", 10},
    Row{ErrorCode::auth, "auth", 11},
    Row{ErrorCode::rate_limited, "rate_limited", 12},
    Row{ErrorCode::model_refused, "model_refused", 13},
    Row{ErrorCode::model_bad_answer, "model_bad_answer", 14},
    Row{ErrorCode::model_cut_off, "model_cut_off", 15},
    Row{ErrorCode::missing_recording, "missing_recording", 16},
    Row{ErrorCode::budget, "budget", 17},
    Row{ErrorCode::gate, "gate", 18},
    Row{ErrorCode::sandbox_unavailable, "sandbox_unavailable", 19},
    Row{ErrorCode::environment, "environment", 20},
    Row{ErrorCode::busy, "busy", 21},
    Row{ErrorCode::version, "version", 22},
    Row{ErrorCode::cancelled, "cancelled", 23},
    Row{ErrorCode::timeout, "timeout", 24},
    Row{ErrorCode::internal, "internal", 70},
};

// In the order of the enumeration and complete, so that a new code cannot be forgotten here.
constexpr bool rows_are_complete() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].code) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(ErrorCode::internal) + 1;
}
static_assert(rows_are_complete());

constexpr std::size_t kMaxPartBytes = 400;  // a line for a person: no part of it may be a whole document

std::string clipped(const std::string& part) {
  const std::string_view start = utf8_prefix(part, kMaxPartBytes);
  return start.size() == part.size() ? part : std::string(start) + "...";
}

std::string compose(const std::string& message, const ErrorDetail& detail) {
  std::string line;
  const std::string found = clipped(detail.found), expected = clipped(detail.expected);
  if (!detail.subject.empty()) line += clipped(detail.subject) + ": ";
  line += clipped(message);
  if (!found.empty() && !expected.empty()) {
    line += " (found " + found + ", expected " + expected + ")";
  } else if (!found.empty()) {
    line += " (found " + found + ")";
  } else if (!expected.empty()) {
    line += " (expected " + expected + ")";
  }
  if (!detail.hint.empty()) line += ". " + clipped(detail.hint);
  // The parts may come from hostile input: terminal escapes go, and line breaks become blanks.
  line = strip_control(repair_utf8(line));
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

}  // namespace

std::string_view to_string(ErrorCode code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row.name;
  }
  return "internal";
}

int exit_code(ErrorCode code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row.exit;
  }
  return 70;
}

std::vector<ErrorCode> all_error_codes() {
  std::vector<ErrorCode> codes;
  codes.reserve(kRows.size());
  for (const Row& row : kRows) codes.push_back(row.code);
  return codes;
}

Error::Error(ErrorCode code, std::string message, ErrorDetail detail)
    : code_(code),
      message_(std::move(message)),
      detail_(std::move(detail)),
      line_(compose(message_, detail_)) {}

}  // namespace p2c
