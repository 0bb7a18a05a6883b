#include "agents/paper_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "llm/caller.h"

namespace p2c::agents {
namespace {

using paper::Block;
using paper::BlockType;
using paper::PaperDoc;

// Sections that state nothing to implement; their text costs tokens in every later call.
bool is_background(std::string_view title) {
  const std::string lower = to_lower(title);
  for (const std::string_view word : {"related work", "acknowledg", "references", "bibliography", "broader impact", "author contribution"}) {
    if (contains(lower, word)) return true;
  }
  return false;
}

bool in_background(const PaperDoc& doc, const Block& block) {
  const Block* section = block.type == BlockType::section ? &block : doc.section_of(block.id);
  for (int depth = 0; section != nullptr && depth < 20; ++depth) {
    if (is_background(section->title)) return true;
    if (section->parent.empty()) return false;
    section = doc.find_block(section->parent);
  }
  return false;
}

std::string heading_line(const Block& section) {
  return section.number.empty() ? section.title : section.number + " " + section.title;
}

}  // namespace

std::string heading_path(const PaperDoc& paper, const std::string& block) {
  std::vector<std::string> parts;
  const Block* section = paper.section_of(block);
  for (int depth = 0; section != nullptr && depth < 20; ++depth) {
    parts.push_back(heading_line(*section));
    if (section->parent.empty()) break;
    section = paper.find_block(section->parent);
  }
  std::reverse(parts.begin(), parts.end());
  return join(parts, " > ");
}

std::vector<Chunk> paper_chunks(const PaperDoc& paper, int target_tokens) {
  std::vector<Chunk> chunks;
  std::map<std::string, int> parts_of_section;
  Chunk current;
  std::int64_t tokens = 0;
  std::string top;  // level-1 section of the current chunk
  const auto flush = [&] {
    if (!trim(current.text).empty()) chunks.push_back(std::move(current));
    current = Chunk{};
    tokens = 0;
  };
  for (const Block& block : paper.blocks) {
    if (block.type == BlockType::references || in_background(paper, block)) continue;
    std::string text = emit_block(paper, block);
    if (trim(text).empty()) continue;
    const std::int64_t cost = llm::estimate_tokens(text);
    const bool starts_section = block.type == BlockType::section && block.level <= 2;
    // A new section begins a new chunk once the current one is half full, so that chunks follow the paper's own parts.
    if (tokens > 0 && (tokens + cost > target_tokens || (starts_section && tokens > target_tokens / 2))) flush();
    if (current.blocks.empty()) {
      const Block* section = block.type == BlockType::section ? &block : paper.section_of(block.id);
      const std::string id = section != nullptr ? section->id : "S0";
      const int part = ++parts_of_section[id];
      current.id = part == 1 ? id : fmt::format("{}+{}", id, part);
      current.heading = heading_path(paper, block.id);
    }
    if (block.type == BlockType::section && block.level <= 2 && !current.blocks.empty()) current.heading += "; " + heading_path(paper, block.id);
    current.text += text;
    if (!current.text.ends_with('\n')) current.text += '\n';
    current.text += '\n';
    current.blocks.push_back(block.id);
    tokens += cost;
  }
  flush();
  return chunks;
}

std::string section_tree(const PaperDoc& paper) {
  std::string out;
  for (const Block& block : paper.blocks) {
    if (block.type != BlockType::section) continue;
    out += std::string(static_cast<std::size_t>(std::max(0, block.level - 1)) * 2, ' ');
    out += fmt::format("[{}] {}{}\n", block.id, heading_line(block), block.appendix ? " (appendix)" : "");
  }
  return out;
}

std::string paper_text(const PaperDoc& paper, const artefacts::Requirements* requirements, std::int64_t max_tokens,
                       std::size_t* dropped) {
  if (dropped != nullptr) *dropped = 0;
  const auto emit = [&](const auto& keep) {
    std::string out;
    for (const Block& block : paper.blocks) {
      if (block.type == BlockType::references || in_background(paper, block) || !keep(block)) continue;
      const std::string text = emit_block(paper, block);
      if (trim(text).empty()) continue;
      out += text;
      if (!out.ends_with('\n')) out += '\n';
      out += '\n';
    }
    return out;
  };
  std::string all = emit([](const Block&) { return true; });
  if (llm::estimate_tokens(all) <= max_tokens) return all;
  std::string main = emit([](const Block& block) { return !block.appendix; });
  if (llm::estimate_tokens(main) <= max_tokens) {
    if (dropped != nullptr) {
      *dropped = static_cast<std::size_t>(std::count_if(paper.blocks.begin(), paper.blocks.end(), [](const Block& b) { return b.appendix; }));
    }
    return main;
  }
  std::set<std::string> wanted;
  if (requirements != nullptr) {
    for (const auto& requirement : requirements->requirements) {
      if (requirement.importance < 2) continue;
      for (const auto& evidence : requirement.evidence) wanted.insert(evidence.block);
    }
  }
  std::size_t left_out = 0;
  std::int64_t used = 0;
  std::string out = emit([&](const Block& block) {
    if (block.type == BlockType::section) return true;
    if (!wanted.contains(block.id) && block.type != BlockType::algorithm) return ++left_out, false;
    used += llm::estimate_tokens(emit_block(paper, block));
    if (used > max_tokens) return ++left_out, false;
    return true;
  });
  if (dropped != nullptr) *dropped = left_out;
  return out;
}

std::string requirement_line(const artefacts::Requirement& r, bool with_owner) {
  std::string line = fmt::format("{} [{}, {}]", r.id, r.kind, r.importance);
  if (with_owner && !r.owner.empty()) line += " " + r.owner + ":";
  line += " " + r.statement;
  if (r.value && !r.value->name.empty()) {
    line += " (" + r.value->name;
    if (!r.value->value.is_null()) line += " = " + (r.value->value.is_string() ? r.value->value.get<std::string>() : r.value->value.dump());
    if (!r.value->unit.empty()) line += " " + r.value->unit;
    line += ")";
  }
  if (r.status != "specified") {
    line += " [" + r.status;
    if (!r.choice.empty()) line += ": chosen " + r.choice + (r.basis.empty() ? "" : ", " + r.basis);
    line += "]";
  }
  return line;
}

std::string requirement_lines(const artefacts::Requirements& requirements, bool with_owner, bool in_scope_only) {
  std::string out;
  for (const auto& r : requirements.requirements) {
    if (in_scope_only && r.scope != "in") continue;
    out += requirement_line(r, with_owner);
    out += '\n';
  }
  return out;
}

std::string evidence_text(const PaperDoc& paper, const std::vector<const artefacts::Requirement*>& requirements,
                          const std::vector<std::string>& extra_blocks) {
  std::map<std::string, std::vector<const artefacts::Requirement*>> by_block;
  std::vector<const artefacts::Requirement*> without;
  for (const auto* r : requirements) {
    if (r->evidence.empty()) without.push_back(r);
    for (const auto& e : r->evidence) by_block[e.block].push_back(r);
  }
  for (const auto& id : extra_blocks) by_block[id];
  // What the evidence points to ("Algorithm 2", "Eq. 4") belongs to it.
  std::set<std::string> referred;
  for (const auto& [id, _] : by_block) {
    if (const Block* block = paper.find_block(id)) {
      for (const std::string& ref : block->refs) {
        const Block* target = paper.find_block(ref);
        if (target != nullptr && (target->type == BlockType::equation || target->type == BlockType::algorithm || target->type == BlockType::table)) {
          referred.insert(ref);
        }
      }
    }
  }
  for (const auto& id : referred) by_block[id];

  std::string out;
  for (const Block& block : paper.blocks) {
    const auto it = by_block.find(block.id);
    if (it == by_block.end()) continue;
    std::string text = emit_block(paper, block);
    if (block.type == BlockType::section) text = fmt::format("[{}] {}", block.id, heading_line(block));
    out += text;
    if (!out.ends_with('\n')) out += '\n';
    std::set<std::string> seen;
    for (const auto* r : it->second) {
      if (seen.insert(r->id).second) out += "  -> " + requirement_line(*r, false) + "\n";
    }
    out += '\n';
  }
  if (!without.empty()) {
    out += "Not said by the paper; settled as follows:\n";
    for (const auto* r : without) out += "  -> " + requirement_line(*r, false) + "\n";
  }
  return out.empty() ? "(none)" : out;
}

}  // namespace p2c::agents
