#include "verify/error_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/text.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxInput = 8u << 20;
constexpr std::size_t kMaxScannedLine = 4'000;  // what is longer is data, not a message
constexpr std::size_t kMaxMessage = 2'000;
constexpr std::size_t kMaxMessageLines = 25;
constexpr std::string_view kWork = "/work/";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}
bool ends_path(char c) {
  return std::isspace(static_cast<unsigned char>(c)) || c == '"' || c == '\'' || c == ')' || c == ',' ||
         c == ';' || c == '>';
}

// The part of a line that stays on a terminal after carriage returns have overwritten the rest.
std::string_view last_overwrite(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t at = line.rfind('\r');
  return at == std::string_view::npos ? line : line.substr(at + 1);
}

// " 42%|####      | 42/100 [00:01<00:02, 31.1it/s]" and pip's or keras' bars.
bool is_progress(std::string_view line) {
  const std::size_t percent = line.find("%|");
  if (percent != std::string_view::npos && percent > 0 && is_digit(line[percent - 1])) return true;
  return contains(line, "it/s]") || contains(line, "s/it]") ||
         contains(line, "\xe2\x94\x81\xe2\x94\x81\xe2\x94\x81");
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t n = 0;
  while (at + n < text.size() && is_digit(text[at + n])) ++n;
  return n;
}

// Length of a unit of time at `at`, after at most one blank; 0 when there is none.
std::size_t time_unit_at(std::string_view text, std::size_t at) {
  const std::size_t blank = at < text.size() && text[at] == ' ' ? 1 : 0;
  for (const std::string_view unit :
       {"seconds", "second", "secs", "sec", "minutes", "minute", "min", "ms", "us", "\xc2\xb5s", "ns", "s"}) {
    if (!text.substr(at + blank).starts_with(unit)) continue;
    const std::size_t end = at + blank + unit.size();
    if (end >= text.size() || !is_word(text[end])) return blank + unit.size();
  }
  return 0;
}

// Rewrites one line from left to right.
class LineStabiliser {
 public:
  explicit LineStabiliser(std::string_view line) : in_(line) {}

  std::string run() {
    while (at_ < in_.size()) {
      const bool fresh = at_ == 0 || !(is_word(in_[at_ - 1]) || in_[at_ - 1] == '.');
      if (in_[at_] == '/' && (at_ == 0 || !is_word(in_[at_ - 1])) && path()) continue;
      if (fresh && in_[at_] == '0' && address()) continue;
      if (fresh && is_digit(in_[at_]) && (clock_time() || date() || number())) continue;
      if ((at_ == 0 || !is_word(in_[at_ - 1])) && process_number()) continue;
      out_ += in_[at_++];
    }
    return std::move(out_);
  }

 private:
  bool take(std::size_t length, std::string_view instead) {
    out_ += instead;
    at_ += length;
    return true;
  }

  bool path() {
    std::size_t end = at_;
    while (end < in_.size() && !ends_path(in_[end])) ++end;
    const std::string_view whole = in_.substr(at_, end - at_);
    if (whole.starts_with(kWork)) return take(kWork.size(), "");
    if (const std::size_t packages = whole.find("/site-packages/"); packages != std::string_view::npos) {
      constexpr std::string_view folder = "/site-packages/";
      return take(packages + folder.size(), folder);
    }
    if (const std::size_t library = whole.find("/lib/python3"); library != std::string_view::npos) {
      const std::size_t slash = whole.find('/', library + 5);
      return take(slash == std::string_view::npos ? whole.size() : slash, "<python>");
    }
    constexpr std::string_view temporary = "/tmp/<temporary>";
    if (in_.substr(at_).starts_with(temporary)) return take(temporary.size(), temporary);
    if (whole.starts_with("/tmp/")) return take(whole.size(), temporary);
    return false;
  }

  bool address() {
    if (!in_.substr(at_).starts_with("0x")) return false;
    std::size_t n = 2;
    while (at_ + n < in_.size() && std::isxdigit(static_cast<unsigned char>(in_[at_ + n]))) ++n;
    return n > 6 && take(n, "0xADDRESS");  // short ones are constants of the code
  }

  // "12:34:56", "0:02:00.123"
  bool clock_time() {
    const std::size_t hours = digits_at(in_, at_);
    if (hours > 2) return false;
    std::size_t n = hours;
    for (int part = 0; part < 2; ++part) {
      if (at_ + n >= in_.size() || in_[at_ + n] != ':' || digits_at(in_, at_ + n + 1) != 2) return false;
      n += 3;
    }
    if (at_ + n < in_.size() && (in_[at_ + n] == '.' || in_[at_ + n] == ','))
      n += 1 + digits_at(in_, at_ + n + 1);
    return take(n, "<time>");
  }

  // "2026-01-31", also with a clock time after 'T'
  bool date() {
    if (digits_at(in_, at_) != 4 || in_.substr(at_ + 4, 1) != "-" || digits_at(in_, at_ + 5) != 2 ||
        in_.substr(at_ + 7, 1) != "-" || digits_at(in_, at_ + 8) != 2) {
      return false;
    }
    take(10, "<date>");
    if (at_ + 1 < in_.size() && in_[at_] == 'T' && is_digit(in_[at_ + 1])) {
      take(1, "T");
      clock_time();
    }
    return true;
  }

