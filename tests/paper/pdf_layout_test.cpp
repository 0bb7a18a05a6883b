// Rules of the layout of PDFs, on pages made of fragments: columns, floats, headings, numbers, notes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "paper/captions.h"
#include "paper/pdf/formula.h"
#include "paper/pdf/fractions.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/line_joiner.h"
#include "paper/pdf/lines.h"
#include "paper/pdf/marks.h"
#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/rules.h"
#include "paper/pdf/table_lines.h"
#include "pdf_pieces.h"

namespace p2c::paper {
namespace {

using Strings = std::vector<std::string>;

constexpr double kLeft = 100, kRight = 500;  // of the text on a page with one column

// A page that is filled from the top downwards.
struct Page {
  PdfSheet sheet{612, 792, {}};
  double y = 80;

  void add(double x0, double x1, const std::string& text, double size = 10,
           const std::string& font = "Body") {
    sheet.fragments.push_back(piece(x0, x1, y, text, size, font));
  }
  void next(double step = 12) { y += step; }
  // Lines of running text; the last one is short.
  void prose(int lines, const std::string& topic, double x0 = kLeft, double x1 = kRight) {
    for (int i = 0; i < lines; ++i) {
      const bool last = i + 1 == lines;
      add(x0, last ? x0 + 0.7 * (x1 - x0) : x1,
          fmt::format("line {} of running text about {} goes on{}", i, topic, last ? " and ends." : " with"));
      next();
    }
  }
  void heading(const std::string& number, const std::string& title, double size = 12) {
    next(10);
    add(kLeft, kLeft + 6, number, size, "Bold");
    add(kLeft + 18, kLeft + 18 + 6.0 * static_cast<double>(title.size()), title, size, "Bold");
    next(18);
  }
};

PaperDoc build(std::vector<Page> pages) {
  PdfPieces pieces;
  for (Page& page : pages) pieces.sheets.push_back(std::move(page.sheet));
  return build_pdf_document(std::move(pieces), "paper.pdf").doc;
}

// A page that begins like a paper, so that the front matter is out of the way.
Page first_page() {
  Page page;
  page.add(150, 450, "A Title of a Paper", 17, "Bold");
  page.next(30);
  page.heading("1", "Introduction");
  return page;
}

Strings sections(const PaperDoc& doc) {
  Strings result;
  for (const Block& block : doc.blocks) {
    if (block.type == BlockType::section)
      result.push_back(fmt::format("{}|{}|{}", block.level, block.number, block.title));
  }
  return result;
}

Strings texts(const PaperDoc& doc, BlockType type) {
  Strings result;
  for (const Block& block : doc.blocks) {
    if (block.type == type) result.push_back(block.text);
  }
  return result;
}

TEST(PdfLayoutRules, BoldBeginningsOfParagraphsAreHeadings) {
  Page page = first_page();
  page.prose(4, "things");
  page.next(6);
  page.add(kLeft, kLeft + 50, "Datasets.", 10, "Bold");
  page.add(kLeft + 60, kRight, "We train on whatever data we could find at all and");
  page.next();
  page.prose(3, "data");
  page.next(6);
  page.add(kLeft, kRight, "A title that is so long that it reaches the edge and needs", 10, "Bold");
  page.next();
  page.add(kLeft, kLeft + 60, "two lines?", 10, "Bold");
  page.add(kLeft + 64, kRight, "Here the text of that paragraph begins and");
  page.next();
  page.prose(2, "length");
  page.next(6);
  // Emphasis: neither a full stop nor white behind it.
  page.add(kLeft, kLeft + 50, "Never ever", 10, "Bold");
  page.add(kLeft + 53, kRight, "take the first bold words of a paragraph for its title because");
  page.next();
  page.prose(2, "emphasis");
  const PaperDoc doc = build({page});
  EXPECT_EQ(sections(doc),
            (Strings{"1|1|Introduction", "4||Datasets",
                     "4||A title that is so long that it reaches the edge and needs two lines?"}));
  const Strings paragraphs = texts(doc, BlockType::paragraph);
  ASSERT_EQ(paragraphs.size(), 4u);
  EXPECT_TRUE(paragraphs[1].starts_with("We train on whatever"));
  EXPECT_TRUE(paragraphs[2].starts_with("Here the text"));
  EXPECT_TRUE(paragraphs[3].starts_with("Never ever take"));
}

TEST(PdfLayoutRules, BoldWordsOfCaptionsAreNoHeadings) {
  Page page = first_page();
  page.prose(4, "things");
  page.next(120);
  page.add(kLeft, kRight, "Figure 1: All of the things that were measured and what came out of it");
  page.next();
  page.add(kLeft, kLeft + 60, "in detail.", 10, "Bold");
  page.add(kLeft + 64, kRight - 50, "The rest of the caption is not bold and goes on here.");
  page.next(40);
  page.prose(4, "more");
  const PaperDoc doc = build({page});
  EXPECT_EQ(sections(doc), Strings{"1|1|Introduction"});
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_TRUE(doc.figures[0].caption.ends_with("goes on here."));
}

TEST(PdfLayoutRules, SmallCapitalsAreWords) {
  Page page = first_page();
  page.prose(4, "things");
  page.next(10);
  page.add(kLeft, kLeft + 14, "1.1");
  double x = kLeft + 24;
  for (const auto& [text, size] :
       {std::pair{"M", 10.0}, {"ULTI-HEAD", 8.0}, {"A", 10.0}, {"TTENTION", 8.0}}) {
    if (size > 9 && x > kLeft + 30) x += 3;
    const double width = 0.65 * size * static_cast<double>(std::string_view(text).size());
    page.add(x, x + width, text, size);
    x += width;
  }
  page.next(18);
  page.prose(4, "heads");
  EXPECT_EQ(sections(build({page})), (Strings{"1|1|Introduction", "2|1.1|Multi-head Attention"}));
}

TEST(PdfLayoutRules, LettersWithWhiteBehindThemAreNumbers) {
  Page page = first_page();
  page.prose(4, "things");
  page.heading("A", "Proofs of Things");
  page.prose(4, "proofs");
  page.next(10);
  page.add(kLeft, kLeft + 150, "A Simple Proof", 12, "Bold");
  page.next(18);
  page.prose(4, "simple things");
  EXPECT_EQ(sections(build({page})),
            (Strings{"1|1|Introduction", "1|A|Proofs of Things", "1||A Simple Proof"}));
}

TEST(PdfLayoutRules, HeadingsAboveFiguresLookLikeTheOthers) {
  Page page = first_page();
  page.prose(6, "things");
  Page second;
  // Words printed over the heading in another size do not hide it.
  second.add(kLeft, kLeft + 150, "Clipped Label", 16, "Other");
  second.y += 2;
  second.add(kLeft, kLeft + 140, "Pictures of Things", 12, "Bold");
  second.next(200);
  second.add(kLeft, kRight - 100, "Figure 1: What things look like.");
  EXPECT_EQ(sections(build({page, second})), (Strings{"1|1|Introduction", "1||Pictures of Things"}));
}

TEST(PdfLayoutRules, TextFlowsAroundFloats) {
  Page page = first_page();
  page.prose(4, "things");
  page.next(4);
  for (int i = 0; i < 8; ++i) {
    page.add(kLeft, 300, fmt::format("Narrow line {} beside the float which", i));
    if (i == 5) page.add(320, 490, "Figure 1: A float at the");
    if (i == 6) page.add(320, 400, "right side.");
    page.next();
  }
  page.add(kLeft, kRight, "is followed by a line that is as wide as the page again and ends here.");
  page.next(18);
  page.prose(3, "what follows");
  const PaperDoc doc = build({page});
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_EQ(doc.figures[0].caption, "A float at the right side.");
  const Strings paragraphs = texts(doc, BlockType::paragraph);
  ASSERT_EQ(paragraphs.size(), 3u) << join(paragraphs, "\n");
  EXPECT_TRUE(paragraphs[1].starts_with("Narrow line 0 beside the float which Narrow line 1"));
  EXPECT_TRUE(contains(paragraphs[1], "Narrow line 5 beside the float which Narrow line 6"));
  EXPECT_TRUE(paragraphs[1].ends_with("page again and ends here."));
}

TEST(PdfLayoutRules, FloatsBesideEachOtherHaveTheirOwnCaptions) {
  Page page = first_page();
  page.prose(4, "things");
  page.next(10);
  page.add(kLeft, 280, "Table 1: The left one of two");
  page.next(5);
  page.add(310, 490, "Figure 1: The right one of two");
  page.next(7);
  page.add(kLeft, 200, "floats is a table.");
  page.next(5);
  page.add(310, 420, "floats is a picture.");
  page.next(20);
  page.prose(4, "more");
  const PaperDoc doc = build({page});
  ASSERT_EQ(doc.tables.size(), 1u);
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_EQ(doc.tables[0].caption, "The left one of two floats is a table.");
  EXPECT_EQ(doc.figures[0].caption, "The right one of two floats is a picture.");
}

TEST(PdfLayoutRules, ReferencesToFiguresAtTheStartOfALineAreText) {
  Page page = first_page();
  page.prose(3, "things");
  page.next(6);
  page.add(kLeft, kRight, "we allow for a direct look at it all and draw what comes out in");
  page.next();
  page.add(kLeft, kLeft + 40, "Figure 2.");
  page.next(18);
  page.prose(3, "more");
  const PaperDoc doc = build({page});
  EXPECT_TRUE(doc.figures.empty());
  EXPECT_TRUE(contains(texts(doc, BlockType::paragraph)[1], "comes out in Figure 2."));
}

TEST(PdfLayoutRules, ShortPagesHaveTheColumnsOfTheOthers) {
  std::vector<Page> pages;
  for (int p = 0; p < 2; ++p) {
    Page page;
    if (p == 0) {
      page.add(150, 450, "A Title of a Paper", 17, "Bold");
      page.next(30);
      page.add(60, 140, "1 Introduction", 12, "Bold");
      page.next(18);
    }
    const double top = page.y;
    page.prose(10, "the left column", 60, 290);
    page.y = top;
    page.prose(10, "the right column", 322, 552);
    pages.push_back(page);
  }
  Page last;
  for (int i = 0; i < 6; ++i) {
    last.add(60, 290, fmt::format("{} left line of the last page of it", i));
    if (i == 0) last.add(322, 552, "the right column has this line");
    if (i == 1) last.add(330, 400, "and this.");
    last.next();
  }
  pages.push_back(last);
  std::string all;
  for (const std::string& text : texts(build(pages), BlockType::paragraph)) all += text + "\n";
  EXPECT_TRUE(contains(all, "0 left line of the last page of it 1 left line"));
  EXPECT_TRUE(contains(all, "the right column has this line and this."));
}

TEST(PdfLayoutRules, PageNumbersOfTwoDigitsAreFurnitureToo) {
  std::vector<Page> pages;
  for (int p = 8; p < 13; ++p) {
    Page page = p == 8 ? first_page() : Page();
    page.prose(5, fmt::format("page {}", p));
    page.y = 760;
    page.add(kLeft, kLeft + 100, fmt::format("Journal of Things 4.1 {}", p), 8);
    pages.push_back(page);
  }
  const PaperDoc doc = build(pages);
  for (const Block& block : doc.blocks) EXPECT_FALSE(contains(block.text, "Journal")) << block.text;
}

TEST(PdfLayoutRules, MarginNotesStayOutOfTheText) {
  Page page = first_page();
  for (int i = 0; i < 8; ++i) {
    if (i == 3) page.add(30, 80, "Edited by");
    if (i == 5) page.add(30, 80, "(Reviewer 1)");
    page.add(kLeft, kRight, fmt::format("line {} of a paragraph beside notes that goes on and on,", i));
    page.next();
  }
  page.prose(2, "the end");
  const Strings paragraphs = texts(build({page}), BlockType::paragraph);
  ASSERT_FALSE(paragraphs.empty());
  EXPECT_FALSE(contains(paragraphs[0], "Edited"));
  EXPECT_TRUE(contains(paragraphs[0], "line 3 of a paragraph"));
  EXPECT_TRUE(contains(paragraphs[0], "line 6 of a paragraph"));
}

TEST(PdfLayoutRules, AbstractsWithoutAHeading) {
  Page page;
  page.add(150, 450, "A Title of a Paper", 17, "Bold");
  page.next(24);
  page.add(220, 380, "Ann Author and Bob Writer", 12);
  page.next(30);
  page.prose(4, "what this is about");
  page.heading("1", "Introduction");
  page.prose(4, "things");
  const PaperDoc doc = build({page});
  EXPECT_TRUE(doc.abstract.starts_with("line 0 of running text about what this is about"));
  EXPECT_TRUE(doc.abstract.ends_with("and ends."));
}

TEST(PdfLayoutRules, AbstractsInSmallerLetters) {
  Page page;
  page.add(150, 450, "A Title of a Paper", 17, "Bold");
  page.next(24);
  page.add(220, 380, "Ann Author and Bob Writer", 12);
  page.next(14);
  page.add(180, 420, "University of Somewhere in the World, Nowhere", 9);
  page.next(24);
  for (int i = 0; i < 5; ++i) {
    page.add(130, 470, fmt::format("line {} of an abstract in small letters. It goes on with", i), 9);
    page.next(10);
  }
  page.next(20);
  page.heading("1", "Introduction");
  page.prose(14, "things");
  const PaperDoc doc = build({page});
  EXPECT_TRUE(doc.abstract.starts_with("line 0 of an abstract"));
  EXPECT_TRUE(contains(doc.abstract, "line 4 of"));
}

TEST(PdfLayoutRules, PicturesBelowTheTitleAreFigures) {
  Page page;
  page.add(150, 450, "A Title of a Paper", 17, "Bold");
  page.next(150);
  page.add(kLeft, kRight - 60, "Figure 1: What the paper is about, shown in one picture.");
  page.next(20);
  page.heading("1", "Introduction");
  page.prose(4, "things");
  const PaperDoc doc = build({page});
  ASSERT_EQ(doc.figures.size(), 1u);
  EXPECT_EQ(doc.figures[0].caption, "What the paper is about, shown in one picture.");
}

TEST(PdfLayoutRules, NoticesOfTheFirstPageAreFootnotes) {
  Page page = first_page();
  page.prose(6, "things");
  page.y = 720;
  page.add(kLeft, kRight - 20, "Copyright of this paper is with its authors, as it should be.", 8);
  page.next(9);
  page.add(kLeft, kLeft + 200, "Write to the first of them.", 8);
  const PaperDoc doc = build({page});
  EXPECT_EQ(texts(doc, BlockType::paragraph).size(), 1u);
  const Strings notes = texts(doc, BlockType::footnote);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_TRUE(notes[0].starts_with("Copyright"));
  EXPECT_TRUE(notes[0].ends_with("first of them."));
}

TEST(PdfLayoutRules, EveryRowOfAFormulaKeepsItsNumber) {
  Page page = first_page();
  page.prose(4, "things");
  for (int i = 1; i <= 3; ++i) {
    page.next(8);
    page.add(200, 205, "x", 10, "CMMI10");
    page.add(208, 214, "=", 10, "CMSY10");
    page.add(217, 250, "a+b", 10, "CMMI10");
    if (i != 2) page.add(488, kRight, fmt::format("({})", i));
    page.next(12);
  }
  // Words between formulas begin at the edge.
  page.add(kLeft, kLeft + 30, "Then");
  page.next(20);
  page.add(200, 205, "y", 10, "CMMI10");
  page.add(208, 214, "=", 10, "CMSY10");
  page.add(217, 250, "c+d+e", 10, "CMMI10");
  page.next(20);
  page.prose(4, "more");
  const PaperDoc doc = build({page});
  ASSERT_EQ(doc.equations.size(), 2u);
  EXPECT_EQ(doc.equations[0].row_numbers, (Strings{"1", "", "3"}));
  EXPECT_EQ(doc.equations[0].rows.size(), 3u);
  EXPECT_EQ(texts(doc, BlockType::paragraph)[1], "Then");
}

TEST(PdfLayoutRules, FractionsBehindTheRowBelongToIt) {
  // E = <numerator over denominator>, which ends the row and sticks out of it.
  const Strings rows =
      linear_tex({piece(0, 40, 100, "E", 10, "CMMI10"), piece(43, 50, 100, "≤", 10, "CMSY10"),
                  piece(53, 80, 93.2, "DG", 10, "CMMI10"), piece(60, 68, 106.8, "T", 10, "CMMI10")});
  EXPECT_EQ(rows, Strings{"E\\leq\\frac{DG}{T}"});
  std::vector<double> places;
  EXPECT_EQ(linear_tex({piece(0, 9, 100, "a", 10, "CMMI10"), piece(10, 16, 100, "=", 10, "CMSY10"),
                        piece(20, 26, 100, "b", 10, "CMMI10"), piece(10, 16, 115, "=", 10, "CMSY10"),
                        piece(20, 26, 115, "c", 10, "CMMI10")},
                       &places),
            (Strings{"a=b", "=c"}));
  ASSERT_EQ(places.size(), 2u);
  EXPECT_LT(places[0], places[1]);
}

TEST(PdfLayoutRules, BigSignsByTheirCodes) {
  // A root sign of pieces, a sum that hangs from its own baseline, the pieces of a brace.
  PdfSheet sheet{612, 792, {}};
  sheet.fragments = {piece(0, 8, 92, "v", 10, "CMEX10"),    piece(0, 8, 98, "u", 10, "CMEX10"),
                     piece(0, 8, 104, "t", 10, "CMEX10"),   piece(9, 15, 100, "x", 10, "CMMI10"),
                     piece(18, 24, 100, "=", 10, "CMSY10"), piece(26, 36, 92, "P", 10, "CMEX10"),
                     piece(38, 44, 100, "y", 10, "CMMI10"), piece(50, 54, 90, "z", 10, "CMEX10")};
  settle_marks(sheet);
  ASSERT_EQ(sheet.fragments.size(), 5u);
  EXPECT_EQ(sheet.fragments[3].text, "∑");
  EXPECT_NEAR(sheet.fragments[3].baseline(), 100, 0.1);
  const Strings rows = linear_tex(sheet.fragments);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0], "\\sqrt{x}=\\sum y");
}

