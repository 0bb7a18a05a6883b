// The bundled paper, as a person who has the printed page beside it would check it.
#include <gtest/gtest.h>

#include "paper/reader.h"
#include "support.h"

namespace p2c::paper {
namespace {

TEST(LatexBundledPaper, ReadsLikeThePrintedOne) {
  const auto root = test::source_path("examples/neural-graph-fingerprints/paper");
  if (!std::filesystem::exists(root / "paper_for_arxiv.tex")) GTEST_SKIP() << "the example is not in this tree";
  const PaperDoc doc = read_latex(root, {}, {});
  EXPECT_EQ(doc.source.main_file, "paper_for_arxiv.tex");
  EXPECT_EQ(doc.title, "Convolutional Networks on Graphs for Learning Molecular Fingerprints");
  EXPECT_EQ(doc.authors.size(), 7u);
  ASSERT_EQ(doc.algorithms.size(), 2u);
  EXPECT_EQ(doc.algorithms[0].lines.size(), 12u);
  EXPECT_EQ(doc.algorithms[1].caption, "Neural graph fingerprints");
  EXPECT_EQ(doc.algorithms[1].lines[8].text, "$\\mathbf{r}_a \\leftarrow \\sigma(\\mathbf{v} H_L^N)$");
  EXPECT_EQ(doc.algorithms[1].lines[8].comment, "smooth function");
  EXPECT_EQ(doc.algorithms[1].lines[8].depth, 2);
  ASSERT_EQ(doc.equations.size(), 1u);
  EXPECT_EQ(doc.equations[0].number, "1");
  ASSERT_EQ(doc.tables.size(), 1u);
  EXPECT_EQ(doc.tables[0].header_rows, 2);
  EXPECT_EQ(doc.tables[0].rows.size(), 7u);
  const TableCell& best = doc.tables[0].rows[6][1];
  EXPECT_TRUE(best.bold);
  EXPECT_DOUBLE_EQ(best.number.value_or(0), 0.52);
  EXPECT_DOUBLE_EQ(best.plus_minus.value_or(0), 0.07);
  ASSERT_EQ(doc.figures.size(), 5u);
  EXPECT_EQ(doc.figures[0].files.size(), 2u);
  EXPECT_EQ(doc.figures[1].caption.substr(0, 34), "Pseudocode of circular fingerprint");
  EXPECT_EQ(doc.bibliography.size(), 30u);
  for (const Block& block : doc.blocks) {
    for (const std::string& id : block.refs) EXPECT_NE(doc.find_block(id), nullptr) << id << " in " << block.id;
  }
}

}  // namespace
}  // namespace p2c::paper
