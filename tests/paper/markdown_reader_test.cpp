// Papers in Markdown.
#include "paper/markdown/markdown_reader.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "paper/markdown/tables.h"
#include "paper/reader.h"

namespace p2c::paper {
namespace {

using Strings = std::vector<std::string>;

constexpr std::string_view kPaper = R"(# A Title

Ann Author, Bob Writer

## Abstract

We study *things*.

## 1. Introduction

First line
second line with $a*b$ and [a link](https://github.com/x/y), see [1].

- one
- two
  goes on

> A quote.

### 1.1 Model

$$
y = \sum_i x_i \tag{4}
$$

As Equation (4) and Figure 1 say.

| a | b |
|---|:-:|
| **1** | $x|y$ |

Table 2: Numbers.

![](pics/model.png)
Figure 1: The model architecture.

```python
def f(x):
    return x
```

## References

[1] J. Smith. All about things. Journal of Things, 2010.

## A Details

More.
)";

TEST(MarkdownReader, WholePaper) {
  const PaperDoc doc = parse_markdown(kPaper, "paper.md");
  EXPECT_EQ(doc.title, "A Title");
  EXPECT_EQ(doc.authors, (Strings{"Ann Author, Bob Writer"}));
  EXPECT_EQ(doc.abstract, "We study *things*.");
  Strings ids;
  for (const Block& block : doc.blocks) ids.push_back(block.id);
  EXPECT_EQ(ids, (Strings{"S1", "P1.1", "P1.2", "I1.2.1", "I1.2.2", "P1.3", "S1.1", "E1", "P1.1.1", "T1",
                          "F1", "C1", "R", "S2", "P2.1"}));
  EXPECT_EQ(doc.find_block("S1")->number, "1");
  EXPECT_EQ(doc.find_block("S1")->title, "Introduction");
  EXPECT_EQ(doc.find_block("S1.1")->level, 2);
  EXPECT_EQ(doc.find_block("P1.1")->text,
            "First line second line with $a*b$ and a link (https://github.com/x/y), see [1].");
  EXPECT_EQ(doc.find_block("P1.1")->cites, (Strings{"ref1"}));
  EXPECT_EQ(doc.find_block("I1.2.2")->text, "two goes on");
  EXPECT_EQ(doc.find_block("P1.3")->type, BlockType::quote);
  EXPECT_EQ(doc.equations[0].number, "4");
  EXPECT_EQ(doc.equations[0].latex, "y = \\sum_i x_i");
  EXPECT_EQ(doc.find_block("P1.1.1")->refs, (Strings{"E1", "F1"}));
  EXPECT_EQ(doc.tables[0].number, "2");
  EXPECT_EQ(doc.tables[0].caption, "Numbers.");
  EXPECT_TRUE(doc.tables[0].rows[1][0].bold);
  EXPECT_EQ(doc.tables[0].rows[1][0].text, "1");
  EXPECT_EQ(doc.tables[0].rows[1][0].number, 1.0);
  EXPECT_EQ(doc.tables[0].rows[1][1].text, "$x|y$");
  EXPECT_EQ(doc.figures[0].number, "1");
  EXPECT_EQ(doc.figures[0].caption, "The model architecture.");
  EXPECT_EQ(doc.figures[0].files[0].path, "pics/model.png");
  EXPECT_EQ(doc.find_block("C1")->text, "def f(x):\n    return x\n");
  EXPECT_EQ(doc.bibliography.at(0).title, "All about things");
  EXPECT_TRUE(doc.find_block("S2")->appendix);
  EXPECT_EQ(doc.find_block("S2")->number, "A");
  EXPECT_EQ(doc.urls.at(0).kind, "code");
}

TEST(MarkdownReader, SpansPointIntoTheFile) {
  const PaperDoc doc = parse_markdown(kPaper, "paper.md");
  const Span span = doc.find_block("P1.1")->span;
  EXPECT_EQ(span.file, "paper.md");
  EXPECT_TRUE(kPaper.substr(span.start, span.end - span.start).starts_with("First line\nsecond line"));
}

TEST(MarkdownReader, CaptionBeforeItsTable) {
  const PaperDoc doc = parse_markdown(
      "# T\n\nTable 3. Sizes.\n\n<table><tr><th>a</th><th "
      "colspan=\"2\">b</th></tr><tr><td>1</td><td>2</td><td><b>3</b></td></tr></table>\n",
      "p.md");
  ASSERT_EQ(doc.tables.size(), 1u);
  EXPECT_EQ(doc.tables[0].number, "3");
  EXPECT_EQ(doc.tables[0].header_rows, 1);
  EXPECT_EQ(doc.tables[0].rows[0][1].colspan, 2);
  EXPECT_TRUE(doc.tables[0].rows[1][2].bold);
}

TEST(MarkdownReader, AllHeadingsOfOneLevelAreSortedByNumber) {
  const PaperDoc doc = parse_markdown(
      "# Title of It\n\n# 1. Introduction\n\nText.\n\n# 1.1. Detail\n\nText.\n\n# 2. Method\n", "p.md");
  EXPECT_EQ(doc.title, "Title of It");
  ASSERT_NE(doc.find_block("S1.1"), nullptr);
  EXPECT_EQ(doc.find_block("S1.1")->title, "Detail");
  EXPECT_EQ(doc.find_block("S2")->title, "Method");
}

TEST(MarkdownReader, AlgorithmUnderItsHeading) {
  const PaperDoc doc = parse_markdown(
      "# T\n\n# Algorithm 1 Training\n\nRequire: data\n1: for x do\n2: y\n3: end for\n\n4: return y\n\nText "
      "after.\n",
      "p.md");
  ASSERT_EQ(doc.algorithms.size(), 1u);
  EXPECT_EQ(doc.algorithms[0].caption, "Training");
  EXPECT_EQ(doc.algorithms[0].lines.size(), 4u);
  EXPECT_EQ(doc.algorithms[0].lines[1].depth, 1);
  EXPECT_EQ(doc.blocks.back().text, "Text after.");
}

TEST(MarkdownReader, FrontMatterAndUnderlinedHeadings) {
  const PaperDoc doc = parse_markdown(
      "---\ntitle: \"The Title\"\nauthor: x\n---\n\nIntroduction\n============\n\nText here.\n", "p.md");
  EXPECT_EQ(doc.title, "The Title");
  EXPECT_EQ(doc.blocks.at(0).title, "Introduction");
  EXPECT_EQ(doc.blocks.at(1).text, "Text here.");
}

TEST(MarkdownReader, BrokenInputEnds) {
  for (std::string_view text : {"",
                                "#",
                                "# ",
                                "$$",
                                "$$\nx",
                                "```",
                                "```\ncode",
                                "|",
                                "|-|",
                                "a|b\n|-|",
                                "<table",
                                "<table><tr><td",
                                "![",
                                "![](",
                                "[^1]: x",
                                "---",
                                "---\n",
                                "- ",
                                ">",
                                "[",
                                "<!--",
                                "\\[",
                                "# T\n\n![a](b.png)\n\n![c](d.png)\n"}) {
    EXPECT_NO_THROW(parse_markdown(text, "p.md")) << text;
  }
  const PaperDoc doc = parse_markdown("# T\n\n$$\nx = 1\n", "p.md");
  EXPECT_EQ(doc.warnings.size(), 1u);
}

TEST(MarkdownTables, Pieces) {
  EXPECT_TRUE(is_pipe_rule("|---|:-:|"));
  EXPECT_TRUE(is_pipe_rule("--|--"));
  EXPECT_FALSE(is_pipe_rule("| a |"));
  EXPECT_FALSE(is_pipe_rule("---"));
  EXPECT_EQ(split_pipe_row("| a | b\\|c | `x|y` | $p|q$ |"), (Strings{"a", "b|c", "`x|y`", "$p|q$"}));
  EXPECT_EQ(split_pipe_row("a | costs $5 | b"), (Strings{"a", "costs $5", "b"}));
}

TEST(ReadMarkdown, SourceIsRecorded) {
  const TempDir folder("p2c-md");
  write_file_atomic(folder.path() / "p.md", kPaper);
  const PaperDoc doc = read_markdown(folder.path() / "p.md", {});
  EXPECT_EQ(doc.source.kind, SourceKind::markdown);
  EXPECT_EQ(doc.source.main_file, "p.md");
  EXPECT_EQ(doc.source.sha256.size(), 64u);
  write_file_atomic(folder.path() / "bom.md", "\xef\xbb\xbf# Title\r\n\r\nText.\r\n");
  EXPECT_EQ(read_markdown(folder.path() / "bom.md", {}).title, "Title");
  write_file_atomic(folder.path() / "latin.md", "# T\n\nCaf\xe9.\n");
  EXPECT_EQ(read_markdown(folder.path() / "latin.md", {}).blocks.back().text, "Café.");
}

}  // namespace
}  // namespace p2c::paper
