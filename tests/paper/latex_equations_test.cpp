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
  EXPECT_EQ(doc.equations[3].number, "⋆");
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

TEST(LatexEquations, TagsMayReferAndCarrySigns) {
  const PaperDoc doc = read_body(
      "\\begin{equation}a\\label{one}\\end{equation}"
      "\\begin{equation}b\\tag{\\ref{one}$'$}\\label{prime}\\end{equation}"
      "\\begin{equation}c\\tag{\\ref{later}b}\\end{equation}"
      "\\begin{equation}d\\tag{$\\dagger$}\\label{sign}\\end{equation}"
      "\\begin{equation}e\\tag{$\\alpha$}\\end{equation}"
      "\\begin{equation}f\\label{later}\\end{equation} \\eqref{prime} \\eqref{sign}");
  std::vector<std::string> numbers;
  for (const Equation& e : doc.equations) numbers.push_back(e.number);
  EXPECT_EQ(numbers, (std::vector<std::string>{"1", "1'", "2b", "†", "$\\alpha$", "2"}));
  EXPECT_EQ(doc.equations[1].row_numbers, std::vector<std::string>{"1'"});
  EXPECT_EQ(doc.blocks[2].number, "1'");
  EXPECT_EQ(doc.blocks.back().text, "(1') (†)");
}

TEST(LatexEquations, TagsThatReferToEachOtherEnd) {
  const PaperDoc doc = read_body(
      "\\begin{equation}a\\tag{\\ref{b}x}\\label{a}\\end{equation}"
      "\\begin{equation}b\\tag{\\ref{a}y}\\label{b}\\end{equation} \\eqref{a}");
  EXPECT_EQ(doc.equations.size(), 2u);
  EXPECT_TRUE(contains(doc.blocks.back().text, "("));
}

TEST(LatexEquations, SubequationsShareANumber) {
  const PaperDoc doc = read_body(
      "\\begin{subequations}\\label{all}"
      "\\begin{align} a &= 1 \\label{a}\\\\ b &= 2 \\notag\\\\ c &= 3 \\label{c}"
      "\\end{align}Between.\\begin{equation}d\\label{d}\\end{equation}\\end{subequations}"
      "\\begin{subequations}\\renewcommand{\\theequation}{\\theparentequation.\\roman{equation}}"
      "\\begin{equation}e\\label{e}\\end{equation}\\end{subequations}"
      "\\begin{equation}f\\label{f}\\end{equation}\\ref{all}, \\ref{a}, \\ref{c}, \\ref{d}, \\ref{e}, \\ref{f}");
  EXPECT_EQ(doc.equations[0].row_numbers, (std::vector<std::string>{"1a", "", "1b"}));
  EXPECT_EQ(doc.blocks.back().text, "1, 1a, 1b, 1c, 2.i, 3");
  EXPECT_EQ(doc.find_block("E1")->labels, (std::vector<std::string>{"a", "c", "all"}));
  EXPECT_EQ(doc.blocks.back().refs, (std::vector<std::string>{"E1", "E2", "E3", "E4"}));
}

TEST(LatexEquations, PlainTexNumbers) {
  const PaperDoc doc = read_body("$$ a = 1 \\eqno(7) $$ $$ b = 2 \\leqno{\\rm (B)} $$");
  EXPECT_EQ(doc.equations[0].number, "7");
  EXPECT_EQ(doc.equations[0].latex, "a = 1");
  EXPECT_EQ(doc.equations[1].number, "B");
  EXPECT_EQ(doc.equations[1].latex, "b = 2");
}

TEST(LatexEquations, IntertextIsARowOfItsOwn) {
  const PaperDoc doc =
      read_body("\\begin{align} a &= 1 \\\\ \\intertext{and so, for $x$,} b &= 2 \\end{align}");
  const Equation& e = only(doc);
  EXPECT_EQ(e.rows, (std::vector<std::string>{"a &= 1", "\\text{and so, for }x\\text{,}", "b &= 2"}));
  EXPECT_EQ(e.row_numbers, (std::vector<std::string>{"1", "", "2"}));
}

TEST(LatexEquations, FormulasInsideTextOfFormulas) {
  const PaperDoc doc =
      read_body("\\[ a \\text{ if \\(y\\) holds} \\] \\[ b \\text{ if $z$ holds} \\] \\[ c \\mbox{\\( } \\]");
  EXPECT_EQ(doc.equations[0].latex, "a \\text{ if }y\\text{ holds}");
  EXPECT_EQ(doc.equations[1].latex, "b \\text{ if }z\\text{ holds}");
  EXPECT_EQ(doc.equations[2].latex, "c \\mbox{ }");
}

// Forms, counters and environments of one's own as they come in papers, with the numbers LaTeX prints.
TEST(LatexEquations, OwnEnvironmentsAndCounters) {
  const PaperDoc doc = read_body(
      "\\section{S}\\beq\\label{one} a=1 \\eeq \\be b=2 \\ee \\bea c&=3 \\\\ d&=4 \\nonumber \\eea"
      "\\begin{myeq} e &= 5\\\\ f &= 6 \\label{four}\\end{myeq}"
      "\\setcounter{equation}{9}\\begin{equation} i \\end{equation}\\addtocounter{equation}{-1}"
      "\\begin{equation} j \\end{equation}"
      "\\begin{IEEEeqnarray}{rCl} A &=& B \\\\ C &=& D \\IEEEnonumber\\\\ E &=& F \\end{IEEEeqnarray}"
      "\\begin{align} % with \\\\ and &\n q &= \\begin{array}{cc} 1 & 2 \\\\ 3 & 4 \\end{array} \\\\ % second\n"
      " r &= \\substack{a \\\\ b} \\end{align}"
      "\\renewcommand{\\theequation}{S\\arabic{equation}}\\setcounter{equation}{0}"
      "\\begin{multline} m \\\\ n \\end{multline}",
      "\\def\\beq{\\begin{equation}}\\def\\eeq{\\end{equation}}\\newcommand{\\be}[1][]{\\begin{equation}}"
      "\\newcommand{\\ee}{\\end{equation}}\\newcommand{\\bea}{\\begin{align}}\\newcommand{\\eea}{\\end{align}}"
      "\\newenvironment{myeq}{\\begin{equation}\\begin{aligned}}{\\end{aligned}\\end{equation}}");
  std::vector<std::string> numbers;
  for (const Equation& e : doc.equations) numbers.push_back(join(e.row_numbers, "|"));
  EXPECT_EQ(numbers, (std::vector<std::string>{"1", "2", "3|", "4", "10", "10", "11||12", "13|14", "|S1"}));
}

TEST(LatexEquations, LengthsSetInAFormulaAreNoPartOfIt) {
  EXPECT_EQ(only(read_body("\\[\\arraycolsep=3pt x = \\begin{array}{l} a \\\\ b \\end{array}\\]")).latex,
            "x = \\begin{array}{l} a \\\\ b \\end{array}");
  EXPECT_EQ(only(read_body("\\[\\jot x = 1 \\thinmuskip 0.5mu y\\]")).latex, "x = 1 y");
}

}  // namespace
}  // namespace p2c::paper::latex
