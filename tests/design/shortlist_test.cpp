#include "src/design/shortlist.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "src/base/csv.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

constexpr int kVisited = 1500;

// A run of two samples, one of which training met too, and of `kVisited` alkanes.
ShortlistRequest run_in(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_file_atomically(folder / "samples.csv",
                        "smiles,score,log_pf,qed_raw,qed\n"
                        "CCO,0.6,-2,0.6,0.6\n"
                        "CC,0.005,-3,0.005,0.005\n");
  std::string best = "smiles,score\nCCO,0.6\n";
  for (int i = 1; i < kVisited; ++i) {
    best += csv_row({std::string(3 + i, 'C'), csv_number(0.5 - 1e-4 * i)});
  }
  write_file_atomically(folder / "best.csv", best);
  ShortlistRequest request;
  request.run = folder;
  request.reward.floor = 0.01;
  request.known = {{"CCCC", "butane", 5.0}};
  return request;
}

// Near copies of the best may fill the first thousand.
TEST(Candidates, AreAllThatTrainingKept) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "shortlist_run";
  Shortlist list;
  const std::vector<ShortlistEntry> entries = find_candidates(run_in(folder), list);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(entries.size(), kVisited - 1);  // CCO once, butane is known
  EXPECT_EQ(list.known, 1);
  EXPECT_EQ(list.unfit, 1);  // CC, below the floor
  EXPECT_EQ(entries.front().smiles, "CCO");
  EXPECT_EQ(entries.front().source, "samples");
  EXPECT_EQ(entries.front().raw, std::vector<double>{0.6});
  const ShortlistEntry& last = entries.back();
  EXPECT_EQ(last.smiles.size(), 3 + kVisited - 1);
  EXPECT_EQ(last.source, "training");
  EXPECT_DOUBLE_EQ(last.score, 0.5 - 1e-4 * (kVisited - 1));
}

}  // namespace
}  // namespace fragflow
