// The header of a GGUF file.
#include <cstdint>
#include <span>

#include "base/error.h"
#include "weights/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto header = p2c::weights::parse_gguf({reinterpret_cast<const std::byte*>(data), size}, "fuzz");
    unsigned sum = 0;
    for (const auto& tensor : header.tensors) {
      for (const std::byte b : tensor.bytes) sum += std::to_integer<unsigned>(b);
    }
    [[maybe_unused]] static volatile unsigned sink;
    sink = sum;
  } catch (const p2c::Error&) {
  }
  return 0;
}
