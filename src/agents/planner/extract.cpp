// P1: requirements out of every part of the paper, with quotes that really stand there.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "agents/evidence_check.h"
#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "base/parallel.h"
#include "base/text.h"

namespace p2c::agents::planner {
namespace {

using artefacts::Evidence;
using artefacts::Requirement;
using artefacts::Requirements;

constexpr std::size_t kMaxQuoteBytes = 240;  // the prompt asks for 200 characters; TeX and UTF-8 may need a few bytes more

// Every number inside a value, so that lists are checked item by item.
std::vector<double> numbers_of(const Json& value) {
  std::vector<double> out;
  if (value.is_number()) out.push_back(value.get<double>());
  if (value.is_array()) {
    for (const auto& item : value) {
      if (item.is_number()) out.push_back(item.get<double>());
    }
  }
  return out;
}

Requirement requirement_from(const Json& item) {
  Requirement r;
  r.kind = optional_string(item, "kind");
  r.statement = collapse_whitespace(optional_string(item, "statement"));
  r.status = optional_string(item, "status", "specified");
  r.importance = static_cast<int>(optional_int(item, "importance", 2));
  r.forbid = optional_strings(item, "forbid");
  const std::string name = optional_string(item, "name");
  if (!name.empty()) {
    artefacts::RequirementValue value;
    value.name = name;
    value.value = item.contains("value") ? item["value"] : Json();
    value.unit = optional_string(item, "unit");
    value.symbol = optional_string(item, "symbol");
    r.value = std::move(value);
  }
  r.evidence.push_back({optional_string(item, "block"), optional_string(item, "quote"), -1});
  return r;
}

// Checks one requirement against the chunk and writes the place of its quote; the sentence says what is wrong.
std::string check_evidence(const paper::PaperDoc& paper, const Chunk& chunk, Requirement& r) {
  Evidence& evidence = r.evidence.front();
  if (evidence.quote.size() > kMaxQuoteBytes) evidence.quote = std::string(utf8_prefix(evidence.quote, 200));
  const auto place = find_quote(paper, evidence.quote, evidence.block, chunk.blocks);
  if (!place) {
    return fmt::format("the quote \"{}\" does not stand in block {} nor anywhere in this part", evidence.quote, evidence.block);
  }
  evidence.block = place->block;
  evidence.offset = place->offset;
  if (r.value) {
    for (const double number : numbers_of(r.value->value)) {
      if (states_number(evidence.quote, number)) continue;
      const paper::Block* block = paper.find_block(evidence.block);
      // The number may stand elsewhere in the same block (a list split over sentences): accepted, the block is the evidence.
      if (block != nullptr && states_number(searchable_text(paper, *block), number)) continue;
      return fmt::format("the value {} of {} stands neither in the quote \"{}\" nor in its block", number, r.value->name, evidence.quote);
    }
  }
  return {};
}

// The weaker status of a requirement whose evidence could not be verified: kept, but marked as inferred.
void drop_evidence(Requirement& r, const std::string& why, std::vector<std::string>& warnings) {
  warnings.push_back(fmt::format("evidence dropped, kept as inferred: \"{}\": {}", r.statement, why));
  r.evidence.clear();
  r.status = "inferred";
  r.basis = "paper";
}

std::vector<Requirement> extract_chunk(const paper::PaperDoc& paper, const Chunk& chunk, const std::string& kinds,
                                       llm::Caller& caller, std::vector<std::string>& warnings) {
  llm::Question question = render_prompt("planner_extract", {{"heading", chunk.heading}, {"chunk", chunk.text}, {"kinds", kinds}});
  question.label = {"planner", "P1", chunk.id, 0};
  question.expected_tokens = static_cast<int>(std::min<std::int64_t>(8000, 1500 + 2 * llm::estimate_tokens(chunk.text)));
  const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("planner_extract"), "planner_extract");
  std::vector<Requirement> found;
  for (const auto& item : answer.value["requirements"]) found.push_back(requirement_from(item));

