#include "smolvlm/frame_sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace p2c::smolvlm {

std::vector<std::int64_t> sample_frames(std::int64_t total, double rate, const VideoLimits& limits) {
  if (total < 1 || !(rate > 0) || !std::isfinite(rate) || !(limits.fps > 0) || limits.max_frames < 1) {
    throw Error(ErrorCode::bad_input, "a clip without frames or without a frame rate", {.found = fmt::format("{} frames at {} a second", total, rate)});
  }
  const double duration = static_cast<double>(total) / rate;
  // Halves go to the even neighbour, as Python rounds; nearbyint does so in the default rounding mode.
  const double wanted = std::nearbyint(limits.fps * duration);
  const auto count = static_cast<std::int64_t>(std::clamp(wanted, 1.0, static_cast<double>(limits.max_frames)));
  std::int64_t first = 0, last = total - 1;
  if (limits.skip_seconds > 0 && duration - 2 * limits.skip_seconds > limits.max_frames * limits.fps) {
    first = std::max<std::int64_t>(0, static_cast<std::int64_t>(limits.skip_seconds * rate));
    last = std::min(static_cast<std::int64_t>(static_cast<double>(total) - limits.skip_seconds * rate), total - 1);
    if (first >= last) {
      first = 0;
      last = total - 1;
    }
  }
  std::vector<std::int64_t> indices;
  if (count == 1) return {first};
  const double step = static_cast<double>(last - first) / static_cast<double>(count - 1);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto index = i + 1 == count ? last : static_cast<std::int64_t>(static_cast<double>(i) * step + static_cast<double>(first));
    if (indices.empty() || index != indices.back()) indices.push_back(index);
  }
  return indices;
}

std::string timestamp(std::int64_t frame, double rate) {
  const double seconds = static_cast<double>(frame) / rate;
  return fmt::format("{:02d}:{:02d}", static_cast<std::int64_t>(seconds / 60), static_cast<std::int64_t>(std::fmod(seconds, 60.0)));
}

std::string duration_text(std::int64_t seconds) {
  const std::int64_t days = seconds / 86'400;
  const std::string time = fmt::format("{}:{:02d}:{:02d}", seconds % 86'400 / 3'600, seconds % 3'600 / 60, seconds % 60);
  if (days == 0) return time;
  return fmt::format("{} day{}, {}", days, days == 1 ? "" : "s", time);
}

std::string number_in_words(std::int64_t number) {
  static constexpr const char* kSmall[] = {"zero",    "one",     "two",       "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
                                           "ten",     "eleven",  "twelve",    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static constexpr const char* kTens[] = {"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
  if (number < 0 || number > 999'999) throw Error(ErrorCode::internal, "a number beyond what is written in words", {.found = fmt::format("{}", number)});
  if (number < 20) return kSmall[number];
  if (number < 100) return std::string(kTens[number / 10]) + (number % 10 == 0 ? "" : std::string("-") + kSmall[number % 10]);
  if (number < 1'000) return std::string(kSmall[number / 100]) + " hundred" + (number % 100 == 0 ? "" : " and " + number_in_words(number % 100));
  const std::string rest = number % 1'000 == 0 ? "" : (number % 1'000 < 100 ? " and " : ", ") + number_in_words(number % 1'000);
  return number_in_words(number / 1'000) + " thousand" + rest;
}

}  // namespace p2c::smolvlm
