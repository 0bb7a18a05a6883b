// Names places of the paper for people.
#include "artefacts/place.h"

namespace p2c::artefacts {

namespace {

std::string section_name(const paper::Block& section) {
  if (!section.number.empty()) return "§" + section.number;
  return section.title.empty() ? section.id : "“" + section.title + "”";
}

// "Eq. 4" for numbered blocks of their own kind, "Equation E7" for unnumbered ones, "" for running text.
std::string block_name(const paper::Block& block) {
  const auto named = [&](const std::string& with_number, const std::string& without) {
    return block.number.empty() ? without + " " + block.id : with_number + " " + block.number;
  };
  switch (block.type) {
    case paper::BlockType::equation:
      return named("Eq.", "Equation");
    case paper::BlockType::algorithm:
      return named("Algorithm", "Algorithm");
    case paper::BlockType::table:
      return named("Table", "Table");
    case paper::BlockType::figure:
      return named("Figure", "Figure");
    case paper::BlockType::theorem:
      return named("Theorem", "Theorem");
    case paper::BlockType::code:
      return named("Listing", "Listing");
    default:
      return {};
  }
}

}  // namespace

std::string place_of(const paper::PaperDoc& paper, std::string_view block_id) {
  const paper::Block* block = paper.find_block(block_id);
  if (!block) return std::string(block_id);
  std::string place = block_name(*block);
  const paper::Block* section = paper.section_of(block_id);
  // A numbered float stands wherever there was room: the title of the paragraph it landed in would only mislead.
  const bool floats = !block->number.empty() && (block->type == paper::BlockType::algorithm || block->type == paper::BlockType::table ||
                                                 block->type == paper::BlockType::figure || block->type == paper::BlockType::code);
  if (floats && section && section->number.empty()) section = nullptr;
  if (section) place += (place.empty() ? "" : ", ") + section_name(*section);
  return place.empty() ? block->id : place;
}

}  // namespace p2c::artefacts
