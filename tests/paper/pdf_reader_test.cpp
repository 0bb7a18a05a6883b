// PDFs: fragments, lines, formulas, tables, and whole papers made by hand.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "paper/pdf/formula.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/line_joiner.h"
#include "paper/pdf/lines.h"
#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/table_lines.h"
#include "paper/pdf/words.h"
#include "paper/reader.h"
#include "pdf_pieces.h"
#include "support.h"
#include "tiny_pdf.h"

namespace p2c::paper {
namespace {

using Strings = std::vector<std::string>;

// A line of prose that fills [x0, x1].
PdfFragment prose(double x0, double x1, double y, std::string text) {
  return piece(x0, x1, y, std::move(text));
}

Strings texts(const PdfLayout& layout) {
  Strings result;
  for (const TextLine& line : layout.lines) result.push_back(line.text);
  return result;
}

TEST(PdfFragments, PlacesFontsAndOutline) {
  const PdfPieces pieces = parse_pdf_xml(
      R"(<?xml version="1.0"?><pdf2xml> link to page 9 <page number="1" height="2376" width="1836">
<fontspec id="0" size="30" family="ABCDEF+NimbusRomNo9L-Medi" color="#000000"/>
<fontspec id="1" size="30" family="CMMI10" color="#000000"/>
<text top="300" left="150" width="90" height="27" font="0"><b>Intro</b> <a href="x">G´omez</a> ﬁnds &amp; co</text>
<text top="300" left="300" width="15" height="27" font="1"><i>x</i></text>
<text top="10" left="10" width="0" height="300" font="0">rotated stamp</text>
<text top="bad" left="10" width="5" height="5" font="0">dropped</text>
<text top="10" left="10" width="5" height="5" font="0">  </text>
</page><outline><item page="1">Introduction</item><outline><item page="2">Detail</item></outline></outline></pdf2xml>)",
      3);
  ASSERT_EQ(pieces.sheets.size(), 1u);
  EXPECT_DOUBLE_EQ(pieces.sheets[0].width, 612);
  ASSERT_EQ(pieces.sheets[0].fragments.size(), 2u);
  const PdfFragment& first = pieces.sheets[0].fragments[0];
  EXPECT_EQ(first.text, "Intro Gómez finds & co");
  EXPECT_EQ(first.font, "NimbusRomNo9L-Medi");
  EXPECT_TRUE(first.bold);
  EXPECT_DOUBLE_EQ(first.size, 10);
  EXPECT_DOUBLE_EQ(first.box.x0, 50);
  EXPECT_TRUE(pieces.sheets[0].fragments[1].maths);
  ASSERT_EQ(pieces.outline.size(), 2u);
  EXPECT_EQ(pieces.outline[1].title, "Detail");
  EXPECT_EQ(pieces.outline[1].level, 2);
  EXPECT_EQ(pieces.outline[1].page, 2);
}

TEST(PdfFragments, AccentsAreComposed) {
  EXPECT_EQ(compose_accents("Al´an M¨uller ˇSkoda n˜a ˆı"), "Alán Müller Škoda nã î");
  EXPECT_EQ(compose_accents("´"), "´");
  EXPECT_EQ(compose_accents("´1"), "´1");
}

TEST(PdfWords, BoxesOfPoppler) {
  const auto pages =
      parse_bbox_layout(R"(<html><body><doc><page width="612.0" height="792.0"><flow><block xMin="1"><line>
<word xMin="10" yMin="20" xMax="30" yMax="28">Two</word><word xMin="32" yMin="20" xMax="50" yMax="28">words &lt;</word></line></block>
<block><line><word xMin="nan" yMin="1" xMax="2" yMax="3">x</word><word xMin="1" yMin="1" xMax="2" yMax="3"> </word></line></block></flow></page></doc>)");
  ASSERT_EQ(pages.size(), 1u);
  ASSERT_EQ(pages[0].lines.size(), 1u);
  EXPECT_EQ(line_text(pages[0].lines[0]), "Two words <");
  EXPECT_DOUBLE_EQ(pages[0].lines[0].box.x1, 50);
  EXPECT_TRUE(parse_bbox_layout("").empty());
  EXPECT_TRUE(parse_bbox_layout("<word xMin='1' yMin='1' xMax='2' yMax='2'>no page</word>").empty());
}

TEST(PdfLines, AccentsOfTheirOwnFindTheirLetter) {
  EXPECT_EQ(join_fragments({piece(0, 15, 100, "Fr´"), piece(12, 40, 100, "echet distance")}, 100, 10),
            "Fréchet distance");
}

TEST(PdfLines, ScriptsStandInTheirLine) {
  EXPECT_EQ(join_fragments({piece(0, 5, 100, "x"), piece(5, 8, 101.5, "i", 7), piece(8, 11, 96, "2", 7),
                            piece(14, 30, 100, "and")},
                           100, 10),
            "x_{i}^{2} and");
  PdfSheet sheet{612, 792, {}};
  sheet.fragments = {prose(100, 500, 100, "A line of text with an inline formula for"),
                     piece(503, 508, 100, "x", 10, "CMMI10"), piece(508, 511, 101.5, "i", 7, "CMMI7")};
  EXPECT_EQ(texts(lay_out({sheet})), (Strings{"A line of text with an inline formula for x_{i}"}));
}

TEST(PdfLines, RootsAndAccentsFindTheirLetter) {
  PdfSheet sheet{612, 792, {}};
  PdfFragment root = piece(200, 208, 92, "√", 10, "CMSY10");
  sheet.fragments = {prose(100, 198, 100, "divide by"), root, piece(208, 213, 100, "d", 10, "CMMI10"),
                     piece(230, 235, 100, "α", 10, "CMMI10"), piece(230.5, 234, 98, "¯", 10, "CMR10")};
  EXPECT_EQ(texts(lay_out({sheet})), (Strings{"divide by √d α\u0304"}));
}

// Two columns of `count` lines each below a title across both.
PdfSheet two_columns(int count) {
  PdfSheet sheet{612, 792, {}};
  sheet.fragments.push_back(piece(120, 490, 80, "The Title Across Both Columns", 17));
  for (int i = 0; i < count; ++i) {
    const double y = 120 + 12 * i;
    sheet.fragments.push_back(
        prose(307, 541, y + 1, fmt::format("right line {} with enough words to fill it", i)));
    sheet.fragments.push_back(prose(55, 289, y, fmt::format("left line {} with enough words to fill it", i)));
  }
  return sheet;
}

TEST(PdfLines, LeftColumnBeforeRight) {
  const PdfLayout layout = lay_out({two_columns(8)});
  ASSERT_EQ(layout.lines.size(), 17u);
  EXPECT_EQ(layout.lines[0].text, "The Title Across Both Columns");
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_TRUE(layout.lines[1 + i].text.starts_with(fmt::format("left line {}", i)));
    EXPECT_TRUE(layout.lines[9 + i].text.starts_with(fmt::format("right line {}", i)));
  }
  EXPECT_EQ(layout.lines[1].column, Column::left);
  EXPECT_EQ(layout.lines[9].column, Column::right);
  EXPECT_TRUE(layout.lines[3].prose);
}

