// The GGUF format of llama.cpp, versions 2 and 3, little-endian: typed metadata, then tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "weights/mapped_file.h"
#include "weights/tensor_view.h"

namespace p2c::weights {

// Integers of every width become int64 (uint64 beyond its range is refused), floats double; arrays hold one of the kinds.
using GgufValue = std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

struct GgufHeader {
  std::map<std::string, GgufValue> metadata;
  std::vector<TensorView> tensors;  // in file order; shapes row-major, so GGUF's dimensions turned round

  // Value of a key. Errors: bad_input naming the key when it is absent or of another kind.
  std::int64_t integer(const std::string& key) const;
  double number(const std::string& key) const;  // integers too
  const std::string& text(const std::string& key) const;
  const std::vector<std::string>& texts(const std::string& key) const;
  bool has(const std::string& key) const { return metadata.contains(key); }
};

// Views point into `bytes`. At most 100,000 tensors and keys; strings and arrays within the file. Tensors of other number formats than
// tensor::DType are refused. Errors: bad_input, limit, version for another version or byte order; `subject` names the file in them.
GgufHeader parse_gguf(std::span<const std::byte> bytes, const std::string& subject);

// A file and its header; views live as long.
class GgufFile {
 public:
  explicit GgufFile(const std::filesystem::path& path) : file_(path), header_(parse_gguf(file_.bytes(), path.string())) {}
  const GgufHeader& header() const { return header_; }
  const TensorView* find(const std::string& name) const;  // nullptr when absent

 private:
  MappedFile file_;
  GgufHeader header_;
};

}  // namespace p2c::weights