TEST(PdfLayoutRules, ShortLinesKeepTheirScripts) {
  Page page = first_page();
  page.prose(3, "matrices that are used here, which is");
  page.y -= 12;  // goes on in the line that follows
  page.next();
  page.add(kLeft, kLeft + 16, "and");
  page.add(kLeft + 20, kLeft + 29, "W", 10, "CMMI10");
  page.add(kLeft + 39, kLeft + 46, "∈", 10, "CMSY10");
  page.add(kLeft + 49, kLeft + 56, "R", 10, "CMBB10");
  page.y -= 3.6;
  page.add(kLeft + 29, kLeft + 34, "O", 7, "CMMI7");
  page.add(kLeft + 56, kLeft + 100, "hdv×dmodel", 7, "CMMI7");
  page.y += 3.6;
  page.next(20);
  page.prose(3, "more");
  const PaperDoc doc = build({page});
  EXPECT_TRUE(doc.equations.empty());
  EXPECT_TRUE(contains(texts(doc, BlockType::paragraph)[0], "and W^{O} ∈ R^{hdv×dmodel}"))
      << texts(doc, BlockType::paragraph)[0];
}

TEST(PdfLayoutRules, LineNumbersOfReviewCopies) {
  Page page = first_page();
  for (int i = 1; i <= 12; ++i) {
    page.add(i < 10 ? 74 : 70, 80, std::to_string(i), 7);
    page.add(kLeft, i == 12 ? kLeft + 200 : kRight,
             fmt::format("line of text that is numbered in the margin and {}", "goes on"));
    page.next();
  }
  page.heading("2", "Method");
  page.prose(3, "things");
  const PaperDoc doc = build({page});
  EXPECT_EQ(sections(doc), (Strings{"1|1|Introduction", "1|2|Method"}));
  const std::string text = texts(doc, BlockType::paragraph)[0];
  EXPECT_EQ(text.find_first_of("0123456789"), std::string::npos) << text;
  EXPECT_TRUE(contains(text, "goes on line of text"));
}

