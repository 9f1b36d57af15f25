#include "src/chem/elements.hpp"

#include <gtest/gtest.h>

namespace fragflow {
namespace {

TEST(ElementsBeyond, CountsMoleculesByElement) {
  const std::vector<std::string> molecules = {
      "OB(O)CCl", "OB(O)c1ccccc1", "C[Si](C)(C)C", "CP(=O)(O)O", "CCO", "no molecule", "BP"};
  const std::vector<std::string> fragments = {"CO", "c1ccsc1", "CN"};
  const auto found = elements_beyond(molecules, fragments);
  ASSERT_EQ(found.size(), 4u);  // neither carbon nor oxygen, which fragments have, nor sulfur
  EXPECT_EQ(found[0].name, "boron");
  EXPECT_EQ(found[0].molecules, 3);
  EXPECT_EQ(found[1].name, "phosphorus");
  EXPECT_EQ(found[1].molecules, 2);
  EXPECT_EQ(found[2].name, "silicon");
  EXPECT_EQ(found[3].name, "chlorine");
  EXPECT_EQ(found[3].molecules, 1);
  EXPECT_TRUE(elements_beyond(fragments, fragments).empty());
}

}  // namespace
}  // namespace fragflow