  std::map<std::size_t, std::string> failing;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::string problem = check_evidence(paper, chunk, found[i]); !problem.empty()) failing[i] = std::move(problem);
  }
  std::set<std::size_t> dropped;
  if (!failing.empty()) {
    std::string list;
    for (const auto& [i, problem] : failing) {
      const auto& e = found[i].evidence.front();
      list += fmt::format("- item {}: {} (block {}, quote \"{}\"): {}\n", i + 1, found[i].statement, e.block, e.quote, problem);
    }
    llm::Question fix = render_prompt("planner_extract_fix", {{"heading", chunk.heading}, {"chunk", chunk.text}, {"failing", list}});
    fix.label = {"planner", "P1-fix", chunk.id, 0};
    fix.expected_tokens = 300 + static_cast<int>(failing.size()) * 150;
    const llm::JsonAnswer fixed = caller.ask_json(fix, prompt_schema("planner_extract_fix"), "planner_extract_fix");
    for (const auto& correction : fixed.value["corrections"]) {
      const auto number = optional_int(correction, "item");
      if (number < 1 || !failing.contains(static_cast<std::size_t>(number - 1))) continue;
      const auto i = static_cast<std::size_t>(number - 1);
      if (optional_bool(correction, "drop")) {
        dropped.insert(i);
        continue;
      }
      Requirement& r = found[i];
      auto& e = r.evidence.front();
      if (const auto block = optional_string(correction, "block"); !block.empty()) e.block = block;
      if (const auto quote = optional_string(correction, "quote"); !quote.empty()) e.quote = quote;
      if (r.value && correction.contains("value") && !correction["value"].is_null()) r.value->value = correction["value"];
    }
    for (auto& [i, problem] : failing) {
      if (dropped.contains(i)) continue;
      if (const std::string again = check_evidence(paper, chunk, found[i]); !again.empty()) drop_evidence(found[i], again, warnings);
    }
  }
  std::vector<Requirement> kept;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (dropped.contains(i)) {
      warnings.push_back(fmt::format("withdrawn by the model after the quote failed: \"{}\"", found[i].statement));
    } else if (!found[i].statement.empty()) {
      kept.push_back(std::move(found[i]));
    }
  }
  return kept;
}

}  // namespace

void merge_duplicates(Requirements& requirements) {
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> seen;
  std::vector<Requirement> kept;
  for (Requirement& r : requirements.requirements) {
    std::tuple<std::string, std::string, std::string> key{r.kind, "", normalise_for_match(r.statement)};
    if (r.value && !r.value->name.empty() && !r.value->value.is_null()) {
      key = {r.kind, to_lower(r.value->name), canonical_json(r.value->value) + "|" + to_lower(r.value->unit)};
    }
    const auto [it, inserted] = seen.try_emplace(key, kept.size());
    if (inserted) {
      kept.push_back(std::move(r));
      continue;
    }
    Requirement& first = kept[it->second];
    for (Evidence& e : r.evidence) first.evidence.push_back(std::move(e));
    first.importance = std::max(first.importance, r.importance);
    if (first.status == "inferred" && !r.evidence.empty()) first.status = r.status;
    requirements.warnings.push_back(fmt::format("merged as duplicates: \"{}\" and \"{}\"", first.statement, r.statement));
  }
  requirements.requirements = std::move(kept);
}

Requirements extract(const paper::PaperDoc& paper, int jobs, llm::Caller& caller) {
  const std::vector<Chunk> chunks = paper_chunks(paper);
  if (chunks.empty()) {
    throw Error(ErrorCode::gate, "the paper has no text to take requirements from", {paper.title, {}, {}, {}});
  }
  const std::string kinds = join(artefacts::kRequirementKinds, ", ");
  std::vector<std::vector<Requirement>> found(chunks.size());
  std::vector<std::vector<std::string>> warnings(chunks.size());
  parallel_for(chunks.size(), jobs, [&](std::size_t i) { found[i] = extract_chunk(paper, chunks[i], kinds, caller, warnings[i]); });

  Requirements all;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    for (Requirement& r : found[i]) all.requirements.push_back(std::move(r));
    for (std::string& w : warnings[i]) all.warnings.push_back(std::move(w));
  }
  merge_duplicates(all);
  if (all.requirements.empty()) {
    throw Error(ErrorCode::gate, "no requirement could be taken from the paper",
                {paper.title, fmt::format("{} parts read", chunks.size()), {}, "Is this a paper that describes a method?"});
  }
  // Document order makes ids stable whatever order the answers came in.
  const auto order_of = [&](const Requirement& r) -> std::size_t {
    if (r.evidence.empty()) return paper.blocks.size();
    const paper::Block* block = paper.find_block(r.evidence.front().block);
    return block == nullptr ? paper.blocks.size() : block->order;
  };
  std::stable_sort(all.requirements.begin(), all.requirements.end(),
                   [&](const Requirement& a, const Requirement& b) { return order_of(a) < order_of(b); });
  int n = 0;
  for (Requirement& r : all.requirements) r.id = fmt::format("q{}", ++n);
  return all;
}

}  // namespace p2c::agents::planner
