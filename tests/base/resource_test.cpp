// Files embedded in the program.
#include "base/resource.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace p2c {
namespace {

// Registered before main(), as the generated code does it, and used before main() too.
constexpr unsigned char kText[] = {'h', 'i', 0};
const detail::RegisterResource kFirst("resource_test/b.md", kText, 2);
const detail::RegisterResource kSecond("resource_test/a.md", kText, 1);
const bool kThereBeforeMain = has_resource("resource_test/a.md");

TEST(Resource, GivesTheBytes) {
  EXPECT_TRUE(kThereBeforeMain);
  EXPECT_EQ(resource("resource_test/b.md"), "hi");
  EXPECT_EQ(resource("resource_test/b.md").data(), reinterpret_cast<const char*>(kText));  // no copy
  EXPECT_FALSE(has_resource("resource_test/c.md"));
}

TEST(Resource, ListsNamesByPrefix) {
  EXPECT_EQ(resource_names("resource_test/"),
            (std::vector<std::string>{"resource_test/a.md", "resource_test/b.md"}));
  EXPECT_TRUE(resource_names("resource_test/z").empty());
}

TEST(Resource, MissingIsOurOwnMistake) {
  try {
    resource("prompts/none.md");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::internal);
    EXPECT_EQ(e.detail().subject, "prompts/none.md");
  }
}

}  // namespace
}  // namespace p2c