TEST(PdfLines, FullWidthLinesPartThePage) {
  PdfSheet sheet = two_columns(10);
  sheet.fragments.push_back(prose(
      55, 541, 280, "A caption that goes across both columns of this page from the left edge to the right"));
  for (int i = 0; i < 6; ++i) {
    sheet.fragments.push_back(
        prose(55, 289, 310 + 12 * i, fmt::format("lower left {} with enough words here", i)));
    sheet.fragments.push_back(
        prose(307, 541, 310 + 12 * i, fmt::format("lower right {} with enough words here", i)));
  }
  const Strings lines = texts(lay_out({sheet}));
  const auto at = [&lines](std::string_view start) {
    return std::find_if(lines.begin(), lines.end(),
                        [start](const std::string& line) { return line.starts_with(start); }) -
           lines.begin();
  };
  EXPECT_LT(at("right line 9"), at("A caption"));
  EXPECT_LT(at("A caption"), at("lower left 0"));
  EXPECT_LT(at("lower left 5"), at("lower right 0"));
}

TEST(PdfLines, RunningHeadsAndPageNumbersGo) {
  std::vector<PdfSheet> sheets;
  for (int page = 1; page <= 4; ++page) {
    PdfSheet sheet{612, 792, {}};
    sheet.fragments = {prose(100, 300, 40, "Published at Some Conference 2020"),
                       prose(100, 500, 100, fmt::format("Text of page number {} as it goes on", page)),
                       prose(300, 306, 760, std::to_string(page))};
    sheets.push_back(sheet);
  }
  EXPECT_EQ(texts(lay_out(sheets)).size(), 4u);
}

