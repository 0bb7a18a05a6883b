#include "tensor/dtype.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/error.h"
#include "base/text.h"

namespace p2c::tensor {
namespace {

struct Row {
  DType type;
  DTypeInfo info;
};
constexpr std::array<Row, 11> kTypes = {{
    {DType::f32, {"f32", 1, 4}},
    {DType::f16, {"f16", 1, 2}},
    {DType::bf16, {"bf16", 1, 2}},
    {DType::q8_0, {"q8_0", 32, 34}},
    {DType::q4_0, {"q4_0", 32, 18}},
    {DType::q4_1, {"q4_1", 32, 20}},
    {DType::q5_0, {"q5_0", 32, 22}},
    {DType::q5_1, {"q5_1", 32, 24}},
    {DType::q4_k, {"q4_k", 256, 144}},
    {DType::q5_k, {"q5_k", 256, 176}},
    {DType::q6_k, {"q6_k", 256, 210}},
}};

std::uint8_t byte_at(const std::byte* data, std::size_t i) { return std::to_integer<std::uint8_t>(data[i]); }

template <class T>
T load(const std::byte* data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

float half_at(const std::byte* data) { return f16_to_float(load<std::uint16_t>(data)); }

// Scale and minimum number j (0..7) out of the 12 bytes of eight 6-bit pairs that q4_k and q5_k share.
struct ScaleMin {
  int scale, min;
};
ScaleMin scale_min(const std::byte* packed, std::size_t j) {
  if (j < 4) return {byte_at(packed, j) & 63, byte_at(packed, j + 4) & 63};
  return {(byte_at(packed, j + 4) & 15) | (byte_at(packed, j - 4) >> 6) << 4, byte_at(packed, j + 4) >> 4 | (byte_at(packed, j) >> 6) << 4};
}

// 32 elements of the types with 4 or 5 bits: nibble j holds element j low and element j + 16 high; fifth bits stand in one word.
void small_block(DType type, const std::byte* block, float* out) {
  const bool has_min = type == DType::q4_1 || type == DType::q5_1;
  const bool has_fifth = type == DType::q5_0 || type == DType::q5_1;
  const float scale = half_at(block), min = has_min ? half_at(block + 2) : 0.0f;
  const std::byte* at = block + (has_min ? 4 : 2);
  const std::uint32_t fifth = has_fifth ? load<std::uint32_t>(at) : 0;
  if (has_fifth) at += 4;
  const int zero = has_min ? 0 : has_fifth ? 16 : 8;
  for (std::size_t j = 0; j < 16; ++j) {
    const int low = (byte_at(at, j) & 15) | static_cast<int>(fifth >> j & 1) << 4;
    const int high = byte_at(at, j) >> 4 | static_cast<int>(fifth >> (j + 16) & 1) << 4;
    out[j] = static_cast<float>(low - zero) * scale + min;
    out[j + 16] = static_cast<float>(high - zero) * scale + min;
  }
}

void k_block(DType type, const std::byte* block, float* out) {
  if (type == DType::q6_k) {
    const float d = half_at(block + 208);
    for (std::size_t n = 0; n < 2; ++n) {  // halves of 128 elements
      const std::byte *low = block + 64 * n, *high = block + 128 + 32 * n, *scales = block + 192 + 8 * n;
      for (std::size_t l = 0; l < 32; ++l) {
        const auto scale = [&](std::size_t k) { return static_cast<float>(static_cast<std::int8_t>(byte_at(scales, l / 16 + 2 * k))); };
        const int bits = byte_at(high, l);
        const int q[4] = {(byte_at(low, l) & 15) | (bits & 3) << 4, (byte_at(low, l + 32) & 15) | (bits >> 2 & 3) << 4, byte_at(low, l) >> 4 | (bits >> 4 & 3) << 4,
                          byte_at(low, l + 32) >> 4 | (bits >> 6 & 3) << 4};
        for (std::size_t k = 0; k < 4; ++k) out[128 * n + 32 * k + l] = d * scale(k) * static_cast<float>(q[k] - 32);
      }
    }
    return;
  }
  const bool five = type == DType::q5_k;
  const float d = half_at(block), d_min = half_at(block + 2);
  const std::byte *packed = block + 4, *fifth = block + 16, *low = block + (five ? 48 : 16);
  for (std::size_t j = 0; j < 8; ++j) {  // groups of 32 elements
    const ScaleMin sm = scale_min(packed, j);
    const float scale = d * static_cast<float>(sm.scale), min = d_min * static_cast<float>(sm.min);
    for (std::size_t l = 0; l < 32; ++l) {
      const int byte = byte_at(low, 32 * (j / 2) + l);
      int q = j % 2 == 0 ? byte & 15 : byte >> 4;
      if (five) q |= (byte_at(fifth, l) >> j & 1) << 4;
      out[32 * j + l] = scale * static_cast<float>(q) - min;
    }
  }
}

void put_half(std::byte* to, float value) {
  const std::uint16_t bits = float_to_f16(value);
  std::memcpy(to, &bits, 2);
}

void put_q8_0(const float* x, std::byte* block) {
  float largest = 0;
  for (int i = 0; i < 32; ++i) largest = std::max(largest, std::fabs(x[i]));
  const float d = largest / 127.0f, inverse = d != 0.0f ? 1.0f / d : 0.0f;
  put_half(block, d);
  for (std::size_t i = 0; i < 32; ++i) block[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(std::round(x[i] * inverse)));
}

// The value of largest magnitude, with its sign, becomes the lowest code; a scale of the opposite sign leaves one code more on that side.
void put_symmetric(const float* x, std::byte* block, int levels) {
  float largest = 0, extreme = 0;
  for (int i = 0; i < 32; ++i) {
    if (std::fabs(x[i]) > largest) {
      largest = std::fabs(x[i]);
      extreme = x[i];
    }
  }
  const int half = levels / 2;
  const float d = extreme / static_cast<float>(-half), inverse = d != 0.0f ? 1.0f / d : 0.0f;
  put_half(block, d);
  std::byte* codes = block + (levels == 32 ? 6 : 2);
  std::uint32_t fifth = 0;
  for (std::size_t j = 0; j < 16; ++j) {
    const auto code = [&](std::size_t i) { return std::min(levels - 1, static_cast<int>(x[i] * inverse + static_cast<float>(half) + 0.5f)); };
    const int low = code(j), high = code(j + 16);
    codes[j] = static_cast<std::byte>((low & 15) | (high & 15) << 4);
    fifth |= static_cast<std::uint32_t>(low >> 4 & 1) << j | static_cast<std::uint32_t>(high >> 4 & 1) << (j + 16);
  }
  if (levels == 32) std::memcpy(block + 2, &fifth, 4);
}

void put_with_min(const float* x, std::byte* block, int levels) {
  const float min = *std::min_element(x, x + 32), max = *std::max_element(x, x + 32);
  const float d = (max - min) / static_cast<float>(levels - 1), inverse = d != 0.0f ? 1.0f / d : 0.0f;
  put_half(block, d);
  put_half(block + 2, min);
  std::byte* codes = block + (levels == 32 ? 8 : 4);
  std::uint32_t fifth = 0;
  for (std::size_t j = 0; j < 16; ++j) {
    const auto code = [&](std::size_t i) { return std::min(levels - 1, static_cast<int>((x[i] - min) * inverse + 0.5f)); };
    const int low = code(j), high = code(j + 16);
    codes[j] = static_cast<std::byte>((low & 15) | (high & 15) << 4);
    fifth |= static_cast<std::uint32_t>(low >> 4 & 1) << j | static_cast<std::uint32_t>(high >> 4 & 1) << (j + 16);
  }
  if (levels == 32) std::memcpy(block + 4, &fifth, 4);
}

void check_size(DType type, std::size_t elements, std::size_t bytes) {
  const DTypeInfo i = info(type);
  if (elements % i.block != 0 || elements / i.block * i.bytes != bytes) {
    throw Error(ErrorCode::internal, "a row and its buffer differ in size", {.subject = std::string(i.name), .found = fmt::format("{} elements, {} bytes", elements, bytes)});
  }
}

}  // namespace

DTypeInfo info(DType type) { return kTypes[static_cast<std::size_t>(type)].info; }

bool is_quantized(DType type) { return info(type).block > 1; }

DType dtype_from_name(std::string_view name) {
  std::string known;
  for (const Row& row : kTypes) {
    if (to_lower(name) == row.info.name) return row.type;
    known += (known.empty() ? "" : ", ") + std::string(row.info.name);
  }
  throw Error(ErrorCode::usage, "is no number format", {.subject = std::string(name), .expected = known});
}

std::size_t row_bytes(DType type, std::size_t elements) {
  const DTypeInfo i = info(type);
  if (elements % i.block != 0) {
    throw Error(ErrorCode::bad_input, "a row does not divide into blocks", {.subject = std::string(i.name), .found = fmt::format("{}", elements), .expected = fmt::format("a multiple of {}", i.block)});
  }
  const std::size_t blocks = elements / i.block;
  if (blocks > std::numeric_limits<std::size_t>::max() / i.bytes) throw Error(ErrorCode::limit, "a row is too long", {.found = fmt::format("{}", elements)});
  return blocks * i.bytes;
}

float f16_to_float(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16, exponent = bits >> 10 & 31, mantissa = bits & 0x3ff;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | mantissa << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
  const float small = std::ldexp(static_cast<float>(mantissa), -24);  // subnormal, exact
  return sign != 0 ? -small : small;
}

std::uint16_t float_to_f16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));  // NaN keeps what it can
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00);                             // 65520 and up round to infinity
  if (magnitude < 0x38800000u) {  // below 2^-14: a multiple of 2^-24
    const float scaled = std::ldexp(std::bit_cast<float>(magnitude), 24);
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyint(scaled)));
  }
  const std::uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1);
  return static_cast<std::uint16_t>(sign | ((rounded >> 13) - (112u << 10)));
}

