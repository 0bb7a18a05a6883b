// Writes paper.json and paper.md.
#include "paper/outputs.h"

#include "base/files.h"
#include "base/json.h"

namespace p2c::paper {

void write_paper_outputs(const PaperDoc& doc, const std::filesystem::path& dir) {
  write_file_atomic(dir / "paper.md", emit_markdown(doc));
  write_file_atomic(dir / "paper.json", pretty_json(to_json(doc)));  // last: who finds it finds the rest too
}

}  // namespace p2c::paper
