// Runs the tests of an executable with a temporary folder of their own: CTest runs every test as a
// process, several at a time, and tests may use equal file names.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::string folder = std::filesystem::temp_directory_path() / "fragflow_tests_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror(folder.c_str());
    return 1;
  }
  setenv("TEST_TMPDIR", folder.c_str(), 1);  // testing::TempDir() looks there
  const int failed = RUN_ALL_TESTS();
  std::error_code ignored;  // what is left behind is no failure
  std::filesystem::remove_all(folder, ignored);
  return failed;
}