  bool number() {
    std::size_t n = digits_at(in_, at_);
    bool real = false;
    if (at_ + n < in_.size() && in_[at_ + n] == '.' &&
        (at_ + n + 1 >= in_.size() || in_[at_ + n + 1] != '.')) {
      real = true;
      n += 1 + digits_at(in_, at_ + n + 1);
    }
    if (at_ + n + 1 < in_.size() && (in_[at_ + n] == 'e' || in_[at_ + n] == 'E')) {
      const std::size_t sign = in_[at_ + n + 1] == '-' || in_[at_ + n + 1] == '+' ? 1 : 0;
      if (const std::size_t exponent = digits_at(in_, at_ + n + 1 + sign); exponent > 0) {
        real = true;
        n += 1 + sign + exponent;
      }
    }
    const std::string_view text = in_.substr(at_, n);
    const std::size_t end = at_ + n;
    const bool version =
        end < in_.size() && in_[end] == '.' && end + 1 < in_.size() && is_digit(in_[end + 1]);
    if (version) {  // "2.13.0": taken whole, as it is
      std::size_t whole = n;
      while (at_ + whole < in_.size() &&
             (is_word(in_[at_ + whole]) || in_[at_ + whole] == '.' || in_[at_ + whole] == '+'))
        ++whole;
      return take(whole, in_.substr(at_, whole));
    }
    if (const std::size_t unit = time_unit_at(in_, end); unit > 0) return take(n + unit, "<duration>");
    if (end < in_.size() && is_word(in_[end])) return take(n, text);
    return take(n, real ? rounded(text) : std::string(text));
  }

  static std::string rounded(std::string_view text) {
    std::size_t significant = 0;
    bool leading = true;
    for (const char c : text) {
      if (c == 'e' || c == 'E') break;
      if (c == '.') continue;
      leading = leading && c == '0';
      if (!leading) ++significant;
    }
    if (significant <= 4) return std::string(text);
    return fmt::format("{:.4g}", std::strtod(std::string(text).c_str(), nullptr));
  }

  // "pid 1234", "pid=1234"
  bool process_number() {
    if (!starts_with_nocase(in_.substr(at_), "pid")) return false;
    std::size_t n = 3;
    while (at_ + n < in_.size() && (in_[at_ + n] == ' ' || in_[at_ + n] == '=' || in_[at_ + n] == ':')) ++n;
    const std::size_t digits = digits_at(in_, at_ + n);
    if (n == 3 || digits == 0) return false;
    out_ += in_.substr(at_, n);
    at_ += n;
    return take(digits, "<number>");
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
};

// `  File "pkg/model.py", line 12, in forward`
struct FrameLine {
  std::string path;
  int line = 0;
  std::string function;
};
std::optional<FrameLine> frame_line(std::string_view line) {
  const std::string_view text = trim(line);
  constexpr std::string_view open = "File \"";
  if (!text.starts_with(open)) return std::nullopt;
  const std::size_t quote = text.find('"', open.size());
  if (quote == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(quote + 1);
  constexpr std::string_view number = ", line ";
  if (!rest.starts_with(number)) return std::nullopt;
  rest.remove_prefix(number.size());
  FrameLine result;
  result.path = std::string(text.substr(open.size(), quote - open.size()));
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.line);
  if (error != std::errc{}) return std::nullopt;
  rest = rest.substr(static_cast<std::size_t>(end - rest.data()));
  if (rest.starts_with(", in ")) result.function = std::string(rest.substr(5));
  if (rest.starts_with(" in ")) result.function = std::string(rest.substr(4));  // faulthandler
  return result;
}

// pytest's short form, used for files it cannot collect: "tests/test_b.py:1: in <module>"
std::optional<FrameLine> short_frame_line(std::string_view line) {
  const std::size_t colon = line.find(".py:");
  if (colon == std::string_view::npos || line.find(' ') < colon) return std::nullopt;
  FrameLine result;
  result.path = std::string(line.substr(0, colon + 3));
  const std::string_view rest = line.substr(colon + 4);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.line);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view after = rest.substr(static_cast<std::size_t>(end - rest.data()));
  if (!after.starts_with(": in ")) return std::nullopt;
  result.function = std::string(after.substr(5));
  return result;
}

bool is_indented(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

// "module.SomeError: message" without indentation; the class name alone when there is no message.
std::optional<std::pair<std::string, std::string>> exception_line(std::string_view line) {
  std::size_t n = 0;
  while (n < line.size() && (is_word(line[n]) || line[n] == '.')) ++n;
  if (n == 0 || is_digit(line[0]) || line[0] == '.' || (n < line.size() && line[n] != ':'))
    return std::nullopt;
  std::string name(line.substr(0, n));
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos) name = name.substr(dot + 1);
  if (name.empty() || !std::isupper(static_cast<unsigned char>(name[0]))) return std::nullopt;
  bool known = false;
  for (const std::string_view end : {"Error", "Exception", "Exit", "Interrupt", "Warning", "Iteration",
                                     "Failed", "Skipped", "Expired", "NotFound"}) {
    known = known || name.ends_with(end);
  }
  if (!known) return std::nullopt;
  return std::pair{name, n < line.size() ? std::string(trim(line.substr(n + 1))) : std::string()};
}