TEST(PdfLayoutRules, NumbersOfTablesAreNoLineNumbers) {
  Page page = first_page();
  page.prose(4, "things");
  page.next(10);
  page.add(kLeft, kRight - 100, "Table 1: Twelve things and how large each of them is.");
  for (int i = 1; i <= 12; ++i) {
    page.next();
    page.add(kLeft + 50, kLeft + 56, std::to_string(i));
    page.add(kLeft + 150, kLeft + 170, fmt::format("{}.5", 3 * i));
  }
  page.next(30);
  page.prose(4, "more");
  const PaperDoc doc = build({page});
  ASSERT_EQ(doc.tables.size(), 1u);
  ASSERT_EQ(doc.tables[0].rows.size(), 12u);
  EXPECT_EQ(doc.tables[0].rows[11][0].text, "12");
}

TEST(PdfLayoutRules, ItalicHeadingsWithLettersAndBrackets) {
  Page page;
  const auto italic = [&page](double x0, double x1, const std::string& text) {
    page.add(x0, x1, text, 10, "Italic");
    page.sheet.fragments.back().italic = true;
  };
  page.add(150, 450, "A Title of a Paper", 17, "Bold");
  page.next(30);
  page.add(250, 350, "I. INTRODUCTION");
  page.next(18);
  page.prose(4, "things");
  page.next(8);
  italic(kLeft, kRight - 20, "A. Other Methods for Long Sequences of Things and What They");
  page.next();
  italic(kLeft, kLeft + 70, "Cannot Do");
  page.next(16);
  page.prose(4, "methods");
  page.next(4);
  italic(kLeft + 12, kLeft + 80, "1) Preprocessing:");
  page.add(kLeft + 84, kRight, "The data are made smaller before they are used for anything");
  page.next();
  page.prose(3, "data");
  page.next(4);
  italic(kLeft + 12, kLeft + 140, "It should be said that the method");
  page.add(kLeft + 144, kRight, "is not meant for what has no things in it at all and");
  page.next();
  page.prose(3, "emphasis");
  EXPECT_EQ(
      sections(build({page})),
      (Strings{"1|I|INTRODUCTION", "2|A|Other Methods for Long Sequences of Things and What They Cannot Do",
               "3|1|Preprocessing"}));
}

