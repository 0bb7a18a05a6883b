// One tensor of a weight file, where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tensor/dtype.h"

namespace p2c::weights {

inline constexpr std::size_t kMaxDimensions = 8;
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

struct TensorView {
  std::string name;
  tensor::DType type = tensor::DType::f32;
  std::vector<std::int64_t> shape;   // row-major, the last dimension contiguous; GGUF's order is turned round
  std::span<const std::byte> bytes;  // of any alignment; belongs to the file

  std::int64_t elements() const;
};

// Bytes a tensor of this shape takes. Errors: bad_input naming `name` for a negative dimension, a row that does not divide into blocks; limit for more than
// kMaxDimensions or kMaxElements.
std::size_t tensor_bytes(const std::string& name, tensor::DType type, const std::vector<std::int64_t>& shape);

// "[2048, 576]"
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace p2c::weights
