// Touches every byte that a weight file's header says is a tensor's, so that one beyond the file is seen by the sanitizer.
#pragma once

#include <cstddef>
#include <vector>

#include "weights/tensor_view.h"

inline void read_tensors(const std::vector<p2c::weights::TensorView>& tensors) {
  unsigned sum = 0;
  for (const auto& tensor : tensors) {
    for (const std::byte b : tensor.bytes) sum += std::to_integer<unsigned>(b);
  }
  [[maybe_unused]] static volatile unsigned sink;
  sink = sum;
}
