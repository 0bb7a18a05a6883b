// Both forms of the report: everything is there, links lead somewhere, nothing of paper, model or code
// becomes markup.
#include "verify/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"
#include "verify/report_elements.h"
#include "verify/report_facts.h"
#include "verify/report_format.h"
#include "verify/report_listing.h"
#include "verify/sample_report.h"

namespace p2c::verify {
namespace {

using test::sample_report;
using test::SampleReport;

std::vector<std::string> shown(const std::vector<CodeLink>& links) {
  std::vector<std::string> out;
  for (const auto& l : links)
    out.push_back(l.file + ":" + std::to_string(l.start) + "-" + std::to_string(l.end));
  return out;
}

std::vector<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it)
    out.push_back((*it)[1]);
  return out;
}

TEST(ReportFacts, LinksAreTheMostSpecificPlaces) {
  const SampleReport s = sample_report();
  const ReportInput input = s.input();
  const ReportFacts facts = gather_facts(input);
  ASSERT_EQ(facts.requirements.size(), 3u);
  const auto& sum = facts.requirements[0];
  EXPECT_EQ(sum.requirement->id, "R-001");
  EXPECT_EQ(shown(sum.code),
            (std::vector<std::string>{"pkg/model.py:10-11"}));  // not its class, not what only inherits
  ASSERT_EQ(sum.tests.size(), 1u);
  EXPECT_EQ(sum.tests[0].outcome, "passed");
  const auto& matrix = facts.requirements[1];
  EXPECT_EQ(shown(matrix.code), (std::vector<std::string>{"pkg/model.py:12-12", "configs/paper.yaml:1-2"}));
  ASSERT_EQ(matrix.tests.size(), 1u);
  EXPECT_EQ(matrix.tests[0].outcome, "failed");
  EXPECT_EQ(matrix.tests[0].code.start, 6);         // the whole test, not the line inside it
  EXPECT_TRUE(facts.requirements[2].code.empty());  // provenance of files and lines that are not there
}

TEST(ReportFacts, ABlockIsMoreSpecificThanItsDefinitionEvenWithTheSameTags) {
  const auto region = [](int start, int end, std::string symbol) {
    return artefacts::ProvenanceRegion{"a.py", "", start, end, std::move(symbol), {"R-001"}, {}, {}, "model"};
  };
  const auto whole = region(1, 40, ""), definition = region(10, 30, "f"), block = region(20, 22, "f");
  EXPECT_EQ(shown(specific_links({&whole, &definition, &block})), (std::vector<std::string>{"a.py:20-22"}));
  const auto inherited = region(12, 14, "f.g");
  EXPECT_EQ(shown(specific_links({&definition, &inherited})), (std::vector<std::string>{"a.py:10-30"}));
}

