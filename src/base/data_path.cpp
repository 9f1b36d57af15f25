#include "src/base/data_path.hpp"

#include <cstdlib>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {

std::filesystem::path data_path(const std::string& name) {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders;
  if (const char* folder = std::getenv("FRAGFLOW_DATA"); folder != nullptr && *folder != '\0') {
    folders.emplace_back(folder);
  }
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back(executable.parent_path() / ".." / "share" / "fragflow");
    folders.push_back(executable.parent_path() / ".." / "data");
  }
  folders.emplace_back(FRAGFLOW_SOURCE_DATA_DIR);
  std::vector<std::string> tried;
  for (const fs::path& folder : folders) {
    if (fs::exists(folder / name, error)) return (folder / name).lexically_normal();
    tried.push_back(folder.lexically_normal().string());
  }
  user_error("data file {} not found in {}; set FRAGFLOW_DATA to the folder that holds it", name,
             join(tried));
}

std::string find_file(const std::string& name) {
  if (name.empty() || std::filesystem::exists(name)) return name;
  return data_path(name).string();
}

}  // namespace fragflow