TEST(PdfLayoutRules, ReferencesWithoutAHeadingAndBelowATable) {
  const auto add_entries = [](Page& page, int from, int to) {
    for (int i = from; i <= to; ++i) {
      page.add(kLeft, kRight - 60,
               fmt::format("[{}] A. Author and B. Writer. A paper of {}. Journal of", i, i), 8);
      page.next(9);
      page.add(kLeft + 14, kLeft + 90, fmt::format("Things, 3(2):1-9, 20{:02}.", i), 8);
      page.next(10);
    }
  };
  Page untitled = first_page();
  untitled.prose(4, "things");
  untitled.next(20);
  add_entries(untitled, 1, 4);
  const PaperDoc doc = build({untitled});
  ASSERT_EQ(doc.bibliography.size(), 4u);
  EXPECT_EQ(doc.bibliography[3].label, "4");

  Page first = first_page(), second;
  first.prose(4, "things");
  first.next(10);
  first.add(kLeft, kLeft + 70, "References", 12, "Bold");
  first.next(18);
  add_entries(first, 1, 3);
  second.add(kLeft, kRight - 100, "Table 1: A table on a page of the references.");
  for (int i = 0; i < 3; ++i) {
    second.next();
    second.add(kLeft + 20, kLeft + 60, "Model");
    second.add(kLeft + 120, kLeft + 140, "0.5");
  }
  second.next(22);
  add_entries(second, 4, 6);
  const PaperDoc both = build({first, second});
  EXPECT_EQ(both.bibliography.size(), 6u);
  ASSERT_EQ(both.tables.size(), 1u);
  EXPECT_EQ(both.tables[0].rows.size(), 3u);
}