TEST(PdfFormula, ScriptsFractionsRootsAndNames) {
  // softmax(QK^T / sqrt(d_k)) V
  const std::vector<PdfFragment> fragments{
      piece(100, 140, 100, "softmax(", 10, "CMR10"), piece(142, 158, 93, "QK", 10, "CMMI10"),
      piece(158, 163, 89, "T", 7, "CMMI7"),          piece(143, 150, 107, "√", 10, "CMSY10"),
      piece(150, 155, 107, "d", 10, "CMMI10"),       piece(155, 159, 108.5, "k", 7, "CMMI7"),
      piece(165, 169, 100, ")", 10, "CMR10"),        piece(169, 176, 100, "V", 10, "CMMI10")};
  EXPECT_EQ(linear_tex(fragments), (Strings{"\\mathrm{softmax}(\\frac{QK^{T}}{\\sqrt{d_{k}}})V"}));
}

TEST(PdfFormula, RowsByBaseline) {
  EXPECT_EQ(
      linear_tex({piece(100, 110, 100, "a = b", 10, "CMMI10"), piece(100, 110, 118, "c = θ", 10, "CMMI10")}),
      (Strings{"a = b", "c = \\theta"}));
  EXPECT_TRUE(linear_tex({}).empty());
}

TEST(PdfFormula, LettersByName) {
  EXPECT_EQ(tex_of_text("log θx ≤ 3", false), "\\log \\theta x \\leq 3");
  EXPECT_EQ(tex_of_text("max", true), "\\max");
  EXPECT_EQ(tex_of_text("loss", false), "\\mathrm{loss}");
  EXPECT_EQ(tex_of_text("α\u0304", true), "\\bar{\\alpha}");
  EXPECT_EQ(tex_of_text("", true), "");
}

TEST(PdfTables, CellsByGapsColumnsByPlaces) {
  Table table;
  fill_table(
      table,
      {table_row(100, {piece(150, 230, 0, "Accuracy of both")}),
       table_row(112, {piece(50, 80, 0, "Model"), piece(150, 170, 0, "first"), piece(200, 230, 0, "second")}),
       table_row(124, {piece(50, 70, 0, "ours"), piece(150, 162, 0, "0.9"), piece(162, 168, 0, "±"),
                 piece(168, 180, 0, "0.1")})});
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0][0].text, "");
  EXPECT_EQ(table.rows[0][1].text, "Accuracy of both");
  EXPECT_EQ(table.rows[0][1].colspan, 2);
  EXPECT_EQ(table.rows[1][2].text, "second");
  EXPECT_EQ(table.rows[2][1].text, "0.9±0.1");
  EXPECT_EQ(table.rows[2][1].number, 0.9);
  EXPECT_EQ(table.rows[2][1].plus_minus, 0.1);
  EXPECT_EQ(table.rows[2].size(), 3u);
  EXPECT_EQ(table.rows[2][2].text, "");
}

