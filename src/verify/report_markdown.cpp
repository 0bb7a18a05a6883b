// REPORT.md: the report for reading in a terminal or on a code host, with links into repo/.
#include <fmt/format.h>

#include <algorithm>

#include "artefacts/place.h"
#include "base/markup.h"
#include "base/text.h"
#include "verify/report.h"
#include "verify/report_facts.h"
#include "verify/report_format.h"

namespace p2c::verify {

namespace {

constexpr std::size_t kMaxFindings = 100;  // the rest is in verify.json
constexpr std::size_t kMaxFailures = 50;

std::string c(std::string_view text) {
  return markdown_cell(text);
}

std::string row(const std::vector<std::string>& columns) {
  return "| " + join(columns, " | ") + " |\n";
}

std::string table(const std::vector<std::string>& head, const std::string& rows) {
  return row(head) + row(std::vector<std::string>(head.size(), "---")) + rows + "\n";
}

std::string code_link(const CodeLink& code) {
  const std::string lines =
      code.start == code.end ? fmt::format("{}", code.start) : fmt::format("{}–{}", code.start, code.end);
  const std::string name = code.file.substr(code.file.rfind('/') + 1);
  const std::string label = code.file.starts_with("configs/") && !code.symbol.empty()
                                ? code.symbol + " in " + name
                                : name + ":" + lines;
  const std::string fragment = code.start == code.end ? fmt::format("#L{}", code.start)
                                                      : fmt::format("#L{}-L{}", code.start, code.end);
  return fmt::format("[{}](repo/{}{})", c(label), url_path(code.file), fragment);
}

std::string file_link(const std::string& path) {
  return fmt::format("[{}](repo/{})", c(path), url_path(path));
}

std::string_view sign_of(std::string_view state) {
  if (state == "passed") return "✓ passed";
  if (state == "failed") return "✗ failed";
  return "– not attempted";
}

std::string places(const std::vector<CodeLink>& code, const std::vector<LinkedTest>& tests) {
  std::vector<std::string> links;
  for (const auto& link : code) links.push_back(code_link(link));
  for (const auto& test : tests)
    links.push_back((test.outcome == "passed" ? "✓ "
                     : test.outcome.empty()   ? "– "
                                              : "✗ ") +
                    code_link(test.code));
  return links.empty() ? "–" : join(links, "<br>");
}

class MarkdownReport {
 public:
  explicit MarkdownReport(const ReportInput& input) : in_(input), facts_(gather_facts(input)) {}
  std::string render() const {
    return "# " + markdown_escape(in_.paper.title.empty() ? "Untitled paper" : in_.paper.title) + "\n\n" +
           summary() + levels() + requirements() + equations() + decisions() + findings() + tests() +
           changes() + stages();
  }

 private:
  std::string summary() const;
  std::string levels() const;
  std::string requirements() const;
  std::string algorithm(const EquationFacts& facts) const;
  std::string equations() const;
  std::string decisions() const;
  std::string findings() const;
  std::string tests() const;
  std::string changes() const;
  std::string stages() const;

  const ReportInput& in_;
  ReportFacts facts_;
};

std::string MarkdownReport::summary() const {
  const auto& v = in_.verify;
  const auto& t = in_.run.totals;
  std::string out = fmt::format(
      "**{}**: {}{}\n\n", v.level.empty() ? "No level" : c(v.level), level_sentence(v.level),
      v.first_level == v.level ? ""
                               : fmt::format(" As first written it was at {}.",
                                             v.first_level.empty() ? "no level" : c(v.first_level)));
  out += fmt::format(
      "A {} package {} in [repo/](repo/): {}, {}, {}. The same report with the code beside it: "
      "[report.html](report.html).\n\n",
      framework_name(in_.plan.framework), markdown_code(in_.plan.package),
      counted(facts_.source_files, "Python file", "Python files"),
      counted(facts_.test_files, "test file", "test files"),
      counted(static_cast<std::int64_t>(in_.plan.entry_points.size()), "program", "programs"));
  std::string rows;
  rows +=
      row({"requirements",
           fmt::format("{} of {} in scope pass ({} weighted by importance), {} of them with a test that names them; {} traced to code", facts_.passed,
                       facts_.in_scope, percent(facts_.weighted_coverage), facts_.passed_with_test, facts_.traced)});
  rows += row({"tests", fmt::format("{} passed, {} failed, {} skipped", facts_.tests_passed,
                                    facts_.tests_failed, facts_.tests_skipped)});
  rows += row({"lines changed after first emission",
               fmt::format("{} of {}: {}; {}, {}, {}", grouped(v.lines_changed), grouped(v.lines_total),
                           percent(v.line_fix_rate), counted(v.touches, "touch", "touches"),
                           counted(v.files_touched, "file", "files"), counted(v.rounds, "round", "rounds"))});
  rows += row({"traced lines", fmt::format("{} of {} lines of code name a requirement or decision",
                                           grouped(facts_.code_lines_traced), grouped(facts_.code_lines))});
  rows += row({"numbered equations of the main text",
               fmt::format("{} of {} in code, {} in tests", facts_.equations_in_code,
                           facts_.equations_numbered, facts_.equations_in_tests)});
  rows += row({"tokens", fmt::format("{} in, {} out, {}", grouped(t.tokens_in), grouped(t.tokens_out),
                                     counted(t.calls, "call", "calls"))});
  rows += row({"cost", dollars(t.cost)});
  rows += row({"time", fmt::format("{}; {} in model calls, some side by side", duration(t.wall_ms),
                                   duration(t.model_ms))});
  return out + table({"", ""}, rows);
}

std::string MarkdownReport::levels() const {
  const auto state = [](const std::vector<artefacts::LevelResult>& list, const std::string& level) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& r) { return r.level == level; });
    return found == list.end() ? artefacts::LevelResult{level, "not_attempted", ""} : *found;
  };
  std::string rows;
  for (const std::string level : {"L0", "L1", "L2", "L3", "L4"}) {
    const auto first = state(in_.verify.first_levels, level), last = state(in_.verify.levels, level);
    const std::string why = !last.reason.empty() ? c(last.reason)
                            : first.state == "failed" && !first.reason.empty()
                                ? "at first: " + c(first.reason)
                                : "";
    rows += row({level, std::string(level_meaning(level)), std::string(sign_of(first.state)),
                 std::string(sign_of(last.state)), why});
  }
  std::string out = "## Levels\n\n" + table({"level", "means", "as first written", "after repair", ""}, rows);
  if (!in_.verify.environment.empty())
    out += "Environment: " + markdown_escape(in_.verify.environment) + ".\n";
  if (!in_.verify.sandbox.empty()) out += "Sandbox: " + markdown_escape(in_.verify.sandbox) + ".\n";
  return out + "\n";
}

