// Works out what the report says.
#include "verify/report_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "artefacts/place.h"
#include "base/text.h"

namespace p2c::verify {

namespace {

using artefacts::ProvenanceRegion;
using Regions = std::vector<const ProvenanceRegion*>;

bool is_test(const std::string& path) {
  return path.starts_with("tests/");
}
bool is_config(const std::string& path) {
  return path.starts_with("configs/");
}

bool is_around(const ProvenanceRegion& outer, const ProvenanceRegion& inner) {
  return outer.file == inner.file && outer.start <= inner.start && outer.end >= inner.end &&
         (outer.start != inner.start || outer.end != inner.end);
}

bool same_tags(const ProvenanceRegion& a, const ProvenanceRegion& b) {
  return a.reqs == b.reqs && a.equations == b.equations && a.decisions == b.decisions;
}

// Regions by the ids they name; regions of files that are not there or with lines out of range are left out,
// since the provenance of a repository may be older than the repository.
class RegionIndex {
 public:
  explicit RegionIndex(const ReportInput& input) {
    for (const auto& region : input.provenance) {
      const auto file = input.repo_files.find(region.file);
      if (file == input.repo_files.end() || region.start < 1 || region.end < region.start) continue;
      if (static_cast<std::size_t>(region.end) > line_count(file->first, file->second)) continue;
      all_.push_back(&region);
      for (const auto& id : region.reqs) by_id_[id].push_back(&region);
      for (const auto& id : region.equations) {
        by_id_[id].push_back(&region);
        // A line of an algorithm stands for the algorithm too; a region with several lines is there once.
        const auto colon = id.find(':');
        if (colon == std::string::npos) continue;
        auto& whole = by_id_[id.substr(0, colon)];
        if (whole.empty() || whole.back() != &region) whole.push_back(&region);
      }
    }
  }

  const Regions& all() const { return all_; }
  Regions naming(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? Regions{} : found->second;
  }

 private:
  std::size_t line_count(const std::string& path, const std::string& text) {
    const auto [entry, added] = lines_.try_emplace(path, 0);
    if (added) entry->second = split_lines(text).size();
    return entry->second;
  }
  Regions all_;
  std::map<std::string, Regions> by_id_;
  std::map<std::string, std::size_t> lines_;
};

Regions only(const Regions& regions, bool (*wanted)(const ProvenanceRegion&)) {
  Regions kept;
  std::copy_if(regions.begin(), regions.end(), std::back_inserter(kept),
               [&](const auto* r) { return wanted(*r); });
  return kept;
}

// Code first, configuration after it.
std::vector<CodeLink> code_links(const Regions& regions) {
  auto links = specific_links(only(regions, [](const ProvenanceRegion& r) {
    return !is_test(r.file) && (!is_config(r.file) || r.file == "configs/paper.yaml");
  }));
  std::stable_partition(links.begin(), links.end(), [](const CodeLink& l) { return !is_config(l.file); });
  return links;
}

// Outcome by "file::Class::test"; of a parametrised test the worst.
class Outcomes {
 public:
  explicit Outcomes(const std::vector<artefacts::TestOutcome>& tests) {
    for (const auto& test : tests) {
      std::string& known = by_name_[test.name.substr(0, test.name.find('['))];
      if (rank(test.outcome) > rank(known)) known = test.outcome;
    }
  }
  std::string of(const CodeLink& link) const {
    const auto found = by_name_.find(link.file + "::" + replace_all(link.symbol, ".", "::"));
    return found == by_name_.end() ? "" : found->second;
  }

