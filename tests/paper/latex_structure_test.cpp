// Sections, lists, theorems, counters, labels and references (spec 8.5).
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

const Block& block(const PaperDoc& doc, std::string_view id) {
  static const Block none;
  const Block* found = doc.find_block(id);
  EXPECT_NE(found, nullptr) << id;
  return found == nullptr ? none : *found;
}

TEST(LatexStructure, SectionsHaveIdsLevelsAndNumbers) {
  const PaperDoc doc = read_body(
      "Before.\n\\section{One}A\n\\subsection[s]{Sub}B\n\\subsubsection{SubSub}C\n\\paragraph{Par}"
      "D\n\\section*{Star}E\n\\section{Two}F");
  EXPECT_EQ(ids(doc),
            (std::vector<std::string>{"S0", "P0.1", "S1", "P1.1", "S1.1", "P1.1.1", "S1.1.1", "P1.1.1.1",
                                      "S1.1.1.1", "P1.1.1.1.1", "S2", "P2.1", "S3", "P3.1"}));
  EXPECT_EQ(block(doc, "S1.1").number, "1.1");
  EXPECT_EQ(block(doc, "S1.1").title, "Sub");
  EXPECT_EQ(block(doc, "S1.1").parent, "S1");
  EXPECT_EQ(block(doc, "S1.1.1").number, "1.1.1");
  EXPECT_EQ(block(doc, "S1.1.1.1").level, 4);
  EXPECT_EQ(block(doc, "S1.1.1.1").number, "");
  EXPECT_EQ(block(doc, "S2").number, "");
  EXPECT_EQ(block(doc, "S3").number, "2");
  for (std::size_t i = 0; i < doc.blocks.size(); ++i) EXPECT_EQ(doc.blocks[i].order, i);
}

TEST(LatexStructure, NoPreambleSectionWithoutText) {
  EXPECT_EQ(ids(read_body("\\maketitle\n\\vspace{2mm}\n\\section{One}A")),
            (std::vector<std::string>{"S1", "P1.1"}));
}

TEST(LatexStructure, FrontMatterIsNotInTheBlocks) {
  const PaperDoc doc = read_body(
      "\\maketitle\\begin{abstract}Short "
      "$x$.\n\nTwo.\\end{abstract}\\begin{keywords}k\\end{keywords}\\section{One}A",
      "\\title[short]{A \\emph{Title} \\\\ of two lines\\thanks{x}}\\author{Ann Lee\\thanks{y} \\and Bo Chen "
      "\\\\ Some University \\\\ a@b.c}\\date{May 2020}");
  EXPECT_EQ(doc.title, "A Title of two lines");
  EXPECT_EQ(doc.authors, (std::vector<std::string>{"Ann Lee", "Bo Chen"}));
  EXPECT_EQ(doc.abstract, "Short $x$.\nTwo.");
  EXPECT_EQ(doc.date, "May 2020");
  EXPECT_EQ(ids(doc), (std::vector<std::string>{"S1", "P1.1"}));
}

TEST(LatexStructure, AuthorForms) {
  EXPECT_EQ(
      read_body("x", "\\author{Ann B. Lee$^{1,2}$, Bo Chen$^1$ \\\\ $^1$Some Institute, Paris}").authors,
      (std::vector<std::string>{"Ann B. Lee", "Bo Chen"}));
  EXPECT_EQ(read_body("x", "\\author[1]{Ann Lee}\\author[2,*]{Bo Chen}\\affil[1]{U}").authors,
            (std::vector<std::string>{"Ann Lee", "Bo Chen"}));
  EXPECT_EQ(read_body("x", "\\author{Ann Lee \\qquad Bo Chen \\\\ Google Research}").authors,
            (std::vector<std::string>{"Ann Lee", "Bo Chen"}));
  EXPECT_EQ(read_body("\\twocolumn[\\icmltitle{T}\\begin{icmlauthorlist}\\icmlauthor{Ann "
                      "Lee}{u}\\end{icmlauthorlist}]\\section{A}")
                .title,
            "T");
}