std::string MarkdownReport::requirements() const {
  std::string rows;
  for (const auto& item : facts_.requirements) {
    const auto& r = *item.requirement;
    std::string what = c(r.statement);
    if (!r.choice.empty() && r.status != "specified")
      what += "<br>Taken: " + c(r.choice) + (r.basis.empty() ? "" : " (" + c(r.basis) + ")");
    std::vector<std::string> evidence;
    for (const auto& e : r.evidence) {
      evidence.push_back((e.quote.empty() ? "" : "“" + c(e.quote) + "” ") + "– " +
                         c(artefacts::place_of(in_.paper, e.block)));
    }
    rows += row({c(r.id), std::to_string(r.importance), what, c(r.status),
                 evidence.empty() ? "–" : join(evidence, "<br>"), places(item.code, item.tests),
                 std::string(verdict_word(r.verdict))});
  }
  std::string out =
      "## Requirements\n\nWeight: 3 core contribution, 2 needed for the main results, 1 detail. Pass: the "
      "file it belongs to names it, "
      "imports resolve, and every test that names it passed.\n\n" +
      table({"id", "weight", "requirement", "the paper", "evidence", "code and tests", "verdict"}, rows);
  if (!facts_.out_of_scope.empty()) {
    out += "Out of scope:\n\n";
    for (const auto* r : facts_.out_of_scope)
      out += "- " +
             markdown_escape(r->id + ": " + r->statement +
                             (r->scope_reason.empty() ? "" : " – " + r->scope_reason)) +
             "\n";
    out += "\n";
  }
  return out;
}

// The lines of an algorithm, each with the code that names it.
std::string MarkdownReport::algorithm(const EquationFacts& facts) const {
  const paper::Algorithm* algorithm = in_.paper.find_algorithm(facts.id);
  if (!algorithm) return {};
  std::string rows;
  for (const auto& line : algorithm->lines) {
    std::string indent;
    for (int i = 0; i < std::clamp(line.depth, 0, 12); ++i) indent += "&emsp;";
    const auto found = facts.lines.find(line.no);
    rows += row({std::to_string(line.no), indent + c(line.text),
                 found == facts.lines.end() ? "" : places(found->second, {})});
  }
  rows += row({"", "", places(facts.lines.empty() ? facts.code : std::vector<CodeLink>{}, facts.tests)});
  return "### " + markdown_escape(facts.place) + "\n\n" + table({"line", "", "code and tests"}, rows);
}

std::string MarkdownReport::equations() const {
  std::string rows, algorithms;
  for (const auto& e : facts_.equations) {
    if (in_.paper.find_algorithm(e.id)) {
      algorithms += algorithm(e);
    } else {
      rows += row({c(e.place), markdown_code(e.text), places(e.code, e.tests)});
    }
  }
  std::string out = "## Equations and algorithms\n\n";
  if (!rows.empty()) out += table({"place", "TeX", "code and tests"}, rows);
  out += algorithms;
  if (facts_.equations.empty()) out += "No line of code names one.\n\n";
  if (!facts_.equations_unused.empty()) {
    std::vector<std::string> unused;
    for (const auto& place : facts_.equations_unused) unused.push_back(markdown_escape(place));
    out += "Numbered, but named by no code: " + join(unused, "; ") + ".\n\n";
  }
  return out;
}

