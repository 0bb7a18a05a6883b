// Which frames of a clip the model sees, and how the prompt names their times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace p2c::smolvlm {

// Of preprocessor_config.json, video_sampling.
struct VideoLimits {
  double fps = 1.0;         // frames taken a second
  int max_frames = 64;
  double skip_seconds = 1;  // left out at both ends of clips longer than max_frames * fps + 2 * skip_seconds
};

// Indices of the frames to take out of `total` frames at `rate` frames a second, rising, without doubles: at most max_frames, spread over the
// whole clip; for a short clip round(fps * duration) of them, at least one. Equal to the reference's sampler (transformers 4.56 and later).
// Errors: bad_input when total or rate is not positive and finite.
std::vector<std::int64_t> sample_frames(std::int64_t total, double rate, const VideoLimits& limits = {});

// "MM:SS" of a frame, both of at least two digits; minutes may exceed 59.
std::string timestamp(std::int64_t frame, double rate);
// "H:MM:SS" of whole seconds, as Python prints a timedelta: "0:01:40", "1 day, 0:00:05".
std::string duration_text(std::int64_t seconds);
// 0 to 999,999 in English words: "ten", "twenty-one", "one hundred and five", "one thousand".
std::string number_in_words(std::int64_t number);

}  // namespace p2c::smolvlm
