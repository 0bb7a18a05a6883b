// A picture in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace p2c::media {

// 8-bit RGB, row-major, interleaved: pixel (x, y) begins at 3 * (y * width + x). Width and height are at least 1 in every
// picture that a function of this layer returns.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;

  std::size_t index(int x, int y) const {
    return 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
  }
};

// Sides beyond this are refused before anything is allocated for them.
inline constexpr int kMaxSide = 32'768;
inline constexpr std::size_t kMaxPixels = 100'000'000;

}  // namespace p2c::media