std::string MarkdownReport::decisions() const {
  std::string rows;
  for (const auto& d : in_.decisions.decisions) {
    std::vector<std::string> others;
    for (const auto& option : d.options) {
      if (option != d.choice) others.push_back(c(option));
    }
    rows += row({c(d.id), c(d.question),
                 "**" + c(d.choice) + "**" + (others.empty() ? "" : "<br>instead of " + join(others, ", ")),
                 c(d.rationale), fmt::format("{}, {:.0f} %", c(d.basis), 100 * d.confidence),
                 d.reversible_by.empty() ? "–" : markdown_code(d.reversible_by), c(join(d.reqs, ", "))});
  }
  return "## Decisions taken for the authors\n\n" +
         (rows.empty()
              ? "None had to be taken.\n\n"
              : table({"id", "question", "taken", "why", "basis, confidence", "switch", "for"}, rows));
}

std::string MarkdownReport::findings() const {
  std::string out = "## Findings left\n\n", rows;
  for (std::size_t i = 0; i < std::min(in_.verify.findings.size(), kMaxFindings); ++i) {
    const auto& f = in_.verify.findings[i];
    const std::string where = f.file.empty() ? "–"
                              : f.line > 0   ? code_link({f.file, "", f.line, f.line})
                                             : file_link(f.file);
    rows += row({c(f.check), c(f.severity), where,
                 c(f.message) + (f.suggestion.empty() ? "" : "<br>" + c(f.suggestion))});
  }
  out += rows.empty() ? "No finding of the checks is left.\n\n"
                      : table({"check", "severity", "where", "finding"}, rows);
  if (in_.verify.findings.size() > kMaxFindings)
    out += fmt::format("{} more in verify.json.\n\n", in_.verify.findings.size() - kMaxFindings);
  rows.clear();
  for (const auto& t : in_.verify.tickets)
    rows +=
        row({c(t.id), c(t.state), c(t.kind), c(t.check), c(join(t.files, ", ")), std::to_string(t.attempts)});
  return rows.empty() ? out
                      : out + "Repair tickets:\n\n" +
                            table({"id", "state", "kind", "raised by", "files", "attempts"}, rows);
}

std::string MarkdownReport::tests() const {
  std::string rows;
  std::size_t failures = 0;
  for (const auto& t : in_.verify.tests) {
    if (t.outcome == "passed" || ++failures > kMaxFailures) continue;
    rows += row({c(t.outcome), markdown_code(t.name), c(t.message)});
  }
  std::string out = fmt::format("## Tests\n\n{} passed, {} failed, {} skipped.\n\n", facts_.tests_passed,
                                facts_.tests_failed, facts_.tests_skipped);
  return rows.empty() ? out : out + table({"outcome", "test", "message"}, rows);
}

std::string MarkdownReport::changes() const {
  std::string rows;
  for (const auto& e : in_.ledger) {
    int lines = 0;
    for (const auto& hunk : e.hunks) lines += std::max(hunk.old_lines, hunk.new_lines);
    rows += row(
        {std::to_string(e.round), c(e.actor), file_link(e.file), std::to_string(lines), c(e.cause.message),
         c(e.cause.check + ", " + e.cause.cls),
         e.level_before == e.level_after ? c(e.level_after) : c(e.level_before) + " → " + c(e.level_after)});
  }
  std::string out = "## Changes after the first emission\n\n";
  if (rows.empty()) return out + "None.\n\n";
  std::vector<std::string> classes;
  for (const auto& [name, lines] : facts_.changed_by_class)
    classes.push_back(markdown_escape(name) + " " + grouped(lines));
  out += fmt::format("{} lines by code, {} by the model. By class: {}.\n\n",
                     grouped(in_.verify.lines_changed_tool), grouped(in_.verify.lines_changed_model),
                     join(classes, ", "));
  return out + table({"round", "by", "file", "lines", "because", "check, class", "level"}, rows);
}

std::string MarkdownReport::stages() const {
  std::string rows;
  for (const auto& s : facts_.stages) {
    const auto n = [&](const std::string& text) { return s.calls > 0 ? text : ""; };
    rows += row({c(s.name), c(s.state), s.wall_ms ? c(stage_time(*s.wall_ms)) : "", n(grouped(s.calls)),
                 n(grouped(s.cache_hits)), n(grouped(s.tokens_in)), n(grouped(s.tokens_out)),
                 n(duration(s.model_ms)), n(dollars(s.cost))});
  }
  return "## Stages\n\n" + (rows.empty() ? "None recorded.\n"
                                         : table({"stage", "", "time", "calls", "from the journal",
                                                  "tokens in", "tokens out", "model time", "cost"},
                                                 rows));
}

}  // namespace

std::string render_report_markdown(const ReportInput& input) {
  std::string out = MarkdownReport(input).render();
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace p2c::verify
