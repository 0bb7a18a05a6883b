#include "weights/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <type_traits>

#include "base/error.h"
#include "base/text.h"

namespace p2c::weights {
namespace {

constexpr std::uint64_t kMaxEntries = 100'000;
constexpr std::uint64_t kMaxKeyBytes = 65'535;

enum ValueType : std::uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kString, kArray, kU64, kI64, kF64 };

// ggml's numbers of the formats we read.
std::optional<tensor::DType> dtype_of(std::uint32_t type) {
  using tensor::DType;
  switch (type) {
    case 0: return DType::f32;
    case 1: return DType::f16;
    case 2: return DType::q4_0;
    case 3: return DType::q4_1;
    case 6: return DType::q5_0;
    case 7: return DType::q5_1;
    case 8: return DType::q8_0;
    case 12: return DType::q4_k;
    case 13: return DType::q5_k;
    case 14: return DType::q6_k;
    case 30: return DType::bf16;
    default: return std::nullopt;
  }
}

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const std::string& subject) : bytes_(bytes), subject_(subject) {}

  [[noreturn]] void refuse(std::string what, std::string found, std::string expected = {}) const {
    throw Error(ErrorCode::bad_input, std::move(what), {.subject = subject_, .found = std::move(found), .expected = std::move(expected)});
  }

  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t position() const { return at_; }

  template <class T>
  T number() {
    if (left() < sizeof(T)) refuse("the file ends inside its header", fmt::format("{} bytes", bytes_.size()), "a complete file; was the download cut off?");
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  std::string text(std::uint64_t most) {
    const auto length = number<std::uint64_t>();
    if (length > left() || length > most) refuse("a text is longer than it may be", fmt::format("{} bytes at byte {}", length, at_));
    std::string out(reinterpret_cast<const char*>(bytes_.data()) + at_, length);
    at_ += length;
    return out;
  }

  std::uint64_t count(std::string_view what) {
    const auto n = number<std::uint64_t>();
    if (n > kMaxEntries) throw Error(ErrorCode::limit, fmt::format("too many {}", what), {.subject = subject_, .found = fmt::format("{}", n)});
    return n;
  }

  GgufValue value(std::uint32_t type) {
    switch (type) {
      case kArray:
        return array();
      case kString:
        return text(left());
      case kBool:
        return number<std::uint8_t>() != 0;
      case kF32:
        return static_cast<double>(number<float>());
      case kF64:
        return number<double>();
      default:
        return integer(type);
    }
  }

 private:
  std::int64_t integer(std::uint32_t type) {
    switch (type) {
      case kU8: return number<std::uint8_t>();
      case kI8: return number<std::int8_t>();
      case kU16: return number<std::uint16_t>();
      case kI16: return number<std::int16_t>();
      case kU32: return number<std::uint32_t>();
      case kI32: return number<std::int32_t>();
      case kI64: return number<std::int64_t>();
      case kU64: {
        const auto n = number<std::uint64_t>();
        if (n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) refuse("a number is out of range", fmt::format("{}", n));
        return static_cast<std::int64_t>(n);
      }
      default:
        refuse("a value is of no known type", fmt::format("{}", type));
    }
  }

  GgufValue array() {
    const auto type = number<std::uint32_t>();
    const auto n = number<std::uint64_t>();
    if (type == kArray) refuse("an array of arrays", fmt::format("at byte {}", at_));
    // Every element takes at least one byte, a text at least eight.
    if (n > left() / (type == kString ? 8 : 1)) refuse("an array is longer than the file", fmt::format("{} elements at byte {}", n, at_));
    if (type == kString) {
      std::vector<std::string> out;
      out.reserve(n);
      for (std::uint64_t i = 0; i < n; ++i) out.push_back(text(left()));
      return out;
    }
    if (type == kF32 || type == kF64) {
      std::vector<double> out;
      for (std::uint64_t i = 0; i < n; ++i) out.push_back(type == kF32 ? static_cast<double>(number<float>()) : number<double>());
      return out;
    }
    std::vector<std::int64_t> out;
    for (std::uint64_t i = 0; i < n; ++i) out.push_back(type == kBool ? number<std::uint8_t>() != 0 : integer(type));
    return out;
  }

  std::span<const std::byte> bytes_;
  const std::string& subject_;
  std::size_t at_ = 0;
};

