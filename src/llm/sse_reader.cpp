#include "llm/sse_reader.h"

namespace p2c::llm {

bool SseReader::feed(std::string_view bytes) {
  while (!bytes.empty() && !overflow_) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view piece = bytes.substr(0, end);
    if (line_.size() + data_.size() + piece.size() > kMaxEventBytes) {
      overflow_ = true;
      break;
    }
    line_ += piece;
    if (end == std::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    const std::string whole = std::move(line_);
    line_.clear();
    line(whole);
  }
  return !overflow_;
}

void SseReader::finish() {
  if (overflow_) return;
  const std::string rest = std::move(line_);
  line_.clear();
  if (!rest.empty()) line(rest);
  dispatch();
}

void SseReader::line(std::string_view text) {
  if (first_line_ && text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  first_line_ = false;
  if (text.empty()) return dispatch();
  const std::size_t colon = text.find(':');
  if (text.substr(0, colon) != "data") return;
  std::string_view value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (has_data_) data_ += '\n';
  data_ += value;
  has_data_ = true;
}

void SseReader::dispatch() {
  if (!has_data_) return;
  const std::string data = std::move(data_);
  data_.clear();
  has_data_ = false;
  on_data_(data);
}

}  // namespace p2c::llm
