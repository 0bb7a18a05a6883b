#include "paper/preview/preview.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "paper/preview/formula_html.h"
#include "paper/preview/katex.h"
#include "paper/reader.h"

namespace p2c::paper {
namespace {

namespace fs = std::filesystem;

PaperDoc doc_with(Block block) {
  PaperDoc doc;
  doc.title = "Title";
  doc.source.main_file = "main.tex";
  doc.source.files = {"main.tex"};
  doc.blocks.push_back(std::move(block));
  return doc;
}

Block paragraph(std::string text) {
  Block block;
  block.id = "P1.1";
  block.text = std::move(text);
  return block;
}

PreviewOptions without_katex() {
  PreviewOptions options;
  options.katex_dir.clear();
  return options;
}

TEST(TextHtml, FormulasAreMarkedAndTheRestIsEscaped) {
  EXPECT_EQ(text_html("a < $x_1 < y$ & b"), "a &lt; <span class=\"tex\">x_1 &lt; y</span> &amp; b");
  EXPECT_EQ(text_html("costs \\$5 or $x$"), "costs $5 or <span class=\"tex\">x</span>");
  EXPECT_EQ(text_html("a lonely $ sign"), "a lonely $ sign");
  EXPECT_EQ(text_html("$a\\$b$"), "<span class=\"tex\">a\\$b</span>");
  EXPECT_EQ(text_html("trailing \\"), "trailing \\");
  EXPECT_EQ(text_html(""), "");
}

TEST(EquationHtml, RowsGetTheEnvironmentThatDrawsThemAndTheirNumbers) {
  Block block;
  Equation equation;
  equation.env = "align";
  equation.latex = "a &= b \\nonumber \\\\ c &= d";
  equation.row_numbers = {"", "7"};
  const std::string html = equation_html(block, &equation);
  EXPECT_TRUE(contains(html, "\\begin{aligned}a &amp;= b  \\\\ c &amp;= d\\end{aligned}")) << html;
  EXPECT_TRUE(contains(html, ">(7)<"));
  equation.env = "eqnarray";
  EXPECT_TRUE(contains(equation_html(block, &equation), "\\begin{array}{rcl}"));
  equation.env = "multline";
  EXPECT_TRUE(contains(equation_html(block, &equation), "\\begin{gathered}"));
  equation.latex = "E = mc^2";
  equation.row_numbers = {};
  equation.number = "1";
  EXPECT_TRUE(contains(equation_html(block, &equation), ">E = mc^2</div><div class=\"numbers\">(1)</div>"));
}

TEST(Preview, TextOfThePaperNeverBecomesMarkup) {
  const std::string evil = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x";
  Block block = paragraph(evil);
  block.id = evil;
  block.refs = {evil};
  block.cites = {evil};
  PaperDoc doc = doc_with(block);
  doc.title = doc.abstract = evil;
  doc.authors = {evil};
  doc.warnings.push_back({evil, evil});
  doc.bibliography.push_back({});
  doc.bibliography.back().key = doc.bibliography.back().title = evil;
  Block figure;
  figure.id = "F1";
  figure.type = BlockType::figure;
  doc.blocks.push_back(figure);
  Figure details;
  details.id = "F1";
  details.caption = details.tikz = details.role = evil;
  details.files.push_back({evil, "png", 1, 1});
  doc.figures.push_back(details);
  const std::string page = render_preview(doc, without_katex());
  EXPECT_FALSE(contains(page, "<script>alert"));
  EXPECT_FALSE(contains(page, "<img"));
  EXPECT_FALSE(contains(page, "\" onload=\"x"));
  EXPECT_FALSE(contains(page, "{{"));
  // Nothing is loaded from anywhere.
  EXPECT_TRUE(contains(page, "default-src 'none'"));
  EXPECT_FALSE(contains(page, "src=\"http"));
}

TEST(Preview, BlocksShowTheLinesTheyWereReadFrom) {
  const TempDir folder("p2c-test");
  write_file_atomic(folder.path() / "main.tex", "first\nsecond line\nthird <b>\n");
  Block block = paragraph("second line third");
  block.span = {"main.tex", 6, 27};
  PreviewOptions options = without_katex();
  options.sources_dir = folder.path();
  const std::string page = render_preview(doc_with(block), options);
  EXPECT_TRUE(contains(page, "main.tex, lines 2 to 3"));
  EXPECT_TRUE(contains(page, "<pre>second line\nthird &lt;b&gt;</pre>"));
  // A span that does not fit the file is named and not shown.
  block.span = {"main.tex", 6, 999};
  EXPECT_FALSE(contains(render_preview(doc_with(block), options), "<pre>second"));
  block.span = {"../../etc/passwd", 0, 10};
  PaperDoc doc = doc_with(block);
  doc.source.files = {"../../etc/passwd"};
  EXPECT_FALSE(contains(render_preview(doc, options), "root:"));
}

TEST(Preview, SaysThatFormulasAreNotDrawnWithoutKatex) {
  EXPECT_TRUE(contains(render_preview(doc_with(paragraph("$x$")), without_katex()), "libjs-katex"));
}

TEST(Preview, PicturesAreInsideThePage) {
  const TempDir folder("p2c-test");
  write_file_atomic(folder.path() / "F1-a.png", "\x89PNG not really");
  Block block;
  block.id = "F1";
  block.type = BlockType::figure;
  PaperDoc doc = doc_with(block);
  Figure figure;
  figure.id = "F1";
  figure.files = {{"F1-a.png", "png", 1, 1}, {"F1-gone.png", "png", 1, 1}};
  doc.figures.push_back(figure);
  PreviewOptions options = without_katex();
  options.figures_dir = folder.path();
  const std::string page = render_preview(doc, options);
  EXPECT_TRUE(contains(page, "src=\"data:image/png;base64,iVBORyBub3QgcmVhbGx5\""));
  EXPECT_TRUE(contains(page, "F1-gone.png (not shown)"));
}

TEST(Katex, FontsComeInsideTheStyleAlsoThroughLinks) {
  const TempDir folder("p2c-test");
  const fs::path katex = folder.path() / "katex", fonts = folder.path() / "elsewhere";
  fs::create_directories(katex);
  fs::create_directories(fonts);
  fs::create_directory_symlink(fonts, katex / "fonts");  // as Debian lays them out
  write_file_atomic(katex / "katex.min.js", "var katex;");
  write_file_atomic(fonts / "A.woff2", "foo");
  write_file_atomic(katex / "katex.min.css",
                    "@font-face{font-family:A;src:url(fonts/A.woff2) format('woff2'),url(fonts/A.ttf) format('truetype');font-weight:400}.k{}");
  const Katex found = load_katex(katex);
  EXPECT_EQ(found.style, "@font-face{font-family:A;src:url(data:font/woff2;base64,Zm9v);font-weight:400}.k{}");
  EXPECT_TRUE(found.found());
  fs::remove(fonts / "A.woff2");
  EXPECT_FALSE(load_katex(katex).found());
  EXPECT_FALSE(load_katex(folder.path() / "nowhere").found());
}

TEST(ReadPaper, KeepsTheSourcesForThePreview) {
  const TempDir folder("p2c-test");
  const fs::path root = folder.path() / "paper";
  write_file_atomic(root / "main.tex", "\\documentclass{article}\\begin{document}\\section{A}\n\nOne paragraph of text.\n\nAnother one.\\input{sub/b}\\end{document}");
  write_file_atomic(root / "sub/b.tex", "\n\nA third.\n");
  ReadOptions options;
  options.sources_dir = folder.path() / "kept";
  const PaperDoc doc = read_paper(root.string(), options);
  EXPECT_EQ(read_file(folder.path() / "kept/sub/b.tex"), read_file(root / "sub/b.tex"));
  PreviewOptions preview = without_katex();
  preview.sources_dir = options.sources_dir;
  EXPECT_TRUE(contains(render_preview(doc, preview), "sub/b.tex, line 3"));
}

}  // namespace
}  // namespace p2c::paper
