// The one exception type of the project: what went wrong, with what, found versus expected, and what to do.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

// What kind of thing went wrong. Callers branch on the code, never on text. The exit code of a program that
// ends with an error is exit_code(code); the table stands in docs/exit-codes.md and a test compares the two.
enum class ErrorCode {
  usage,                // the command line is off
  not_found,            // no such file, directory, run, resource
  bad_input,            // a paper, archive, repository or file that cannot be what it should be
  no_text,              // a readable document without text (scan, empty PDF)
  unsafe_input,         // an archive with escaping paths, links, bombs; a path leaving its root
  limit,                // a named limit was reached (size, depth, count, memory)
  io,                   // reading or writing failed
  disk_full,            // ENOSPC, EDQUOT
  network,              // unreachable host, reset, TLS, time-out
  auth,                 // 401, 403, missing or wrong key
  rate_limited,         // 429 after all retries
  model_refused,        // the endpoint refused the request (400, 413, context too long)
  model_bad_answer,     // HTML, empty, malformed or schema-breaking reply after all re-asks
  model_cut_off,        // finish_reason length, or an endless reply stopped at its cap
  missing_recording,    // replay: no recorded reply for a request
  budget,               // tokens, money or time cap reached
  gate,                 // a stage's gate failed after re-asks and repair by code
  sandbox_unavailable,  // bubblewrap missing or not permitted
  environment,          // the Python environment could not be made
  busy,                 // another process works on this run directory
  version,              // a run directory or artefact of another version
  cancelled,            // Ctrl-C or a cancel request
  timeout,              // wall-clock limit reached
  internal              // our own bug
};

// Short stable name of a code, e.g. "missing_recording".
std::string_view to_string(ErrorCode code);
// Process exit code, 2..125; 0 is success and 1 is "finished, but the wanted level was not reached".
int exit_code(ErrorCode code);
// Every code, in the order of the enumeration.
std::vector<ErrorCode> all_error_codes();

// What a thrower may add to the sentence; every field may stay empty.
struct ErrorDetail {
  std::string subject = {};   // the thing concerned: a path, a field, a request
  std::string found = {};     // what was there
  std::string expected = {};  // what should have been there
  std::string hint = {};      // what the person can do now
};

class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, ErrorDetail detail = {});
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const ErrorDetail& detail() const { return detail_; }
  // "<subject>: <message> (found F, expected E). <hint>" on one valid UTF-8 line without control characters;
  // each part is cut after 400 bytes.
  const char* what() const noexcept override { return line_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
  ErrorDetail detail_;
  std::string line_;
};

}  // namespace p2c
