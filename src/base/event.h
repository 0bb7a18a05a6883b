// What a run reports while it works: one event type for the terminal, JSON lines, the store and any UI (spec
// 14).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"

namespace p2c {

struct Event {
  std::string time;    // ISO 8601, UTC; filled by emit() when empty
  std::string stage;   // "ingest", "planner", "analyzer", "generator", "verify", "report"
  std::string target;  // "P1 chunk 3/9", "models/encoder.py"
  std::string kind;    // start, progress, token, finding, artefact, warning, end
  // What the terminal understands of it: "message" (a sentence), "path" (artefact), "done" and "total"
  // (progress, any unit), "ok" (false: an end that is none), "count" (pieces in one token event, default 1).
  Json data = Json::object();
};

Json to_json(const Event& event);

// Receives events from any thread; implementations lock for themselves and never throw.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void emit(Event event) = 0;
};

// Progress for a person on a terminal: one live line with stage, target, n/m, rate and time left, and lasting
// lines for warnings and for the end of a stage (kind "end" without target). When it is no terminal, plain
// lines: the same, and artefacts, findings, ends of targets, and progress every 10 s. The descriptor stays
// the caller's.
std::unique_ptr<EventSink> make_terminal_sink(int file_descriptor);
// One JSON object a line; "token" events are left out.
std::unique_ptr<EventSink> make_json_lines_sink(int file_descriptor);
std::unique_ptr<EventSink> make_null_sink();
// Sends each event to several sinks; they must outlive it.
std::unique_ptr<EventSink> make_tee_sink(std::vector<EventSink*> sinks);

}  // namespace p2c
