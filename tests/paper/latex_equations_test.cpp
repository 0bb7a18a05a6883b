// Display formulas (spec 8.5).
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

const Equation& only(const PaperDoc& doc) {
  static const Equation none;
  EXPECT_EQ(doc.equations.size(), 1u);
  return doc.equations.empty() ? none : doc.equations[0];
}

TEST(LatexEquations, AlignNumbersItsRows) {
  const PaperDoc doc = read_body(
      "\\begin{align}\na &= b \\label{one}\\\\\nc &= d \\nonumber\\\\[2pt]\ne &= f "
      "\\label{three}\n\\end{align}\\eqref{three}");
  const Equation& e = only(doc);
  EXPECT_EQ(e.rows, (std::vector<std::string>{"a &= b", "c &= d", "e &= f"}));
  EXPECT_EQ(e.row_numbers, (std::vector<std::string>{"1", "", "2"}));
  EXPECT_EQ(e.row_labels, (std::vector<std::string>{"one", "", "three"}));
  EXPECT_EQ(e.label, "one");
  EXPECT_EQ(e.latex, "a &= b \\\\\nc &= d \\\\\ne &= f");
  EXPECT_EQ(doc.blocks.back().text, "(2)");
  EXPECT_EQ(doc.blocks.back().refs, std::vector<std::string>{"E1"});
}

TEST(LatexEquations, ATrailingRowEndStillCounts) {
  const PaperDoc doc = read_body("\\begin{align}a \\\\ b \\\\ \\end{align}\\begin{equation}c\\end{equation}");
  EXPECT_EQ(doc.equations[0].rows.size(), 2u);
  EXPECT_EQ(doc.equations[1].number, "4");
}

TEST(LatexEquations, StarsTagsAndUnnumberedForms) {
  const PaperDoc doc = read_body(
      "\\[ a \\] $$ b $$ \\begin{align*} c \\end{align*} \\begin{equation*} d \\tag{$\\star$} "
      "\\end{equation*} \\begin{equation} e \\tag{7a} \\end{equation} \\begin{equation} f \\end{equation} "
      "\\begin{displaymath}g\\end{displaymath}");
  ASSERT_EQ(doc.equations.size(), 7u);
  EXPECT_EQ(doc.equations[0].env, "\\[");
  EXPECT_EQ(doc.equations[1].env, "$$");
  EXPECT_EQ(doc.equations[1].latex, "b");
  EXPECT_EQ(doc.equations[2].env, "align*");
  EXPECT_EQ(doc.equations[3].number, "\\star");
  EXPECT_EQ(doc.equations[3].latex, "d");
  EXPECT_EQ(doc.equations[4].number, "7a");
  EXPECT_EQ(doc.equations[5].number, "1");
  EXPECT_EQ(doc.equations[6].number, "");
}

TEST(LatexEquations, InnerEnvironmentsAreOneRow) {
  const PaperDoc doc = read_body(
      "\\begin{equation}\\begin{split} a &= b \\\\ &= c "
      "\\end{split}\\label{s}\\end{equation}\\begin{equation} f = \\begin{cases} 1 & x \\\\ 0 & y "
      "\\end{cases} \\end{equation}");
  EXPECT_EQ(doc.equations[0].rows.size(), 1u);
  EXPECT_EQ(doc.equations[0].number, "1");
  EXPECT_EQ(doc.equations[1].rows.size(), 1u);
  EXPECT_EQ(doc.equations[1].latex, "f = \\begin{cases} 1 & x \\\\ 0 & y \\end{cases}");
}

TEST(LatexEquations, SubequationsGatherMultlineEmpheq) {
  const PaperDoc doc = read_body(
      "\\begin{equation}z\\end{equation}\\begin{subequations}\\label{p}\\begin{align}a\\label{pa}\\\\b\\end{"
      "align}\\end{subequations}\\begin{gather}c\\\\d\\end{gather}"
      "\\begin{multline}e\\\\f\\end{multline}\\begin{empheq}[box=\\fbox]{align}g\\\\h\\end{empheq}\\ref{pa} "
      "\\ref{p}");
  EXPECT_EQ(doc.equations[1].row_numbers, (std::vector<std::string>{"2a", "2b"}));
  EXPECT_EQ(doc.equations[1].number, "2a–2b");
  EXPECT_EQ(doc.equations[2].row_numbers, (std::vector<std::string>{"3", "4"}));
  EXPECT_EQ(doc.equations[3].row_numbers, (std::vector<std::string>{"", "5"}));
  EXPECT_EQ(doc.equations[4].row_numbers, (std::vector<std::string>{"6", "7"}));
  EXPECT_EQ(doc.equations[4].rows[0], "g");
  EXPECT_EQ(doc.blocks.back().text, "2a 2");
}

TEST(LatexEquations, MacrosAreExpandedAndTheSourceIsKept) {
  const Equation e =
      only(read_body("\\begin{equation}\n  \\vx = {\\color{blue} \\mW} \\label{x}\n\\end{equation}",
                     "\\newcommand{\\vx}{\\mathbf{x}}\\def\\mW{{\\bm{W}}}"));
  EXPECT_EQ(e.latex, "\\mathbf{x} = \\bm{W}");
  EXPECT_EQ(e.latex_raw, "\\vx = {\\color{blue} \\mW} \\label{x}");
}

TEST(LatexEquations, TextAroundADisplayIsTwoParagraphs) {
  const PaperDoc doc = read_body("We have\n\\begin{equation}x\\end{equation}\nwhere $x$ is it.");
  EXPECT_EQ(ids(doc), (std::vector<std::string>{"S0", "P0.1", "E1", "P0.2"}));
}

TEST(LatexEquations, Symbols) {
  EXPECT_EQ(
      only(read_body("\\[ \\mathbf{h}_i^{(l+1)} = \\sigma\\left(\\hat{W}_q x^2 + lrate \\cdot "
                     "\\text{softmax}(Q K^T)\\right) \\]"))
          .symbols,
      (std::vector<std::string>{"\\mathbf{h}_i", "l", "\\sigma", "\\hat{W}_q", "x", "lrate", "Q", "K"}));
}

TEST(LatexEquations, ReferencesInsideFormulasAreResolved) {
  const PaperDoc doc = read_body(
      "\\begin{equation}\\label{a}x\\end{equation}\\begin{align*}y &\\text{ by \\eqref{a}}\\end{align*}");
  EXPECT_EQ(doc.equations[1].latex, "y &\\text{ by (1)}");
  EXPECT_EQ(doc.blocks.back().refs, std::vector<std::string>{"E1"});
}

TEST(LatexEquations, ScaledFormulasKeepTheirInside) {
  EXPECT_EQ(
      only(read_body(
               "\\begin{equation}\\scalebox{0.9}{$\\begin{aligned} a \\\\ b\\end{aligned}$}\\end{equation}"))
          .latex,
      "\\begin{aligned} a \\\\ b\\end{aligned}");
}

}  // namespace
}  // namespace p2c::paper::latex
