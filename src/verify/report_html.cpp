// report.html: one page that holds everything, with the code it speaks of.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "artefacts/place.h"
#include "base/markup.h"
#include "base/resource.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/text_template.h"
#include "verify/report.h"
#include "verify/report_elements.h"
#include "verify/report_facts.h"
#include "verify/report_format.h"
#include "verify/report_listing.h"

namespace p2c::verify {

namespace {

using elements::badge;
using elements::cell;
using elements::h;
using elements::harmless_drawing;
using elements::kind_of_state;
using elements::number_cell;
using elements::section;
using elements::table;

constexpr int kExcerptLines = 40;          // of code beside an equation
constexpr std::size_t kMaxFindings = 300;  // a broken repository has thousands; the rest is in verify.json
constexpr std::size_t kMaxTests = 500;

class HtmlReport {
 public:
  explicit HtmlReport(const ReportInput& input)
      : in_(input), facts_(gather_facts(input)), listing_(input, known_ids()) {}
  std::string render() const;

 private:
  std::set<std::string> known_ids() const {
    std::set<std::string> ids;
    for (const auto& r : in_.requirements.requirements) ids.insert(r.id);
    for (const auto& d : in_.decisions.decisions) ids.insert(d.id);
    for (const auto& e : facts_.equations) ids.insert(e.id);
    return ids;
  }
  // Ids of requirements and decisions as links where the page has them.
  std::string id_links(const std::vector<std::string>& ids) const {
    const auto known = known_ids();
    std::vector<std::string> links;
    for (const auto& id : ids) {
      links.push_back(known.contains(id) ? fmt::format("<a href=\"#{0}\">{0}</a>", h(id)) : h(id));
    }
    return join(links, ", ");
  }
  std::string file_link(const std::string& path) const {
    const std::string anchor = listing_.anchor(path, 1);
    return anchor.empty() ? "<span class=\"code\">" + h(path) + "</span>"
                          : fmt::format("<a class=\"code\" href=\"{}\">{}</a>", anchor, h(path));
  }
  std::string test_line(const LinkedTest& test) const;
  std::string places(const std::vector<CodeLink>& code, const std::vector<LinkedTest>& tests) const;

