// Figures: files, captions, parts, labels (spec 8.5).
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

std::vector<std::string> paths(const Figure& figure) {
  std::vector<std::string> out;
  for (const FigureFile& file : figure.files) out.push_back(file.path);
  return out;
}

PaperDoc with_files(const std::string& body, const std::string& preamble = {}) {
  return read_files(
      {{"main.tex", "\\documentclass{article}" + preamble + "\\begin{document}" + body + "\\end{document}"},
       {"figs/a.pdf", ""},
       {"img/b.PNG", ""},
       {"c.v2.jpg", ""},
       {"d.eps", ""}});
}

TEST(LatexFigures, FilesAreFoundWithoutExtension) {
  const PaperDoc doc = with_files(
      "\\begin{figure}\\includegraphics[width=2cm]{a}\\includegraphics*{b}\\includegraphics{c.v2}\\epsfig{"
      "file=d.eps,width=1cm}\\caption{C}\\end{figure}",
      "\\graphicspath{{figs/}{img/}}");
  EXPECT_EQ(paths(doc.figures.at(0)),
            (std::vector<std::string>{"figs/a.pdf", "img/b.PNG", "c.v2.jpg", "d.eps"}));
  EXPECT_EQ(doc.figures[0].files[1].format, "png");
  EXPECT_TRUE(warned(with_files("\\begin{figure}\\includegraphics{zzz}\\caption{C}\\end{figure}"), "zzz"));
}

TEST(LatexFigures, SubfiguresKeepTheirCaptionsAndLabels) {
  const PaperDoc doc = with_files(
      "\\begin{figure}\\begin{subfigure}[b]{0.4\\textwidth}\\includegraphics{d}\\caption{First}\\label{f1}"
      "\\end{subfigure}\\begin{subfigure}{0.4\\textwidth}\\includegraphics{figs/"
      "a}\\caption{Second}\\label{f2}\\end{subfigure}"
      "\\caption{Both}\\label{f}\\end{figure}\\begin{figure}\\subfloat[Third\\label{f3}]{\\includegraphics{d}"
      "}\\subfigure[Fourth]{\\includegraphics{d}\\label{f4}}\\caption{More}\\end{figure}\\ref{f1} \\ref{f2} "
      "\\ref{f} \\ref{f3} \\ref{f4}");
  ASSERT_EQ(doc.figures.size(), 2u);
  EXPECT_EQ(doc.figures[0].subfigures, (std::vector<std::string>{"First", "Second"}));
  EXPECT_EQ(doc.figures[1].subfigures, (std::vector<std::string>{"Third", "Fourth"}));
  EXPECT_EQ(doc.blocks.back().text, "1a 1b 1 2a 2b");
  EXPECT_EQ(doc.blocks.back().refs, (std::vector<std::string>{"F1", "F2"}));
  EXPECT_EQ(doc.figures[0].caption, "Both");
}

TEST(LatexFigures, FloatsDoNotSplitTheirParagraph) {
  const PaperDoc doc =
      read_body("One two\n\\begin{figure}\\includegraphics{a}\\caption{C}\\end{figure}\nthree.\n\nNext.");
  EXPECT_EQ(ids(doc), (std::vector<std::string>{"S0", "P0.1", "F1", "P0.2"}));
  EXPECT_EQ(doc.blocks[1].text, "One two three.");
}

TEST(LatexFigures, WrapfigureAndOwnText) {
  const PaperDoc doc = read_body(
      "\\begin{wrapfigure}[10]{r}{0.4\\textwidth}Scaled Attention \\\\ "
      "\\includegraphics{a}\\caption{C}\\label{w}\\end{wrapfigure}");
  EXPECT_EQ(doc.figures.at(0).subfigures, std::vector<std::string>{"Scaled Attention"});
  EXPECT_EQ(doc.figures[0].label, "w");
  const std::string prompt(300, 'x');
  const PaperDoc text = read_body("\\begin{figure}" + prompt + "\\caption{A prompt}\\end{figure}");
  EXPECT_EQ(texts(text, BlockType::paragraph), std::vector<std::string>{prompt});
  EXPECT_EQ(text.blocks.back().parent, "F1");
}

TEST(LatexFigures, CaptionofOutsideFloats) {
  const PaperDoc doc = read_body(
      "\\begin{center}\\includegraphics{a}\\captionof{figure}{Loose}\\label{l}\\end{center}See \\ref{l}");
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_EQ(doc.figures[0].caption, "Loose");
  EXPECT_EQ(doc.figures[0].number, "1");
  EXPECT_EQ(doc.blocks.back().text, "See 1");
}

TEST(LatexFigures, TikzKeepsSourceAndWords) {
  const PaperDoc doc = read_body(
      "\\begin{figure}\\begin{tikzpicture}\\node[draw] (a) at (0,0) {Encoder}; \\draw (a) -- node[above] "
      "{skip} (b);\\begin{axis}[xlabel={Epoch}, "
      "ylabel={Loss}]\\addlegendentry{Adam}\\end{axis}\\end{tikzpicture}\\caption{C}\\end{figure}");
  EXPECT_TRUE(contains(doc.figures.at(0).tikz, "\\node[draw]"));
  EXPECT_EQ(doc.figures[0].text_inside,
            (std::vector<std::string>{"Encoder", "skip", "Epoch", "Loss", "Adam"}));
}

TEST(LatexFigures, LabelBeforeTheCaptionIsTakenForTheFloat) {
  const PaperDoc doc =
      read_body("\\section{S}\\begin{figure}\\label{x}\\includegraphics{a}\\caption{C}\\end{figure}\\ref{x}");
  EXPECT_EQ(doc.blocks.back().refs, std::vector<std::string>{"F1"});
  EXPECT_TRUE(warned(doc, "before the caption"));
}

}  // namespace
}  // namespace p2c::paper::latex
