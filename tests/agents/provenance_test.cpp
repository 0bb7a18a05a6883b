// Tags in comments and docstrings become regions of lines.
#include <gtest/gtest.h>

#include <algorithm>

#include "agents/generator/generator.h"
#include "agents/generator/tagged_lines.h"
#include "artefacts/config.h"
#include "base/sha256.h"
#include "base/text.h"

namespace p2c::agents {
namespace {

using artefacts::ProvenanceRegion;

std::string joined(const std::set<std::string>& items) {
  return join({items.begin(), items.end()}, " ");
}

TEST(Tags, AreBracketedGroupsOfIdsOnly) {
  const auto tags = find_tags("Eq. 4 [R-012, E3] and [A2:7; D-04] [R-001 R-002], §3.2 [A1]");
  EXPECT_EQ(joined(tags.reqs), "R-001 R-002 R-012");
  EXPECT_EQ(joined(tags.equations), "A1 A2:7 E3");
  EXPECT_EQ(joined(tags.decisions), "D-04");
  for (const char* text : {"[B, T, E3]", "x[R]", "[R-]", "[]x", "R-001", "[R-001", "[E]", "[A2:]", "[A2:x]",
                           "[E1234567]", "[R-001, see]"}) {
    EXPECT_TRUE(find_tags(text).empty()) << text;
  }
  EXPECT_EQ(joined(find_tags("[[R-001]]").reqs), "R-001");
}

TEST(Tags, RangesOfAlgorithmLinesAreSpelledOutWithinReason) {
  EXPECT_EQ(joined(find_tags("[A2:3-5]").equations), "A2:3 A2:4 A2:5");
  EXPECT_LE(find_tags("[A2:1-999999]").equations.size(), 51u);
  EXPECT_TRUE(find_tags("[A2:5-3]").equations.empty());
}

// "start-end symbol: tags" of every region of one file.
std::vector<std::string> regions_of(const FilesByPath& files, const std::string& path,
                                    const FilesByPath& templates = {}) {
  std::vector<std::string> out;
  for (const auto& r : trace_provenance(files, templates)) {
    if (r.file != path) continue;
    std::vector<std::string> tags = r.reqs;
    tags.insert(tags.end(), r.equations.begin(), r.equations.end());
    tags.insert(tags.end(), r.decisions.begin(), r.decisions.end());
    out.push_back(std::to_string(r.start) + "-" + std::to_string(r.end) + " " + r.symbol + ": " +
                  join(tags, " "));
  }
  return out;
}

const std::string kModel = R"("""Model of the paper. [R-001]"""

import torch

# [R-009]
LIMIT = 3
OTHER = "# [R-999] in a string"


class Model:
    """Sums. [R-002, E1]

    x [B, T] -> [B]
    """

    def __init__(self):
        self.a = 1

    # [D-04]
    @property
    def value(self):
        return self.a

    def forward(self, x):
        """Forward. [A1:2]"""
        y = x  # [R-003]
        # [R-004, E2]
        for i in range(3):
            y = y + i

            y = y * 2
        # plain comment
        z = y

        # [R-005]
        return z


def helper():
    return 1
)";

TEST(TraceProvenance, FollowsDefinitionsBlocksAndInheritance) {
  const std::vector<std::string> expected = {
      "1-40 : R-001",
      "5-7 : R-009",
      "10-36 Model: R-002 E1",
      "16-17 Model.__init__: R-002 E1",  // inherits from its class
      "19-22 Model.value: D-04",         // the comment above and the decorator belong to it
      "24-36 Model.forward: R-003 R-004 R-005 A1:2 E2",
      "26-26 Model.forward: R-003",
      "27-33 Model.forward: R-004 E2",
      "35-36 Model.forward: R-005",
      "39-40 helper: R-001",  // inherits from the file
  };
  EXPECT_EQ(regions_of({{"pkg/model.py", kModel}}, "pkg/model.py"), expected);
}

TEST(TraceProvenance, RegionsCarryHashOriginAndValidLines) {
  const FilesByPath files = {
      {"pkg/model.py", kModel}, {"pkg/runtime.py", "def f():\n    return 1\n"}, {"README.md", "[R-001]\n"}};
  const auto regions = trace_provenance(files, {{"pkg/runtime.py", ""}});
  EXPECT_TRUE(
      std::none_of(regions.begin(), regions.end(), [](const auto& r) { return r.file == "README.md"; }));
  for (const auto& r : regions) {
    EXPECT_EQ(r.sha256, sha256_hex(files.at(r.file)));
    EXPECT_EQ(r.origin, r.file == "pkg/runtime.py" ? "template" : "model");
    EXPECT_GE(r.start, 1);
    EXPECT_LE(r.start, r.end);
    EXPECT_LE(static_cast<std::size_t>(r.end), split_lines(files.at(r.file)).size());
  }
}

TEST(TraceProvenance, BrokenPythonStillHasItsCommentBlocks) {
  const auto regions = regions_of({{"a.py", "import x\n# [R-001]\ny = (\n\nz = 1\n"}}, "a.py");
  ASSERT_EQ(regions.size(), 2u);
  EXPECT_EQ(regions[1], "2-3 : R-001");
}

TEST(TraceProvenance, TagsOfCodeAreNoTags) {
  EXPECT_EQ(
      regions_of(
          {{"a.py",
            "x = y[E1]\nz = [A1]\nw = 'don''t # [R-001]'\ns = \"\"\"[R-002]\n[E3] # no comment\n\"\"\"\n"}},
          "a.py"),
      (std::vector<std::string>{"1-6 : "}));
}

TEST(TraceProvenance, ConfigurationKeysAreRegionsWithDottedNames) {
  artefacts::Config config;
  config.entries = {
      {"seed", "int", 0, nullptr, nullptr, nullptr, "", "", "default", "Seed."},
      {"optimizer.lr", "float", 1e-3, nullptr, nullptr, nullptr, "", "R-017", "specified", "Step size."},
      {"optimizer.on.name", "str", "a # [R-999]: b", nullptr, nullptr, nullptr, "", "R-018", "specified", ""},
      {"data.path", "str", "x", nullptr, nullptr, nullptr, "", "R-019", "specified", ""}};
  const std::string yaml = artefacts::render_yaml(config, "paper");
  const auto regions = regions_of({{"configs/paper.yaml", yaml}}, "configs/paper.yaml");
  EXPECT_EQ(regions, (std::vector<std::string>{"1-16 : ", "8-9 optimizer.lr: R-017",
                                               "11-12 optimizer.on.name: R-018", "15-16 data.path: R-019"}))
      << yaml;
}

TEST(ProvenanceJsonl, IsOneObjectALine) {
  const auto regions = trace_provenance({{"pkg/model.py", kModel}}, {});
  const std::string text = provenance_jsonl(regions);
  const auto lines = split_lines(text);
  ASSERT_EQ(lines.size(), regions.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto back = artefacts::from_json<ProvenanceRegion>(parse_json(lines[i], "line"), "line");
    EXPECT_EQ(back.symbol, regions[i].symbol);
    EXPECT_EQ(back.reqs, regions[i].reqs);
  }
  EXPECT_EQ(provenance_jsonl({}), "");
}

}  // namespace
}  // namespace p2c::agents