TEST(LatexStructure, AppendixSwitchesToLetters) {
  const PaperDoc doc =
      read_body("\\section{One}A\\appendix\\section{Proofs}\\label{a}B\\subsection{Sub}C \\Cref{a}");
  EXPECT_EQ(block(doc, "S2").number, "A");
  EXPECT_TRUE(block(doc, "S2").appendix);
  EXPECT_TRUE(block(doc, "P2.1.1").appendix);
  EXPECT_FALSE(block(doc, "P1.1").appendix);
  EXPECT_EQ(block(doc, "S2.1").number, "A.1");
  EXPECT_EQ(block(doc, "P2.1.1").text, "C Appendix A");
  EXPECT_TRUE(
      read_body("\\section{One}A\\begin{appendices}\\section{X}B\\end{appendices}").blocks.back().appendix);
  EXPECT_TRUE(read_body("\\section{One}A\\section*{Supplementary Material}B").blocks.back().appendix);
}

TEST(LatexStructure, ListsWithItemsAndNesting) {
  const PaperDoc doc = read_body(
      "\\section{A}Intro\n\\begin{enumerate}\\item one\\label{i}\n\nmore\\item two \\begin{itemize}\\item "
      "inner\\end{itemize} after\\end{enumerate}End \\ref{i}");
  EXPECT_EQ(ids(doc), (std::vector<std::string>{"S1", "P1.1", "P1.2", "I1.2.1", "I1.2.2", "P1.3", "I1.3.1",
                                                "P1.4", "P1.5"}));
  EXPECT_EQ(block(doc, "I1.2.1").text, "one\nmore");
  EXPECT_EQ(block(doc, "I1.2.1").number, "1");
  EXPECT_EQ(block(doc, "I1.2.2").number, "2");
  EXPECT_EQ(block(doc, "P1.3").parent, "I1.2.2");
  EXPECT_EQ(block(doc, "I1.3.1").parent, "P1.3");
  EXPECT_EQ(block(doc, "P1.4").text, "after");
  EXPECT_EQ(block(doc, "P1.4").parent, "I1.2.2");
  EXPECT_EQ(block(doc, "P1.5").text, "End 1");
  EXPECT_EQ(block(doc, "P1.5").refs, std::vector<std::string>{"I1.2.1"});
  EXPECT_EQ(block(doc, "P1.5").parent, "S1");
}

TEST(LatexStructure, DescriptionAndInlineLists) {
  const PaperDoc doc = read_body("\\begin{description}\\item[Adam] an optimizer\\end{description}");
  EXPECT_EQ(texts(doc, BlockType::item), std::vector<std::string>{"Adam\nan optimizer"});
  EXPECT_EQ(text_of("We \\begin{enumerate*}\\item do this\\item and that\\end{enumerate*} now"),
            "We (1) do this (2) and that now");
}

TEST(LatexStructure, TheoremsProofsQuotes) {
  const PaperDoc doc = read_body(
      "\\section{A}\\begin{theorem}[Main]\\label{t}Let $x$. \\begin{equation}y\\end{equation} "
      "Then.\\end{theorem}\\begin{lemma}L\\end{lemma}"
      "\\begin{remark}R\\end{remark}\\begin{proof}P \\cref{t}\\end{proof}\\begin{quote}Q\\end{quote}",
      "\\newtheorem{theorem}{Theorem}[section]\\newtheorem{lemma}[theorem]{Lemma}\\newtheorem*{remark}{"
      "Remark}");
  EXPECT_EQ(ids(doc), (std::vector<std::string>{"S1", "P1.1", "E1", "P1.2", "P1.3", "P1.4", "P1.5", "P1.6"}));
  EXPECT_EQ(block(doc, "P1.1").type, BlockType::theorem);
  EXPECT_EQ(block(doc, "P1.1").number, "1.1");
  EXPECT_EQ(block(doc, "P1.1").title, "Theorem 1.1 (Main)");
  EXPECT_EQ(block(doc, "P1.1").text, "Let $x$.");
  EXPECT_EQ(block(doc, "E1").parent, "P1.1");
  EXPECT_EQ(block(doc, "P1.2").text, "Then.");
  EXPECT_EQ(block(doc, "P1.3").number, "1.2");
  EXPECT_EQ(block(doc, "P1.4").number, "");
  EXPECT_EQ(block(doc, "P1.5").type, BlockType::proof);
  EXPECT_EQ(block(doc, "P1.5").text, "P Theorem 1.1");
  EXPECT_EQ(block(doc, "P1.6").type, BlockType::quote);
}

