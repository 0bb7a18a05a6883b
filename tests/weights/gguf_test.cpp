#include "weights/gguf.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "weights/weight_bytes.h"

namespace p2c::weights {
namespace {

constexpr std::uint32_t kU32 = 4, kF32 = 6, kBool = 7, kString = 8, kArray = 9, kU64 = 10;

std::string key(const std::string& name, std::uint32_t type, const std::string& value) { return gguf_text(name) + raw(type) + value; }

std::string tensor_info(const std::string& name, const std::vector<std::uint64_t>& ne, std::uint32_t type, std::uint64_t offset) {
  std::string out = gguf_text(name) + raw(static_cast<std::uint32_t>(ne.size()));
  for (const std::uint64_t n : ne) out += raw(n);
  return out + raw(type) + raw(offset);
}

ErrorCode code_of(const std::string& file) {
  try {
    parse_gguf(as_bytes(file), "file");
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(Gguf, ReadsMetadataAndTensors) {
  std::string file = gguf_start(2, 5) + key("general.architecture", kString, gguf_text("llama")) + key("llama.block_count", kU32, raw(30u)) +
                     key("eps", kF32, raw(1e-5f)) + key("tokens", kArray, raw(kString) + raw<std::uint64_t>(2) + gguf_text("a") + gguf_text("")) +
                     key("flag", kBool, raw<std::uint8_t>(1)) + tensor_info("w", {64, 3}, 8, 0) + tensor_info("norm", {4}, 0, 224);
  file = padded(file) + std::string(204, 'q') + std::string(20, '\0') + raw(1.0f) + raw(2.0f) + raw(3.0f) + raw(4.0f);
  const GgufHeader header = parse_gguf(as_bytes(file), "file");
  EXPECT_EQ(header.text("general.architecture"), "llama");
  EXPECT_EQ(header.integer("llama.block_count"), 30);
  EXPECT_FLOAT_EQ(static_cast<float>(header.number("eps")), 1e-5f);
  EXPECT_EQ(header.number("llama.block_count"), 30.0);
  EXPECT_EQ(header.texts("tokens"), (std::vector<std::string>{"a", ""}));
  ASSERT_EQ(header.tensors.size(), 2u);
  EXPECT_EQ(header.tensors[0].shape, (std::vector<std::int64_t>{3, 64}));
  EXPECT_EQ(header.tensors[0].type, tensor::DType::q8_0);
  EXPECT_EQ(header.tensors[0].bytes.size(), 3u * 68);
  float last = 0;
  std::memcpy(&last, header.tensors[1].bytes.data() + 12, 4);
  EXPECT_EQ(last, 4.0f);
  EXPECT_THROW(header.text("llama.block_count"), Error);
  EXPECT_THROW(header.integer("gone"), Error);
  // Cut anywhere, it is refused and never read beyond its end.
  for (std::size_t length = 0; length < file.size(); ++length) EXPECT_THROW(parse_gguf(as_bytes(file.substr(0, length)), "file"), Error) << length;
}

TEST(Gguf, RefusesWhatDoesNotFit) {
  EXPECT_EQ(code_of("GGML" + std::string(100, '\0')), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 0, 1)), ErrorCode::version);
  EXPECT_EQ(code_of(gguf_start(0, 0, 0x03000000)), ErrorCode::version);  // big-endian
  EXPECT_EQ(code_of(gguf_start(~0ull, 0)), ErrorCode::limit);
  EXPECT_EQ(code_of(gguf_start(0, ~0ull)), ErrorCode::limit);
  EXPECT_EQ(code_of(gguf_start(0, 1) + raw<std::uint64_t>(~0ull) + "abc"), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 1) + key("k", kArray, raw(kString) + raw<std::uint64_t>(1ull << 60))), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 1) + key("k", kArray, raw(kArray) + raw<std::uint64_t>(1))), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 1) + key("k", 99, "")), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 1) + key("k", kU64, raw<std::uint64_t>(~0ull))), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 2) + key("k", kU32, raw(1u)) + key("k", kU32, raw(1u))), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 1) + key("general.alignment", kU32, raw(0u))), ErrorCode::bad_input);
  EXPECT_EQ(code_of(gguf_start(0, 1) + key("general.alignment", kU32, raw(33u))), ErrorCode::bad_input);
  const auto one = [](const std::string& info) { return padded(gguf_start(1, 0) + info) + std::string(64, '\0'); };
  EXPECT_NO_THROW(parse_gguf(as_bytes(one(tensor_info("w", {16}, 0, 0))), "file"));
  EXPECT_EQ(code_of(one(tensor_info("w", {17}, 0, 0))), ErrorCode::bad_input);            // beyond the end
  EXPECT_EQ(code_of(one(tensor_info("w", {4}, 0, ~0ull - 31))), ErrorCode::bad_input);
  EXPECT_EQ(code_of(one(tensor_info("w", {4}, 0, 4))), ErrorCode::bad_input);             // not aligned
  EXPECT_EQ(code_of(one(tensor_info("w", {33}, 8, 0))), ErrorCode::bad_input);            // no whole blocks
  EXPECT_EQ(code_of(one(tensor_info("w", {4}, 10, 0))), ErrorCode::bad_input);            // q2_K
  EXPECT_EQ(code_of(one(tensor_info("w", {1ull << 39, 1ull << 39}, 0, 0))), ErrorCode::limit);
  EXPECT_EQ(code_of(one(tensor_info("w", {1, 1, 1, 1, 1, 1, 1, 1, 1}, 0, 0))), ErrorCode::limit);
  EXPECT_EQ(code_of(padded(gguf_start(2, 0) + tensor_info("w", {4}, 0, 0) + tensor_info("w", {4}, 0, 32)) + std::string(64, '\0')), ErrorCode::bad_input);
}

}  // namespace
}  // namespace p2c::weights