TEST(PdfLayoutRules, TablesCountedInRomanNumbers) {
  EXPECT_EQ(parse_caption("TABLE IV")->number, "IV");
  EXPECT_EQ(parse_caption("TABLE II. Results")->text, "Results");
  EXPECT_FALSE(parse_caption("Table I have seen").has_value());
  EXPECT_FALSE(parse_caption("Figure II: No").has_value());
}

TEST(PdfLayoutRules, CompoundsOfTheDocument) {
  LineJoiner joiner;
  joiner.learn("a multi-scale model of the source sequence has more tasks than one and main-");
  joiner.learn("tains what a PyTorch program does");
  EXPECT_EQ(joiner.join({"it main-", "tains"}), "it maintains");
  EXPECT_EQ(joiner.join({"a multi-", "tasks model"}), "a multi-tasks model");
  EXPECT_EQ(joiner.join({"a sequence-", "aligned one"}), "a sequence-aligned one");
  EXPECT_EQ(joiner.join({"in Py-", "Torch"}), "in PyTorch");
  EXPECT_EQ(joiner.join({"in Ten-", "Nets"}), "in Ten-Nets");
}

TEST(PdfRules, LinesOfDrawings) {
  const std::vector<PdfRule> rules = parse_rules(
      R"svg(<svg><defs><path d="M 0 0 L 50 0" style="stroke-width:0.4;"/></defs>
<path style="fill:none;stroke-width:0.398;" d="M 0.001 0.002 L 27.04 0.002 " transform="matrix(1,0,0,-1,448.5,236.3)"/>
<path style=" stroke:none;" d="M 100 50.4 L 180 50.4 L 180 50 L 100 50 Z M 100 50.4 "/>
<rect x="10" y="20" width="30" height="0.5"/><rect x="10" y="20" width="30" height="30"/>
<path style="fill:none;stroke-width:0.4;" d="M 0 0 L 0 60"/><path style="stroke-width:9;" d="M 0 0 L 60 0"/>
<path d="M 0 0 C 1 2 3 4 5 6"/><path d="nonsense"/><clipPath><path d="M 0 0 L 9 0 L 9 0.1 L 0 0.1 Z"/></clipPath></svg>)svg");
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_NEAR(rules[0].y, 20.25, 0.01);
  EXPECT_NEAR(rules[1].x0, 100, 0.01);
  EXPECT_NEAR(rules[1].x1, 180, 0.01);
  EXPECT_NEAR(rules[2].x0, 448.5, 0.01);
  EXPECT_NEAR(rules[2].y, 236.3, 0.01);
  EXPECT_TRUE(parse_rules("<path d=\"M 1").empty());
  EXPECT_TRUE(parse_rules("<defs>").empty());
}