 private:
  static int rank(const std::string& outcome) {
    if (outcome == "error") return 4;
    if (outcome == "failed") return 3;
    if (outcome == "passed") return 2;
    return outcome == "skipped" ? 1 : 0;
  }
  std::map<std::string, std::string> by_name_;
};

// Test functions that name an id. Blocks inside a test count as the test.
std::vector<LinkedTest> linked_tests(const Regions& regions, const RegionIndex& index,
                                     const Outcomes& outcomes) {
  std::vector<LinkedTest> tests;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto* region : regions) {
    if (!is_test(region->file)) continue;
    const std::string leaf = region->symbol.substr(region->symbol.rfind('.') + 1);
    if (!leaf.starts_with("test") || !seen.emplace(region->file, region->symbol).second) continue;
    CodeLink link{region->file, region->symbol, region->start, region->end};
    for (const auto* other : index.all()) {  // the whole test, not the block inside it
      if (other->file == link.file && other->symbol == link.symbol && other->start <= link.start &&
          other->end >= link.end) {
        link.start = other->start;
        link.end = other->end;
      }
    }
    tests.push_back({link, outcomes.of(link)});
  }
  return tests;
}

void gather_requirements(const ReportInput& input, const RegionIndex& index, const Outcomes& outcomes,
                         ReportFacts& facts) {
  double total = 0, reached = 0;
  for (const auto& requirement : input.requirements.requirements) {
    if (requirement.scope == "out") {
      facts.out_of_scope.push_back(&requirement);
      continue;
    }
    const Regions regions = index.naming(requirement.id);
    RequirementFacts item{&requirement, code_links(regions), linked_tests(regions, index, outcomes)};
    const double weight = requirement.importance >= 3 ? 9 : requirement.importance == 2 ? 3 : 1;
    const bool passed = requirement.verdict == "pass";
    ++facts.in_scope;
    facts.passed += passed;
    facts.passed_with_test += passed && !item.tests.empty();
    facts.traced += !item.code.empty();
    total += weight;
    reached += passed ? weight : 0;
    ++facts.by_verdict[requirement.verdict];
    ++facts.by_status[requirement.status];
    facts.requirements.push_back(std::move(item));
  }
  facts.weighted_coverage = total > 0 ? reached / total : 0;
  std::stable_sort(facts.requirements.begin(), facts.requirements.end(), [](const auto& a, const auto& b) {
    return a.requirement->importance > b.requirement->importance;
  });
}

void gather_equations(const ReportInput& input, const RegionIndex& index, const Outcomes& outcomes,
                      ReportFacts& facts) {
  for (const auto& equation : input.paper.equations) {
    const paper::Block* block = input.paper.find_block(equation.id);
    const bool counts = !equation.number.empty() && (!block || !block->appendix);
    const Regions regions = index.naming(equation.id);
    EquationFacts item{equation.id,         artefacts::place_of(input.paper, equation.id), equation.latex,
                       code_links(regions), linked_tests(regions, index, outcomes),        {}};
    facts.equations_numbered += counts;
    facts.equations_in_code += counts && !item.code.empty();
    facts.equations_in_tests += counts && !item.tests.empty();
    if (!item.code.empty() || !item.tests.empty()) {
      facts.equations.push_back(std::move(item));
    } else if (counts) {
      facts.equations_unused.push_back(item.place);
    }
  }
  for (const auto& algorithm : input.paper.algorithms) {
    const Regions regions = index.naming(algorithm.id);
    if (regions.empty()) continue;
    EquationFacts item{algorithm.id,        artefacts::place_of(input.paper, algorithm.id), "",
                       code_links(regions), linked_tests(regions, index, outcomes),         {}};
    for (const auto& line : algorithm.lines) {
      const std::string indent(2 * static_cast<std::size_t>(std::clamp(line.depth, 0, 20)), ' ');
      item.text += fmt::format("{:>2}  {}{}{}\n", line.no, indent, line.text,
                               line.comment.empty() ? "" : "  // " + line.comment);
      auto links = code_links(index.naming(fmt::format("{}:{}", algorithm.id, line.no)));
      if (!links.empty()) item.lines[line.no] = std::move(links);
    }
    facts.equations.push_back(std::move(item));
  }
}

void gather_lines(const ReportInput& input, const RegionIndex& index, ReportFacts& facts) {
  std::map<std::string, std::set<int>> traced;
  std::set<std::string> from_templates;
  for (const auto* region : index.all()) {
    if (region->origin == "template") from_templates.insert(region->file);
    if (is_whole_file(*region) || (region->reqs.empty() && region->decisions.empty())) continue;
    for (int line = region->start; line <= region->end; ++line) traced[region->file].insert(line);
  }
  for (const auto& [path, text] : input.repo_files) {
    if (!path.ends_with(".py")) continue;
    ++(is_test(path) ? facts.test_files : facts.source_files);
    if (is_test(path) || from_templates.contains(path)) continue;
    const auto found = traced.find(path);
    int number = 0;
    for (const auto line : split_lines(text)) {
      ++number;
      if (trim(line).empty()) continue;
      ++facts.code_lines;
      facts.code_lines_traced += found != traced.end() && found->second.contains(number);
    }
  }
}

// Seconds between two times as utc_now_iso8601() writes them.
std::optional<std::int64_t> milliseconds_between(const std::string& from, const std::string& to) {
  const auto seconds = [](const std::string& text) -> std::optional<std::int64_t> {
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &y, &mo, &d, &h, &mi, &s) != 6)
      return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(y),
                                           std::chrono::month(static_cast<unsigned>(mo)),
                                           std::chrono::day(static_cast<unsigned>(d))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400} + h * 3600 + mi * 60 +
           s;
  };
  const auto a = seconds(from), b = seconds(to);
  if (!a || !b || *b < *a) return std::nullopt;
  return 1000 * (*b - *a);
}

