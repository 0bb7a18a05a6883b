#include "base/event.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/sigpipe.h"
#include "base/text.h"

namespace p2c {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRedraw{100};            // a person cannot read faster
constexpr milliseconds kPlainProgress{10'000};  // in a log, one line of progress each this long is enough
constexpr int kWriteWaits = 20;  // times 50 ms for a terminal that does not take its bytes, then they drop

void write_text(int fd, std::string_view text) {
  const SigpipeGuard guard;
  int waits = 0;
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN && ++waits <= kWriteWaits) {
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, 50);
    } else if (errno != EINTR) {
      return;  // progress that cannot be shown stops no run
    }
  }
}

// Texts come from papers, models and child processes: no control characters, one line.
std::string one_line(std::string_view text) {
  return collapse_whitespace(strip_control(text));
}

std::string text_of(const Json& data, const char* key) {
  const auto it = data.find(key);
  return it != data.end() && it->is_string() ? one_line(it->get_ref<const std::string&>()) : std::string();
}

double number_of(const Json& data, const char* key, double fallback) {
  const auto it = data.find(key);
  return it != data.end() && it->is_number() ? it->get<double>() : fallback;
}

// Cut to `columns` code points, which is close enough to the columns of a terminal for progress.
std::string fit(const std::string& text, std::size_t columns) {
  if (count_code_points(text) <= columns) return text;
  std::size_t bytes = 0;
  for (std::size_t n = 0; bytes < text.size() && n + 1 < columns;) {
    ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
    ++n;
  }
  return text.substr(0, bytes) + "~";
}

class TerminalSink : public EventSink {
 public:
  explicit TerminalSink(int fd) : fd_(fd), is_terminal_(::isatty(fd) == 1) {}
  ~TerminalSink() override { clear_live(); }

  void emit(Event event) override {
    try {
      if (!event.data.is_object()) event.data = Json::object();
      const std::lock_guard lock(mutex_);
      take(event);
    } catch (...) {  // out of memory: this one is not shown
    }
  }

 private:
  void take(const Event& event) {
    const Clock::time_point now = Clock::now();
    const bool whole_stage = event.target.empty();
    if (event.kind == "token") {
      tokens_ += static_cast<std::size_t>(std::max(1.0, number_of(event.data, "count", 1)));
      draw(now, false);
      return;
    }
    if (event.stage != stage_ || (event.kind == "start" && whole_stage)) begin_stage(event.stage, now);
    if (!whole_stage) target_ = one_line(event.target);
    update_progress(event.data, now);

    if (event.kind == "warning") {
      print(head(event) + "warning: " + text_of(event.data, "message"));
    } else if (event.kind == "end" && whole_stage) {
      print(end_line(event, now));
      live_ = false;
      return;
    } else if (!is_terminal_) {
      plain_line(event, now);
    }
    live_ = true;
    draw(now, event.kind == "start" || event.kind == "warning");
  }

  void begin_stage(const std::string& stage, Clock::time_point now) {
    stage_ = stage;
    target_.clear();
    start_ = now;
    total_ = 0;
    done_ = 0;
    has_first_ = false;
    tokens_ = 0;
  }

  void update_progress(const Json& data, Clock::time_point now) {
    if (!data.contains("total")) return;
    done_ = number_of(data, "done", done_);
    total_ = number_of(data, "total", total_);
    if (has_first_) return;
    // What a resumed run had done before is no measure of the speed now.
    has_first_ = true;
    first_done_ = done_;
    first_time_ = now;
  }

  static std::string head(const Event& event) {
    std::string text = one_line(event.stage);
    if (!event.target.empty()) text += " " + one_line(event.target);
    return text + ": ";
  }

  std::string end_line(const Event& event, Clock::time_point now) const {
    const auto ok = event.data.find("ok");
    const bool failed = ok != event.data.end() && ok->is_boolean() && !ok->get<bool>();
    const auto elapsed = std::chrono::duration_cast<milliseconds>(now - start_);
    std::string line =
        fmt::format("{}{} after {}", head(event), failed ? "stopped" : "done", format_duration(elapsed));
    if (const std::string message = text_of(event.data, "message"); !message.empty()) line += ", " + message;
    return line;
  }

