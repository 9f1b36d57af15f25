#include "src/base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(FileTest, AtomicWriteReplacesAndLeavesNoTemporary) {
  write_file_atomically(folder_ / "a", "one");
  write_file_atomically(folder_ / "a", std::string("t\0o", 3));
  EXPECT_EQ(read_file(folder_ / "a"), std::string("t\0o", 3));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.tmp"));
}

TEST_F(FileTest, FailuresKeepTheOldFileAndAreUserErrors) {
  EXPECT_THROW(write_file_atomically(folder_ / "missing" / "a", "x"), UserError);
  EXPECT_THROW(read_file(folder_ / "missing"), UserError);
  EXPECT_THROW(read_file(folder_), UserError);
}

TEST_F(FileTest, AReadThatFailsIsNoShortFile) {
  if (!std::filesystem::exists("/proc/self/mem")) GTEST_SKIP() << "no /proc/self/mem here";
  EXPECT_THROW(read_file("/proc/self/mem"), UserError);  // its first page cannot be read
}

TEST_F(FileTest, ReadsWhatHasNoSizeAndWhatIsLarge) {
  const std::string large(100'001, 'x');
  write_file_atomically(folder_ / "large", large);
  EXPECT_EQ(read_file(folder_ / "large"), large);
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(folder_ / "pipe") << large; });
  EXPECT_EQ(read_file(folder_ / "pipe"), large);
  writer.join();
}

TEST_F(FileTest, AFullDiskIsReported) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  AppendFile file("/dev/full", 0);
  EXPECT_THROW(file.append(std::string(100000, 'x')), UserError);
}

TEST_F(FileTest, AppendContinuesAtTheRecordedLength) {
  { AppendFile(folder_ / "log", 0).append("one\ntwo\n"); }
  {
    AppendFile file(folder_ / "log", 4);  // a crash lost the second line
    file.append("2\n");
    EXPECT_EQ(file.length(), 6u);
  }
  EXPECT_EQ(read_file(folder_ / "log"), "one\n2\n");
  EXPECT_THROW(AppendFile(folder_ / "log", 100), UserError);
}

}  // namespace
}  // namespace fragflow