  std::string summary() const;
  std::string levels() const;
  std::string file_graph() const;
  std::string requirement_row(const RequirementFacts& item) const;
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
  CodeListing listing_;
};

std::string HtmlReport::summary() const {
  const auto& v = in_.verify;
  const auto& t = in_.run.totals;
  const std::string_view kind = v.level == "L4" || v.level == "L5" || v.level == "L6" ? "good"
                                : v.level.empty() || v.level == "L0"                  ? "bad"
                                                                                      : "warn";
  std::string out = fmt::format("<div class=\"hero\"><span class=\"level {}\">{}</span><p>{}{}</p></div>",
                                kind, v.level.empty() ? "–" : h(v.level), level_sentence(v.level),
                                v.first_level == v.level
                                    ? ""
                                    : fmt::format(" As first written it was at {}.",
                                                  v.first_level.empty() ? "no level" : h(v.first_level)));
  out += fmt::format(
      "<p>A {} package <code>{}</code> in {} with {}, {} and three configuration profiles, built from "
      "{}.</p>",
      framework_name(in_.plan.framework), h(in_.plan.package),
      counted(facts_.source_files, "Python file", "Python files"),
      counted(facts_.test_files, "test file", "test files"),
      counted(static_cast<std::int64_t>(in_.plan.entry_points.size()), "program", "programs"),
      counted(facts_.in_scope, "requirement", "requirements"));
  const auto fact = [](std::string_view name, const std::string& value, const std::string& note) {
    return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", name, value, note);
  };
  out += "<dl class=\"facts\">";
  out += fact("Requirements", fmt::format("{} / {}", facts_.passed, facts_.in_scope),
              fmt::format("pass, {} of them with a test that names them; {} weighted by importance; {} traced to code",
                          facts_.passed_with_test, percent(facts_.weighted_coverage), facts_.traced));
  out += fact(
      "Tests", fmt::format("{} / {}", facts_.tests_passed, facts_.tests_passed + facts_.tests_failed),
      fmt::format("pass{}", facts_.tests_skipped ? fmt::format("; {} skipped", facts_.tests_skipped) : ""));
  out += fact(
      "Lines changed", fmt::format("{}", grouped(v.lines_changed)),
      fmt::format("of {} after first emission: {}; {}, {}", grouped(v.lines_total), percent(v.line_fix_rate),
                  counted(v.touches, "touch", "touches"), counted(v.rounds, "round", "rounds")));
  out +=
      fact("Traced lines",
           percent(facts_.code_lines ? static_cast<double>(facts_.code_lines_traced) / facts_.code_lines : 0),
           fmt::format("of {} lines of code name a requirement or decision", grouped(facts_.code_lines)));
  out +=
      fact("Numbered equations", fmt::format("{} / {}", facts_.equations_in_code, facts_.equations_numbered),
           fmt::format("of the main text in code, {} in tests", facts_.equations_in_tests));
  out += fact("Tokens", grouped(t.tokens_in + t.tokens_out),
              fmt::format("{} in, {} out, {}", grouped(t.tokens_in), grouped(t.tokens_out),
                          counted(t.calls, "call", "calls")));
  out += fact("Cost", dollars(t.cost), t.cost ? "US dollars" : "the price of the model is not known");
  out += fact("Time", duration(t.wall_ms),
              fmt::format("{} in model calls, some side by side", duration(t.model_ms)));
  return out + "</dl>";
}

std::string HtmlReport::levels() const {
  const auto find = [](const std::vector<artefacts::LevelResult>& list, const std::string& level) {
    return std::find_if(list.begin(), list.end(), [&](const auto& r) { return r.level == level; });
  };
  const auto show = [](const std::string& state) {
    const std::string_view sign = state == "passed" ? "✓ " : state == "failed" ? "✗ " : "– ";
    return badge(kind_of_state(state),
                 std::string(sign) + (state == "not_attempted" ? "not attempted" : state));
  };
  std::string rows;
  for (const std::string level : {"L0", "L1", "L2", "L3", "L4"}) {
    const auto first = find(in_.verify.first_levels, level);
    const auto last = find(in_.verify.levels, level);
    const std::string first_state = first == in_.verify.first_levels.end() ? "not_attempted" : first->state;
    const std::string last_state = last == in_.verify.levels.end() ? "not_attempted" : last->state;
    std::string why;
    if (last != in_.verify.levels.end() && !last->reason.empty()) {
      why = h(last->reason);
    } else if (first_state == "failed" && !first->reason.empty()) {
      why = "<small>at first: " + h(first->reason) + "</small>";
    }
    rows += fmt::format(
        "<tr><td class=\"id\">{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"why\">{}</td></tr>", level,
        level_meaning(level), show(first_state), show(last_state), why);
  }
  std::string out =
      table({"level", "means", "as first written", "after repair", ""}, rows, "class=\"ladder\"");
  std::vector<std::string> notes;
  if (!in_.verify.environment.empty()) notes.push_back("Environment: " + h(in_.verify.environment) + ".");
  if (!in_.verify.sandbox.empty()) notes.push_back("Sandbox: " + h(in_.verify.sandbox) + ".");
  if (!notes.empty()) out += "<p class=\"note\">" + join(notes, " ") + "</p>";
  return out;
}

std::string HtmlReport::file_graph() const {
  if (in_.file_graph_svg.find("<svg") == std::string::npos) return {};
  const std::string svg = harmless_drawing(in_.file_graph_svg);
  if (svg.empty()) return "<p class=\"note\">The drawing holds active content and is left out.</p>";
  return "<div class=\"graph\">" + svg +
         "</div><ul class=\"legend\"><li><i class=\"module\"></i>module</li><li><i "
         "class=\"script\"></i>program</li>"
         "<li>an arrow leads from a file to those that import it</li></ul>";
}

std::string HtmlReport::test_line(const LinkedTest& test) const {
  const std::string_view sign = test.outcome == "passed"                            ? "✓"
                                : test.outcome.empty() || test.outcome == "skipped" ? "–"
                                                                                    : "✗";
  const std::string name = test.code.symbol.substr(test.code.symbol.rfind('.') + 1);
  const std::string label_text = replace_all(h(name), "_", "_<wbr>");  // long names break there
  const std::string anchor = listing_.anchor(test.code.file, test.code.start);
  const std::string label = anchor.empty()
                                ? label_text
                                : fmt::format("<a class=\"code\" href=\"{}\" data-end=\"{}\">{}</a>", anchor,
                                              test.code.end, label_text);
  return fmt::format("<span class=\"test\"><span class=\"outcome {}\" title=\"{}\">{}</span>{}</span>",
                     kind_of_state(test.outcome), test.outcome.empty() ? "not run" : h(test.outcome), sign,
                     label);
}

std::string HtmlReport::places(const std::vector<CodeLink>& code,
                               const std::vector<LinkedTest>& tests) const {
  std::string out;
  for (const auto& link : code) out += listing_.link(link);
  for (const auto& test : tests) out += test_line(test);
  return out.empty() ? "<small>no code names it</small>" : out;
}

std::string HtmlReport::requirement_row(const RequirementFacts& item) const {
  const auto& r = *item.requirement;
  static constexpr std::string_view kImportance[] = {"", "detail", "needed", "core"};
  std::string what = fmt::format("<p>{}</p><p class=\"meta\">{} · {} · {}{}</p>", h(r.statement),
                                 kImportance[std::clamp(r.importance, 1, 3)],
                                 h(replace_all(r.kind, "_", " ")), badge(kind_of_state(r.status), r.status),
                                 r.owner.empty() ? "" : " · in " + file_link(r.owner));
  if (!r.choice.empty() && r.status != "specified") {
    what += fmt::format("<p class=\"meta\">Taken: {}{}</p>", h(r.choice),
                        r.basis.empty() ? "" : " (" + h(r.basis) + ")");
  }
  for (const auto& evidence : r.evidence) {
    what += fmt::format("<blockquote>{} <cite title=\"{}\">— {}</cite></blockquote>",
                        evidence.quote.empty() ? "" : "“" + h(evidence.quote) + "”", h(evidence.block),
                        h(artefacts::place_of(in_.paper, evidence.block)));
  }
  return fmt::format(
      "<tr id=\"{0}\" data-verdict=\"{1}\" data-status=\"{2}\"><td class=\"id\">{0}</td><td>{3}</td><td "
      "class=\"places\">{4}</td><td>{5}</td></tr>\n",
      h(r.id), h(r.verdict), h(r.status), what, places(item.code, item.tests),
      badge(kind_of_state(r.verdict), verdict_word(r.verdict)));
}

std::string HtmlReport::requirements() const {
  std::string rows;
  for (const auto& item : facts_.requirements) rows += requirement_row(item);
  std::string options = "<option value=\"\">all</option>";
  for (const auto& [verdict, n] : facts_.by_verdict)
    options += fmt::format("<option value=\"{}\">{} ({})</option>", h(verdict), h(verdict_word(verdict)), n);
  for (const auto& [status, n] : facts_.by_status)
    options += fmt::format("<option value=\"{}\">paper: {} ({})</option>", h(status), h(status), n);
  std::string out =
      "<p class=\"note\">What the paper asks for, with the words that say so, the code that does it, and the "
      "tests that "
      "look at it. Pass means: the file it belongs to names it, imports resolve, and every test that names "
      "it passed.</p>";
  out +=
      "<div class=\"filter\" hidden><input id=\"filter-words\" type=\"search\" placeholder=\"Filter by "
      "words\" aria-label=\"Filter by words\">"
      "<select id=\"filter-verdict\" aria-label=\"Filter by verdict or status\">" +
      options + "</select><small id=\"filter-count\"></small></div>";
  std::string with_id = table({"id", "requirement", "code and tests", "verdict"}, rows);
  out += replace_all(with_id, "<tbody>", "<tbody id=\"requirement-rows\">");
  if (!facts_.out_of_scope.empty()) {
    out += "<h3>Out of scope</h3><ul>";
    for (const auto* r : facts_.out_of_scope) {
      out += fmt::format("<li id=\"{0}\">{0}: {1}{2}</li>", h(r->id), h(r->statement),
                         r->scope_reason.empty() ? "" : " <small>" + h(r->scope_reason) + "</small>");
    }
    out += "</ul>";
  }
  if (!in_.requirements.missing_kinds.empty()) {
    out += "<h3>Not found in the paper</h3><ul>";
    for (const auto& kind : in_.requirements.missing_kinds) out += "<li>" + h(kind) + "</li>";
    out += "</ul>";
  }
  return out;
}

// The lines of an algorithm, each with the code that names it.
std::string HtmlReport::algorithm(const EquationFacts& facts) const {
  const paper::Algorithm* algorithm = in_.paper.find_algorithm(facts.id);
  if (!algorithm) return {};
  std::string rows;
  for (const auto& line : algorithm->lines) {
    std::string links;
    if (const auto found = facts.lines.find(line.no); found != facts.lines.end()) {
      for (const auto& link : found->second) links += listing_.link(link);
    }
    rows += fmt::format(
        "<tr><td class=\"number\">{}</td><td><code style=\"margin-left:{}em\">{}</code>{}</td><td "
        "class=\"places\">{}</td></tr>",
        line.no, 2 * std::clamp(line.depth, 0, 12), h(line.text),
        line.comment.empty() ? "" : " <small>" + h(line.comment) + "</small>", links);
  }
  std::string tests;
  for (const auto& test : facts.tests) tests += test_line(test);
  std::string others;  // code that names the algorithm as a whole
  if (facts.lines.empty()) others = places(facts.code, {});
  return fmt::format("<article id=\"{0}\"><h3>{1}</h3>{2}{3}{4}</article>\n", h(facts.id), h(facts.place),
                     table({"", "", "code"}, rows, "class=\"algorithm\""), others, tests);
}

std::string HtmlReport::equations() const {
  std::string out;
  for (const auto& e : facts_.equations) {
    if (in_.paper.find_algorithm(e.id)) {
      out += algorithm(e);
      continue;
    }
    std::string code;
    for (const auto& link : e.code)
      code += "<p class=\"where\">" + listing_.link(link) + "</p>" + listing_.excerpt(link, kExcerptLines);
    if (code.empty()) code = "<p class=\"note\">Only tests name it.</p>";
    for (const auto& test : e.tests) code += test_line(test);
    const std::string id = contains(e.place, e.id) ? "" : " <small>" + h(e.id) + "</small>";
    out += fmt::format(
        "<article class=\"pair\" id=\"{}\"><div><h3>{}{}</h3><pre "
        "class=\"tex\">{}</pre></div><div>{}</div></article>\n",
        h(e.id), h(e.place), id, h(trim(e.text)), code);
  }
  if (out.empty()) out = "<p class=\"note\">No line of code names an equation or algorithm of the paper.</p>";
  if (!facts_.equations_unused.empty()) {
    std::vector<std::string> places;
    for (const auto& place : facts_.equations_unused) places.push_back(h(place));
    out += "<p class=\"note\">Numbered, but named by no code: " + join(places, "; ") + ".</p>";
  }
  return out;
}

std::string HtmlReport::decisions() const {
  if (in_.decisions.decisions.empty()) return "<p class=\"note\">None had to be taken.</p>";
  std::string rows;
  for (const auto& d : in_.decisions.decisions) {
    std::vector<std::string> others;
    for (const auto& option : d.options) {
      if (option != d.choice) others.push_back(h(option));
    }
    std::string affects;
    for (const auto& path : d.affects) affects += file_link(path);
    rows += fmt::format(
        "<tr id=\"{0}\"><td class=\"id\">{0}</td><td><p>{1}</p><p class=\"meta\">for "
        "{2}</p></td><td><p><strong>{3}</strong></p>{4}</td>"
        "<td><p>{5}</p><p class=\"meta\">{6}, confidence {7:.0f} %{8}</p></td><td "
        "class=\"places\">{9}</td></tr>\n",
        h(d.id), h(d.question), d.reqs.empty() ? "the whole" : id_links(d.reqs), h(d.choice),
        others.empty() ? "" : "<p class=\"meta\">instead of " + join(others, ", ") + "</p>", h(d.rationale),
        h(d.basis), 100 * d.confidence,
        d.reversible_by.empty() ? "" : "; switch <code>" + h(d.reversible_by) + "</code>", affects);
  }
  return "<p class=\"note\">Where the paper leaves something open, this was chosen in the authors' "
         "place.</p>" +
         table({"id", "question", "taken", "why", "touches"}, rows);
}

std::string HtmlReport::findings() const {
  std::string out;
  std::string rows;
  std::size_t shown = 0;
  for (const auto& f : in_.verify.findings) {
    if (++shown > kMaxFindings) break;
    CodeLink link{f.file, "", std::max(f.line, 1), std::max(f.line, 1)};
    const std::string where = f.file.empty() ? "" : f.line > 0 ? listing_.link(link) : file_link(f.file);
    rows +=
        "<tr>" + cell(h(f.check)) + cell(badge(kind_of_state(f.severity), f.severity)) + cell(where) +
        cell(h(f.message) + (f.suggestion.empty() ? "" : "<p class=\"meta\">" + h(f.suggestion) + "</p>")) +
        "</tr>";
  }
  out += rows.empty() ? "<p>No finding of the checks is left.</p>"
                      : table({"check", "", "where", "finding"}, rows);
  if (shown > kMaxFindings)
    out += fmt::format("<p class=\"note\">{} more in verify.json.</p>",
                       in_.verify.findings.size() - kMaxFindings);
  rows.clear();
  for (const auto& t : in_.verify.tickets) {
    std::string files;
    for (const auto& path : t.files) files += file_link(path) + " ";
    rows += "<tr>" + cell(h(t.id)) + cell(badge(kind_of_state(t.state), t.state)) +
            cell(h(t.kind) + "<p class=\"meta\">" + h(t.check) + "</p>") + cell(files) +
            cell("<details><summary>" + counted(t.attempts, "attempt", "attempts") +
                 "</summary><pre class=\"tex\">" + h(t.evidence) + "</pre></details>") +
            "</tr>";
  }
  if (!rows.empty()) out += "<h3>Repair tickets</h3>" + table({"id", "", "what", "files", "evidence"}, rows);
  return out;
}

std::string HtmlReport::tests() const {
  auto sorted = in_.verify.tests;
  if (sorted.empty()) return "<p class=\"note\">No test has been run.</p>";
  const auto rank = [](const std::string& outcome) {
    return outcome == "passed" ? 2 : outcome == "skipped" ? 1 : 0;
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto& a, const auto& b) { return rank(a.outcome) < rank(b.outcome); });
  std::string rows;
  std::size_t shown = 0;
  for (const auto& t : sorted) {
    if (++shown > kMaxTests) break;
    rows += "<tr>" + cell(badge(kind_of_state(t.outcome), t.outcome)) +
            cell("<span class=\"code\">" + h(t.name) + "</span>" +
                 (t.message.empty() ? "" : "<p class=\"meta\">" + h(t.message) + "</p>")) +
            number_cell(duration(static_cast<std::int64_t>(1000 * t.seconds))) + "</tr>";
  }
  std::string out = table({"", "test", "#time"}, rows);
  if (shown > kMaxTests)
    out += fmt::format("<p class=\"note\">{} more in verify.json.</p>", sorted.size() - kMaxTests);
  return out;
}

std::string HtmlReport::changes() const {
  const auto& v = in_.verify;
  if (in_.ledger.empty()) return "<p>Nothing was changed after the first emission.</p>";
  std::string out =
      fmt::format("<p>{} of {} lines ({}) in {}, {} by code and {} by the model, in {} and {}.</p>",
                  grouped(v.lines_changed), grouped(v.lines_total), percent(v.line_fix_rate),
                  counted(v.files_touched, "file", "files"), grouped(v.lines_changed_tool),
                  grouped(v.lines_changed_model), counted(v.touches, "touch", "touches"),
                  counted(v.rounds, "round", "rounds"));
  std::vector<std::string> classes;
  for (const auto& [name, lines] : facts_.changed_by_class) classes.push_back(h(name) + " " + grouped(lines));
  out += "<p class=\"note\">Lines by class: " + join(classes, ", ") + ".</p>";
  std::string rows;
  for (const auto& e : in_.ledger) {
    int lines = 0;
    for (const auto& hunk : e.hunks) lines += std::max(hunk.old_lines, hunk.new_lines);
    const std::string level = e.level_before == e.level_after
                                  ? h(e.level_after)
                                  : h(e.level_before.empty() ? "–" : e.level_before) + " → " +
                                        h(e.level_after.empty() ? "–" : e.level_after);
    rows += "<tr>" + number_cell(fmt::format("{}", e.round)) + cell(h(e.actor)) + cell(file_link(e.file)) +
            number_cell(fmt::format("{}", lines)) +
            cell(h(e.cause.message) + "<p class=\"meta\">" + h(e.cause.check) + ", " + h(e.cause.cls) +
                 (e.reqs.empty() ? "" : ", " + id_links(e.reqs)) + "</p>") +
            cell(level) + "</tr>";
  }
  return out + table({"#round", "by", "file", "#lines", "because", "level"}, rows);
}

std::string HtmlReport::stages() const {
  std::string rows;
  for (const auto& s : facts_.stages) {
    const bool called = s.calls > 0;
    const auto n = [&](const std::string& text) { return number_cell(called ? text : ""); };
    rows += "<tr>" + cell(h(s.name)) +
            cell(s.state.empty() ? "" : badge(s.state == "done" ? "good" : kind_of_state(s.state), s.state)) +
            number_cell(s.wall_ms ? h(stage_time(*s.wall_ms)) : "") + n(grouped(s.calls)) +
            n(grouped(s.cache_hits)) + n(grouped(s.tokens_in)) + n(grouped(s.tokens_out)) +
            n(duration(s.model_ms)) + n(dollars(s.cost)) + "</tr>";
  }
  std::string out = rows.empty() ? "<p class=\"note\">No stage has been recorded.</p>"
                                 : table({"stage", "", "#time", "#calls", "#from the journal", "#tokens in",
                                          "#tokens out", "#model time", "#cost"},
                                         rows);
  std::set<std::string> models;
  for (const auto& call : in_.run.calls) models.insert(h(call.model));
  if (!models.empty())
    out += "<p class=\"note\">Models: " + join({models.begin(), models.end()}, ", ") + ".</p>";
  return out;
}

std::string HtmlReport::render() const {
  struct Part {
    std::string id, title, content;
  };
  const std::string graph = file_graph();
  std::vector<Part> parts = {{"summary", "Summary", summary()}, {"levels", "Levels", levels()}};
  if (!graph.empty()) parts.push_back({"files", "Files", graph});
  parts.push_back({"requirements", "Requirements", requirements()});
  parts.push_back({"equations", "Equations and code", equations()});
  parts.push_back({"decisions", "Decisions", decisions()});
  parts.push_back({"findings", "Findings", findings()});
  parts.push_back({"tests", "Tests", tests()});
  parts.push_back({"changes", "Changes", changes()});
  parts.push_back({"stages", "Stages", stages()});
  parts.push_back({"code", "Code",
                   "<p class=\"note\">A coloured edge marks lines that name what they implement; the ids at "
                   "the right lead back.</p>" +
                       listing_.table_of_files() + listing_.render()});
  std::string body, navigation = "<ul>";
  for (const auto& part : parts) {
    body += section(part.id, part.title, part.content);
    navigation += fmt::format("<li><a href=\"#{}\">{}</a></li>", part.id, part.title);
  }
  navigation += "</ul>";

  const std::string script(resource("data/report.js"));
  std::vector<std::string> source;
  if (!in_.paper.authors.empty()) {
    auto authors = in_.paper.authors;
    const bool more = authors.size() > 8;
    if (more) authors.resize(8);
    source.push_back(join(authors, ", ") + (more ? " et al." : ""));
  }
  if (!in_.paper.source.arxiv_id.empty()) source.push_back("arXiv:" + in_.paper.source.arxiv_id);
  return fill_names(resource("data/report.html"),
                    {{"title", h(in_.paper.title.empty() ? "Untitled paper" : in_.paper.title)},
                     {"source", h(join(source, " · "))},
                     {"version", h(in_.run.program_version)},
                     {"style", std::string(resource("data/report.css"))},
                     {"script", script},
                     {"script_hash", "sha256-" + sha256_base64(script)},
                     {"navigation", navigation},
                     {"body", body}},
                    "data/report.html");
}

}  // namespace

std::string render_report_html(const ReportInput& input) {
  return HtmlReport(input).render();
}

}  // namespace p2c::verify
