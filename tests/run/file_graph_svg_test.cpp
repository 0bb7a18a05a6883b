// The drawing of the file graph, with Graphviz and without.
#include "run/file_graph_svg.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "support.h"

namespace p2c::run {
namespace {

artefacts::PlannedFile file(const std::string& path, std::vector<std::string> depends_on = {}) {
  artefacts::PlannedFile planned;
  planned.path = path;
  planned.purpose = "purpose of <" + path + "> & \"more\"";
  planned.depends_on = std::move(depends_on);
  return planned;
}

artefacts::Plan plan() {
  artefacts::Plan plan;
  plan.files = {file("net/data.py"), file("net/model.py"),
                file("net/train.py", {"net/data.py", "net/model.py"})};
  return plan;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

void expect_self_contained(const std::string& svg) {
  EXPECT_TRUE(svg.starts_with("<svg")) << svg.substr(0, 80);
  EXPECT_TRUE(contains(svg, "</svg>"));
  EXPECT_FALSE(contains(svg, "<!DOCTYPE"));
  EXPECT_FALSE(contains(svg, "<script"));
  for (const char* path : {"net/data.py", "net/model.py", "net/train.py"})
    EXPECT_TRUE(contains(svg, path)) << path;
}

TEST(FileGraphSvg, GraphvizDrawsIt) {
  if (find_program("dot").empty()) GTEST_SKIP() << "Graphviz is not installed";
  const std::string svg = file_graph_svg(plan(), {});
  expect_self_contained(svg);
  EXPECT_EQ(2u, count(svg, "class=\"edge\""));
}

TEST(FileGraphSvg, WithoutGraphvizItIsDrawnAllTheSame) {
  const test::ScopedEnv path("PATH", "/nonexistent");
  EXPECT_EQ(layered_svg(plan()), file_graph_svg(plan(), {}));
}

TEST(FileGraphSvg, ThePlainDrawingHasEveryFileAndEveryArrow) {
  const std::string svg = layered_svg(plan());
  expect_self_contained(svg);
  EXPECT_EQ(3u, count(svg, "<rect"));
  EXPECT_EQ(2u, count(svg, "marker-end"));
  EXPECT_TRUE(contains(svg, "purpose of &lt;net/data.py&gt; &amp; &quot;more&quot;"));
}

TEST(FileGraphSvg, CyclesAndUnknownFilesDoNotBreakIt) {
  artefacts::Plan odd;
  odd.files = {file("a.py", {"b.py", "a.py", "nowhere.py"}), file("b.py", {"a.py"})};
  EXPECT_EQ(2u, count(layered_svg(odd), "marker-end"));
  EXPECT_TRUE(contains(layered_svg(artefacts::Plan()), "</svg>"));
}

TEST(FileGraphSvg, HostileNamesStayNames) {
  artefacts::Plan hostile;
  hostile.files = {file("a\"];\nevil [shape=star];\\"), file("<script>alert(1)</script>")};
  const std::string dot = file_graph_dot(hostile);
  EXPECT_TRUE(contains(dot, "\"a\\\"]; evil [shape=star];\\\\\"")) << dot;
  EXPECT_FALSE(contains(layered_svg(hostile), "<script"));
  EXPECT_FALSE(contains(file_graph_svg(hostile, {}), "<script"));
}

TEST(FileGraphSvg, EqualPlansGiveEqualDrawings) {
  EXPECT_EQ(file_graph_svg(plan(), {}), file_graph_svg(plan(), {}));
}

}  // namespace
}  // namespace p2c::run
