// Running text: clean-up of commands, signs, accents, citations, links (spec 8.1, 8.6).
#include <gtest/gtest.h>

#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

struct Case {
  const char* tex;
  const char* text;
};

TEST(LatexText, SignsAndDashes) {
  const Case cases[] = {
      {"a~b", "a b"},
      {"pages 3--5 --- or not", "pages 3–5 — or not"},
      {"``quoted'' and `single'", "“quoted” and ‘single’"},
      {"50\\% of A\\&B\\_c \\#1 \\$5 \\{x\\}", "50% of A&B_c #1 $5 {x}"},
      {"wait\\ldots{} there", "wait… there"},
      {"\\textbf{bold} {\\it it} \\emph{e} \\texttt{t} {\\small s}", "bold it e t s"},
      {"\\textcolor{red}{kept} {\\color{blue}too} \\colorbox{red}{three}", "kept too three"},
      {"one\\\\two", "one two"},
      {"a\\,b\\;c\\!d \\quad e", "a b cd e"},
      {"before\\vspace{2mm} after\\hspace*{1em}x", "before afterx"},
      {"\\noindent Text", "Text"},
      {"x\\textsuperscript{2} mIoU\\textsubscript{ID}", "x^2 mIoU_ID"},
      {"\\verb|a_b%c| end", "a_b%c end"},
      {"\\SI{3}{\\meter} \\num{1e-4}", "3 m 1e-4"},
      {"\\mbox{kept} \\raisebox{1mm}{up} \\scalebox{0.5}{s} \\rotatebox{90}{r}", "kept up s r"},
      {"\\ie this \\eg that, Doe \\etal", "i.e.this e.g.that, Doe et al."},
      {"\\vskip 0.2cm plus 1fil Next", "Next"},
      {"\\rlap{\\hbox to \\linewidth{\\leaders\\hrule height .8\\baselineskip depth .5ex\\hfill}}Text",
       "Text"},
      {"\\hl{marked} \\ul{lined}", "marked lined"},
      {"\\href{https://a.org/x_1}{here} \\url{https://b.org/%7Eme#frag}", "here https://b.org/%7Eme#frag"},
  };
  for (const Case& c : cases) EXPECT_EQ(text_of(c.tex), c.text) << c.tex;
}

TEST(LatexText, Accents) {
  EXPECT_EQ(text_of("G\\'omez Al\\'{a}n \\\"{o} \\\"o \\c{c} \\v{s} \\ss{} {\\L}ukasz \\o{} na\\\"{\\i}ve "
                    "\\~n \\u{g} \\H{o} \\r{a}"),
            "Gómez Alán ö ö ç š ß Łukasz ø naïve ñ ğ ő å");
}

TEST(LatexText, CommentsEatTheLineEnd) {
  EXPECT_EQ(text_of("one% comment\n   two"), "onetwo");
  EXPECT_EQ(text_of("one % comment\n%\n%\n two"), "one two");
  EXPECT_EQ(text_of("50\\% is no comment"), "50% is no comment");
  EXPECT_EQ(text_of("one % comment\n\ntwo"), "one|two");
}

TEST(LatexText, BlankLinesAndParSeparateParagraphs) {
  EXPECT_EQ(text_of("one\n \n\ntwo\\par three"), "one|two|three");
  EXPECT_EQ(text_of("one\r\n\r\ntwo\r\rthree"), "one|two|three");
}

TEST(LatexText, InlineMathsIsKept) {
  EXPECT_EQ(text_of("with $x_1 + y$ and \\(z\\)"), "with $x_1 + y$ and $z$");
  EXPECT_EQ(text_of("$a$$b$"), "$a b$");
  EXPECT_EQ(text_of("\\ensuremath{\\eta} and $\\ensuremath{\\eta}$"), "$\\eta$ and $\\eta$");
  EXPECT_EQ(text_of("$\\text{if $x>0$ then}$"), "$\\text{if }x>0\\text{ then}$");
  EXPECT_EQ(text_of("${\\color{red} a + b}$, $\\textcolor{red}{c}$"), "$a + b$, $c$");
}

TEST(LatexText, Citations) {
  EXPECT_EQ(text_of("as in~\\cite{a,b , c}."), "as in [a, b, c].");
  EXPECT_EQ(text_of("shown \\citep[see][p.~3]{a}"), "shown [see a, p. 3]");
  EXPECT_EQ(text_of("\\citet*[Sec. 2]{a}"), "[a, Sec. 2]");
  const PaperDoc doc = read_body("x \\cite{b} y \\citep{a,b}");
  EXPECT_EQ(doc.blocks.at(1).cites, (std::vector<std::string>{"b", "a"}));
}

TEST(LatexText, UnknownCommandsAreUnwrappedAndCounted) {
  const PaperDoc doc = read_body("\\fancy[opt]{kept} and \\gone text [b]");
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"kept and text [b]"});
  EXPECT_TRUE(warned(doc, "\\fancy (1)"));
  EXPECT_TRUE(warned(doc, "\\gone (1)"));
}

