// User macros and environments (spec 8.4).
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

TEST(LatexMacros, ArgumentsAndDefaults) {
  EXPECT_EQ(text_of("$\\vx \\mat{A} \\pd{f}{x}$",
                    "\\newcommand{\\vx}{\\mathbf{x}}\\newcommand\\mat[1]{\\mathbf{#1}}"
                    "\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}"),
            "$\\mathbf{x} \\mathbf{A} \\frac{\\partial f}{\\partial x}$");
  EXPECT_EQ(text_of("\\g{b} \\g[z]{b}", "\\newcommand{\\g}[2][a]{#1-#2}"), "a-b z-b");
  EXPECT_EQ(text_of("\\a", "\\newcommand{\\a}{1}\\renewcommand*{\\a}{2}\\providecommand{\\a}{3}"), "2");
  EXPECT_EQ(text_of("\\bb", "\\providecommand{\\bb}{3}"), "3");
}

TEST(LatexMacros, DefWithDelimitedParameters) {
  EXPECT_EQ(text_of("\\pair(a,b) and \\x 1", "\\def\\pair(#1,#2){<#1|#2>}\\def\\x#1{[#1]}"), "<a|b> and [1]");
  // The pattern does not match: the command stays and its text is kept.
  EXPECT_EQ(text_of("\\pair[a] rest", "\\def\\pair(#1,#2){<#1|#2>}"), "[a] rest");
}

TEST(LatexMacros, LetKeepsTheOldMeaning) {
  EXPECT_EQ(text_of("\\old \\new", "\\newcommand{\\new}{A}\\let\\old\\new\\renewcommand{\\new}{B}"), "AB");
  EXPECT_EQ(text_of("$\\eps$", "\\let\\eps\\varepsilon"), "$\\varepsilon$");
}

TEST(LatexMacros, OperatorsAndDelimiters) {
  EXPECT_EQ(text_of("$\\argmin_x \\KL$",
                    "\\DeclareMathOperator*{\\argmin}{arg\\,min}\\DeclareMathOperator{\\KL}{KL}"),
            "$\\operatorname*{arg\\,min}_x \\operatorname{KL}$");
  EXPECT_EQ(text_of("$\\abs{x} \\abs*[\\big]{y}$", "\\DeclarePairedDelimiter{\\abs}{\\lvert}{\\rvert}"),
            "$\\lvert x\\rvert \\lvert y\\rvert$");
}

TEST(LatexMacros, DocumentCommands) {
  EXPECT_EQ(text_of("\\c{a} \\c[o]{a} \\c*{a}",
                    "\\NewDocumentCommand{\\c}{s O{d} m}{\\IfBooleanTF{#1}{star}{plain}-#2-#3}"),
            "plain-d-a plain-o-a star-d-a");
  EXPECT_EQ(text_of("\\c{a} \\c[o]{a}", "\\NewDocumentCommand{\\c}{o m}{\\IfNoValueTF{#1}{none}{#1}#2}"),
            "nonea oa");
}

TEST(LatexMacros, EnvironmentsOfThePaper) {
  EXPECT_EQ(text_of("\\begin{note}{X}body\\end{note}", "\\newenvironment{note}[1]{Note #1: }{ (end)}"),
            "Note X: body (end)");
  const PaperDoc doc =
      read_body("\\be x=1 \\ee", "\\newcommand{\\be}{\\begin{equation}}\\newcommand{\\ee}{\\end{equation}}");
  ASSERT_EQ(doc.equations.size(), 1u);
  EXPECT_EQ(doc.equations[0].latex, "x=1");
  EXPECT_EQ(doc.equations[0].latex_raw, "x=1");
  EXPECT_EQ(doc.equations[0].number, "1");
}

TEST(LatexMacros, XspaceAddsABlankWhereNeeded) {
  const std::string preamble = "\\newcommand{\\name}{Foo\\xspace}";
  EXPECT_EQ(text_of("\\name works, \\name, \\name's and \\name.", preamble),
            "Foo works, Foo, Foo’s and Foo.");
}

