// The safetensors format: 8 bytes length (little-endian), a JSON header of that length, then the tensors' bytes.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "weights/mapped_file.h"
#include "weights/tensor_view.h"

namespace p2c::weights {

struct SafetensorsHeader {
  std::vector<TensorView> tensors;              // by name
  std::map<std::string, std::string> metadata;  // "__metadata__"
};

// Reads the header of a whole file's bytes; views point into `bytes`. The header may take 100 MiB, as in the reference implementation. Tensors may not overlap, reach
// beyond the file or leave gaps. F32, F16 and BF16 are taken. Errors: bad_input, limit; `subject` names the file in them.
SafetensorsHeader parse_safetensors(std::span<const std::byte> bytes, const std::string& subject);

// The weights of a folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names. Owns the mappings; views live as long.
class SafetensorsFolder {
 public:
  // Errors: not_found when there is neither; bad_input for a tensor that the index promises and its shard lacks, or that two shards have;
  // unsafe_input for a shard outside the folder.
  explicit SafetensorsFolder(const std::filesystem::path& folder);

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const TensorView* find(const std::string& name) const;  // nullptr when absent

 private:
  std::vector<std::unique_ptr<MappedFile>> files_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace p2c::weights
