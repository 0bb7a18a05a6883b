// Look-ups in a Paper document.
#include "paper/paper_doc.h"

#include <gtest/gtest.h>

#include "sample_doc.h"

namespace p2c::paper {
namespace {

std::vector<std::string> ids(const std::vector<const Block*>& blocks) {
  std::vector<std::string> result;
  for (const Block* block : blocks) result.push_back(block->id);
  return result;
}

TEST(PaperDoc, FindsBlocksAndDetailsById) {
  const PaperDoc doc = test::sample_doc();
  ASSERT_NE(doc.find_block("P1.1"), nullptr);
  EXPECT_EQ(doc.find_block("P1.1")->type, BlockType::paragraph);
  EXPECT_EQ(doc.find_block("P9.9"), nullptr);
  EXPECT_EQ(doc.find_block(""), nullptr);
  ASSERT_NE(doc.find_equation("E1"), nullptr);
  EXPECT_EQ(doc.find_equation("E1")->number, "1");
  EXPECT_EQ(doc.find_equation("P1.1"), nullptr);
  EXPECT_NE(doc.find_algorithm("A1"), nullptr);
  EXPECT_NE(doc.find_table("T1"), nullptr);
  EXPECT_NE(doc.find_figure("F1"), nullptr);
}

TEST(PaperDoc, SectionOfClimbsThroughLists) {
  const PaperDoc doc = test::sample_doc();
  EXPECT_EQ(doc.section_of("I1.2.1")->id, "S1");
  EXPECT_EQ(doc.section_of("E1")->id, "S1.1");
  EXPECT_EQ(doc.section_of("S1.1")->id, "S1.1");
  EXPECT_EQ(doc.section_of("nothing"), nullptr);
}

TEST(PaperDoc, BlocksOfASectionStopAtSubsectionsUnlessDeep) {
  const PaperDoc doc = test::sample_doc();
  EXPECT_EQ(ids(doc.blocks_of("S1", false)), (std::vector<std::string>{"P1.1", "P1.2", "I1.2.1", "I1.2.2"}));
  const auto deep = ids(doc.blocks_of("S1", true));
  EXPECT_EQ(deep.front(), "P1.1");
  EXPECT_NE(std::find(deep.begin(), deep.end(), "S1.1"), deep.end());
  EXPECT_NE(std::find(deep.begin(), deep.end(), "E1"), deep.end());
  EXPECT_EQ(std::find(deep.begin(), deep.end(), "P2.1"), deep.end());
}

TEST(PaperDoc, CircularParentsEnd) {
  PaperDoc doc;
  Block a, b;
  a.id = "P1.1";
  a.parent = "P1.2";
  b.id = "P1.2";
  b.parent = "P1.1";
  doc.blocks = {a, b};
  EXPECT_EQ(doc.section_of("P1.1"), nullptr);
  EXPECT_TRUE(doc.blocks_of("S1", true).empty());
}

}  // namespace
}  // namespace p2c::paper
