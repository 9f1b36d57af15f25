#include "src/campaign/round_candidates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace fragflow {
namespace {

// Near copies of the best training molecule must not crowd out the samples.
TEST(PolicyCandidates, TrainingFillsHalfAtMost) {
  std::vector<ShortlistEntry> entries;
  for (std::size_t i = 0; i < 2 * kMostOfPolicy; ++i) {
    ShortlistEntry entry;
    entry.smiles = "training " + std::to_string(i);
    entry.source = "training";
    entry.score = 0.9 - 1e-5 * static_cast<double>(i);
    entries.push_back(entry);
    entry.smiles = "sample " + std::to_string(i);
    entry.source = "samples";
    entry.score = 0.3 - 1e-5 * static_cast<double>(i);
    entries.push_back(entry);
  }
  keep_best_of_policy(entries);
  ASSERT_EQ(entries.size(), kMostOfPolicy);
  EXPECT_EQ(std::count_if(entries.begin(), entries.end(),
                          [](const auto& entry) { return entry.source == "training"; }),
            kMostOfTraining);
  EXPECT_EQ(entries.front().smiles, "training 0");
  EXPECT_EQ(entries[kMostOfTraining].smiles, "sample 0");
  EXPECT_EQ(entries.back().smiles, "sample " + std::to_string(kMostOfPolicy - kMostOfTraining - 1));
}

}  // namespace
}  // namespace fragflow
