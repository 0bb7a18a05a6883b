// What is read from text without markup: headings, captions, references, mentions, addresses, formulas,
// pseudocode.
#include <gtest/gtest.h>

#include "paper/algorithm_text.h"
#include "paper/captions.h"
#include "paper/doc_builder.h"
#include "paper/equation_text.h"
#include "paper/headings.h"
#include "paper/links.h"
#include "paper/mentions.h"
#include "paper/reference_text.h"

namespace p2c::paper {
namespace {

using Strings = std::vector<std::string>;

std::string heading(std::string_view text, bool letters = false) {
  const Heading h = split_heading(text, letters);
  return h.number + "|" + h.title + "|" + std::to_string(h.level);
}

TEST(Headings, NumbersAreSplitOff) {
  EXPECT_EQ(heading("3.2. Model  Architecture"), "3.2|Model Architecture|2");
  EXPECT_EQ(heading("1 Introduction"), "1|Introduction|1");
  EXPECT_EQ(heading("10.1.2 Things"), "10.1.2|Things|3");
  EXPECT_EQ(heading("A.1 Proof"), "A.1|Proof|2");
  EXPECT_EQ(heading("A. Proofs"), "A|Proofs|1");
  EXPECT_EQ(heading("IV. EXPERIMENTS"), "IV|EXPERIMENTS|1");
  EXPECT_EQ(heading("Appendix B: Details"), "B|Details|1");
  EXPECT_EQ(heading("Appendix C"), "C|Appendix C|1");
}

TEST(Headings, TitlesThatOnlyLookNumberedStay) {
  EXPECT_EQ(heading("A Simple Method"), "|A Simple Method|1");
  EXPECT_EQ(heading("A Simple Method", true), "A|Simple Method|1");
  EXPECT_EQ(heading("5 % of the data"), "|5 % of the data|1");
  EXPECT_EQ(heading("2015"), "|2015|1");
  EXPECT_EQ(heading("3D Networks"), "|3D Networks|1");
  EXPECT_EQ(heading(""), "||1");
}

TEST(Headings, RomanSectionsMakeLettersSubsections) {
  HeadingLevels levels;
  EXPECT_EQ(levels.level_of(split_heading("I. INTRODUCTION", false), 1), 1);
  EXPECT_EQ(levels.level_of(split_heading("A. Data", false), 1), 2);
  EXPECT_FALSE(levels.begins_appendix(split_heading("B. Model", false)));
  EXPECT_EQ(levels.level_of(split_heading("II. METHOD", false), 1), 1);
  HeadingLevels arabic;
  EXPECT_EQ(arabic.level_of(split_heading("1 Introduction", false), 1), 1);
  EXPECT_TRUE(arabic.begins_appendix(split_heading("A. Proofs", false)));
}

TEST(Headings, KnownTitles) {
  EXPECT_TRUE(is_references_title("REFERENCES"));
  EXPECT_TRUE(is_abstract_title("Abstract."));
  EXPECT_TRUE(is_appendix_title("Supplementary Material"));
  EXPECT_TRUE(is_known_title("Related Work:"));
  EXPECT_FALSE(is_known_title("A method of ours"));
}

std::string caption(std::string_view text) {
  const auto c = parse_caption(text);
  return c ? std::string(to_string(c->type)) + " " + c->number + ": " + c->text : "none";
}

TEST(Captions, Forms) {
  EXPECT_EQ(caption("Figure 3: A model."), "figure 3: A model.");
  EXPECT_EQ(caption("Fig. 2. A plot"), "figure 2: A plot");
  EXPECT_EQ(caption("TABLE 4. Results"), "table 4: Results");
  EXPECT_EQ(caption("Table A.1 | Sizes"), "table A.1: Sizes");
  EXPECT_EQ(caption("Figure S2: More"), "figure S2: More");
  EXPECT_EQ(caption("**Figure 1.** The net"), "figure 1: The net");
  EXPECT_EQ(caption("Algorithm 1 Training"), "algorithm 1: Training");
  EXPECT_EQ(caption("Listing 2: Code"), "code 2: Code");
}

TEST(Captions, ProseIsNone) {
  for (std::string_view text : {"Figure 3 shows that", "Tables 1 and 2", "Figure: a", "figure 3: x",
                                "Algorithm 1 is run until", "As Figure 3: says", "Figure", ""}) {
    EXPECT_EQ(caption(text), "none") << text;
  }
}

TEST(Captions, RolesAreGuessed) {
  Figure figure;
  figure.caption = "Overview of the architecture";
  EXPECT_EQ(figure_role(figure), "architecture");
  figure.caption = "Validation loss during training";
  EXPECT_EQ(figure_role(figure), "plot");
  figure.caption = "A cat";
  EXPECT_EQ(figure_role(figure), "other");
}

TEST(References, LabelsComeOff) {
  std::string_view text = "[12] J. Smith.";
  EXPECT_EQ(take_reference_label(text), "12");
  EXPECT_EQ(text, "J. Smith.");
  text = "7. J. Smith.";
  EXPECT_EQ(take_reference_label(text), "7");
  text = "[Kingma and Ba, 2015] Adam.";
  EXPECT_EQ(take_reference_label(text), "Kingma and Ba, 2015");
  text = "2015. A title.";
  EXPECT_EQ(take_reference_label(text), "");
  text = "J. Smith.";
  EXPECT_EQ(take_reference_label(text), "");
}

TEST(References, AuthorsTitleVenue) {
  BibEntry entry = parse_reference(
      "Diederik Kingma and Jimmy Ba. Adam: A method for stochastic optimization. arXiv preprint "
      "arXiv:1412.6980, 2014.");
  EXPECT_EQ(entry.authors, (Strings{"Diederik Kingma", "Jimmy Ba"}));
  EXPECT_EQ(entry.title, "Adam: A method for stochastic optimization");
  EXPECT_EQ(entry.year, "2014");
  EXPECT_EQ(entry.arxiv_id, "1412.6980");

  entry = parse_reference(
      "Brock, A., Donahue, J., and Simonyan, K. Large scale GAN training. In ICLR, 2019. doi:10.1000/xyz.");
  EXPECT_EQ(entry.authors, (Strings{"Brock, A.", "Donahue, J.", "Simonyan, K."}));
  EXPECT_EQ(entry.title, "Large scale GAN training");
  EXPECT_EQ(entry.venue, "ICLR, 2019");
  EXPECT_EQ(entry.doi, "10.1000/xyz");

  entry = parse_reference(
      "H. L. Morgan, J. Doe, “The generation of a unique description,” Journal of Things, vol. 5, 1965. "
      "https://a.org/x");
  EXPECT_EQ(entry.title, "The generation of a unique description");
  EXPECT_EQ(entry.authors, (Strings{"H. L. Morgan", "J. Doe"}));
  EXPECT_EQ(entry.urls, (Strings{"https://a.org/x"}));
}

TEST(References, YearsInsideOtherNumbersAreNone) {
  EXPECT_EQ(parse_reference("A. B. Title. arXiv:1998.20151").year, "");
  EXPECT_EQ(parse_reference("A. B. Title. Pages 1999-2000a, 2016b.").year, "2016");
  EXPECT_EQ(parse_reference("").raw, "");
}

TEST(Links, FoundAndSorted) {
  EXPECT_EQ(urls_in("see https://github.com/a/b, (http://x.org/y) and http://x.org/y."),
            (Strings{"https://github.com/a/b", "http://x.org/y"}));
  EXPECT_EQ(urls_in("https://en.wikipedia.org/wiki/A_(b)"), (Strings{"https://en.wikipedia.org/wiki/A_(b)"}));
  EXPECT_TRUE(urls_in("http:// https://x ftp://a.org").empty());
  EXPECT_EQ(url_kind("https://github.com/a/b", ""), "code");
  EXPECT_EQ(url_kind("https://zenodo.org/1", ""), "data");
  EXPECT_EQ(url_kind("https://huggingface.co/a/b", ""), "model");
  EXPECT_EQ(url_kind("https://a.github.io/", ""), "project");
  EXPECT_EQ(url_kind("https://a.org/", "Our code is at"), "code");
  EXPECT_EQ(url_kind("https://a.org/", ""), "other");
}

TEST(Mentions, AreJoinedToBlocks) {
  PaperDoc doc;
  DocBuilder builder(doc);
  builder.section(1, "3", "Model");
  builder.text_block(
      BlockType::paragraph,
      "Figures 1 and 2, Table 1, Eqs. (1), (2), Algorithm 7 and Section 3; see [2, 4-5] and [Smith].");
  for (int i = 1; i <= 2; ++i) {
    builder.figure().number = std::to_string(i);
    builder.last_block().number = std::to_string(i);
    builder.equation().number = std::to_string(i);
    builder.last_block().number = std::to_string(i);
  }
  builder.table().number = "1";
  builder.last_block().number = "1";
  for (int i = 1; i <= 5; ++i)
    doc.bibliography.push_back({.key = "ref" + std::to_string(i),
                                .label = std::to_string(i),
                                .raw = {},
                                .title = {},
                                .authors = {},
                                .year = {},
                                .venue = {},
                                .arxiv_id = {},
                                .doi = {},
                                .urls = {}});
  link_mentions(doc);
  const Block& text = doc.blocks[1];
  EXPECT_EQ(text.refs, (Strings{"F1", "F2", "T1", "E1", "E2", "S1"}));
  EXPECT_EQ(text.cites, (Strings{"ref2", "ref4", "ref5"}));
  EXPECT_EQ(doc.figures[1].cited_in, (Strings{"P1.1"}));
}

TEST(DocBuilder, CountsIdsInDocumentOrder) {
  PaperDoc doc;
  DocBuilder builder(doc);
  builder.text_block(BlockType::paragraph, "before");
  builder.section(1, "", "One");
  builder.section(2, "", "One one");
  builder.text_block(BlockType::paragraph, "text");
  const std::string list = builder.text_block(BlockType::list, "").id;
  builder.item(list, "a");
  builder.item(list, "b");
  builder.section(2, "", "One two");
  builder.equation();
  builder.section(1, "", "Two");
  builder.begin_appendix();
  builder.section(1, "A", "Extra");
  builder.section(9, "", "deep");
  Strings ids, parents;
  for (const Block& block : doc.blocks) {
    ids.push_back(block.id);
    parents.push_back(block.parent);
  }
  EXPECT_EQ(ids, (Strings{"S0", "P0.1", "S1", "S1.1", "P1.1.1", "P1.1.2", "I1.1.2.1", "I1.1.2.2", "S1.2",
                          "E1", "S2", "S3", "S3.0.0.0.0.1"}));
  EXPECT_EQ(parents,
            (Strings{"", "S0", "", "S1", "S1.1", "S1.1", "P1.1.2", "P1.1.2", "S1", "S1.2", "", "", "S3"}));
  EXPECT_FALSE(doc.blocks[10].appendix);
  EXPECT_TRUE(doc.blocks[11].appendix);
}

TEST(EquationText, RowsNumbersSymbols) {
  Equation equation;
  fill_equation(equation,
                "\\begin{align}\na &= \\hat{x}_{ij} \\tag{3} \\\\[2pt]\nb &= \\begin{cases} 1 \\\\ 2 "
                "\\end{cases} \\label{eq:b}\n\\end{align}");
  EXPECT_EQ(equation.env, "align");
  EXPECT_EQ(equation.rows, (Strings{"a &= \\hat{x}_{ij}", "b &= \\begin{cases} 1 \\\\ 2 \\end{cases}"}));
  EXPECT_EQ(equation.row_numbers, (Strings{"3", ""}));
  EXPECT_EQ(equation.row_labels, (Strings{"", "eq:b"}));
  EXPECT_EQ(equation.number, "3");
  EXPECT_EQ(equation.label, "eq:b");
  EXPECT_EQ(equation.symbols, (Strings{"a", "\\hat{x}_{ij}", "b"}));
}

TEST(EquationText, PlainAndBroken) {
  Equation equation;
  fill_equation(equation, " y = \\mathrm{softmax}(W x) + \\log\\theta ");
  EXPECT_EQ(equation.env, "$$");
  EXPECT_EQ(equation.rows.size(), 1u);
  EXPECT_EQ(equation.symbols, (Strings{"y", "W", "x", "\\theta"}));
  for (std::string_view tex : {"", "\\", "{", "}", "_", "a_", "\\begin{", "\\begin{align}",
                               "\\begin{align}\\end{align}", "\\\\", "\\tag{", "\\hat", "x_{", "\\text{"}) {
    Equation broken;
    fill_equation(broken, tex);
    EXPECT_EQ(broken.row_numbers.size(), broken.rows.size()) << tex;
  }
}

TEST(AlgorithmText, KindsDepthsAndHeads) {
  Algorithm algorithm;
  fill_algorithm(algorithm, {{0, "Require: data D, learn-"},
                             {0, "ing rate"},
                             {0, "Ensure: weights"},
                             {0, "1: for x in D do"},
                             {0, "2: if x > 0 then"},
                             {0, "3: y = x // keep"},
                             {0, "that goes on"},
                             {0, "4: else"},
                             {0, "5: y = 0"},
                             {0, "6: end if"},
                             {0, "7: end for"},
                             {0, "8: return y"}});
  EXPECT_EQ(algorithm.inputs, (Strings{"data D, learning rate"}));
  EXPECT_EQ(algorithm.outputs, (Strings{"weights"}));
  ASSERT_EQ(algorithm.lines.size(), 8u);
  const std::vector<int> depths{0, 1, 2, 1, 2, 1, 0, 0};
  const Strings kinds{"for", "if", "stmt", "else", "stmt", "end", "end", "return"};
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(algorithm.lines[i].no, static_cast<int>(i + 1));
    EXPECT_EQ(algorithm.lines[i].depth, depths[i]) << i;
    EXPECT_EQ(algorithm.lines[i].kind, kinds[i]) << i;
  }
  EXPECT_EQ(algorithm.lines[2].text, "y = x");
  EXPECT_EQ(algorithm.lines[2].comment, "keep that goes on");
}

TEST(AlgorithmText, IndentationTellsTheNestingWithoutEnds) {
  Algorithm algorithm;
  fill_algorithm(algorithm,
                 {{10, "for x in D:"}, {20, "y = x"}, {20, "if y:"}, {30, "break"}, {10, "return y"}});
  std::vector<int> depths;
  for (const AlgorithmLine& line : algorithm.lines) depths.push_back(line.depth);
  EXPECT_EQ(depths, (std::vector<int>{0, 1, 1, 2, 0}));
}

}  // namespace
}  // namespace p2c::paper
