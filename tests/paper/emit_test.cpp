// The text forms of a document: for a model, for a person, for looking up quotes.
#include <gtest/gtest.h>

#include "base/text.h"
#include "paper/paper_doc.h"
#include "sample_doc.h"

namespace p2c::paper {
namespace {

std::string emitted(const std::string& id) {
  const PaperDoc doc = test::sample_doc();
  return emit_block(doc, *doc.find_block(id));
}

TEST(Emit, BlocksCarryTheirIds) {
  EXPECT_EQ(emitted("S1"), "## [S1] 1 Introduction");
  EXPECT_EQ(emitted("S1.1"), "### [S1.1] 1.1 Model");
  EXPECT_EQ(emitted("P1.1"), "[P1.1] Things cost $x_i$ and more, see Equation (1).");
  EXPECT_EQ(emitted("I1.2.1"), "- [I1.2.1] one thing");
  EXPECT_EQ(emitted("P1.1.1"), "[P1.1.1] Theorem 1. All things are equal.");
  EXPECT_EQ(emitted("P1.1.2"), "[P1.1.2] Proof. Obvious.");
  EXPECT_EQ(emitted("P1.1.3"), "[P1.1.3] > Less is more.");
  EXPECT_EQ(emitted("P1.1.4"), "[P1.1.4] (Footnote) Equal work.");
}

TEST(Emit, EmptyBlocksGiveNothing) {
  EXPECT_EQ(emitted("P1.1.5"), "");
  EXPECT_EQ(emitted("P1.2"), "");
}

TEST(Emit, EquationsShowNumbersAndDoubt) {
  EXPECT_EQ(emitted("E1"), "[E1 (1)] (from PDF, inexact) $$y = x_i$$");
  PaperDoc doc = test::sample_doc();
  doc.equations[0].lossy = false;
  doc.equations[0].rows = {"a = b", "c = d"};
  doc.equations[0].latex = "a = b \\\\\n\nc = d";
  doc.equations[0].row_numbers = {"1", "2"};
  EXPECT_EQ(emit_block(doc, *doc.find_block("E1")), "[E1 (1) (2)] $$a = b \\\\\nc = d$$");
}

TEST(Emit, AlgorithmsAreIndentedNumberedLines) {
  EXPECT_EQ(emitted("A1"),
            "[A1] Algorithm 1: Training\n"
            "Input: data $D$\n"
            "Output: weights $w$\n"
            " 1: for each $x$ in $D$ do\n"
            " 2:   $w \\gets w - 1$  // update\n"
            " 3: end for");
}

TEST(Emit, TablesArePipeTablesWithTheCaptionFirst) {
  EXPECT_EQ(emitted("T1"),
            "[T1] Table 1: Results\n"
            "| Model | Accuracy |  |\n"
            "|---|---|---|\n"
            "| ours | **0.9 ± 0.1** | _a\\|b_ |");
}

TEST(Emit, FiguresShowTheTextInside) {
  EXPECT_EQ(emitted("F1"),
            "[F1] Figure 1: The model\nKind: architecture\nParts: left part\nText inside: Encoder; Decoder");
}

TEST(Emit, NumbersInsidePlotsStayAndLongListsAreCut) {
  PaperDoc doc = test::sample_doc();
  doc.figures[0].text_inside = {"0.1", "0.2", "loss", "−1"};
  EXPECT_TRUE(contains(emit_block(doc, *doc.find_block("F1")), "Text inside: 0.1; 0.2; loss; −1"));
  doc.figures[0].role = "plot";
  EXPECT_TRUE(contains(emit_block(doc, *doc.find_block("F1")), "Text inside: 0.1; 0.2; loss; −1"));
  doc.figures[0].text_inside.assign(100, "label");
  const std::string text = emit_block(doc, *doc.find_block("F1"));
  EXPECT_TRUE(text.ends_with("label; (40 more)"));
}

TEST(Emit, CodeKeepsItsIndentation) {
  EXPECT_EQ(emitted("C1"), "[C1] python\n```\ndef f(x):\n    return x\n```");
}

TEST(Emit, ReferencesAreShort) {
  EXPECT_EQ(
      emitted("R"),
      "[R] References\n- smith2010: J. Smith. All about things. Journal of Things. 2010 arXiv:1001.00001");
}

TEST(Emit, PaperHasHeadingsAndNoBlankParagraphs) {
  const PaperDoc doc = test::sample_doc();
  const std::string text = emit_paper(doc);
  EXPECT_TRUE(
      text.starts_with("# On Things\n\n[abstract] We study things.\n\n## [S1] 1 Introduction\n[P1.1] "));
  EXPECT_FALSE(contains(text, "P1.1.5"));
  EXPECT_FALSE(contains(text, "\n\n\n"));
  EXPECT_TRUE(contains(text, "The learning rate was 0.1."));
  EXPECT_EQ(text, emit_paper(doc));
}

TEST(Emit, AppendixOnlyWhenAsked) {
  const std::string text = emit_paper(test::sample_doc(), false);
  EXPECT_FALSE(contains(text, "learning rate"));
  EXPECT_FALSE(contains(text, "Details"));
}

TEST(Emit, AbstractIsNotSaidTwice) {
  PaperDoc doc = test::sample_doc();
  doc.blocks.insert(doc.blocks.begin(), test::section("S0", "", 1, "", "Abstract"));
  EXPECT_FALSE(contains(emit_paper(doc), "[abstract]"));
}

TEST(Emit, DetailsThatAreMissingDoNotHide) {
  PaperDoc doc;
  doc.blocks.push_back(test::block("T1", BlockType::table, "", "a table as text"));
  EXPECT_EQ(emit_block(doc, doc.blocks[0]), "[T1] a table as text");
}

TEST(Emit, NestedItemsAreIndentedAndCirclesEnd) {
  PaperDoc doc;
  doc.blocks = {test::block("P1.1", BlockType::list, "S1", ""),
                test::block("I1.1.1", BlockType::item, "P1.1", "outer"),
                test::block("P1.2", BlockType::list, "I1.1.1", ""),
                test::block("I1.2.1", BlockType::item, "P1.2", "inner")};
  EXPECT_TRUE(contains(emit_paper(doc), "\n- [I1.1.1] outer\n  - [I1.2.1] inner\n"));
  EXPECT_TRUE(contains(emit_markdown(doc), "\n  - inner\n"));
  doc.blocks[0].parent = "P1.1";  // a list inside itself
  EXPECT_EQ(emit_block(doc, doc.blocks[1]), "- [I1.1.1] outer");
}

TEST(Emit, AbsurdNumbersAreBounded) {
  PaperDoc doc = test::sample_doc();
  doc.algorithms[0].lines[0].depth = 2'000'000'000;
  doc.tables[0].rows[0][1].colspan = 2'000'000'000;
  EXPECT_LT(emit_block(doc, *doc.find_block("A1")).size(), 1'000u);
  EXPECT_LT(emit_block(doc, *doc.find_block("T1")).size(), 3'000u);
  doc.blocks[0].level = -7;
  EXPECT_EQ(emit_block(doc, doc.blocks[0]), "## [S1] 1 Introduction");
}

TEST(Markdown, IsReadableWithoutIds) {
  PaperDoc doc = test::sample_doc();
  const std::string text = emit_markdown(doc);
  EXPECT_TRUE(text.starts_with(
      "# On Things\n\nAnn Author, Bob Writer\n\narXiv:1509.09292v2\n\n## Abstract\n\nWe study things.\n"));
  EXPECT_FALSE(contains(text, "[P1.1]"));
  EXPECT_TRUE(contains(text, "\n## 1 Introduction\n"));
  EXPECT_TRUE(contains(text, "$$\ny = x_i\n$$"));
  EXPECT_TRUE(contains(text, "| Model | Accuracy |"));
  EXPECT_TRUE(contains(text, "[Figure 1 (pdf)](<figs/model.pdf>)"));
  EXPECT_TRUE(contains(text, "## References\n\n- [1] J. Smith. All about things."));
  doc.figures[0].files = {{"F1-model.png", "png", 10, 10}};
  EXPECT_TRUE(contains(emit_markdown(doc), "![Figure 1](<figures/F1-model.png>)"));
}

TEST(Markdown, SignsOfMarkupAreEscapedOutsideMaths) {
  PaperDoc doc;
  doc.title = "T";
  doc.blocks.push_back(test::block("P0.1", BlockType::paragraph, "", "a*b <script> and $x * y < z$"));
  EXPECT_TRUE(contains(emit_markdown(doc), "a\\*b \\<script> and $x * y < z$"));
}

TEST(SearchableText, HoldsEverythingAQuoteMayCite) {
  const PaperDoc doc = test::sample_doc();
  const auto text = [&doc](const std::string& id) { return searchable_text(doc, *doc.find_block(id)); };
  EXPECT_TRUE(contains(text("S1"), "1 Introduction"));
  EXPECT_TRUE(contains(text("P1.1"), "\\eqref{eq:cost}"));
  EXPECT_TRUE(contains(text("E1"), "y &= \\x_i"));
  EXPECT_TRUE(contains(text("A1"), "for each $x$ in $D$ do"));
  EXPECT_TRUE(contains(text("A1"), "Training"));
  EXPECT_TRUE(contains(text("T1"), "0.9 ± 0.1 a|b"));
  EXPECT_TRUE(contains(text("T1"), "\\textbf{0.9} $\\pm$ 0.1"));
  EXPECT_TRUE(contains(text("T1"), "| ours | **0.9 ± 0.1** |"));
  EXPECT_TRUE(contains(text("F1"), "Encoder"));
  EXPECT_TRUE(contains(text("F1"), "The model"));
  EXPECT_TRUE(contains(text("R"), "Journal of Things, 2010."));
}

TEST(SearchableText, FindsWhatWasEmitted) {
  // What a model was shown, without the id in front, is found again after the normalisation quotes go
  // through.
  const PaperDoc doc = test::sample_doc();
  for (const Block& block : doc.blocks) {
    const std::string emitted_text = emit_block(doc, block);
    for (std::string_view line : split_lines(emitted_text)) {
      const std::size_t id = line.find("] ");
      if (line.starts_with("[") && id != std::string_view::npos) line.remove_prefix(id + 2);
      if (block.type == BlockType::section || line.starts_with("Kind:") || line.starts_with("Parts:") ||
          line.starts_with("Text inside:") || contains(line, "References") || contains(line, "inexact") ||
          line.starts_with("|---") || block.type == BlockType::theorem || block.type == BlockType::proof ||
          block.type == BlockType::quote || block.type == BlockType::footnote || line.starts_with("- ") ||
          line.starts_with("```") || block.type == BlockType::code) {
        continue;
      }
      EXPECT_TRUE(contains(normalise_for_match(searchable_text(doc, block)), normalise_for_match(line)))
          << block.id << ": " << line;
    }
  }
}

}  // namespace
}  // namespace p2c::paper
