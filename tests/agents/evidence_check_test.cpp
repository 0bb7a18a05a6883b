#include "agents/evidence_check.h"

#include <gtest/gtest.h>

namespace p2c::agents {
namespace {

paper::PaperDoc small_paper() {
  paper::PaperDoc doc;
  paper::Block section;
  section.id = "S1";
  section.type = paper::BlockType::section;
  section.title = "Method";
  section.level = 1;
  paper::Block a;
  a.id = "P1.1";
  a.parent = "S1";
  a.order = 1;
  a.text = "We use the Adam optimizer with $\\beta_1 = 0.9$ and a \xE2\x80\x9C" "large\xE2\x80\x9D batch of 4{,}000 examples.";
  paper::Block b;
  b.id = "P1.2";
  b.parent = "S1";
  b.order = 2;
  b.text = "The   hidden size is\n512.";
  doc.blocks = {section, a, b};
  return doc;
}

TEST(NumbersIn, ReadsTheFormsPapersUse) {
  EXPECT_TRUE(states_number("a rate of 0.001", 0.001));
  EXPECT_TRUE(states_number("$10^{-9}$", 1e-9));
  EXPECT_TRUE(states_number("$2\\times10^{-3}$", 2e-3));
  EXPECT_TRUE(states_number("3e-4", 3e-4));
  EXPECT_TRUE(states_number("10,000 steps", 10000));
  EXPECT_TRUE(states_number("4{,}000 steps", 4000));
  EXPECT_TRUE(states_number("12\\,000", 12000));
  EXPECT_TRUE(states_number("50\\% of the data", 0.5));
  EXPECT_TRUE(states_number("50\\% of the data", 50));
  EXPECT_TRUE(states_number("divided by 1/255", 1.0 / 255));
  EXPECT_TRUE(states_number("1.5M tokens", 1.5e6));
  EXPECT_TRUE(states_number("two layers", 2));
  EXPECT_TRUE(states_number("a step of -0.5", -0.5));
  EXPECT_TRUE(states_number("$d_{model}=512$", 512));
}

TEST(NumbersIn, DoesNotInvent) {
  EXPECT_FALSE(states_number("a rate of 0.001", 0.01));
  EXPECT_FALSE(states_number("no number here", 1));
  EXPECT_FALSE(states_number("10,000 steps", 10));
  EXPECT_FALSE(states_number("often", 10));  // "ten" inside a word
  EXPECT_TRUE(numbers_in("").empty());
}

TEST(FindQuote, AcceptsWhiteSpaceAndQuotationMarks) {
  const auto doc = small_paper();
  const auto place = find_quote(doc, "a \"large\" batch of", "P1.1", {});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->block, "P1.1");
  EXPECT_TRUE(find_quote(doc, "The hidden size is 512", "P1.2", {}));
}

TEST(FindQuote, CorrectsTheBlock) {
  const auto doc = small_paper();
  const auto place = find_quote(doc, "hidden size is 512", "P1.1", {"P1.1", "P1.2"});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->block, "P1.2");
}

TEST(FindQuote, AcceptsDroppedTexMarkup) {
  const auto doc = small_paper();
  EXPECT_TRUE(find_quote(doc, "Adam optimizer with \\beta_1 = 0.9 and", "P1.1", {}));
}

TEST(FindQuote, RefusesRewordedAndTinyQuotes) {
  const auto doc = small_paper();
  EXPECT_FALSE(find_quote(doc, "We employ the Adam optimizer", "P1.1", {"P1.2"}));
  EXPECT_FALSE(find_quote(doc, "We", "P1.1", {}));
  EXPECT_FALSE(find_quote(doc, "hidden size is 1024", "P1.2", {"P1.1"}));
}

}  // namespace
}  // namespace p2c::agents