TEST(LineJoiner, HyphensByTheDocumentsOwnWords) {
  LineJoiner joiner;
  joiner.learn("the information of a self-attention layer is known to sequence models that are aligned");
  EXPECT_EQ(joiner.join({"the infor-", "mation"}), "the information");
  EXPECT_EQ(joiner.join({"a self-", "attention layer"}), "a self-attention layer");
  EXPECT_EQ(joiner.join({"state-of-the-", "art"}), "state-of-the-art");
  EXPECT_EQ(joiner.join({"sequence-", "aligned"}), "sequence-aligned");
  EXPECT_EQ(joiner.join({"con-", "figuration"}), "configuration");
  EXPECT_EQ(joiner.join({"the CNN-", "Based one"}), "the CNN-Based one");
  EXPECT_EQ(joiner.join({"see https://github.com/a/", "b"}), "see https://github.com/a/b");
  EXPECT_EQ(joiner.join({"either/", "or"}), "either/ or");
}

class PdfReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (find_program("pdftohtml").empty()) GTEST_SKIP() << "poppler-utils is not installed";
  }
  PaperDoc read(const std::string& bytes, const ReadOptions& options = {}) {
    write_file_atomic(folder_.path() / "paper.pdf", bytes);
    return read_pdf(folder_.path() / "paper.pdf", options);
  }
  ErrorCode error_code(const std::string& bytes) {
    try {
      read(bytes);
    } catch (const Error& error) {
      EXPECT_FALSE(error.detail().hint.empty());
      EXPECT_TRUE(contains(error.what(), "paper.pdf"));
      return error.code();
    }
    return ErrorCode::internal;
  }
  const fs::path& folder() const { return folder_.path(); }

 private:
  TempDir folder_{"p2c-pdf-test"};
};

// One column, two pages, with most things a paper has.
std::string one_column_paper() {
  using test::PdfFont;
  test::PdfPageTexts first{{150, 720, "A Paper About Things", 17, PdfFont::bold},
                           {200, 690, "Ann Author, Bob Writer", 10},
                           {280, 660, "Abstract", 12, PdfFont::bold}};
  double y = test::add_lines(first, 72, 640,
                             {"We study things in general and in particular, and we find that things are "
                              "more than they seem to be to the",
                              "untrained eye of a reader who has not yet read this abstract to its end."});
  first.push_back({72, y - 20, "1", 12, PdfFont::bold});
  first.push_back({90, y - 20, "Introduction", 12, PdfFont::bold});
  y = test::add_lines(first, 72, y - 42,
                      {"Recent work on things has shown that they can be described by a small number of "
                       "parameters whose infor-",
                       "mation is spread over many places [1]. The first paragraph of the introduction ends "
                       "with this short line."});
  y = test::add_lines(first, 72, y - 8,
                      {"A second paragraph starts after some white space and is about Table 1 and Section 2, "
                       "both of which are said",
                       "to hold more than this page can show. It is long enough to be taken for running text "
                       "by any reader at all."});
  first.push_back({72, y - 14, "Table 1: Numbers of things."});
  first.push_back({150, y - 32, "Model"});
  first.push_back({250, y - 32, "Size"});
  first.push_back({320, y - 32, "Error"});
  first.push_back({150, y - 44, "small"});
  first.push_back({250, y - 44, "10"});
  first.push_back({320, y - 44, "0.5"});
  first.push_back({150, y - 56, "large"});
  first.push_back({250, y - 56, "100"});
  first.push_back({320, y - 56, "0.1"});
  y -= 90;
  test::add_lines(first, 72, y,
                  {"After the table the text goes on as if nothing had happened, and this paragraph is "
                   "broken by the end of the"});
  first.push_back({300, 40, "1"});

  test::PdfPageTexts second;
  y = test::add_lines(second, 72, 720,
                      {"page in the middle of its sentence, which the reader of the file has to put together "
                       "again without a seam.",
                       "This is where the paragraph of the two pages ends for good and all, after a second "
                       "line on this page."});
  second.push_back({72, y - 20, "2", 12, PdfFont::bold});
  second.push_back({90, y - 20, "Method", 12, PdfFont::bold});
  y = test::add_lines(
      second, 72, y - 42,
      {"The method of this paper is to look at things until they give up their secrets, which may take a "
       "long while",
       "and needs a lot of patience on the side of the one who looks at them for that long a time."});
  second.push_back({200, y - 150, "Encoder"});
  second.push_back({72, y - 200, "Figure 1: The architecture of the model of things."});
  second.push_back({72, y - 240, "References", 12, PdfFont::bold});
  second.push_back({72, y - 260, "[1] J. Smith. All about things. Journal of Things, 2010."});
  second.push_back(
      {72, y - 276, "[2] A. Jones and B. Brown. More about things. arXiv preprint arXiv:1509.09292,"});
  second.push_back({86, y - 288, "2015."});
  second.push_back({300, 40, "2"});
  return test::make_pdf({first, second});
}