TEST(LatexStructure, RestatableTheorems) {
  const PaperDoc doc =
      read_body("\\begin{restatable}[Big]{theorem}{big}\\label{b}T\\end{restatable}\\appendix \\big*",
                "\\newtheorem{theorem}{Theorem}");
  EXPECT_EQ(doc.blocks.at(1).title, "Theorem 1 (Big)");
  EXPECT_EQ(doc.blocks.size(), 2u);
}

TEST(LatexReferences, FamiliesPrintWhatLatexPrints) {
  const PaperDoc doc = read_body(
      "\\section{One}\\label{s}\\begin{equation}\\label{e}x\\end{equation}\\begin{figure}\\caption{C}\\label{"
      "f}\\end{figure}"
      "\\begin{figure}\\caption{D}\\label{g}\\end{figure}\n\n"
      "\\ref{s} \\eqref{e} \\cref{f} \\Cref{f,g} \\autoref{e} \\nameref{s} \\hyperref[s]{the section} "
      "\\ref{nope} \\cref{s,f}");
  const Block& last = doc.blocks.back();
  EXPECT_EQ(last.text,
            "1 (1) Figure 1 Figures 1 and 2 Equation (1) One the section [nope] Section 1 and Figure 1");
  EXPECT_EQ(last.refs, (std::vector<std::string>{"S1", "E1", "F1", "F2", "nope"}));
  EXPECT_EQ(doc.figures[0].cited_in, std::vector<std::string>{last.id});
}

TEST(LatexReferences, LabelsBindToTheInnermostNumberedThing) {
  const PaperDoc doc = read_body(
      "\\section{A}\\subsection{B}Text \\label{x}\\paragraph{P}\\label{p} \\ref{x} "
      "\\ref{p}\\section*{Star}\\label{st}\\ref{st}");
  EXPECT_EQ(block(doc, "P1.1.0.1.1").text, "1.1 1.1");
  EXPECT_EQ(block(doc, "P1.1.0.1.1").refs, (std::vector<std::string>{"S1.1", "S1.1.0.1"}));
  EXPECT_EQ(doc.blocks.back().text, "“Star”");
}

TEST(LatexCounters, SettingAndFormats) {
  const PaperDoc doc = read_body(
      "\\section{A}\\begin{equation}x\\end{equation}\\setcounter{equation}{6}\\begin{equation}y\\end{"
      "equation}\\addtocounter{equation}{2}"
      "\\begin{equation}z\\end{equation}\\renewcommand{\\thefigure}{A\\arabic{figure}}\\begin{figure}"
      "\\caption{c}\\end{figure}"
      "\\renewcommand{\\thesection}{\\Roman{section}}\\section{B}\\begin{equation}w\\end{equation}",
      "\\numberwithin{equation}{section}");
  ASSERT_EQ(doc.equations.size(), 4u);
  EXPECT_EQ(doc.equations[0].number, "1.1");
  EXPECT_EQ(doc.equations[1].number, "1.7");
  EXPECT_EQ(doc.equations[2].number, "1.10");
  EXPECT_EQ(doc.equations[3].number, "II.1");
  EXPECT_EQ(doc.figures[0].number, "A1");
}

