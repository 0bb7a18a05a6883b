#include "weights/tensor_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"

namespace p2c::weights {

std::int64_t TensorView::elements() const {
  std::int64_t n = 1;
  for (const std::int64_t d : shape) n *= d;
  return n;
}

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

std::size_t tensor_bytes(const std::string& name, tensor::DType type, const std::vector<std::int64_t>& shape) {
  if (shape.size() > kMaxDimensions) throw Error(ErrorCode::limit, "a tensor has too many dimensions", {.subject = name, .found = fmt::format("{}", shape.size())});
  std::int64_t elements = 1;
  for (const std::int64_t d : shape) {
    if (d < 0) throw Error(ErrorCode::bad_input, "a tensor has a negative dimension", {.subject = name, .found = shape_text(shape)});
    if (d != 0 && elements > kMaxElements / d) throw Error(ErrorCode::limit, "a tensor is too large", {.subject = name, .found = shape_text(shape)});
    elements *= d;
  }
  // Blocks may not run over the end of a row.
  const auto row = static_cast<std::size_t>(shape.empty() ? 1 : shape.back());
  const std::size_t one = tensor::row_bytes(type, row);
  return row == 0 ? 0 : static_cast<std::size_t>(elements) / row * one;
}

}  // namespace p2c::weights
