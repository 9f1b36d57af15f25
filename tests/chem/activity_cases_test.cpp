// The tables that people reported, where they are at hand (FRAGFLOW_CASES, else ../shared/cases).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_table.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path folder() {
  if (const char* given = std::getenv("FRAGFLOW_CASES")) return given;
  return fs::path(FRAGFLOW_SOURCE_DIR) / "../shared/cases";
}

ActivityOptions told(const std::string& units, const std::string& target,
                     const std::string& direction = "auto") {
  ActivityOptions options;
  options.units = units;
  options.columns.target = target;
  options.direction = direction;
  return options;
}

class ActivityCases : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(folder())) GTEST_SKIP() << "shared data absent";
    const CsvTable table = read_csv(folder() / "00-reference/t.csv");
    for (const auto& row : table.rows) {
      truth_[standardise(row[0]).smiles] = parse_double(row[2]).value();
    }
  }

  // Files have three or four digits.
  void expect_truth(const std::string& file, std::int64_t size, ActivityOptions options = {}) {
    SCOPED_TRACE(file);
    const ActivityTable table = read_activity_table(folder() / file, options);
    EXPECT_EQ(table.size(), size);
    EXPECT_TRUE(table.in_potency && table.higher_is_better);
    for (const auto& molecule : table.molecules) {
      ASSERT_TRUE(truth_.contains(molecule.smiles)) << molecule.smiles;
      EXPECT_NEAR(molecule.value, truth_[molecule.smiles], 2e-3) << molecule.smiles;
    }
  }

  std::string message_of(const std::string& file, ActivityOptions options = {}) {
    try {
      read_activity_table(folder() / file, options);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  std::map<std::string, double> truth_;
};

TEST_F(ActivityCases, EveryRowHasItsValue) {
  const std::pair<const char*, std::int64_t> files[] = {
      {"00-reference/t.csv", 72},        {"02-log-ic50/log10_nM.csv", 72},
      {"02-log-ic50/logKi_nM.csv", 72},  {"02-log-ic50/log_uM.csv", 72},
      {"02-log-ic50/logIC50_M.csv", 72}, {"06-pubchem/aid.csv", 64},
      {"12-numbers/mixed.csv", 72},      {"12-numbers/osm.csv", 60},
      {"12-numbers/plusminus.csv", 72},  {"12-numbers/withunit.csv", 72},
      {"13-benchmarks/bace.csv", 72},    {"13-benchmarks/moleculeace.csv", 72},
      {"13-benchmarks/ugml.csv", 72},    {"23-columns/canonical.csv", 72},
      {"23-columns/cdd.csv", 62},        {"23-columns/ligand.csv", 72},
      {"23-columns/rel.csv", 62},        {"23-columns/std.csv", 72},
      {"23-columns/trailing.csv", 72},   {"23-columns/twosmiles.csv", 72}};
  for (const auto& [file, size] : files) expect_truth(file, size);
}

TEST_F(ActivityCases, WithWhatTheMessagesName) {
  EXPECT_THAT(message_of("02-log-ic50/ln.csv"), HasSubstr("--units uM"));
  expect_truth("02-log-ic50/ln.csv", 72, told("uM", ""));
  EXPECT_THAT(message_of("13-benchmarks/moleculeace.csv", told("p", "y")),
              HasSubstr("--units '-log nM'"));
  expect_truth("13-benchmarks/moleculeace.csv", 72, told("-log nM", "y"));
  EXPECT_THAT(message_of("13-benchmarks/tdc.csv"), HasSubstr("--units nM"));
  expect_truth("13-benchmarks/tdc.csv", 72, told("nM", ""));
  EXPECT_THAT(message_of("23-columns/twice.csv"), HasSubstr("--target '#3'"));
  expect_truth("23-columns/twice.csv", 72, told("auto", "#3"));
  EXPECT_THAT(message_of("13-benchmarks/classes.csv"), HasSubstr("holds classes"));
}

TEST_F(ActivityCases, PercentagesKeepTheirOrder) {
  for (const char* name : {"inh_at", "inh_bracket", "inh_pct_last", "inh_10uM"}) {
    const std::string file = fmt::format("01-percent-inhibition/{}.csv", name);
    EXPECT_THAT(message_of(file), HasSubstr("--direction higher"));
    const ActivityTable table = read_activity_table(folder() / file, told("auto", "", "higher"));
    EXPECT_EQ(table.size(), 72);
    EXPECT_FALSE(table.in_potency);
    EXPECT_TRUE(table.higher_is_better);
    EXPECT_EQ(table.unit, "");
    for (const auto& one : table.molecules) {
      for (const auto& other : table.molecules) {
        const bool stronger = truth_[one.smiles] > truth_[other.smiles];
        EXPECT_TRUE(stronger || one.value <= other.value) << one.smiles << " " << other.smiles;
      }
    }
  }
}

}  // namespace
}  // namespace fragflow
