#include "src/ranks/rank_place.hpp"

#include <gmock/gmock.h>

#include <map>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using Variables = std::map<std::string, std::string>;

std::optional<RankPlace> place_in(const Variables& variables) {
  return rank_place([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

std::string refusal(const Variables& variables) {
  try {
    place_in(variables);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(RankPlace, IsNoneForAProcessAlone) {
  EXPECT_FALSE(place_in({}));
  EXPECT_FALSE(place_in({{"RANK", "0"}, {"WORLD_SIZE", "1"}}));
  EXPECT_FALSE(place_in({{"SLURM_NTASKS", "8"}, {"SLURM_PROCID", "0"}})) << "a batch script";
}

TEST(RankPlace, ReadsTorchrun) {
  const auto place = place_in(
      {{"RANK", "2"}, {"WORLD_SIZE", "4"}, {"MASTER_ADDR", "node1"}, {"MASTER_PORT", "1234"}});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->rank, 2);
  EXPECT_EQ(place->size, 4);
  EXPECT_EQ(place->address, "node1");
  EXPECT_EQ(place->port, 1234);
  EXPECT_EQ(place->file, "");
  EXPECT_EQ(place_in({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}})->port, 29500);
}

TEST(RankPlace, MeetsAtTheFileOfALaunch) {
  const auto place = place_in({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {kRanksFile, "/tmp/x"}});
  EXPECT_EQ(place->file, "/tmp/x");
}

TEST(RankPlace, ReadsOpenMpiAndSlurm) {
  Variables mpi = {{"OMPI_COMM_WORLD_RANK", "1"},
                   {"OMPI_COMM_WORLD_SIZE", "4"},
                   {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"},
                   {"PMIX_NAMESPACE", "prte/job@1"}};
  EXPECT_THAT(place_in(mpi)->file, testing::EndsWith("/prte-job-1")) << "all on one machine";
  mpi["OMPI_COMM_WORLD_LOCAL_SIZE"] = "2";
  EXPECT_THAT(refusal(mpi), testing::HasSubstr("MASTER_ADDR"));
  mpi["MASTER_ADDR"] = "node1";
  EXPECT_EQ(place_in(mpi)->address, "node1");

  const Variables slurm = {{"SLURM_PROCID", "3"},
                           {"SLURM_STEP_NUM_TASKS", "8"},
                           {"SLURM_JOB_ID", "77"},
                           {"SLURM_STEP_ID", "2"},
                           {"SLURM_STEP_NUM_NODES", "1"}};
  EXPECT_EQ(place_in(slurm)->rank, 3);
  EXPECT_THAT(place_in(slurm)->file, testing::EndsWith("/77-2"));
  Variables again = slurm;
  again["SLURM_RESTART_COUNT"] = "1";
  EXPECT_THAT(place_in(again)->file, testing::EndsWith("/77-2-1"));
}

TEST(RankPlace, RefusesWhatDoesNotFitTogether) {
  const auto with = [](const std::string& rank, const std::string& size) {
    return Variables{{"RANK", rank}, {"WORLD_SIZE", size}, {"MASTER_ADDR", "a"}};
  };
  EXPECT_THAT(refusal(with("4", "4")), testing::HasSubstr("RANK = '4'"));
  EXPECT_THAT(refusal(with("-1", "4")), testing::HasSubstr("RANK = '-1'"));
  EXPECT_THAT(refusal(with("0", "two")), testing::HasSubstr("WORLD_SIZE = 'two'"));
  EXPECT_THAT(refusal(with("0", "")), testing::HasSubstr("WORLD_SIZE is not"));
  EXPECT_THAT(refusal({{"RANK", "0"}, {"WORLD_SIZE", "2"}}), testing::HasSubstr("MASTER_ADDR"));
  Variables port = with("0", "2");
  port["MASTER_PORT"] = "70000";
  EXPECT_THAT(refusal(port), testing::HasSubstr("MASTER_PORT = '70000'"));
}

}  // namespace
}  // namespace fragflow
