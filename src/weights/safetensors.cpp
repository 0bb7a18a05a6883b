#include "weights/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

namespace p2c::weights {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxHeader = 100u << 20;
constexpr std::size_t kMaxTensors = 100'000;

std::optional<tensor::DType> dtype_of(const std::string& name) {
  if (name == "F32") return tensor::DType::f32;
  if (name == "F16") return tensor::DType::f16;
  if (name == "BF16") return tensor::DType::bf16;
  return std::nullopt;
}

[[noreturn]] void refuse(const std::string& subject, std::string what, std::string found, std::string expected = {}) {
  throw Error(ErrorCode::bad_input, std::move(what), {.subject = subject, .found = std::move(found), .expected = std::move(expected)});
}

}  // namespace

SafetensorsHeader parse_safetensors(std::span<const std::byte> bytes, const std::string& subject) {
  std::uint64_t length = 0;
  if (bytes.size() < 8) refuse(subject, "is no safetensors file", fmt::format("{} bytes", bytes.size()), "at least 8");
  std::memcpy(&length, bytes.data(), 8);
  if (length > kMaxHeader) throw Error(ErrorCode::limit, "the header is too long", {.subject = subject, .found = fmt::format("{} bytes", length), .hint = "Is it a safetensors file?"});
  if (length > bytes.size() - 8) refuse(subject, "the file ends inside its header", fmt::format("{} bytes", bytes.size()), fmt::format("at least {}", length + 8));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, length);
  const Json json = parse_json(text, subject);
  if (!json.is_object()) refuse(subject, "the header is no object", json.type_name());
  if (json.size() > kMaxTensors) throw Error(ErrorCode::limit, "too many tensors", {.subject = subject, .found = fmt::format("{}", json.size())});
  const std::span<const std::byte> data = bytes.subspan(8 + length);
  SafetensorsHeader header;
  for (const auto& [name, row] : json.items()) {
    if (!row.is_object()) refuse(subject, "a tensor is described by no object", name);
    if (name == "__metadata__") {
      if (!row.is_object()) refuse(subject, "__metadata__ is no object", row.type_name());
      for (const auto& [key, value] : row.items()) {
        if (value.is_string()) header.metadata[key] = value.get<std::string>();
      }
      continue;
    }
    const auto type = dtype_of(optional_string(row, "dtype"));
    if (!type) refuse(subject, "a tensor's number format is not read", fmt::format("{} of {}", optional_string(row, "dtype"), name), "F32, F16 or BF16");
    TensorView view{name, *type, {}, {}};
    for (const Json& d : row.value("shape", Json())) {
      if (!d.is_number_unsigned() || d.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxElements)) refuse(subject, "a tensor's shape is no list of sizes", name);
      view.shape.push_back(d.get<std::int64_t>());
      if (view.shape.size() > kMaxDimensions) break;
    }
    const Json offsets = row.value("data_offsets", Json());
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned()) refuse(subject, "a tensor has no data_offsets", name);
    const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
    if (begin > end || end > data.size()) {
      refuse(subject, "a tensor reaches beyond the file", fmt::format("{}: {} to {} of {}", name, begin, end, data.size()), "a complete file; was the download cut off?");
    }
    if (end - begin != tensor_bytes(name, *type, view.shape)) {
      refuse(subject, "a tensor's shape and size differ", fmt::format("{} {}: {} bytes", name, shape_text(view.shape), end - begin));
    }
    view.bytes = data.subspan(begin, end - begin);
    header.tensors.push_back(std::move(view));
  }
  std::vector<std::span<const std::byte>> spans;
  for (const TensorView& view : header.tensors) spans.push_back(view.bytes);
  std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.data() != b.data() ? a.data() < b.data() : a.size() < b.size(); });
  const std::byte* at = data.data();
  for (const auto& span : spans) {
    if (span.data() != at) refuse(subject, "tensors overlap or leave gaps", fmt::format("at byte {}", span.data() - data.data()));
    at += span.size();
  }
  if (at != data.data() + data.size()) refuse(subject, "bytes behind the last tensor", fmt::format("{}", data.data() + data.size() - at));
  std::sort(header.tensors.begin(), header.tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return header;
}

SafetensorsFolder::SafetensorsFolder(const fs::path& folder) {
  const fs::path index = folder / "model.safetensors.index.json", single = folder / "model.safetensors";
  std::map<std::string, std::string> promised;  // tensor -> shard
  std::set<std::string> shards;
  if (fs::exists(index)) {
    const Json json = parse_json(read_file(index, kMaxHeader), index.string());
    if (!json.is_object()) refuse(index.string(), "is no object", json.type_name());
    const Json map = json.value("weight_map", Json::object());
    for (const auto& [name, file] : map.items()) {
      if (!file.is_string()) refuse(index.string(), "weight_map names no file", name);
      shards.insert(promised[name] = file.get<std::string>());
    }
    if (shards.empty()) refuse(index.string(), "names no shard", "");
  } else if (fs::exists(single)) {
    shards.insert("model.safetensors");
  } else {
    throw Error(ErrorCode::not_found, "no weights in the folder", {.subject = folder.string(), .expected = "model.safetensors or model.safetensors.index.json"});
  }
  for (const std::string& shard : shards) {
    // A plain name; what it links to is the hub cache's business.
    if (shard.empty() || fs::path(shard).filename() != shard || shard == "..") {
      throw Error(ErrorCode::unsafe_input, "the index names a file outside its folder", {.subject = index.string(), .found = shard});
    }
    const fs::path path = folder / shard;
    files_.push_back(std::make_unique<MappedFile>(path));
    for (TensorView& view : parse_safetensors(files_.back()->bytes(), path.string()).tensors) {
      const auto it = promised.find(view.name);
      if (it != promised.end() && it->second != shard) continue;  // the index decides
      const std::string name = view.name;
      if (!tensors_.try_emplace(name, std::move(view)).second) refuse(path.string(), "a tensor stands in two shards", name);
    }
  }
  for (const auto& [name, shard] : promised) {
    if (!tensors_.contains(name)) refuse((folder / shard).string(), "lacks a tensor that the index promises", name);
  }
}

const TensorView* SafetensorsFolder::find(const std::string& name) const {
  const auto it = tensors_.find(name);
  return it == tensors_.end() ? nullptr : &it->second;
}

}  // namespace p2c::weights