TEST_F(PdfReaderTest, OneColumnPaper) {
  const PaperDoc doc = read(one_column_paper());
  EXPECT_EQ(doc.title, "A Paper About Things");
  EXPECT_EQ(doc.authors, (Strings{"Ann Author", "Bob Writer"}));
  EXPECT_TRUE(doc.abstract.starts_with("We study things in general"));
  EXPECT_TRUE(doc.abstract.ends_with("to its end."));
  Strings sections, paragraphs;
  for (const Block& block : doc.blocks) {
    if (block.type == BlockType::section) sections.push_back(block.number + " " + block.title);
    if (block.type == BlockType::paragraph) paragraphs.push_back(block.text);
  }
  EXPECT_EQ(sections, (Strings{"1 Introduction", "2 Method"}));
  ASSERT_EQ(paragraphs.size(), 4u);
  EXPECT_TRUE(contains(paragraphs[0], "whose information is spread"));
  EXPECT_TRUE(contains(paragraphs[2], "by the end of the page in the middle"));
  EXPECT_TRUE(paragraphs[3].starts_with("The method of this paper"));
  ASSERT_EQ(doc.tables.size(), 1u);
  EXPECT_EQ(doc.tables[0].caption, "Numbers of things.");
  ASSERT_EQ(doc.tables[0].rows.size(), 3u);
  EXPECT_EQ(doc.tables[0].rows[2][2].text, "0.1");
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_EQ(doc.figures[0].caption, "The architecture of the model of things.");
  EXPECT_EQ(doc.figures[0].role, "architecture");
  EXPECT_EQ(doc.figures[0].text_inside, (Strings{"Encoder"}));
  ASSERT_EQ(doc.bibliography.size(), 2u);
  EXPECT_EQ(doc.bibliography[0].label, "1");
  EXPECT_EQ(doc.bibliography[1].title, "More about things");
  EXPECT_EQ(doc.bibliography[1].arxiv_id, "1509.09292");
  const Block* cited = doc.find_block("P1.1");
  ASSERT_NE(cited, nullptr);
  EXPECT_EQ(cited->cites, (Strings{"ref1"}));
  EXPECT_EQ(cited->page, 1);
  EXPECT_TRUE(cited->box.has_value());
  EXPECT_EQ(doc.find_block("P1.2")->refs, (Strings{"T1", "S2"}));
  EXPECT_EQ(doc.source.main_file, "paper.pdf");
  EXPECT_TRUE(doc.source.retrieved_at.empty());
}

TEST_F(PdfReaderTest, SameFileGivesSameDocument) {
  const std::string pdf = one_column_paper();
  EXPECT_EQ(to_json(read(pdf)), to_json(read(pdf)));
}

TEST_F(PdfReaderTest, FiguresAreCutOutOfThePage) {
  ReadOptions options;
  options.figures_dir = folder() / "figures";
  const PaperDoc doc = read(one_column_paper(), options);
  ASSERT_EQ(doc.figures.at(0).files.size(), 2u);
  const FigureFile& drawing = doc.figures[0].files[1];
  EXPECT_EQ(drawing.path, "F1-page2.svg");
  EXPECT_EQ(drawing.format, "svg");
  EXPECT_TRUE(contains(read_file(options.figures_dir / drawing.path), "<svg"));
  const FigureFile& file = doc.figures[0].files[0];
  EXPECT_EQ(file.path, "F1-page2.png");
  EXPECT_GT(file.width, 500);
  EXPECT_TRUE(read_file(options.figures_dir / file.path).starts_with("\x89PNG"));
}

