// Tables as cells (spec 8.5).
#include <gtest/gtest.h>

#include "paper/cell_number.h"
#include "paper/latex/builder.h"
#include "paper/latex_support.h"

namespace p2c::paper::latex {
namespace {

std::vector<std::vector<std::string>> cells(const Table& table) {
  std::vector<std::vector<std::string>> out;
  for (const auto& row : table.rows) {
    out.emplace_back();
    for (const TableCell& cell : row) out.back().push_back(cell.text);
  }
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(LatexTables, BooktabsWithCaptionAndLabel) {
  const PaperDoc doc = read_body(
      "\\begin{table}[t]\\centering\\caption{Results "
      "\\cite{a}}\\label{tab}\\resizebox{\\textwidth}{!}{\\begin{tabular}{l|c@{\\hskip 1mm}r}\\toprule Model "
      "& Acc & F1 \\\\ \\midrule A & \\textbf{1.5} & 2 \\\\[2pt] "
      "B & 3 & \\underline{4}\\\\ \\bottomrule\\end{tabular}}\\end{table}\\ref{tab}");
  ASSERT_EQ(doc.tables.size(), 1u);
  const Table& t = doc.tables[0];
  EXPECT_EQ(t.caption, "Results [a]");
  EXPECT_EQ(t.number, "1");
  EXPECT_EQ(t.label, "tab");
  EXPECT_EQ(t.header_rows, 1);
  EXPECT_EQ(cells(t), (Rows{{"Model", "Acc", "F1"}, {"A", "1.5", "2"}, {"B", "3", "4"}}));
  EXPECT_TRUE(t.rows[1][1].bold);
  EXPECT_FALSE(t.rows[1][2].bold);
  EXPECT_TRUE(t.rows[2][2].underline);
  EXPECT_EQ(doc.blocks.back().text, "1");
}

TEST(LatexTables, SpansInBothDirections) {
  const PaperDoc doc = read_body(
      "\\begin{tabular}{cccc}\\hline \\multirow{2}{*}{M} & \\multicolumn{2}{c}{BLEU} & x \\\\ "
      "\\cmidrule(lr){2-3} & a & b & y \\\\ \\hline r & 1 & 2 & \\\\ s & 3 & 4 & \\multirow{-2}{*}{up} \\\\ "
      "\\hline\\end{tabular}");
  const Table& t = doc.tables.at(0);
  EXPECT_EQ(t.header_rows, 2);
  EXPECT_EQ(cells(t),
            (Rows{{"M", "BLEU", "x"}, {"", "a", "b", "y"}, {"r", "1", "2", "up"}, {"s", "3", "4", ""}}));
  EXPECT_EQ(t.rows[0][0].rowspan, 2);
  EXPECT_EQ(t.rows[0][1].colspan, 2);
  EXPECT_EQ(t.rows[2][3].rowspan, 2);
}

TEST(LatexTables, CellsSplitOnlyAtTheirOwnLevel) {
  const PaperDoc doc = read_body(
      "\\begin{tabular}{ll} \\makecell{a \\\\ b} & $\\begin{matrix}1 & 2\\\\ 3\\end{matrix}$ \\\\ {x & y} & "
      "\\begin{tabular}{c}n \\\\ m\\end{tabular} \\\\ A\\&B & \\verb|a&b| \\tabularnewline \\end{tabular}");
  const Table& t = doc.tables.at(0);
  ASSERT_EQ(t.rows.size(), 3u);
  EXPECT_EQ(t.rows[0][0].text, "a b");
  EXPECT_EQ(t.rows[1][0].text, "x y");
  EXPECT_EQ(t.rows[1][1].text, "n m");
  EXPECT_EQ(t.rows[2][0].text, "A&B");
  EXPECT_EQ(t.rows[2][1].text, "a&b");
}

TEST(LatexTables, TabularxLongtableAndStars) {
  EXPECT_EQ(cells(read_body("\\begin{tabularx}{\\textwidth}{lX}a & b\\end{tabularx}").tables.at(0)),
            (Rows{{"a", "b"}}));
  EXPECT_EQ(cells(read_body("\\begin{tabular*}{5cm}[t]{lX}a & b\\end{tabular*}").tables.at(0)),
            (Rows{{"a", "b"}}));
  const PaperDoc doc = read_body(
      "\\begin{longtable}{ll}\\caption{Long}\\label{l}\\\\ h & i \\\\ \\hline\\endfirsthead h & i \\\\ "
      "\\endhead 1 & 2 \\\\ \\end{longtable}\\ref{l}");
  EXPECT_EQ(doc.tables.at(0).caption, "Long");
  EXPECT_EQ(doc.tables[0].number, "1");
  EXPECT_EQ(doc.tables[0].header_rows, 1);
  EXPECT_EQ(cells(doc.tables[0]), (Rows{{"h", "i"}, {"1", "2"}}));
  EXPECT_EQ(doc.blocks.back().refs, std::vector<std::string>{"T1"});
}

TEST(LatexTables, RowColoursAndNotes) {
  const PaperDoc doc = read_body(
      "\\begin{table}\\begin{threeparttable}\\begin{tabular}{ll}\\rowcolor[gray]{0.9} a & "
      "\\cellcolor{red!20}b \\\\\\end{tabular}\\begin{tablenotes}\\item A "
      "note.\\end{tablenotes}\\end{threeparttable}\\caption{c}\\end{table}");
  EXPECT_EQ(cells(doc.tables.at(0)), (Rows{{"a", "b"}}));
  ASSERT_EQ(texts(doc, BlockType::paragraph).size(), 1u);
  EXPECT_TRUE(contains(texts(doc, BlockType::paragraph)[0], "A note."));
  EXPECT_EQ(doc.blocks.back().parent, "T1");
}

TEST(LatexTables, TwoCaptionsSideBySide) {
  const PaperDoc doc = read_body(
      "\\begin{figure}\\begin{minipage}{0.4\\textwidth}\\begin{tabular}{l}a\\end{tabular}\\captionof{table}{"
      "Tab}\\label{t}\\end{minipage}\\begin{minipage}{0.4\\textwidth}\\includegraphics{f}\\captionof{figure}{"
      "Fig}\\label{f}\\end{minipage}\\end{figure}\\ref{t} \\ref{f}");
  EXPECT_EQ(doc.tables.at(0).caption, "Tab");
  EXPECT_EQ(doc.figures.at(0).caption, "Fig");
  EXPECT_EQ(doc.blocks.back().refs, (std::vector<std::string>{"T1", "F1"}));
}

TEST(LatexTables, PicturesOfTablesAreNotLost) {
  const PaperDoc doc = read_body("\\begin{table}\\includegraphics{t.pdf}\\caption{c}\\end{table}");
  EXPECT_EQ(doc.tables.at(0).number, "1");
  EXPECT_TRUE(doc.tables[0].rows.empty());
  EXPECT_EQ(doc.figures.at(0).files.at(0).path, "t.pdf");
  EXPECT_TRUE(warned(doc, "is a picture"));
}

struct NumberCase {
  const char* text;
  double number;
  double plus_minus;  // negative: none
};

TEST(LatexTables, NumbersOfCells) {
  const NumberCase cases[] = {{"12.3 $\\pm$ 0.4", 12.3, 0.4},
                              {"$12.3_{\\pm 0.4}$", 12.3, 0.4},
                              {"12.3 ± 0.4", 12.3, 0.4},
                              {"1{,}000", 1000, -1},
                              {"1,000,000", 1e6, -1},
                              {"10 000", 10000, -1},
                              {"3e-4", 3e-4, -1},
                              {"$3\\times10^{-4}$", 3e-4, -1},
                              {"$10^{-3}$", 1e-3, -1},
                              {"$2^{16}$", 65536, -1},
                              {"1/255", 1.0 / 255, -1},
                              {"50%", 50, -1},
                              {"1.5M", 1.5e6, -1},
                              {"300K", 3e5, -1},
                              {"7B", 7e9, -1},
                              {"-0.5", -0.5, -1},
                              {"$2.3\\cdot10^{19}$", 2.3e19, -1},
                              {"$\\mathbf{28.4}$", 28.4, -1},
                              {"28.2(+2.4)", 28.2, -1},
                              {"36^$\\uparrow$7", 36, -1},
                              {".5", 0.5, -1}};
  for (const NumberCase& c : cases) {
    TableCell cell;
    cell.text = c.text;
    parse_cell_number(cell);
    ASSERT_TRUE(cell.number.has_value()) << c.text;
    EXPECT_NEAR(*cell.number, c.number, std::abs(c.number) * 1e-9) << c.text;
    EXPECT_EQ(cell.plus_minus.has_value(), c.plus_minus >= 0) << c.text;
    if (cell.plus_minus) {
      EXPECT_NEAR(*cell.plus_minus, c.plus_minus, 1e-9) << c.text;
    }
  }
  for (const char* text : {"", "ResNet-50", "0.8/0.2", "0.513 / 1.59", "3x3 conv", "-", "2020-01", "1.2.3"}) {
    TableCell cell;
    cell.text = text;
    parse_cell_number(cell);
    EXPECT_FALSE(cell.number.has_value()) << text;
  }
}

TEST(LatexTables, SpansOfTabularray) {
  const PaperDoc doc = read_body(
      "\\begin{table}\\caption{C}\\begin{tblr}{colspec={lll}} \\SetCell[c=2]{c} AB & & C \\\\ "
      "\\SetCell[r=2]{m} 1 & 2 & 3 \\\\ & 4 & 5 \\\\ \\end{tblr}\\end{table}");
  const Table& table = doc.tables.at(0);
  ASSERT_EQ(table.rows.size(), 3u);
  ASSERT_EQ(table.rows[0].size(), 2u);
  EXPECT_EQ(table.rows[0][0].text, "AB");
  EXPECT_EQ(table.rows[0][0].colspan, 2);
  EXPECT_EQ(table.rows[0][1].text, "C");
  EXPECT_EQ(table.rows[1][0].rowspan, 2);
  EXPECT_EQ(table.rows[1][0].text, "1");
  EXPECT_EQ(table.rows[2].size(), 3u);
}

TEST(LatexTables, MarksOfTableNotesAreSuperscripts) {
  const PaperDoc doc = read_body(
      "\\begin{table}\\begin{tabular}{l} Ours\\tnote{a} \\\\ x \\end{tabular}\\caption{C}\\end{table}");
  EXPECT_EQ(doc.tables.at(0).rows[0][0].text, "Ours^a");
}

}  // namespace
}  // namespace p2c::paper::latex
