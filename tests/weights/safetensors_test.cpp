#include "weights/safetensors.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "weights/weight_bytes.h"

namespace p2c::weights {
namespace {

ErrorCode code_of(const std::string& file) {
  try {
    parse_safetensors(as_bytes(file), "file");
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

const std::string kTwo =
    R"({"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})";

TEST(Safetensors, ReadsTensorsInPlace) {
  const std::string file = safetensors_file(kTwo, raw(1.5f) + std::string(12, 'x'));
  const SafetensorsHeader header = parse_safetensors(as_bytes(file), "file");
  ASSERT_EQ(header.tensors.size(), 2u);
  EXPECT_EQ(header.tensors[0].name, "a");
  EXPECT_EQ(header.tensors[0].elements(), 1);
  EXPECT_EQ(header.tensors[1].type, tensor::DType::bf16);
  EXPECT_EQ(header.tensors[1].shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(static_cast<const void*>(header.tensors[0].bytes.data()), file.data() + 8 + kTwo.size());
  EXPECT_EQ(header.metadata.at("format"), "pt");
}

TEST(Safetensors, RefusesWhatDoesNotFit) {
  EXPECT_EQ(code_of(""), ErrorCode::bad_input);
  EXPECT_EQ(code_of(raw<std::uint64_t>(~0ull)), ErrorCode::limit);
  EXPECT_EQ(code_of(raw<std::uint64_t>(100) + "{}"), ErrorCode::bad_input);
  EXPECT_EQ(code_of(safetensors_file("[]", "")), ErrorCode::bad_input);
  EXPECT_EQ(code_of(safetensors_file("{", "")), ErrorCode::bad_input);
  EXPECT_EQ(code_of(safetensors_file(R"({"a":7})", "")), ErrorCode::bad_input);
  EXPECT_EQ(code_of(safetensors_file(R"({"__metadata__":7})", "")), ErrorCode::bad_input);
  const auto one = [](const std::string& dtype, const std::string& shape, const std::string& offsets, std::size_t data) {
    return safetensors_file(R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", std::string(data, '\0'));
  };
  EXPECT_NO_THROW(parse_safetensors(as_bytes(one("F32", "[2]", "[0,8]", 8)), "file"));
  EXPECT_EQ(code_of(one("F32", "[2]", "[0,8]", 7)), ErrorCode::bad_input);          // cut off
  EXPECT_EQ(code_of(one("F32", "[2]", "[0,8]", 9)), ErrorCode::bad_input);          // bytes behind
  EXPECT_EQ(code_of(one("F32", "[3]", "[0,8]", 8)), ErrorCode::bad_input);          // shape and size
  EXPECT_EQ(code_of(one("F32", "[2]", "[8,0]", 8)), ErrorCode::bad_input);          // backwards
  EXPECT_EQ(code_of(one("F32", "[2]", "[1,9]", 9)), ErrorCode::bad_input);          // a gap
  EXPECT_EQ(code_of(one("F32", "[-2]", "[0,8]", 8)), ErrorCode::bad_input);
  EXPECT_EQ(code_of(one("F32", "[2.5]", "[0,8]", 8)), ErrorCode::bad_input);
  EXPECT_EQ(code_of(one("F32", "[\"2\"]", "[0,8]", 8)), ErrorCode::bad_input);
  EXPECT_EQ(code_of(one("I64", "[1]", "[0,8]", 8)), ErrorCode::bad_input);
  EXPECT_EQ(code_of(one("F32", "[1099511627776,1099511627776]", "[0,8]", 8)), ErrorCode::limit);
  EXPECT_EQ(code_of(one("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]", 8)), ErrorCode::limit);
  const std::string twice = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  EXPECT_EQ(code_of(safetensors_file(twice, "1234")), ErrorCode::bad_input);        // overlap
}

TEST(SafetensorsFolder, ReadsShardsAsTheIndexSays) {
  const TempDir folder("p2c-test");
  const auto shard = [](const std::string& name, float value) {
    return safetensors_file(R"({")" + name + R"(":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", raw(value));
  };
  EXPECT_THROW(SafetensorsFolder{folder.path()}, Error);
  write_file_atomic(folder.path() / "one.safetensors", shard("a", 1));
  write_file_atomic(folder.path() / "two.safetensors", shard("b", 2));
  const auto index = [&](const std::string& map) { write_file_atomic(folder.path() / "model.safetensors.index.json", R"({"weight_map":)" + map + "}"); };
  index(R"({"a":"one.safetensors","b":"two.safetensors"})");
  const SafetensorsFolder weights(folder.path());
  ASSERT_NE(weights.find("b"), nullptr);
  float value = 0;
  std::memcpy(&value, weights.find("b")->bytes.data(), 4);
  EXPECT_EQ(value, 2.0f);
  EXPECT_EQ(weights.find("c"), nullptr);
  index(R"({"a":"one.safetensors","c":"two.safetensors"})");
  EXPECT_THROW(SafetensorsFolder{folder.path()}, Error);
  for (const char* bad : {R"({"a":"../one.safetensors"})", R"({"a":"/etc/passwd"})", R"({"a":".."})", R"({"a":7})", "{}"}) {
    index(bad);
    EXPECT_THROW(SafetensorsFolder{folder.path()}, Error) << bad;
  }
}

}  // namespace
}  // namespace p2c::weights
