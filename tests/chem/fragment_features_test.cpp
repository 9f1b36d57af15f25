#include "src/chem/fragment_features.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

using Row = std::map<int, double>;

Row row_of(const FeatureRows& rows, std::int64_t r) {
  Row result;
  for (std::int64_t i = rows.offset[r]; i < rows.offset[r + 1]; ++i) {
    EXPECT_GE(rows.column[i], 0);
    EXPECT_LT(rows.column[i], rows.columns);
    result[rows.column[i]] += rows.value[i];
  }
  return result;
}

double product(const Row& a, const Row& b) {
  double sum = 0;
  for (const auto& [column, value] : a) {
    if (b.contains(column)) sum += value * b.at(column);
  }
  return sum;
}

// Toluene, chlorobenzene, cyclohexane, acetamide, and again toluene with other slots.
FragmentFeatures some_features() {
  return fragment_features(Vocabulary::parse(
      R"([["Cc1ccccc1", [0, 2, 3, 5, 6]], ["Clc1ccccc1", [2, 3, 6]], ["C1CCCCC1", [0, 1]],
          ["CC(N)=O", [0, 2]], ["Cc1ccccc1", [2, 4]]])",
      "test"));
}

TEST(FragmentFeatures, RowsHaveLengthOne) {
  const FragmentFeatures features = some_features();
  ASSERT_EQ(features.fragments.rows(), 5);
  ASSERT_EQ(features.sites.rows(), 5 + 3 + 2 + 2 + 2);
  for (const FeatureRows* rows : {&features.fragments, &features.sites}) {
    for (std::int64_t r = 0; r < rows->rows(); ++r) {
      const Row row = row_of(*rows, r);
      EXPECT_NEAR(product(row, row), 1.0, 1e-5) << r;
    }
  }
}

TEST(FragmentFeatures, WhatLooksAlikeIsAlike) {
  const FeatureRows& fragments = some_features().fragments;
  const Row toluene = row_of(fragments, 0);
  const double chlorobenzene = product(toluene, row_of(fragments, 1));
  EXPECT_GT(chlorobenzene, product(toluene, row_of(fragments, 2)) + 0.1);
  EXPECT_GT(chlorobenzene, product(toluene, row_of(fragments, 3)) + 0.1);
}

TEST(FragmentFeatures, SitesAreEqualInsideAnOrbitOnly) {
  const FeatureRows& sites = some_features().sites;
  const Row methyl = row_of(sites, 0), ortho = row_of(sites, 1), meta = row_of(sites, 2),
            other_ortho = row_of(sites, 4);
  EXPECT_EQ(ortho, other_ortho);
  EXPECT_LT(product(ortho, methyl), 0.9);
  EXPECT_LT(product(ortho, meta), 0.98);
  EXPECT_GT(product(ortho, meta), product(methyl, meta));
  EXPECT_EQ(meta, row_of(sites, 3));
  EXPECT_EQ(row_of(sites, 8), row_of(sites, 9));  // cyclohexane
}

TEST(FragmentFeatures, AreTheSameForAnyNumberOfThreads) {
  set_num_threads(1);
  const FragmentFeatures one = some_features();
  set_num_threads(3);
  const FragmentFeatures three = some_features();
  set_num_threads(0);
  EXPECT_EQ(one.sites.value, three.sites.value);
  EXPECT_EQ(one.sites.column, three.sites.column);
  EXPECT_EQ(one.fragments.value, three.fragments.value);
}

}  // namespace
}  // namespace fragflow
