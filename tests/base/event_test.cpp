// What the sinks make of events: on a terminal, in a log, as JSON lines.
#include "base/event.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "base/clock.h"
#include "base/text.h"

namespace p2c {
namespace {

Event event(std::string stage, std::string kind, std::string target = {}, Json data = Json::object()) {
  return {.time = {},
          .stage = std::move(stage),
          .target = std::move(target),
          .kind = std::move(kind),
          .data = std::move(data)};
}

std::string drain(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

// What `make(fd)` writes for the events, through a pipe (no terminal).
template <class Make>
std::string piped(Make make, const std::vector<Event>& events) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  {
    const auto sink = make(ends[1]);
    for (const Event& e : events) sink->emit(e);
  }
  close(ends[1]);
  std::string text = drain(ends[0]);
  close(ends[0]);
  return text;
}

// The same through a terminal of 40 columns.
std::string on_terminal(const std::vector<Event>& events, int pause_ms = 0) {
  int master = -1, slave = -1;
  winsize size{};
  size.ws_col = 40;
  size.ws_row = 10;
  EXPECT_EQ(openpty(&master, &slave, nullptr, nullptr, &size), 0);
  {
    const auto sink = make_terminal_sink(slave);
    for (const Event& e : events) {
      sink->emit(e);
      if (pause_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    }
  }
  fcntl(master, F_SETFL, fcntl(master, F_GETFL) | O_NONBLOCK);
  std::string text = drain(master);
  close(slave);
  close(master);
  return text;
}

TEST(EventJson, HasItsFields) {
  Event e = event("planner", "progress", "P1", {{"done", 1}});
  e.time = "2026-01-31T12:34:56Z";
  EXPECT_EQ(
      to_json(e).dump(),
      R"({"time":"2026-01-31T12:34:56Z","stage":"planner","target":"P1","kind":"progress","data":{"done":1}})");
}

TEST(JsonLines, WritesOneObjectALineWithoutTokens) {
  const std::string text = piped(make_json_lines_sink,
                                 {event("planner", "start"), event("planner", "token", "P1", {{"text", "x"}}),
                                  event("planner", "warning", "", {{"message", "a\nb\xff"}})});
  const auto lines = split_lines(text);
  ASSERT_EQ(lines.size(), 2u);
  const Json first = parse_json(lines[0], "line");
  EXPECT_EQ(first["kind"], "start");
  EXPECT_EQ(first["time"].get<std::string>().size(), 20u);
  EXPECT_EQ(parse_json(lines[1], "line")["data"]["message"], "a\nb\xEF\xBF\xBD");
}

TEST(JsonLines, KeepsLinesOfManyThreadsWhole) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string text;
  std::thread reader([&] { text = drain(ends[0]); });
  {
    const auto sink = make_json_lines_sink(ends[1]);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) sink->emit(event("generator", "progress", std::string(500, 'x')));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  close(ends[1]);
  reader.join();
  close(ends[0]);
  const auto lines = split_lines(text);
  EXPECT_EQ(lines.size(), 400u);
  for (const std::string_view line : lines) EXPECT_NO_THROW(parse_json(line, "line"));
}

TEST(PlainLines, TellWhatLasts) {
  const std::string text =
      piped(make_terminal_sink,
            {event("planner", "start"), event("planner", "start", "P1"), event("planner", "token", "P1"),
             event("planner", "warning", "P1", {{"message", "a quote was not found"}}),
             event("planner", "artefact", "", {{"path", "requirements.json"}}),
             event("planner", "end", "", {{"message", "12 requirements"}}), event("analyzer", "start"),
             event("analyzer", "end", "", {{"ok", false}})});
  const auto lines = split_lines(text);
  ASSERT_EQ(lines.size(), 6u) << text;
  EXPECT_EQ(lines[0], "planner: start");
  EXPECT_EQ(lines[1], "planner P1: warning: a quote was not found");
  EXPECT_EQ(lines[2], "planner: artefact requirements.json");
  EXPECT_TRUE(lines[3].starts_with("planner: done after "));
  EXPECT_TRUE(lines[3].ends_with(", 12 requirements"));
  EXPECT_TRUE(lines[5].starts_with("analyzer: stopped after "));
  EXPECT_FALSE(contains(text, "\x1b"));
}

TEST(PlainLines, DoNotRepeatProgress) {
  std::vector<Event> events{event("generator", "start")};
  for (int i = 0; i < 100; ++i)
    events.push_back(event("generator", "progress", "a.py", {{"done", i}, {"total", 100}}));
  EXPECT_LE(split_lines(piped(make_terminal_sink, events)).size(), 2u);
}

TEST(PlainLines, AreHarmless) {
  const std::string text = piped(
      make_terminal_sink, {event("planner", "warning", "x\x1b[2J\ny", {{"message", "a\x1b]0;t\a\nb"}}),
                           event("planner", "end", "", Json::array({1})), event("", "", "", Json("text")),
                           event("planner", "progress", "", {{"done", "x"}, {"total", nullptr}}),
                           event("planner", "progress", "", {{"done", 1e308}, {"total", -1e308}})});
  EXPECT_TRUE(contains(text, "planner x y: warning: a b\n")) << text;
  EXPECT_FALSE(contains(text, "\x1b"));
}

TEST(Terminal, ShowsOneLiveLineAndLastingLines) {
  const std::string text = on_terminal(
      {event("planner", "start"), event("planner", "progress", "P1 chunk 3/9", {{"done", 3}, {"total", 9}}),
       event("planner", "warning", "", {{"message", "hm"}}), event("planner", "end")},
      120);
  EXPECT_TRUE(contains(text, "P1 chunk 3/9  3/9")) << text;
  EXPECT_TRUE(contains(text, "\r\x1b[Kplanner: warning: hm\r\n")) << text;
  EXPECT_TRUE(contains(text, "\r\x1b[Kplanner: done after ")) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_TRUE(text.ends_with("\n")) << "a live line is left on the screen";
}

TEST(Terminal, FitsTheWidthAndCountsTokens) {
  std::vector<Event> events{event("generator", "start", "models/" + std::string(200, 'e') + ".py")};
  const std::string wide = on_terminal(events);
  for (const std::string& line : split(wide, '\r')) EXPECT_LE(strip_control(line).size(), 39u) << line;
  events = {event("generator", "start", "a.py")};
  for (int i = 0; i < 5; ++i) events.push_back(event("generator", "token", "a.py", {{"text", "x"}}));
  EXPECT_TRUE(contains(on_terminal(events, 110), "5 pieces")) << on_terminal(events, 110);
}

TEST(Terminal, DrawsNoMoreThanAPersonCanRead) {
  std::vector<Event> events{event("generator", "start", "a.py")};
  for (int i = 0; i < 3000; ++i) events.push_back(event("generator", "token", "a.py"));
  EXPECT_LT(on_terminal(events).size(), 3000u);
}

TEST(Terminal, ShowsRateAndTimeLeft) {
  std::vector<Event> events{event("generator", "start")};
  for (int i = 0; i < 8; ++i)
    events.push_back(event("generator", "progress", "", {{"done", 100 + i}, {"total", 200}}));
  const std::string text = on_terminal(events, 110);
  EXPECT_TRUE(contains(text, "/s") && contains(text, " left")) << text;
  // What a resumed run had done before does not count as speed: about 9 a second, not hundreds.
  EXPECT_FALSE(contains(text, "00.0/s")) << text;
}

TEST(Sinks, SurviveAReaderThatIsGone) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  for (const auto make : {make_terminal_sink, make_json_lines_sink}) {
    const auto sink = make(ends[1]);
    sink->emit(event("planner", "warning"));  // SIGPIPE would end this program
  }
  close(ends[1]);
  make_null_sink()->emit(event("planner", "start"));
}

TEST(Tee, SendsOneTimeToAll) {
  struct Keep : EventSink {
    void emit(Event e) override { events.push_back(std::move(e)); }
    std::vector<Event> events;
  } a, b;
  make_tee_sink({&a, &b})->emit(event("planner", "start"));
  ASSERT_EQ(a.events.size(), 1u);
  ASSERT_EQ(b.events.size(), 1u);
  EXPECT_FALSE(a.events[0].time.empty());
  EXPECT_EQ(a.events[0].time, b.events[0].time);
}

}  // namespace
}  // namespace p2c
