// Look-ups in a Paper document: blocks and their details by id, sections and what they contain.
#include "paper/paper_doc.h"

#include <charconv>
#include <string_view>
#include <unordered_map>

namespace p2c::paper {
namespace {

// Ids of details count in document order, so "E7" usually is the seventh; only where it is not, all are
// looked at.
template <typename Item>
const Item* find_by_id(const std::vector<Item>& items, std::string_view id) {
  std::size_t guess = 0;
  if (id.size() > 1) std::from_chars(id.data() + 1, id.data() + id.size(), guess);
  if (guess >= 1 && guess <= items.size() && items[guess - 1].id == id) return &items[guess - 1];
  for (const Item& item : items) {
    if (item.id == id) return &item;
  }
  return nullptr;
}

// Ids of a document to their place in `blocks`; of two equal ids the first counts, as in find_block.
using BlockIndex = std::unordered_map<std::string_view, std::size_t>;

BlockIndex index_blocks(const std::vector<Block>& blocks) {
  BlockIndex index;
  index.reserve(blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) index.emplace(blocks[i].id, i);
  return index;
}

// True when `section_id` is among the ancestors of the block: the nearest section only, or any when `deep`.
// A document read from a file may hold parents that form a circle; the walk ends after as many steps as
// blocks.
bool lies_in(const Block& block, std::string_view section_id, bool deep, const std::vector<Block>& blocks,
             const BlockIndex& index) {
  std::string_view parent = block.parent;
  for (std::size_t step = 0; step < blocks.size() && !parent.empty(); ++step) {
    if (parent == section_id) return true;
    const auto found = index.find(parent);
    if (found == index.end()) return false;
    const Block& above = blocks[found->second];
    if (!deep && above.type == BlockType::section) return false;
    parent = above.parent;
  }
  return false;
}

}  // namespace

const Block* PaperDoc::find_block(std::string_view id) const {
  return find_by_id(blocks, id);
}
const Equation* PaperDoc::find_equation(std::string_view id) const {
  return find_by_id(equations, id);
}
const Algorithm* PaperDoc::find_algorithm(std::string_view id) const {
  return find_by_id(algorithms, id);
}
const Table* PaperDoc::find_table(std::string_view id) const {
  return find_by_id(tables, id);
}
const Figure* PaperDoc::find_figure(std::string_view id) const {
  return find_by_id(figures, id);
}

const Block* PaperDoc::section_of(std::string_view id) const {
  const Block* block = find_block(id);
  for (std::size_t step = 0; block != nullptr && step <= blocks.size(); ++step) {
    if (block->type == BlockType::section) return block;
    block = block->parent.empty() ? nullptr : find_block(block->parent);
  }
  return nullptr;
}

std::vector<const Block*> PaperDoc::blocks_of(std::string_view section_id, bool deep) const {
  const BlockIndex index = index_blocks(blocks);
  std::vector<const Block*> found;
  for (const Block& block : blocks) {
    if (!deep && block.type == BlockType::section) continue;
    if (lies_in(block, section_id, deep, blocks, index)) found.push_back(&block);
  }
  return found;
}

}  // namespace p2c::paper
