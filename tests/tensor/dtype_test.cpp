#include "tensor/dtype.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

namespace p2c::tensor {
namespace {

std::vector<std::byte> from_hex(const std::string& text) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) out.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return out;
}

std::vector<float> floats_from_hex(const std::string& text) {
  const auto bytes = from_hex(text);
  std::vector<float> out(bytes.size() / 4);
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

const Json& goldens() {
  static const Json instance = parse_json(read_file(std::filesystem::path(P2C_SOURCE_DIR) / "tests/goldens/dtype.json"), "dtype.json");
  return instance;
}

TEST(DType, ReadsBlocksAsGgmlDoes) {
  ASSERT_EQ(goldens()["read"].size(), 32u);
  for (const Json& row : goldens()["read"]) {
    const DType type = dtype_from_name(row["type"].get<std::string>());
    const auto bytes = from_hex(row["bytes"].get<std::string>());
    const auto expected = floats_from_hex(row["floats"].get<std::string>());
    std::vector<float> out(expected.size());
    to_float(type, bytes, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      // One rounding more or less in scale * code + minimum: a unit in the last place of the larger term.
      EXPECT_NEAR(out[i], expected[i], 4e-7f * (std::fabs(expected[i]) + 64.0f)) << info(type).name << " " << i;
    }
  }
}

TEST(DType, WritesBlocksAsGgmlDoes) {
  ASSERT_GT(goldens()["written"].size(), 20u);
  for (const Json& row : goldens()["written"]) {
    const DType type = dtype_from_name(row["type"].get<std::string>());
    const auto values = floats_from_hex(row["floats"].get<std::string>());
    const auto expected = from_hex(row["bytes"].get<std::string>());
    std::vector<std::byte> out(row_bytes(type, values.size()));
    from_float(type, values, out);
    EXPECT_EQ(out, expected) << info(type).name;
  }
}

// All 65,536 halves, against arithmetic on the definition.
TEST(DType, EveryHalfSurvivesTheWayToFloatAndBack) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = f16_to_float(half);
    const int exponent = bits >> 10 & 31;
    const double mantissa = bits & 0x3ff;
    if (exponent == 31) {
      EXPECT_EQ(std::isnan(value), mantissa != 0);
      EXPECT_EQ(std::isinf(value), mantissa == 0);
    } else {
      const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
      EXPECT_EQ(value, static_cast<float>((bits & 0x8000) != 0 ? -magnitude : magnitude));
    }
    EXPECT_TRUE(std::isnan(value) || float_to_f16(value) == half) << bits;
    EXPECT_TRUE(std::isnan(bf16_to_float(half)) || float_to_bf16(bf16_to_float(half)) == half) << bits;
  }
}

TEST(DType, NarrowingRoundsToTheNearestEven) {
  // Between two halves a and b the middle goes to the even one, anything beyond it to the nearer.
  for (std::uint16_t bits = 0; bits < 0x7bff; bits = static_cast<std::uint16_t>(bits + 7)) {
    const float a = f16_to_float(bits), b = f16_to_float(static_cast<std::uint16_t>(bits + 1)), middle = a + (b - a) / 2;
    EXPECT_EQ(float_to_f16(middle), bits % 2 == 0 ? bits : bits + 1);
    EXPECT_EQ(float_to_f16(std::nextafter(middle, 0.0f)), bits);
    EXPECT_EQ(float_to_f16(std::nextafter(middle, 1e9f)), bits + 1);
    EXPECT_EQ(float_to_f16(-middle), (bits % 2 == 0 ? bits : bits + 1) | 0x8000);
  }
  EXPECT_EQ(float_to_f16(65519.0f), 0x7bff);
  EXPECT_EQ(float_to_f16(65520.0f), 0x7c00);
  EXPECT_TRUE(std::isnan(f16_to_float(float_to_f16(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_TRUE(std::isnan(bf16_to_float(float_to_bf16(std::bit_cast<float>(0x7f800001u)))));
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x3f808000u)), 0x3f80);  // the middle, to even
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x3f818000u)), 0x3f82);
  EXPECT_EQ(float_to_bf16(std::numeric_limits<float>::max()), 0x7f80);
}

TEST(DType, SizesAreChecked) {
  EXPECT_EQ(row_bytes(DType::q4_k, 512), 288u);
  EXPECT_EQ(row_bytes(DType::f32, 0), 0u);
  EXPECT_THROW(row_bytes(DType::q8_0, 33), Error);
  EXPECT_THROW(row_bytes(DType::f32, std::numeric_limits<std::size_t>::max() / 2), Error);
  std::vector<std::byte> bytes(33);
  std::vector<float> out(32);
  EXPECT_THROW(to_float(DType::q8_0, bytes, out), Error);
  EXPECT_THROW(from_float(DType::q8_0, out, bytes), Error);
  std::vector<std::byte> k(144);
  std::vector<float> long_row(256);
  EXPECT_THROW(from_float(DType::q4_k, long_row, k), Error);
  EXPECT_THROW(dtype_from_name("q3_k"), Error);
  EXPECT_EQ(dtype_from_name("BF16"), DType::bf16);
}

}  // namespace
}  // namespace p2c::tensor
