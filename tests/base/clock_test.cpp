// Times and durations as text.
#include "base/clock.h"

#include <gtest/gtest.h>

#include <ctime>
#include <regex>
#include <thread>

namespace p2c {
namespace {

using std::chrono::milliseconds;

TEST(Clock, WritesUtc) {
  const std::string text = utc_now_iso8601();
  EXPECT_TRUE(std::regex_match(text, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"))) << text;
  std::tm parsed{};
  ASSERT_NE(strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parsed), nullptr);
  EXPECT_NEAR(static_cast<double>(timegm(&parsed)), static_cast<double>(std::time(nullptr)), 2.0);
}

TEST(Clock, FormatsDurations) {
  EXPECT_EQ(format_duration(milliseconds(-5)), "0 ms");
  EXPECT_EQ(format_duration(milliseconds(0)), "0 ms");
  EXPECT_EQ(format_duration(milliseconds(850)), "850 ms");
  EXPECT_EQ(format_duration(milliseconds(999)), "999 ms");
  EXPECT_EQ(format_duration(milliseconds(1000)), "1.0 s");
  EXPECT_EQ(format_duration(milliseconds(12'345)), "12.3 s");
  EXPECT_EQ(format_duration(milliseconds(59'949)), "59.9 s");
  EXPECT_EQ(format_duration(milliseconds(59'950)), "1 min 00 s");
  EXPECT_EQ(format_duration(milliseconds(245'000)), "4 min 05 s");
  EXPECT_EQ(format_duration(milliseconds(3'599'499)), "59 min 59 s");
  EXPECT_EQ(format_duration(milliseconds(3'599'500)), "1 h 00 min");
  EXPECT_EQ(format_duration(milliseconds(7'800'000)), "2 h 10 min");
}

TEST(Stopwatch, Counts) {
  const Stopwatch watch;
  std::this_thread::sleep_for(milliseconds(15));
  EXPECT_GE(watch.elapsed().count(), 15);
  EXPECT_LT(watch.elapsed().count(), 5000);
}

}  // namespace
}  // namespace p2c