TEST(LatexText, FootnotesFollowTheirParagraph) {
  const PaperDoc doc = read_body("First \\footnote{A note with $x$.}. More\n\nSecond");
  ASSERT_EQ(doc.blocks.size(), 4u);
  EXPECT_EQ(doc.blocks[1].text, "First. More");
  EXPECT_EQ(doc.blocks[2].type, BlockType::footnote);
  EXPECT_EQ(doc.blocks[2].text, "A note with $x$.");
  EXPECT_EQ(doc.blocks[2].parent, doc.blocks[1].id);
  EXPECT_EQ(doc.blocks[3].id, "P0.3");
}

TEST(LatexText, Latin1AndUtf8) {
  EXPECT_EQ(text_of("caf\xE9 \x80 5 \x93q\x94"), "café € 5 “q”");
  EXPECT_EQ(text_of("caf\xC3\xA9"), "café");
  const PaperDoc doc =
      read_files({{"main.tex", "\xEF\xBB\xBF\\documentclass{article}\\begin{document}Text\\end{document}"}});
  EXPECT_EQ(texts(doc, BlockType::paragraph), std::vector<std::string>{"Text"});
}

TEST(LatexText, UrlsAreCollectedWithTheirKind) {
  const PaperDoc doc =
      read_body("Code at \\url{https://github.com/a/b} and \\href{https://zenodo.org/record/1}{data}.");
  ASSERT_EQ(doc.urls.size(), 2u);
  EXPECT_EQ(doc.urls[0].kind, "code");
  EXPECT_EQ(doc.urls[0].block, "P0.1");
  EXPECT_EQ(doc.urls[1].kind, "data");
}

TEST(LatexText, UrlsOfTheFrontMatterCount) {
  const PaperDoc doc = read_body(
      "\\title{A Title\\thanks{Code: \\url{https://github.com/a/title}}}\n"
      "\\author{Ann Lee\\thanks{Page: \\url{https://github.com/a/author}} \\and Bob Ray}\n\\maketitle\n"
      "\\begin{abstract}We do\\footnote{Code at \\url{https://github.com/a/abstract}.} it.\\end{abstract}\n"
      "Text\\footnote{Second.}");
  EXPECT_EQ(doc.title, "A Title");
  EXPECT_EQ(doc.authors, (std::vector<std::string>{"Ann Lee", "Bob Ray"}));
  EXPECT_EQ(doc.abstract, "We do it.\n(Footnote) Code at https://github.com/a/abstract.");
  std::vector<std::string> urls;
  for (const PaperUrl& url : doc.urls) urls.push_back(url.url + " " + url.kind);
  std::sort(urls.begin(), urls.end());
  EXPECT_EQ(urls,
            (std::vector<std::string>{"https://github.com/a/abstract code", "https://github.com/a/author code",
                                      "https://github.com/a/title code"}));
  // The footnote of the abstract is number 1 in print.
  ASSERT_EQ(doc.blocks.size(), 3u);
  EXPECT_EQ(doc.blocks[2].number, "2");
}

TEST(LatexText, SpansPointAtTheSource) {
  const std::string source =
      "\\documentclass{article}\n\\begin{document}\n\\section{One}\nHello "
      "\\textbf{world}.\n\nNext.\n\\end{document}";
  const PaperDoc doc = read_files({{"main.tex", source}});
  const auto part = [&](const Block& block) {
    return source.substr(block.span.start, block.span.end - block.span.start);
  };
  EXPECT_EQ(part(doc.blocks[0]), "\\section{One}");
  EXPECT_EQ(part(doc.blocks[1]), "Hello \\textbf{world}.");
  EXPECT_EQ(part(doc.blocks[2]), "Next.");
  EXPECT_EQ(doc.blocks[2].span.file, "main.tex");
}

TEST(LatexText, SeveralCitationsInOneCommand) {
  EXPECT_EQ(text_of("A \\cites{a}{b} and \\parencites[see][3]{a}[4]{b,c}{d}, \\cites[2]{a}."),
            "A [a; b] and [see a, 3; b, c, 4; d], [a, 2].");
  EXPECT_EQ(read_body("\\textcites{a}[1]{b}").blocks.back().cites, (std::vector<std::string>{"a", "b"}));
}

TEST(LatexText, TitlesOfBoxesStay) {
  const PaperDoc doc = read_body(
      "\\begin{tcolorbox}[colback=blue!5,title=The "
      "\\textbf{prompt},fonttitle=\\bfseries]Answer.\\end{tcolorbox}"
      "\\begin{prompt}{Judge}Be strict.\\end{prompt}\\begin{fr}In a frame.\\end{fr}"
      "\\begin{tcolorbox}No title.\\end{tcolorbox}",
      "\\usepackage{tcolorbox,mdframed}\\newtcolorbox{prompt}[2][]{colback=red!5,title={System prompt: "
      "#2},#1}"
      "\\newmdenv[frametitle=Framed,linewidth=1pt]{fr}");
  EXPECT_EQ(texts(doc, BlockType::paragraph),
            (std::vector<std::string>{"The prompt", "Answer.", "System prompt: Judge", "Be strict.", "Framed",
                                      "In a frame.", "No title."}));
}

TEST(LatexText, QuotationsOfCsquotes) {
  EXPECT_EQ(text_of("A \\enquote{quoted \\enquote{inner} text}."), "A “quoted ‘inner’ text”.");
}

}  // namespace
}  // namespace p2c::paper::latex
