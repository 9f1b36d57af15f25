#include "src/base/format_tag.hpp"

#include <gmock/gmock.h>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

std::string refusal(std::string_view found) {
  try {
    require_format(found, "fragflow proxy 10", "'f'");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(FormatTag, SaysWhichWayVersionsDiffer) {
  using testing::HasSubstr;
  EXPECT_EQ(refusal("fragflow proxy 10"), "");
  EXPECT_THAT(refusal("fragflow proxy 11"), HasSubstr("a newer version of fragflow"));
  // Numbers, not texts, are compared.
  EXPECT_THAT(refusal("fragflow proxy 9"), HasSubstr("an older version of fragflow"));
  for (const char* other : {"", "fragflow checkpoint 11", "fragflow proxy", "fragflow proxy 1x",
                            "fragflow proxy ", "fragflow proxy 99999999999", "proxy 11"}) {
    EXPECT_THAT(refusal(other), HasSubstr("is not of the format 'fragflow proxy 10'")) << other;
  }
  EXPECT_THAT(refusal(""), HasSubstr("its format is 'unknown'"));
}

}  // namespace
}  // namespace fragflow