TEST(PdfRules, FractionsAndRootsByTheirBars) {
  // a = 1/sqrt(d - 1), inline: small letters above and below the bar at the height of the equals sign.
  PdfSheet sheet{612, 792, {}};
  sheet.fragments = {piece(100, 300, 100, "words of the line before the formula and more"),
                     piece(303, 308, 100, "a", 10, "CMMI10"),
                     piece(311, 318, 100, "=", 10, "CMSY10"),
                     piece(330, 334, 95, "1", 7, "CMMI7"),
                     piece(321, 327, 103.6, "√", 7, "CMSY7"),
                     piece(327, 331, 103.6, "d", 7, "CMMI7"),
                     piece(332, 337, 103.6, "−", 7, "CMSY7"),
                     piece(338, 342, 103.6, "1", 7, "CMMI7")};
  sheet.rules = {{327, 342, 98.0}, {321, 342, 97.5}};
  settle_fractions(sheet);
  ASSERT_EQ(sheet.fragments.size(), 4u);
  EXPECT_EQ(sheet.fragments[3].text, "1/√(d − 1)");
  EXPECT_EQ(sheet.fragments[3].tex, "\\frac{1}{\\sqrt{d-1}}");
  EXPECT_NEAR(sheet.fragments[3].baseline(), 100, 0.6);
  EXPECT_EQ(linear_tex({sheet.fragments.begin() + 1, sheet.fragments.end()}),
            Strings{"a=\\frac{1}{\\sqrt{d-1}}"});
}

