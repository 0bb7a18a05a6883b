// Builds a PaperDoc block by block.
#include "paper/doc_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace p2c::paper {
namespace {

constexpr int kMaxSectionLevel = 6;

}  // namespace

Block& DocBuilder::add(std::string id, BlockType type) {
  Block& block = doc_.blocks.emplace_back();
  block.id = std::move(id);
  block.type = type;
  block.parent = section_;
  block.order = doc_.blocks.size() - 1;
  block.appendix = appendix_;
  return block;
}

void DocBuilder::require_section() {
  if (!section_.empty()) return;
  Block& block = add("S0", BlockType::section);
  block.level = 1;
  section_ = "S0";
}

Block& DocBuilder::section(int level, std::string number, std::string title) {
  const auto depth = static_cast<std::size_t>(std::clamp(level, 1, kMaxSectionLevel));
  counters_.resize(depth, 0);
  ++counters_[depth - 1];
  while (!open_levels_.empty() && open_levels_.back() >= static_cast<int>(depth)) {
    open_levels_.pop_back();
    open_.pop_back();
  }
  std::string id = "S";
  for (std::size_t i = 0; i < depth; ++i) id += fmt::format("{}{}", i == 0 ? "" : ".", counters_[i]);
  section_ = open_.empty() ? std::string() : open_.back();
  Block& block = add(id, BlockType::section);
  block.level = static_cast<int>(depth);
  block.number = std::move(number);
  block.title = std::move(title);
  section_ = std::move(id);
  open_.push_back(section_);
  open_levels_.push_back(block.level);
  return block;
}

Block& DocBuilder::text_block(BlockType type, std::string text) {
  require_section();
  std::string id;
  if (type == BlockType::references) {
    ++references_;
    id = references_ == 1 ? "R" : fmt::format("R{}", references_);
  } else if (type == BlockType::code) {
    id = fmt::format("C{}", ++codes_);
  } else {
    id = fmt::format("P{}.{}", section_.substr(1), ++text_blocks_[section_]);
  }
  Block& block = add(std::move(id), type);
  block.text = std::move(text);
  return block;
}

Block& DocBuilder::item(const std::string& list_id, std::string text) {
  const std::string number = list_id.empty() ? list_id : list_id.substr(1);
  Block& block = add(fmt::format("I{}.{}", number, ++items_[list_id]), BlockType::item);
  block.parent = list_id;
  block.text = std::move(text);
  return block;
}

Equation& DocBuilder::equation() {
  require_section();
  Equation& equation = doc_.equations.emplace_back();
  equation.id = fmt::format("E{}", doc_.equations.size());
  add(equation.id, BlockType::equation);
  return equation;
}

Table& DocBuilder::table() {
  require_section();
  Table& table = doc_.tables.emplace_back();
  table.id = fmt::format("T{}", doc_.tables.size());
  add(table.id, BlockType::table);
  return table;
}

Figure& DocBuilder::figure() {
  require_section();
  Figure& figure = doc_.figures.emplace_back();
  figure.id = fmt::format("F{}", doc_.figures.size());
  add(figure.id, BlockType::figure);
  return figure;
}

Algorithm& DocBuilder::algorithm() {
  require_section();
  Algorithm& algorithm = doc_.algorithms.emplace_back();
  algorithm.id = fmt::format("A{}", doc_.algorithms.size());
  add(algorithm.id, BlockType::algorithm);
  return algorithm;
}

}  // namespace p2c::paper