void gather_stages(const ReportInput& input, ReportFacts& facts) {
  for (const auto& stage : input.run.stages) {
    if (stage.name == "report") continue;  // it is being written just now
    facts.stages.push_back({});
    facts.stages.back().name = stage.name;
    facts.stages.back().state = stage.state;
    facts.stages.back().wall_ms = milliseconds_between(stage.started, stage.ended);
  }
  for (const auto& call : input.run.calls) {
    auto stage = std::find_if(facts.stages.begin(), facts.stages.end(),
                              [&](const auto& s) { return s.name == call.stage; });
    if (stage == facts.stages.end()) {
      facts.stages.emplace_back().name = call.stage;
      stage = std::prev(facts.stages.end());
    }
    ++stage->calls;
    stage->cache_hits += call.cache_hit;
    stage->tokens_in += call.tokens_in;
    stage->tokens_out += call.tokens_out;
    stage->model_ms += call.ms;
    if (!call.cost) stage->cost.reset();
    if (stage->cost) *stage->cost += *call.cost;
  }
}

}  // namespace

bool is_whole_file(const ProvenanceRegion& region) {
  return region.symbol.empty() && region.start == 1;
}

std::vector<CodeLink> specific_links(const std::vector<const ProvenanceRegion*>& regions) {
  Regions own;
  for (const auto* region : regions) {
    // A block stands inside a region of its own symbol and has its tags from its own comment.
    const bool is_block = std::any_of(regions.begin(), regions.end(), [&](const auto* outer) {
      return outer->symbol == region->symbol && is_around(*outer, *region);
    });
    const bool inherits = !is_block && std::any_of(regions.begin(), regions.end(), [&](const auto* outer) {
      return is_around(*outer, *region) && same_tags(*outer, *region);
    });
    if (!inherits) own.push_back(region);
  }
  std::vector<CodeLink> links;
  for (const auto* region : own) {
    const bool has_inner =
        std::any_of(own.begin(), own.end(), [&](const auto* inner) { return is_around(*region, *inner); });
    // A file's own tags say what it is about; where a definition says it too, that place is the better
    // answer.
    const bool elsewhere = is_whole_file(*region) && std::any_of(own.begin(), own.end(), [&](const auto* r) {
                             return !is_whole_file(*r);
                           });
    if (!has_inner && !elsewhere) links.push_back({region->file, region->symbol, region->start, region->end});
  }
  return links;
}

ReportFacts gather_facts(const ReportInput& input) {
  ReportFacts facts;
  const RegionIndex index(input);
  const Outcomes outcomes(input.verify.tests);
  gather_requirements(input, index, outcomes, facts);
  gather_equations(input, index, outcomes, facts);
  gather_lines(input, index, facts);
  gather_stages(input, facts);
  for (const auto& test : input.verify.tests) {
    facts.tests_passed += test.outcome == "passed";
    facts.tests_failed += test.outcome == "failed" || test.outcome == "error";
    facts.tests_skipped += test.outcome == "skipped";
  }
  for (const auto& entry : input.ledger) {
    for (const auto& hunk : entry.hunks)
      facts.changed_by_class[entry.cause.cls] += std::max(hunk.old_lines, hunk.new_lines);
  }
  return facts;
}

}  // namespace p2c::verify