float bf16_to_float(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

std::uint16_t float_to_bf16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

void to_float(DType type, std::span<const std::byte> row, std::span<float> out) {
  check_size(type, out.size(), row.size());
  const DTypeInfo i = info(type);
  const std::byte* at = row.data();
  for (std::size_t n = 0; n < out.size(); n += i.block, at += i.bytes) {
    float* to = out.data() + n;
    switch (type) {
      case DType::f32:
        *to = load<float>(at);
        break;
      case DType::f16:
        *to = half_at(at);
        break;
      case DType::bf16:
        *to = bf16_to_float(load<std::uint16_t>(at));
        break;
      case DType::q8_0: {
        const float scale = half_at(at);
        for (std::size_t j = 0; j < 32; ++j) to[j] = static_cast<float>(static_cast<std::int8_t>(byte_at(at, 2 + j))) * scale;
        break;
      }
      case DType::q4_0:
      case DType::q4_1:
      case DType::q5_0:
      case DType::q5_1:
        small_block(type, at, to);
        break;
      case DType::q4_k:
      case DType::q5_k:
      case DType::q6_k:
        k_block(type, at, to);
        break;
    }
  }
}

void from_float(DType type, std::span<const float> row, std::span<std::byte> out) {
  check_size(type, row.size(), out.size());
  const DTypeInfo i = info(type);
  std::byte* to = out.data();
  for (std::size_t n = 0; n < row.size(); n += i.block, to += i.bytes) {
    const float* x = row.data() + n;
    std::uint16_t bits = 0;
    switch (type) {
      case DType::f32:
        std::memcpy(to, x, 4);
        break;
      case DType::f16:
        put_half(to, *x);
        break;
      case DType::bf16:
        bits = float_to_bf16(*x);
        std::memcpy(to, &bits, 2);
        break;
      case DType::q8_0:
        put_q8_0(x, to);
        break;
      case DType::q4_0:
        put_symmetric(x, to, 16);
        break;
      case DType::q5_0:
        put_symmetric(x, to, 32);
        break;
      case DType::q4_1:
        put_with_min(x, to, 16);
        break;
      case DType::q5_1:
        put_with_min(x, to, 32);
        break;
      case DType::q4_k:
      case DType::q5_k:
      case DType::q6_k:
        throw Error(ErrorCode::usage, "this format is read and not written", {.subject = std::string(i.name), .expected = "f32, f16, bf16, q8_0, q4_0, q4_1, q5_0 or q5_1"});
    }
  }
}

}  // namespace p2c::tensor