std::string cut_line(std::string_view line, std::size_t bytes) {
  if (line.size() <= bytes) return std::string(line);
  return std::string(utf8_prefix(line, bytes)) + " [line cut]";
}

// Takes the lines one after another and keeps what belongs to the repository.
class Reader {
 public:
  Reader(const std::set<std::string>& files, ErrorRecord& record) : files_(files), record_(record) {}

  void take(std::string_view line) {
    const bool newest_first = contains(line, "(most recent call first)");
    if (newest_first || line.starts_with("Traceback (most recent call last)") || line == "Traceback:") {
      end_message();
      end_stack();
      newest_first_ = newest_first;
      in_traceback_ = true;
      skipping_ = false;
      keep(line);
      return;
    }
    if (line.starts_with("E   ")) line.remove_prefix(4);  // pytest's mark of what was raised
    auto frame = frame_line(line);
    if (!frame) frame = short_frame_line(line);
    if (frame) {
      skipping_ = !files_.contains(frame->path);
      if (skipping_) {
        note_skipped();
      } else {
        keep(line);
        current_.push_back({frame->path, frame->line, frame->function});
      }
      in_traceback_ = true;
      return;
    }
    if (in_traceback_ && is_indented(line)) {  // source text and markers of the frame above
      // Each version of Python marks other columns; the line says enough.
      const bool marks = line.find_first_not_of(" \t^~") == std::string_view::npos;
      if (!skipping_ && !marks) keep(line);
      return;
    }
    if (in_traceback_) {
      if (const auto exception = exception_line(line)) {
        in_traceback_ = false;
        skipping_ = false;
        begin_message(exception->first, exception->second);
        keep(line);
        return;
      }
    }
    if (in_message_) {
      if (trim(line).empty() || message_lines_ >= kMaxMessageLines) {
        end_message();
      } else {
        record_.message += "\n" + std::string(line);
        ++message_lines_;
      }
    }
    keep(line);
  }

  std::vector<std::string> finish() {
    end_message();
    end_stack();
    if (record_.message.size() > kMaxMessage)
      record_.message = std::string(utf8_prefix(record_.message, kMaxMessage)) + " [cut]";
    return std::move(lines_);
  }

 private:
  void keep(std::string_view line) { lines_.emplace_back(line); }
  void note_skipped() {
    static constexpr std::string_view note = "  [frames outside the repository]";
    if (lines_.empty() || lines_.back() != note) keep(note);
  }
  void begin_message(const std::string& exception, const std::string& message) {
    record_.exception = exception;
    record_.message = message;
    if (!current_.empty()) record_.frames = current_;
    current_.clear();
    in_message_ = true;
    message_lines_ = 0;
  }
  void end_message() { in_message_ = false; }
  // A stack that never came to an exception: a time-out's dump, or output cut short.
  void end_stack() {
    if (newest_first_) std::reverse(current_.begin(), current_.end());
    if (!current_.empty()) record_.frames = current_;
    current_.clear();
    newest_first_ = false;
  }

  const std::set<std::string>& files_;
  ErrorRecord& record_;
  std::vector<ErrorFrame> current_;
  std::vector<std::string> lines_;
  bool in_traceback_ = false, newest_first_ = false, skipping_ = false, in_message_ = false;
  std::size_t message_lines_ = 0;
};

}  // namespace

std::string stable_text(std::string_view output) {
  if (output.size() > kMaxInput) output.remove_prefix(output.size() - kMaxInput);
  std::string clean;
  for (const std::string& line : split(output, '\n')) {
    const std::string_view seen = last_overwrite(line);
    if (is_progress(seen)) continue;
    const std::string plain = strip_control(repair_utf8(seen));
    // What comes after the scanned part may differ between runs, so it does not stay.
    clean += LineStabiliser(utf8_prefix(plain, kMaxScannedLine)).run();
    clean += '\n';
  }
  while (clean.ends_with("\n\n")) clean.pop_back();
  return clean == "\n" ? std::string() : clean;
}

ErrorRecord read_error(std::string_view output, const std::set<std::string>& repo_files,
                       const ErrorRecordLimits& limits) {
  const std::string stable = stable_text(output);
  ErrorRecord record;
  Reader reader(repo_files, record);
  for (const std::string_view line : split_lines(stable)) reader.take(line);
  std::vector<std::string> lines = reader.finish();
  if (lines.size() > limits.lines) {
    const std::size_t left_out = lines.size() - limits.lines;
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(left_out));
    lines.insert(lines.begin(), fmt::format("[{} earlier lines left out]", left_out));
  }
  for (std::string& line : lines) line = cut_line(line, limits.line_bytes);
  record.text = join(lines, "\n");
  if (!record.text.empty()) record.text += '\n';
  return record;
}

}  // namespace p2c::verify