  void plain_line(const Event& event, Clock::time_point now) {
    if (event.kind == "progress") {
      if (now - last_plain_ < kPlainProgress) return;
      last_plain_ = now;
      print(live_text(now));
      return;
    }
    if (event.kind == "start" && !event.target.empty()) return;  // its end says it again
    std::string line = head(event) + event.kind;
    for (const char* key : {"message", "path"}) {
      if (const std::string text = text_of(event.data, key); !text.empty()) line += " " + text;
    }
    print(one_line(line));
  }

  std::string live_text(Clock::time_point now) const {
    std::string text = stage_;
    if (!target_.empty()) text += "  " + target_;
    if (total_ > 0) {
      text += fmt::format("  {:.0f}/{:.0f}", done_, total_);
      const double seconds = std::chrono::duration<double>(now - first_time_).count();
      const double rate = seconds > 0.5 ? (done_ - first_done_) / seconds : 0;
      if (rate > 0) {
        text += rate >= 1 ? fmt::format("  {:.1f}/s", rate) : fmt::format("  {:.1f}/min", rate * 60);
        // Bounded before the conversion: a rate near zero would overflow it.
        const double left = std::min(std::max(total_ - done_, 0.0) / rate, 1e6);
        if (left > 0) text += "  " + format_duration(milliseconds(static_cast<long>(left) * 1000)) + " left";
      }
    }
    if (tokens_ > 0) text += fmt::format("  {} pieces received", tokens_);
    text += "  " + format_duration(std::chrono::duration_cast<milliseconds>(now - start_));
    return text;
  }

  void draw(Clock::time_point now, bool at_once) {
    if (!is_terminal_ || !live_ || (!at_once && now - last_draw_ < kRedraw)) return;
    last_draw_ = now;
    winsize size{};
    const std::size_t columns = ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
    write_text(fd_, "\r\x1b[K" + fit(live_text(now), columns - 1));
    drawn_ = true;
  }

  void clear_live() {
    if (!drawn_) return;
    write_text(fd_, "\r\x1b[K");
    drawn_ = false;
  }

  void print(const std::string& line) {
    clear_live();
    write_text(fd_, line + "\n");
  }

  const int fd_;
  const bool is_terminal_;
  std::mutex mutex_;  // guards everything below
  std::string stage_, target_;
  Clock::time_point start_ = Clock::now(), first_time_, last_draw_, last_plain_;
  double done_ = 0, total_ = 0, first_done_ = 0;
  bool has_first_ = false;
  std::size_t tokens_ = 0;
  bool live_ = false;   // there is a line to draw
  bool drawn_ = false;  // it is on the screen
};

class JsonLinesSink : public EventSink {
 public:
  explicit JsonLinesSink(int fd) : fd_(fd) {}

  void emit(Event event) override {
    if (event.kind == "token") return;
    try {
      if (event.time.empty()) event.time = utc_now_iso8601();
      const std::string line = to_json(event).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
      const std::lock_guard lock(mutex_);
      write_text(fd_, line);
    } catch (...) {  // out of memory: this one is not shown
    }
  }

 private:
  const int fd_;
  std::mutex mutex_;
};

class NullSink : public EventSink {
 public:
  void emit(Event) override {}
};

class TeeSink : public EventSink {
 public:
  explicit TeeSink(std::vector<EventSink*> sinks) : sinks_(std::move(sinks)) {}

  void emit(Event event) override {
    try {
      if (event.time.empty()) event.time = utc_now_iso8601();  // one time for all of them
      for (EventSink* sink : sinks_) sink->emit(event);
    } catch (...) {  // out of memory: this one is not shown
    }
  }

 private:
  const std::vector<EventSink*> sinks_;
};

}  // namespace

Json to_json(const Event& event) {
  Json json = Json::object();
  json["time"] = event.time;
  json["stage"] = event.stage;
  json["target"] = event.target;
  json["kind"] = event.kind;
  json["data"] = event.data;
  return json;
}

std::unique_ptr<EventSink> make_terminal_sink(int file_descriptor) {
  return std::make_unique<TerminalSink>(file_descriptor);
}

std::unique_ptr<EventSink> make_json_lines_sink(int file_descriptor) {
  return std::make_unique<JsonLinesSink>(file_descriptor);
}

std::unique_ptr<EventSink> make_null_sink() {
  return std::make_unique<NullSink>();
}

std::unique_ptr<EventSink> make_tee_sink(std::vector<EventSink*> sinks) {
  return std::make_unique<TeeSink>(std::move(sinks));
}

}  // namespace p2c
