// Resizing, equal to Pillow's Image.resize of 8-bit pictures bit for bit.
#pragma once

#include "media/image.h"

namespace p2c::media {

enum class Filter { bicubic, lanczos };  // a = -0.5, support 2; a = 3, support 3

// Separable, the horizontal pass first and a pass left out when its side stays as it is. Weights of a pass are computed in double
// precision, normalised, and rounded to 22 fractional bits; the picture between the passes is 8-bit (Pillow, Resample.c).
// Errors: limit when a side is below 1 or above kMaxSide, or the result has more than kMaxPixels; bad_input when `image` does not hold
// 3 * width * height bytes.
Image resize(const Image& image, int width, int height, Filter filter);

}  // namespace p2c::media
