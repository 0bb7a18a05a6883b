#include "media/resample.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.h"

namespace p2c::media {
namespace {

constexpr int kPrecision = 32 - 8 - 2;  // bits behind the point; a sum of weights times 255 must fit 32 bits

double sinc(double x) {
  return x == 0.0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double lanczos(double x) {
  return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0;
}

double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::fabs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

// For each output position the first input position and its weights.
struct Taps {
  struct Span {
    int first = 0, count = 0;
  };
  std::vector<Span> spans;
  std::vector<std::int32_t> weights;  // `stride` for each output position
  int stride = 0;
};

Taps taps_of(int in, int out, Filter filter) {
  const double support = filter == Filter::lanczos ? 3.0 : 2.0;
  const double scale = static_cast<double>(in) / out, filter_scale = std::max(scale, 1.0);
  const double reach = support * filter_scale;
  Taps taps;
  taps.stride = static_cast<int>(std::ceil(reach)) * 2 + 1;
  taps.spans.resize(static_cast<std::size_t>(out));
  taps.weights.assign(static_cast<std::size_t>(out) * static_cast<std::size_t>(taps.stride), 0);
  std::vector<double> raw(static_cast<std::size_t>(taps.stride));
  for (int o = 0; o < out; ++o) {
    const double centre = (o + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(centre - reach + 0.5));
    const int last = std::min(in, static_cast<int>(centre + reach + 0.5));
    const int count = last - first;
    double sum = 0.0;
    for (int j = 0; j < count; ++j) {
      const double x = (j + first - centre + 0.5) * (1.0 / filter_scale);
      raw[static_cast<std::size_t>(j)] = filter == Filter::lanczos ? lanczos(x) : bicubic(x);
      sum += raw[static_cast<std::size_t>(j)];
    }
    std::int32_t* weights = taps.weights.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(taps.stride);
    for (int j = 0; j < count; ++j) {
      double w = raw[static_cast<std::size_t>(j)];
      if (sum != 0.0) w /= sum;
      weights[j] = static_cast<std::int32_t>((w < 0 ? -0.5 : 0.5) + w * (1 << kPrecision));
    }
    taps.spans[static_cast<std::size_t>(o)] = {first, count};
  }
  return taps;
}

std::uint8_t rounded(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kPrecision, 0, 255));
}

Image across(const Image& image, int width, Filter filter) {
  const Taps taps = taps_of(image.width, width, filter);
  Image out{width, image.height, std::vector<std::uint8_t>(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(image.height))};
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.pixels.data() + image.index(0, y);
    std::uint8_t* to = out.pixels.data() + out.index(0, y);
    for (int o = 0; o < width; ++o) {
      const Taps::Span span = taps.spans[static_cast<std::size_t>(o)];
      const std::int32_t* weights = taps.weights.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(taps.stride);
      const std::uint8_t* from = row + 3 * static_cast<std::size_t>(span.first);
      std::int32_t r = 1 << (kPrecision - 1), g = r, b = r;
      for (int j = 0; j < span.count; ++j, from += 3) {
        r += from[0] * weights[j];
        g += from[1] * weights[j];
        b += from[2] * weights[j];
      }
      *to++ = rounded(r);
      *to++ = rounded(g);
      *to++ = rounded(b);
    }
  }
  return out;
}

Image down(const Image& image, int height, Filter filter) {
  const Taps taps = taps_of(image.height, height, filter);
  const std::size_t row_bytes = 3 * static_cast<std::size_t>(image.width);
  Image out{image.width, height, std::vector<std::uint8_t>(row_bytes * static_cast<std::size_t>(height))};
  std::vector<std::int32_t> sums(row_bytes);
  for (int o = 0; o < height; ++o) {
    const Taps::Span span = taps.spans[static_cast<std::size_t>(o)];
    const std::int32_t* weights = taps.weights.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(taps.stride);
    std::fill(sums.begin(), sums.end(), 1 << (kPrecision - 1));
    // Row by row: memory is read in order, and integer sums do not depend on it.
    for (int j = 0; j < span.count; ++j) {
      const std::uint8_t* from = image.pixels.data() + row_bytes * static_cast<std::size_t>(span.first + j);
      const std::int32_t w = weights[j];
      for (std::size_t i = 0; i < row_bytes; ++i) sums[i] += from[i] * w;
    }
    std::uint8_t* to = out.pixels.data() + row_bytes * static_cast<std::size_t>(o);
    for (std::size_t i = 0; i < row_bytes; ++i) to[i] = rounded(sums[i]);
  }
  return out;
}

}  // namespace

Image resize(const Image& image, int width, int height, Filter filter) {
  if (image.width < 1 || image.height < 1 || image.width > kMaxSide || image.height > kMaxSide ||
      image.pixels.size() != 3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height)) {
    throw Error(ErrorCode::bad_input, "is no picture", {.found = fmt::format("{} x {} with {} bytes", image.width, image.height, image.pixels.size())});
  }
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide ||
      static_cast<std::size_t>(width) * static_cast<std::size_t>(std::max(height, image.height)) > kMaxPixels) {
    throw Error(ErrorCode::limit, "a picture of this size is not made",
                {.found = fmt::format("{} x {}", width, height), .expected = fmt::format("sides of 1 to {} and at most {} pixels", kMaxSide, kMaxPixels)});
  }
  if (width == image.width && height == image.height) return image;
  if (width == image.width) return down(image, height, filter);
  Image wide = across(image, width, filter);
  return height == image.height ? wide : down(wide, height, filter);
}

}  // namespace p2c::media
