#include "src/run/run_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RunFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("run_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void touch(const std::string& name) const {
    fs::create_directories(folder_);
    std::ofstream(folder_ / name) << "x";
  }
  void make_run() const {
    for (const char* name : {"config.toml", "metrics.csv", "checkpoint.safetensors"}) touch(name);
  }
  std::string error_of(ExistingRun existing) const {
    try {
      RunFolder run(folder_, existing);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  fs::path folder_;
};

TEST_F(RunFolderTest, ANewFolderIsCreatedWithItsParents) {
  folder_ /= "inner";
  EXPECT_EQ(error_of(ExistingRun::kRefuse), "no error");
  EXPECT_TRUE(fs::is_directory(folder_));
  EXPECT_EQ(error_of(ExistingRun::kRefuse), "no error") << "still empty";
}

TEST_F(RunFolderTest, AnExistingRunIsRefusedAndLeftAlone) {
  make_run();
  const std::string message = error_of(ExistingRun::kRefuse);
  EXPECT_THAT(message, HasSubstr("--resume"));
  EXPECT_THAT(message, HasSubstr("--overwrite"));
  EXPECT_THAT(message, HasSubstr("checkpoint.safetensors"));
  EXPECT_TRUE(fs::exists(folder_ / "metrics.csv"));
}

TEST_F(RunFolderTest, ResumeNeedsACheckpoint) {
  EXPECT_THAT(error_of(ExistingRun::kResume), HasSubstr("no run folder"));
  EXPECT_FALSE(fs::exists(folder_));
  touch("config.toml");
  EXPECT_THAT(error_of(ExistingRun::kResume), HasSubstr("holds no checkpoint"));
  make_run();
  EXPECT_EQ(error_of(ExistingRun::kResume), "no error");
  EXPECT_TRUE(fs::exists(folder_ / "metrics.csv"));
}

TEST_F(RunFolderTest, OverwriteRemovesTheFilesOfARunOnly) {
  make_run();
  touch("notes.txt");
  EXPECT_EQ(error_of(ExistingRun::kOverwrite), "no error");
  EXPECT_FALSE(fs::exists(folder_ / "checkpoint.safetensors"));
  EXPECT_FALSE(fs::exists(folder_ / "config.toml"));
  EXPECT_TRUE(fs::exists(folder_ / "notes.txt"));
}

TEST_F(RunFolderTest, AFolderOfSomethingElseIsNeverTouched) {
  touch("thesis.tex");
  for (const ExistingRun existing : {ExistingRun::kRefuse, ExistingRun::kOverwrite}) {
    EXPECT_THAT(error_of(existing), HasSubstr("holds no run; it holds: thesis.tex"));
  }
  EXPECT_TRUE(fs::exists(folder_ / "thesis.tex"));
}

TEST_F(RunFolderTest, ARunKilledBeforeItsFirstCheckpointStartsAgain) {
  RunFolder(folder_, ExistingRun::kRefuse).begin_start();
  touch("config.toml.tmp");
  touch("metrics.csv");
  EXPECT_THAT(error_of(ExistingRun::kResume), HasSubstr("start it again, without --resume"));
  EXPECT_EQ(error_of(ExistingRun::kRefuse), "no error");
  EXPECT_FALSE(fs::exists(folder_ / "config.toml.tmp"));
  EXPECT_FALSE(fs::exists(folder_ / "metrics.csv"));
  // From the first checkpoint on it is a run like any other.
  make_run();
  touch("checkpoint.safetensors.tmp");
  EXPECT_THAT(error_of(ExistingRun::kRefuse), HasSubstr("--resume"));
  EXPECT_EQ(error_of(ExistingRun::kResume), "no error");
  EXPECT_FALSE(fs::exists(folder_ / ".starting"));
  EXPECT_FALSE(fs::exists(folder_ / "checkpoint.safetensors.tmp"));
  EXPECT_TRUE(fs::exists(folder_ / "metrics.csv"));
}

TEST_F(RunFolderTest, OneWriterAtATime) {
  const RunFolder first(folder_, ExistingRun::kRefuse);
  make_run();
  for (const ExistingRun existing :
       {ExistingRun::kRefuse, ExistingRun::kResume, ExistingRun::kOverwrite}) {
    EXPECT_THAT(error_of(existing), HasSubstr("in use by another"));
  }
  EXPECT_TRUE(fs::exists(folder_ / "metrics.csv"));
}

TEST_F(RunFolderTest, AFileInTheWayIsAUserError) {
  std::ofstream(folder_.string()) << "x";
  EXPECT_THAT(error_of(ExistingRun::kRefuse), HasSubstr("cannot be created"));
}

TEST_F(RunFolderTest, ReadersAreToldWhatIsMissing) {
  EXPECT_THROW(open_run(folder_), UserError);
  make_run();
  EXPECT_EQ(open_run(folder_).metrics(), folder_ / "metrics.csv");
}

}  // namespace
}  // namespace fragflow
