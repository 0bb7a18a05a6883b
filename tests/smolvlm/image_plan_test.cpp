#include "smolvlm/image_plan.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace p2c::smolvlm {
namespace {

const ImageLimits kSmall{2048, 512, 64};  // 256M and 500M
const ImageLimits kLarge{1536, 384, 81};  // 2.2B

struct Row {
  Size input, scaled, grid;
  int rows, columns, image_tokens, prompt_tokens;
};

// Computed from the reference's formulas independently of this code.
TEST(PlanImage, EqualsTheReferenceOnKnownSizes) {
  const Row rows[] = {
      {{1920, 1080}, {2048, 1152}, {2048, 1536}, 3, 4, 832, 862}, {{640, 480}, {2048, 1536}, {2048, 1536}, 3, 4, 832, 862},
      {{480, 640}, {1536, 2048}, {1536, 2048}, 4, 3, 832, 863},   {{1080, 1920}, {1152, 2048}, {1536, 2048}, 4, 3, 832, 863},
      {{100, 100}, {2048, 2048}, {2048, 2048}, 4, 4, 1088, 1127}, {{1000, 667}, {2048, 1366}, {2048, 1536}, 3, 4, 832, 862},
      {{333, 500}, {1364, 2048}, {1536, 2048}, 4, 3, 832, 863},   {{2550, 3300}, {1582, 2048}, {2048, 2048}, 4, 4, 1088, 1127},
      {{4000, 100}, {2048, 52}, {2048, 512}, 1, 4, 320, 332},     {{10, 3000}, {6, 2048}, {512, 2048}, 4, 1, 320, 335},
  };
  for (const Row& row : rows) {
    const ImagePlan plan = plan_image(row.input, kSmall);
    EXPECT_EQ(plan.scaled, row.scaled) << row.input.width;
    EXPECT_EQ(plan.grid, row.grid) << row.input.width;
    EXPECT_EQ(plan.rows, row.rows) << row.input.width;
    EXPECT_EQ(plan.columns, row.columns) << row.input.width;
    EXPECT_EQ(image_tokens(plan, kSmall), row.image_tokens);
    EXPECT_EQ(prompt_tokens(plan, kSmall), row.prompt_tokens);
  }
  const Row large[] = {
      {{1920, 1080}, {1536, 864}, {1536, 1152}, 3, 4, 1053, 1083}, {{512, 512}, {1536, 1536}, {1536, 1536}, 4, 4, 1377, 1416},
      {{333, 500}, {1022, 1536}, {1152, 1536}, 4, 3, 1053, 1084},  {{4000, 100}, {1536, 38}, {1536, 384}, 1, 4, 405, 417},
      {{10, 3000}, {6, 1536}, {384, 1536}, 4, 1, 405, 420},
  };
  for (const Row& row : large) {
    const ImagePlan plan = plan_image(row.input, kLarge);
    EXPECT_EQ(plan.scaled, row.scaled) << row.input.width;
    EXPECT_EQ(plan.grid, row.grid) << row.input.width;
    EXPECT_EQ(plan.rows * 10 + plan.columns, row.rows * 10 + row.columns);
    EXPECT_EQ(image_tokens(plan, kLarge), row.image_tokens);
    EXPECT_EQ(prompt_tokens(plan, kLarge), row.prompt_tokens);
  }
}

TEST(PlanImage, ExtremeShapesKeepASide) {
  EXPECT_EQ(plan_image({1, 1}, kSmall).scaled, (Size{2048, 2048}));
  EXPECT_EQ(plan_image({1, 4000}, kSmall).scaled, (Size{1, 2048}));  // 0.512 truncates to 0, which is even, and is then kept at 1
  EXPECT_EQ(plan_image({4000, 1}, kSmall).grid, (Size{2048, 512}));
  EXPECT_THROW(plan_image({0, 5}, kSmall), Error);
  EXPECT_THROW(plan_image({5, 5}, ImageLimits{2048, 0, 64}), Error);
}

TEST(PlanImage, LongestEdgeIsBounded) {
  EXPECT_EQ(resize_longest_edge({100, 50}, 5000), (Size{4096, 2048}));
  EXPECT_EQ(resize_longest_edge({50, 100}, 5000), (Size{2048, 4096}));
}

TEST(PlanImage, AutomaticNeverEnlargesBeyondATile) {
  const TileChoice automatic{TilePolicy::automatic, 0};
  EXPECT_EQ(plan_image({300, 200}, kSmall, automatic).frames(), 1);
  EXPECT_EQ(plan_image({1024, 768}, kSmall, automatic).frames(), 2 * 2 + 1);
  EXPECT_EQ(plan_image({1025, 768}, kSmall, automatic).columns, 3);
  const ImagePlan huge = plan_image({8000, 6000}, kSmall, automatic);
  EXPECT_EQ(huge.grid, plan_image({8000, 6000}, kSmall).grid);
}

TEST(PlanImage, LimitedKeepsToItsNumber) {
  for (int n = 1; n <= 16; ++n) {
    const ImagePlan plan = plan_image({1920, 1080}, kSmall, {TilePolicy::limited, n});
    EXPECT_LE(plan.rows * plan.columns, n);
  }
  EXPECT_EQ(plan_image({1920, 1080}, kSmall, {TilePolicy::limited, 12}).frames(), 13);
  EXPECT_EQ(plan_image({1920, 1080}, kSmall, {TilePolicy::limited, 1}).frames(), 1);
  EXPECT_EQ(plan_image({1920, 1080}, kSmall, {TilePolicy::off, 0}).grid, (Size{512, 512}));
}

TEST(TileChoice, IsParsed) {
  EXPECT_EQ(parse_tile_choice("auto").policy, TilePolicy::automatic);
  EXPECT_EQ(parse_tile_choice("off").policy, TilePolicy::off);
  EXPECT_EQ(parse_tile_choice("reference").policy, TilePolicy::reference);
  EXPECT_EQ(parse_tile_choice("9").max_tiles, 9);
  for (const char* bad : {"", "0", "37", "-1", "4x", "Auto"}) EXPECT_THROW(parse_tile_choice(bad), Error) << bad;
}

}  // namespace
}  // namespace p2c::smolvlm