TEST_F(PdfReaderTest, TwoColumnPaper) {
  test::PdfPageTexts page{{150, 740, "Things in Two Columns", 17, test::PdfFont::bold}};
  const auto column = [&page](double x, const std::string& name) {
    double y = 700;
    page.push_back({x, y, name == "left" ? "1 Introduction" : "2 Method", 12, test::PdfFont::bold});
    y -= 20;
    for (int paragraph = 0; paragraph < 4; ++paragraph) {
      Strings lines;
      for (int i = 0; i < 5; ++i)
        lines.push_back(fmt::format("the {} column, paragraph {}, line {} of text", name, paragraph, i));
      lines.push_back("and its end.");
      y = test::add_lines(page, x, y, lines) - 8;
    }
  };
  column(55, "left");
  column(320, "right");
  const PaperDoc doc = read(test::make_pdf({page}));
  EXPECT_EQ(doc.title, "Things in Two Columns");
  Strings starts;
  for (const Block& block : doc.blocks)
    starts.push_back(block.type == BlockType::section ? block.title : block.text.substr(0, 30));
  ASSERT_EQ(starts.size(), 10u);
  EXPECT_EQ(starts[0], "Introduction");
  EXPECT_EQ(starts[1], "the left column, paragraph 0, ");
  EXPECT_EQ(starts[4], "the left column, paragraph 3, ");
  EXPECT_EQ(starts[5], "Method");
  EXPECT_EQ(starts[9], "the right column, paragraph 3,");
}

TEST_F(PdfReaderTest, FewWordsAreKept) {
  const PaperDoc doc = read(test::make_pdf({{{100, 700, "Reduced test-case"}}}));
  ASSERT_FALSE(doc.blocks.empty());
  EXPECT_EQ(doc.blocks.back().text, "Reduced test-case");
}

TEST_F(PdfReaderTest, ScansSayThatTheyNeedOcr) {
  EXPECT_EQ(error_code(test::make_pdf({{}})), ErrorCode::no_text);
  EXPECT_EQ(error_code(test::make_pdf({{}, {{100, 20, "Stamp"}}, {}, {}})), ErrorCode::no_text);
}

TEST_F(PdfReaderTest, EncryptedFilesSaySo) {
  std::string pdf = one_column_paper();
  const std::string key(32, 'A');
  pdf = replace_all(
      std::move(pdf), "/Root 1 0 R >>",
      fmt::format(
          "/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ({}) /U ({}) /P -4 >> >>",
          key, key));
  write_file_atomic(folder() / "paper.pdf", pdf);
  try {
    read_pdf(folder() / "paper.pdf", {});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_TRUE(contains(error.what(), "password"));
  }
}

TEST_F(PdfReaderTest, BrokenFilesSaySo) {
  EXPECT_EQ(error_code("%PDF-1.4\nnothing of a PDF follows"), ErrorCode::bad_input);
  // Cut in the middle: without a trailer poppler finds no page tree, or what is left of it.
  const std::string pdf = one_column_paper();
  EXPECT_NE(error_code(pdf.substr(0, 400)), ErrorCode::timeout);
}

TEST_F(PdfReaderTest, DamagedTablesOfContentsAreRepaired) {
  const std::string pdf = replace_all(one_column_paper(), "xref\n0", "xxxx\n0");
  EXPECT_EQ(read(pdf).title, "A Paper About Things");
}

TEST_F(PdfReaderTest, PageTreesThatReferToThemselvesEnd) {
  const std::string pdf = replace_all(test::make_pdf({{{100, 700, "Loop"}}}), "/Kids [6 0 R ] /Count 1",
                                      "/Kids [2 0 R 6 0 R ] /Count 2");
  try {
    read(pdf);
  } catch (const Error& error) {
    EXPECT_NE(error.code(), ErrorCode::timeout);
  }
}

TEST_F(PdfReaderTest, MissingPopplerNamesThePackage) {
  const p2c::test::ScopedEnv path("PATH", "/nonexistent");
  try {
    read(one_column_paper());
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_TRUE(contains(error.what(), "poppler-utils"));
  }
}

}  // namespace
}  // namespace p2c::paper
