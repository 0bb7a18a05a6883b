#include "smolvlm/frame_sampling.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace p2c::smolvlm {
namespace {

using Indices = std::vector<std::int64_t>;

Indices head(const Indices& all, std::size_t n) { return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(n, all.size()))}; }

// Examples computed from the reference's formula with NumPy.
TEST(SampleFrames, EqualsTheReference) {
  const Indices ten = sample_frames(300, 30);
  EXPECT_EQ(ten, (Indices{0, 33, 66, 99, 132, 166, 199, 232, 265, 299}));
  const Indices minute = sample_frames(1500, 25);
  EXPECT_EQ(minute.size(), 60u);
  EXPECT_EQ(head(minute, 6), (Indices{0, 25, 50, 76, 101, 127}));
  EXPECT_EQ(minute.back(), 1499);
  const Indices skipped = sample_frames(3000, 30);
  EXPECT_EQ(skipped.size(), 64u);
  EXPECT_EQ(head(skipped, 6), (Indices{30, 76, 123, 170, 216, 263}));
  EXPECT_EQ(skipped.back(), 2970);
  EXPECT_EQ(timestamp(skipped.front(), 30), "00:01");
  EXPECT_EQ(timestamp(skipped.back(), 30), "01:39");
  // 66.0 s: 66 - 2 is not longer than 64, so nothing is skipped; one frame more and it is.
  EXPECT_EQ(head(sample_frames(1980, 30), 4), (Indices{0, 31, 62, 94}));
  EXPECT_EQ(sample_frames(1980, 30).back(), 1979);
  EXPECT_EQ(head(sample_frames(1981, 30), 4), (Indices{30, 60, 90, 121}));
  EXPECT_EQ(sample_frames(1981, 30).back(), 1951);
  EXPECT_EQ(sample_frames(7, 24), (Indices{0}));
}

TEST(SampleFrames, RoundsHalvesToEvenAndDropsDoubles) {
  EXPECT_EQ(sample_frames(25, 10).size(), 2u);   // 2.5 s
  EXPECT_EQ(sample_frames(35, 10).size(), 4u);   // 3.5 s
  EXPECT_EQ(sample_frames(3, 0.1).size(), 3u);   // 30 wanted, three there
  EXPECT_EQ(sample_frames(1, 30), (Indices{0}));
  EXPECT_THROW(sample_frames(0, 30), Error);
  EXPECT_THROW(sample_frames(5, 0), Error);
  EXPECT_THROW(sample_frames(5, std::numeric_limits<double>::quiet_NaN()), Error);
}

TEST(Times, AreWrittenAsTheReferenceDoes) {
  EXPECT_EQ(timestamp(0, 30), "00:00");
  EXPECT_EQ(timestamp(90 * 61 * 30, 30), "91:30");
  EXPECT_EQ(duration_text(100), "0:01:40");
  EXPECT_EQ(duration_text(36'005), "10:00:05");
  EXPECT_EQ(duration_text(86'405), "1 day, 0:00:05");
  EXPECT_EQ(duration_text(3 * 86'400), "3 days, 0:00:00");
}

TEST(NumberInWords, FollowsNum2words) {
  const std::pair<int, const char*> cases[] = {{1, "one"}, {10, "ten"}, {19, "nineteen"}, {20, "twenty"}, {21, "twenty-one"}, {64, "sixty-four"}, {100, "one hundred"},
                                               {105, "one hundred and five"}, {999, "nine hundred and ninety-nine"}, {1000, "one thousand"}, {1005, "one thousand and five"},
                                               {1234, "one thousand, two hundred and thirty-four"}};
  for (const auto& [number, words] : cases) EXPECT_EQ(number_in_words(number), words);
}

}  // namespace
}  // namespace p2c::smolvlm
