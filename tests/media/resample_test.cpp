#include "media/resample.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace p2c::media {
namespace {

// One row, the same value in the three channels.
Image grey_row(const std::vector<int>& values) {
  Image image{static_cast<int>(values.size()), 1, {}};
  for (const int v : values) image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(v));
  return image;
}

std::vector<int> greys(const Image& image) {
  std::vector<int> values;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    EXPECT_EQ(image.pixels[i], image.pixels[i + 1]);
    EXPECT_EQ(image.pixels[i], image.pixels[i + 2]);
    values.push_back(image.pixels[i]);
  }
  return values;
}

const std::vector<int> kRow = {0, 255, 0, 255, 128, 64, 32, 200};

// Values of Pillow 9.4 for the same row.
TEST(Resize, RowsEqualPillows) {
  const Image row = grey_row(kRow);
  EXPECT_EQ(greys(resize(row, 3, 1, Filter::lanczos)), (std::vector<int>{115, 138, 94}));
  EXPECT_EQ(greys(resize(row, 5, 1, Filter::lanczos)), (std::vector<int>{103, 127, 185, 44, 133}));
  EXPECT_EQ(greys(resize(row, 13, 1, Filter::lanczos)), (std::vector<int>{0, 120, 254, 69, 32, 233, 232, 111, 77, 34, 27, 137, 219}));
  EXPECT_EQ(greys(resize(row, 3, 1, Filter::bicubic)), (std::vector<int>{113, 139, 96}));
  EXPECT_EQ(greys(resize(row, 5, 1, Filter::bicubic)), (std::vector<int>{104, 116, 187, 53, 132}));
  EXPECT_EQ(greys(resize(row, 13, 1, Filter::bicubic)), (std::vector<int>{0, 109, 254, 71, 42, 240, 211, 118, 77, 43, 30, 135, 212}));
}

TEST(Resize, BothDirectionsEqualPillows) {
  Image image{7, 6, {}};
  for (int r = 0; r < 6; ++r) {
    for (int c = 0; c < 7; ++c) image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>((37 * r + 11 * c) % 256));
  }
  EXPECT_EQ(greys(resize(image, 4, 9, Filter::lanczos)),
            (std::vector<int>{2,   21,  41,  60,  18,  37,  57,  76,  49,  68,  88,  107, 73,  92,  112, 131, 97,  116,
                              136, 155, 120, 139, 159, 178, 144, 163, 183, 202, 175, 194, 214, 233, 191, 210, 230, 249}));
}

TEST(Resize, ColumnsAreRowsTurned) {
  Image column = grey_row(kRow);
  std::swap(column.width, column.height);
  for (const int n : {1, 3, 5, 13, 40}) {
    EXPECT_EQ(greys(resize(column, 1, n, Filter::lanczos)), greys(resize(grey_row(kRow), n, 1, Filter::lanczos))) << n;
  }
}

TEST(Resize, SameSizeIsACopyAndChannelsStayApart) {
  Image image{2, 1, {1, 2, 3, 250, 100, 50}};
  EXPECT_EQ(resize(image, 2, 1, Filter::lanczos).pixels, image.pixels);
  const Image one{1, 1, {7, 80, 200}};
  const Image large = resize(one, 5, 3, Filter::lanczos);
  for (std::size_t i = 0; i < large.pixels.size(); ++i) EXPECT_EQ(large.pixels[i], one.pixels[i % 3]);
}

TEST(Resize, RefusesSizesBeforeAllocating) {
  const Image one{1, 1, {1, 2, 3}};
  EXPECT_THROW(resize(one, 0, 5, Filter::lanczos), Error);
  EXPECT_THROW(resize(one, kMaxSide + 1, 1, Filter::lanczos), Error);
  EXPECT_THROW(resize(one, kMaxSide, kMaxSide, Filter::lanczos), Error);
  EXPECT_THROW(resize(Image{2, 2, {1, 2, 3}}, 1, 1, Filter::lanczos), Error);
  EXPECT_THROW(resize(Image{}, 1, 1, Filter::lanczos), Error);
}

}  // namespace
}  // namespace p2c::media
