// Server-sent events from bytes that arrive in any pieces (HTML living standard, "Server-sent events").
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace p2c::llm {

// Calls back with the data of each event: its "data:" lines joined with '\n'. Comments, ids, event names and
// retry times are skipped. Lines end with \n, \r\n or \r. Not thread-safe; what the callback throws passes
// through feed().
class SseReader {
 public:
  using OnData = std::function<void(std::string_view data)>;
  // An event larger than this cannot be a piece of a chat answer: feed() gives false from then on.
  static constexpr std::size_t kMaxEventBytes = 16u << 20;

  explicit SseReader(OnData on_data) : on_data_(std::move(on_data)) {}
  bool feed(std::string_view bytes);
  // The end of the stream: an event without its closing blank line is given too.
  void finish();

 private:
  void line(std::string_view text);
  void dispatch();

  OnData on_data_;
  std::string line_;  // unfinished line
  std::string data_;  // of the unfinished event
  bool has_data_ = false;
  bool after_cr_ = false;  // a following \n belongs to the line end before
  bool first_line_ = true;
  bool overflow_ = false;
};

}  // namespace p2c::llm
