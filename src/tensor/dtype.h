// Number formats that weights come in, and their plain conversion to and from float. These loops are the specification that fast kernels are
// compared with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace p2c::tensor {

// Quantized types store rows in blocks, as GGUF lays them out (ggml's block structures); a row's length is a multiple of the block.
enum class DType : std::uint8_t { f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q4_k, q5_k, q6_k };

struct DTypeInfo {
  std::string_view name;  // "q4_k"
  std::size_t block;      // elements a block
  std::size_t bytes;      // bytes a block
};
DTypeInfo info(DType type);
bool is_quantized(DType type);
// By name, in either case. Errors: usage naming the known ones.
DType dtype_from_name(std::string_view name);

// Bytes of `elements` in a row. Errors: bad_input when they are no multiple of the block; limit when the size does not fit.
std::size_t row_bytes(DType type, std::size_t elements);

// Half precision (IEEE 754 binary16) and bfloat16. To narrow types the nearest value, ties to even; what is too large becomes infinity, NaN stays NaN.
float f16_to_float(std::uint16_t bits);
std::uint16_t float_to_f16(float value);
float bf16_to_float(std::uint16_t bits);
std::uint16_t float_to_bf16(float value);

// Reads out.size() elements of one row. `row` holds row_bytes(type, out.size()) bytes of any alignment. Errors: internal for another size.
void to_float(DType type, std::span<const std::byte> row, std::span<float> out);
// Writes one row. Of quantized types q8_0, q4_0, q4_1, q5_0 and q5_1 are written, rounding as ggml's reference does. Errors: usage for a type
// that is only read; internal for a size that does not fit.
void from_float(DType type, std::span<const float> row, std::span<std::byte> out);

}  // namespace p2c::tensor
