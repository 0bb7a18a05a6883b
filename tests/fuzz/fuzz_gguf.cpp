// The header of a GGUF file.
#include <cstdint>
#include <span>

#include "base/error.h"
#include "read_tensors.h"
#include "weights/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read_tensors(p2c::weights::parse_gguf({reinterpret_cast<const std::byte*>(data), size}, "fuzz").tensors);
  } catch (const p2c::Error&) {
  }
  return 0;
}