TEST(PdfRules, RulesOfTablesAreNoBars) {
  PdfSheet sheet{612, 792, {}};
  sheet.fragments = {piece(100, 120, 95, "20"),
                     piece(150, 200, 95, "28.21(+2.45)"),
                     piece(100, 200, 109, "Table 2: some things", 9),
                     piece(300, 330, 95, "12"),
                     piece(300, 330, 109, "under one"),
                     piece(400, 405, 95, "a", 10, "CMMI10")};
  sheet.rules = {{100, 200, 99}, {300, 330, 99}, {400, 405, 99}, {50, 450, 99}};
  settle_fractions(sheet);
  EXPECT_EQ(sheet.fragments.size(), 6u);
}

TEST(PdfTables, CellsBetweenRowsAndScripts) {
  Table table;
  fill_table(table, {table_row(100, {piece(100, 140, 0, "BLEU"), piece(200, 240, 0, "Cost")}),
                     table_row(106, {piece(20, 50, 0, "Model")}),  // in the middle of two rows
                     table_row(112, {piece(100, 112, 0, "de"), piece(120, 132, 0, "en"),
                               piece(200, 206, 0, "d", 10, "CMMI10"), piece(206, 226, 1.5, "model", 7)}),
                     table_row(124, {piece(20, 50, 0, "ours"), piece(100, 112, 0, "27"), piece(120, 132, 0, "28"),
                               piece(200, 212, 0, "64")})});
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0][0].text, "Model");
  EXPECT_EQ(table.rows[0][0].rowspan, 2);
  EXPECT_EQ(table.rows[1][0].text, "");
  EXPECT_EQ(table.rows[1].back().text, "d_{model}");
  EXPECT_EQ(table.rows[2][0].text, "ours");
}

TEST(PdfLayoutRules, CaptionsNumberedByLetters) {
  const auto table = parse_caption("Table B: Sizes of models");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->number, "B");
  EXPECT_EQ(table->text, "Sizes of models");
  EXPECT_EQ(parse_caption("Figure A. Parts")->number, "A");
  EXPECT_EQ(parse_caption("Figure A.1: Parts")->number, "A.1");
  EXPECT_FALSE(parse_caption("Figure A shows parts").has_value());
  EXPECT_FALSE(parse_caption("Table AB: sizes").has_value());
}

}  // namespace
}  // namespace p2c::paper