TEST(LatexMacros, DefinitionsEndWithTheirGroup) {
  EXPECT_EQ(text_of("{\\def\\x{in}\\x} \\x {\\gdef\\x{global}} \\x", "\\def\\x{out}"), "in out global");
}

TEST(LatexMacros, ReviewNotesAreDroppedWithAWarning) {
  const PaperDoc doc = read_body(
      "Text \\nick{check this} \\todo{later} \\red{kept}.",
      "\\newcommand{\\nick}[1]{\\textcolor{blue}{Nick: #1}}\\newcommand{\\red}[1]{{\\color{red}#1}}");
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"Text kept."});
  EXPECT_TRUE(warned(doc, "check this"));
}

TEST(LatexMacros, RedefinedStructureKeepsItsMeaning) {
  const PaperDoc doc =
      read_body("\\paragraph{Head} text \\eqref{e} \\begin{equation}\\label{e}x\\end{equation}",
                "\\renewcommand{\\paragraph}[1]{\\textbf{#1}}\\def\\eqref#1{equation~\\ref{#1}}");
  EXPECT_EQ(doc.blocks[0].type, BlockType::section);
  EXPECT_EQ(doc.blocks[0].level, 4);
  EXPECT_EQ(doc.blocks[1].text, "text equation 1");
}

TEST(LatexMacros, SelfReferenceMeansTheOldCommand) {
  EXPECT_EQ(text_of("{\\small text}",
                    "\\makeatletter\\newcommand\\tinier{\\@setfontsize\\tinier{6}{7}}\\makeatother "
                    "\\let\\oldsmall\\small"),
            "text");
  EXPECT_EQ(text_of("\\tinier text",
                    "\\makeatletter\\newcommand\\tinier{\\@setfontsize\\tinier{6}{7}}\\makeatother"),
            "text");
}

TEST(LatexMacros, NestedDefinitionsAndCsname) {
  EXPECT_EQ(text_of("\\make{Z}\\maker{q}", "\\newcommand{\\make}[1]{\\gdef\\maker##1{#1-##1}}"), "Z-q");
  EXPECT_EQ(text_of("\\csname my\\kind\\endcsname", "\\def\\kind{cmd}\\def\\mycmd{made}"), "made");
  EXPECT_EQ(text_of("\\foo", "\\expandafter\\def\\csname foo\\endcsname{bar}"), "bar");
}

TEST(LatexMacros, AreRecorded) {
  const PaperDoc doc = read_body("x", "\\newcommand{\\vx}{\\mathbf{x}}\\newcommand{\\two}[2]{#1#2}");
  ASSERT_EQ(doc.macros.size(), 2u);
  EXPECT_EQ(doc.macros[0].name, "\\vx");
  EXPECT_EQ(doc.macros[0].body, "\\mathbf{x}");
  EXPECT_EQ(doc.macros[1].arguments, 2);
}

TEST(LatexMacros, StyleFilesOfThePaperCount) {
  const PaperDoc doc = read_files(
      {{"main.tex",
        "\\documentclass{article}\\usepackage{mine}\\begin{document}$\\vz$ \\textbf{b}\\end{document}"},
       {"mine.sty",
        "\\ProvidesPackage{mine}\\newcommand{\\vz}{\\mathbf{z}}\\renewcommand{\\textbf}[1]{gone}\\newcommand{"
        "\\my@x}{1}"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"$\\mathbf{z}$ b"});
  EXPECT_TRUE(doc.macros.empty());
}

TEST(LatexMacros, AMacroNamedNoteMayOnlyChangeTheFace) {
  EXPECT_EQ(text_of("A \\note{kept} b.", "\\newcommand{\\note}[1]{\\textsl{#1}}"), "A kept b.");
  EXPECT_EQ(text_of("A \\note{gone} b.", "\\newcommand{\\note}[1]{\\textcolor{red}{#1}}"), "A b.");
  EXPECT_EQ(text_of("A \\note{gone} b.", "\\newcommand{\\note}[1]{\\marginpar{#1}}"), "A b.");
}

}  // namespace
}  // namespace p2c::paper::latex