TEST(LatexCounters, ChaptersNumberTheirFloats) {
  const PaperDoc doc =
      read_files({{"main.tex",
                   "\\documentclass{report}\\begin{document}\\chapter{C}\\section{S}\\begin{equation}x\\end{"
                   "equation}\\begin{figure}\\caption{f}\\end{figure}\\paragraph{P} t\\end{document}"}});
  EXPECT_EQ(doc.blocks[0].number, "1");
  EXPECT_EQ(doc.blocks[1].number, "1.1");
  EXPECT_EQ(doc.blocks[1].level, 2);
  EXPECT_EQ(doc.equations[0].number, "1.1");
  EXPECT_EQ(doc.figures[0].number, "1.1");
}

TEST(LatexCounters, LostEndsResynchroniseAtHeadings) {
  const PaperDoc doc = read_body(
      "\\section{A}\\begin{figure}\\includegraphics{a}\\caption{c\n\\section{B} Text {\\bf "
      "open\n\n\\section{C} More }");
  EXPECT_EQ(block(doc, "S2").title, "B");
  EXPECT_EQ(block(doc, "S3").title, "C");
  EXPECT_EQ(block(doc, "P3.1").text, "More");
  EXPECT_FALSE(doc.warnings.empty());
}

TEST(LatexStructure, ItemsWithLabelsOfTheirOwn) {
  const auto numbers = [](const std::string& list) {
    std::vector<std::string> out;
    for (const Block& block : read_body(list).blocks) {
      if (block.type == BlockType::item) out.push_back(block.number);
    }
    return join(out, "|");
  };
  EXPECT_EQ(numbers("\\begin{enumerate}[label=(\\roman*),leftmargin=*]\\item a\\item b\\end{enumerate}"),
            "(i)|(ii)");
  EXPECT_EQ(numbers("\\begin{enumerate}[label=\\textbf{Step \\arabic*:}]\\item a\\item b\\end{enumerate}"),
            "Step 1|Step 2");
  EXPECT_EQ(numbers("\\begin{enumerate}[label={\\Alph*.\\,}]\\item a\\item b\\end{enumerate}"), "A|B");
  EXPECT_EQ(numbers("\\begin{enumerate}[(a)]\\item a\\item b\\end{enumerate}"), "(a)|(b)");
  EXPECT_EQ(numbers("\\begin{enumerate}[{A}1.]\\item a\\item b\\end{enumerate}"), "A1|A2");
  EXPECT_EQ(numbers("\\begin{enumerate}[leftmargin=2em]\\item a\\item b\\end{enumerate}"), "1|2");
  EXPECT_EQ(numbers("\\begin{enumerate}[noitemsep]\\item a\\item b\\end{enumerate}"), "1|2");
  EXPECT_EQ(
      text_of("\\begin{enumerate}[label=(\\roman*)]\\item a\\item\\label{x} b\\end{enumerate}See \\ref{x}."),
      "See (ii).");
}

TEST(LatexReferences, OfTwoEqualLabelsTheLastCountsAsInPrint) {
  const PaperDoc doc = read_body(
      "See \\ref{a}. \\begin{equation}x\\label{a}\\end{equation} "
      "\\begin{equation}y\\label{a}\\end{equation}");
  EXPECT_EQ(doc.blocks[1].text, "See 2.");
  EXPECT_EQ(doc.blocks[1].refs, std::vector<std::string>{"E2"});
  EXPECT_TRUE(doc.find_block("E1")->labels.empty());
  EXPECT_EQ(doc.find_block("E2")->labels, std::vector<std::string>{"a"});
  EXPECT_TRUE(warned(doc, "\\label{a} is defined twice"));
}

}  // namespace
}  // namespace p2c::paper::latex