TEST(ReportFacts, CountsAreRight) {
  const SampleReport s = sample_report();
  const ReportFacts facts = gather_facts(s.input());
  EXPECT_EQ(facts.in_scope, 3);
  EXPECT_EQ(facts.passed, 1);
  EXPECT_EQ(facts.traced, 2);
  EXPECT_NEAR(facts.weighted_coverage, 9.0 / 13.0, 1e-12);
  EXPECT_EQ(facts.out_of_scope.size(), 1u);
  EXPECT_EQ(facts.code_lines, 10);         // non-blank lines of pkg/model.py
  EXPECT_EQ(facts.code_lines_traced, 8);   // lines 6 to 15 without blanks
  EXPECT_EQ(facts.equations_numbered, 2);  // the appendix does not count
  EXPECT_EQ(facts.equations_in_code, 1);
  EXPECT_EQ(facts.equations_in_tests, 1);
  ASSERT_EQ(facts.equations.size(), 2u);  // E1 and A1
  EXPECT_EQ(shown(facts.equations[1].lines.at(2)), (std::vector<std::string>{"pkg/model.py:10-11"}));
  EXPECT_EQ(facts.equations_unused, (std::vector<std::string>{"Eq. 2, §3"}));
  EXPECT_EQ(facts.tests_passed, 1);
  EXPECT_EQ(facts.tests_failed, 1);
  EXPECT_EQ(facts.changed_by_class, (std::map<std::string, int>{{"config", 10}, {"packaging", 2}}));
  ASSERT_EQ(facts.stages.size(), 2u);
  EXPECT_EQ(facts.stages[0].wall_ms, 60'000);
  EXPECT_FALSE(facts.stages[1].wall_ms.has_value());
  EXPECT_FALSE(facts.stages[0].cost.has_value());  // unknown stays unknown
  EXPECT_DOUBLE_EQ(facts.stages[1].cost.value(), 0.25);
}

TEST(ReportFormat, NumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(percent(0.0482), "4.8 %");
  EXPECT_EQ(percent(0), "0.0 %");
  EXPECT_EQ(percent(0.0004), "0.040 %");
  EXPECT_EQ(duration(850), "850 ms");
  EXPECT_EQ(duration(12'340), "12.3 s");
  EXPECT_EQ(duration(245'000), "4 min 05 s");
  EXPECT_EQ(duration(7'620'000), "2 h 07 min");
  EXPECT_EQ(dollars(std::nullopt), "unknown");
  EXPECT_EQ(dollars(0.0), "$0.00");
  EXPECT_EQ(dollars(0.0012), "$0.0012");
  EXPECT_EQ(dollars(1.5), "$1.50");
  EXPECT_EQ(url_path("a b/c#d?.py"), "a%20b/c%23d%3F.py");
}

TEST(ReportHtml, NamesEveryRequirementDecisionLevelTestAndFigure) {
  const SampleReport s = sample_report();
  const std::string html = render_report_html(s.input());
  for (const char* part : {"id=\"R-001\"",
                           "id=\"R-002\"",
                           "id=\"R-003\"",
                           "id=\"R-004\"",
                           "id=\"D-01\"",
                           "id=\"E1\"",
                           "id=\"A1\"",
                           "Taken: normal, 0.01",
                           "As first written it was at L1.",
                           "pkg.train: no key &#39;lr&#39;",
                           "1 of 2 tests failed",
                           "tests/test_model.py::test_matrix",
                           "bubblewrap 0.8.0",
                           "12 of 1,234 lines (1.0 %)",
                           "$0.25",
                           "unknown",
                           "1 min 15 s",
                           "sum the features of all neighbours",
                           "Convolutional Networks on Graphs",
                           "h_v = \\sum_{u \\in N(v)} h_u",
                           "for each atom a in molecule",
                           "K-01",
                           "F12",
                           "<svg",
                           "Numbered, but named by no code: Eq. 2, §3"}) {
    EXPECT_TRUE(contains(html, part)) << part;
  }
}

TEST(ReportHtml, EveryInnerLinkHasItsTargetOnce) {
  const SampleReport s = sample_report();
  const std::string html = render_report_html(s.input());
  const auto ids = matches(html, "\\sid=\"([^\"]*)\"");
  const std::set<std::string> unique(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), unique.size()) << "an id twice";
  const auto links = matches(html, "href=\"#([^\"]*)\"");
  EXPECT_GT(links.size(), 30u);
  for (const auto& target : links) EXPECT_TRUE(unique.contains(target)) << target;
  // Every line of every listed file has an anchor.
  for (const auto& [path, text] : s.files) {
    if (path == "README.md") continue;
    EXPECT_TRUE(contains(html, ">" + path + " <small>")) << path;
  }
  EXPECT_EQ(matches(html, "id=\"(f\\d+-L\\d+)\"").size(), 15u + 7u + 2u + 2u);
}

TEST(ReportHtml, LoadsNothingFromOutside) {
  const std::string html = render_report_html(sample_report().input());
  EXPECT_TRUE(contains(html, "default-src 'none'"));
  for (const char* part : {"<link", "<img", "<iframe", "@import", "url(", " src="})
    EXPECT_FALSE(contains(html, part)) << part;
  EXPECT_TRUE(matches(html, "href=\"([a-z]+:[^\"]*)\"").empty());
}

// Puts the same hostile text into every field of every artefact.
SampleReport hostile_report(const std::string& evil) {
  SampleReport s = sample_report();
  s.paper.title = evil;
  s.paper.authors = {evil};
  s.paper.source.arxiv_id = evil;
  for (auto& b : s.paper.blocks) b.number = b.title = evil;
  for (auto& e : s.paper.equations) e.latex = evil;
  for (auto& l : s.paper.algorithms[0].lines) l.text = l.comment = evil;
  for (auto& r : s.requirements.requirements) {
    r.statement = r.kind = r.choice = r.basis = r.scope_reason = r.owner = evil;
    r.status = r.verdict = evil;
    for (auto& e : r.evidence) e.quote = e.block = evil;
  }
  s.requirements.missing_kinds = {evil};
  s.plan.package = s.plan.framework = evil;
  for (auto& d : s.decisions.decisions)
    d = {"D-01", evil, {evil, "other " + evil}, evil, evil, evil, {evil}, 0.5, {evil}, evil};
  s.verify.level = s.verify.first_level = evil;
  for (auto& l : s.verify.levels) l.reason = l.state = evil;
  for (auto& f : s.verify.findings) f = {evil, evil, evil, 3, evil, evil, evil};
  for (auto& t : s.verify.tickets) t = {evil, evil, {evil}, {evil}, evil, {evil}, 1, evil, evil};
  for (auto& t : s.verify.tests) t.name = t.message = t.outcome = evil;
  s.verify.environment = s.verify.sandbox = evil;
  for (auto& e : s.ledger) {
    e.actor = e.file = e.level_before = evil;
    e.cause = {evil, evil, evil};
    e.reqs = {evil};
  }
  for (auto& call : s.run.calls) call.stage = call.model = evil;
  for (auto& stage : s.run.stages) stage.name = stage.state = stage.started = stage.ended = evil;
  s.run.program_version = evil;
  s.files["pkg/" + evil + ".py"] = evil + "\n# " + evil + "\nx = '" + evil + "'\n\"\"\"" + evil + "\n";
  s.files["pkg/model.py"] += "# " + evil + "\n";
  s.provenance.push_back({"pkg/model.py", "", 1, 2, evil, {evil}, {evil}, {evil}, evil});
  return s;
}

TEST(ReportHtml, HostileTextStaysText) {
  for (const std::string evil :
       {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title></style></script><b>",
        "</pre></details><h1>x", "{{script}}", "'\"&<>", "\xff\xfe\x01<b>"}) {
    const SampleReport s = hostile_report(evil);
    const std::string html = render_report_html(s.input());
    EXPECT_FALSE(contains(html, "<script>alert")) << evil;
    EXPECT_FALSE(contains(html, "<img")) << evil;
    EXPECT_FALSE(contains(html, "<b>")) << evil;
    EXPECT_FALSE(contains(html, "<h1>x")) << evil;
    EXPECT_EQ(matches(html, "(<script)").size(), 1u) << evil;
    EXPECT_EQ(matches(html, "(</style>)").size(), 1u) << evil;
    EXPECT_TRUE(is_valid_utf8(html));
    // Every attribute is closed where it was opened: no quote of the text is left plain.
    EXPECT_TRUE(matches(html, "(onerror=alert\\(1\\)>)").empty() || !contains(html, "<img")) << evil;
  }
}

TEST(ReportHtml, ADrawingWithActiveContentIsLeftOut) {
  for (const char* part :
       {"<script>x</script>", "<image href=\"http://x\"/>", "<a href=\"http://x\">y</a>", "<g onload=\"x\"/>",
        "<g\nonload=\"x\"/>", "<g/onload = 'x'/>", "<g id=\"a\"onclick=x />", "<foreignObject/>"}) {
    SampleReport s = sample_report();
    s.svg = "<svg>" + std::string(part) + "</svg>";
    const std::string html = render_report_html(s.input());
    EXPECT_FALSE(contains(html, "<svg")) << part;
    EXPECT_TRUE(contains(html, "active content")) << part;
  }
  SampleReport s = sample_report();
  s.svg = "<?xml version=\"1.0\"?><!DOCTYPE svg><svg><title>built on = top</title></svg>";
  EXPECT_TRUE(contains(render_report_html(s.input()), "<svg><title>built on = top"));
}

TEST(ReportHtml, AnEmptyRunStillMakesAPage) {
  const SampleReport s;
  const std::string html = render_report_html(s.input());
  EXPECT_TRUE(contains(html, "Untitled paper"));
  EXPECT_TRUE(contains(html, "The repository does not parse yet."));
  EXPECT_FALSE(render_report_markdown(s.input()).empty());
}

TEST(ReportHtml, ALargeRepositoryIsCutWithANote) {
  SampleReport s = sample_report();
  for (int i = 0; i < 5000; ++i) s.files["pkg/long.py"] += "x = " + std::to_string(i) + "\n";
  s.files["pkg/z_huge.py"] = std::string(9u << 20, '#');
  const std::string html = render_report_html(s.input());
  EXPECT_TRUE(contains(html, "the file goes on"));
  EXPECT_LT(html.size(), 4u << 20);
}

TEST(ReportMarkdown, NamesEveryRequirementAndLinksToLines) {
  const SampleReport s = sample_report();
  const std::string text = render_report_markdown(s.input());
  for (const char* part :
       {"| R-001 | 3 |", "| R-002 | 2 |", "| R-003 | 1 |", "- R-004: Evaluate on appendix data.",
        "[model.py:10–11](repo/pkg/model.py#L10-L11)",
        "✓ [test_model.py:1–3](repo/tests/test_model.py#L1-L3)", "✗ [test_model.py:6–7]",
        "| L2 | the configuration loads", "| D-01 |", "| cost | unknown |",
        "12 of 1,234: 1.0 %; 3 touches, 1 file, 2 rounds", "`h_v = \\sum_{u \\in N(v)} h_u`"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  // Links point at files of the repository and lines inside them.
  for (const auto& target : matches(text, "\\]\\(repo/([^)]*)\\)")) {
    if (target.empty()) continue;
    const auto hash = target.find('#');
    const auto file = s.files.find(target.substr(0, hash));
    ASSERT_NE(file, s.files.end()) << target;
    if (hash == std::string::npos) continue;
    EXPECT_LE(std::stoul(target.substr(hash + 2)), split_lines(file->second).size()) << target;
  }
}

TEST(ReportMarkdown, HostileTextStaysText) {
  for (const std::string evil : {"<script>alert(1)</script>", "| a | b |\n| c |", "![x](http://x/y.png)",
                                 "[x](javascript:y)", "`a`"}) {
    const std::string text = render_report_markdown(hostile_report(evil).input());
    // Code spans show the text as it is, and an escaped bracket begins no link.
    const std::string outside = std::regex_replace(text, std::regex("`[^`\n]*`"), "");
    const std::string links = replace_all(outside, "\\](", "");
    EXPECT_FALSE(contains(outside, "<script")) << evil;
    EXPECT_FALSE(contains(links, "](http")) << evil;
    EXPECT_FALSE(contains(links, "](javascript")) << evil;
    // Rows of a table have the cells of its head.
    std::size_t bars = 0;
    for (const auto line : split_lines(text)) {
      if (!line.starts_with("|")) {
        bars = 0;
        continue;
      }
      const std::string plain = replace_all(std::string(line), "\\|", "");
      const auto n = static_cast<std::size_t>(std::count(plain.begin(), plain.end(), '|'));
      if (bars == 0) bars = n;
      EXPECT_EQ(n, bars) << line;
    }
  }
}

TEST(ColouredLines, AreTheSourceWhenMarkupIsTakenAway) {
  const std::string source =
      "def f(x):  # <c>\n    \"\"\"Doc 'x'\n    if <y>\n    \"\"\"\n    return 'it\\'s' + r\"\\d\" + f'{x}'  "
      "# \"\n\n    s = 'open\n    not in string\n";
  const auto lines = coloured_lines("a.py", source);
  const auto plain = split_lines(source);
  ASSERT_EQ(lines.size(), plain.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string text = std::regex_replace(lines[i], std::regex("</?i[^>]*>"), "");
    for (const auto& [from, to] :
         {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
      text = replace_all(text, from, to);
    EXPECT_EQ(text, plain[i]);
  }
  EXPECT_TRUE(contains(lines[0], "<i class=\"k\">def</i>"));
  EXPECT_TRUE(contains(lines[0], "<i class=\"c\"># &lt;c&gt;</i>"));
  EXPECT_TRUE(contains(lines[2], "<i class=\"s\">")) << "inside the docstring";
  EXPECT_FALSE(contains(lines[7], "class=\"s\"")) << "a plain string ends with its line";
}

}  // namespace
}  // namespace p2c::verify