template <class T>
const T& get(const GgufHeader& header, const std::string& key, std::string_view kind) {
  const auto it = header.metadata.find(key);
  if (it == header.metadata.end()) throw Error(ErrorCode::bad_input, "the GGUF lacks a key", {.subject = key});
  const T* value = std::get_if<T>(&it->second);
  if (value == nullptr) throw Error(ErrorCode::bad_input, "a key of the GGUF is of another kind", {.subject = key, .expected = std::string(kind)});
  return *value;
}

}  // namespace

std::int64_t GgufHeader::integer(const std::string& key) const { return get<std::int64_t>(*this, key, "an integer"); }

double GgufHeader::number(const std::string& key) const {
  const auto it = metadata.find(key);
  if (it != metadata.end() && std::holds_alternative<std::int64_t>(it->second)) return static_cast<double>(std::get<std::int64_t>(it->second));
  return get<double>(*this, key, "a number");
}

const std::string& GgufHeader::text(const std::string& key) const { return get<std::string>(*this, key, "a text"); }

const std::vector<std::string>& GgufHeader::texts(const std::string& key) const { return get<std::vector<std::string>>(*this, key, "a list of texts"); }

GgufHeader parse_gguf(std::span<const std::byte> bytes, const std::string& subject) {
  Reader reader(bytes, subject);
  if (bytes.size() < 4 || std::memcmp(bytes.data(), "GGUF", 4) != 0) reader.refuse("is no GGUF file", bytes.size() < 4 ? "a shorter file" : "another beginning");
  reader.number<std::uint32_t>();
  const auto version = reader.number<std::uint32_t>();
  if (version != 2 && version != 3) {
    throw Error(ErrorCode::version, "a GGUF of another version or byte order", {.subject = subject, .found = fmt::format("{}", version), .expected = "2 or 3, little-endian"});
  }
  const std::uint64_t tensors = reader.count("tensors"), keys = reader.count("keys");
  GgufHeader header;
  for (std::uint64_t i = 0; i < keys; ++i) {
    std::string key = reader.text(kMaxKeyBytes);
    const auto type = reader.number<std::uint32_t>();
    if (!header.metadata.try_emplace(key, reader.value(type)).second) reader.refuse("a key stands twice", key);
  }
  std::uint64_t alignment = 32;
  if (header.has("general.alignment")) {
    const std::int64_t stated = header.integer("general.alignment");
    if (stated < 1 || stated > 65'536 || (stated & (stated - 1)) != 0) reader.refuse("the alignment is no power of two", fmt::format("{}", stated));
    alignment = static_cast<std::uint64_t>(stated);
  }
  std::vector<std::uint64_t> offsets;
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < tensors; ++i) {
    TensorView view;
    view.name = reader.text(kMaxKeyBytes);
    if (!names.insert(view.name).second) reader.refuse("a tensor stands twice", view.name);
    const auto dimensions = reader.number<std::uint32_t>();
    if (dimensions > kMaxDimensions) throw Error(ErrorCode::limit, "a tensor has too many dimensions", {.subject = subject, .found = view.name});
    for (std::uint32_t d = 0; d < dimensions; ++d) {
      const auto size = reader.number<std::uint64_t>();
      if (size > static_cast<std::uint64_t>(kMaxElements)) throw Error(ErrorCode::limit, "a tensor is too large", {.subject = subject, .found = view.name});
      view.shape.insert(view.shape.begin(), static_cast<std::int64_t>(size));
    }
    const auto type = reader.number<std::uint32_t>();
    const auto known = dtype_of(type);
    if (!known) reader.refuse("a tensor's number format is not read", fmt::format("ggml type {} of {}", type, view.name), "f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q4_K, q5_K or q6_K");
    view.type = *known;
    offsets.push_back(reader.number<std::uint64_t>());
    header.tensors.push_back(std::move(view));
  }
  const std::uint64_t start = (reader.position() + alignment - 1) / alignment * alignment;
  for (std::size_t i = 0; i < header.tensors.size(); ++i) {
    TensorView& view = header.tensors[i];
    const std::size_t size = tensor_bytes(view.name, view.type, view.shape);
    if (offsets[i] % alignment != 0 || start > bytes.size() || offsets[i] > bytes.size() - start || size > bytes.size() - start - offsets[i]) {
      reader.refuse("a tensor reaches beyond the file", fmt::format("{}: {} bytes at {} of {}", view.name, size, offsets[i], bytes.size()), "a complete file; was the download cut off?");
    }
    view.bytes = bytes.subspan(start + offsets[i], size);
  }
  return header;
}

const TensorView* GgufFile::find(const std::string& name) const {
  for (const TensorView& view : header_.tensors) {
    if (view.name == name) return &view;
  }
  return nullptr;
}

}  // namespace p2c::weights
