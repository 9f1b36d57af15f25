// The files by which workers find a run: address and token.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fragflow {

// The content of pool.json, which a run writes for its workers.
struct PoolAddress {
  std::string host;
  int port = 0;
  std::vector<std::string> command;
  std::string version;
};

// Throws UserError if it is missing, or if others can write it, since the program it names is run.
PoolAddress read_pool_address(const std::filesystem::path& folder);

inline std::filesystem::path pool_address_file(const std::filesystem::path& folder) {
  return folder / "pool.json";
}
inline std::filesystem::path pool_token_file(const std::filesystem::path& folder) {
  return folder / "pool.token";
}
// Molecules waiting, workers and speed, while a run waits for them.
inline std::filesystem::path pool_status_file(const std::filesystem::path& folder) {
  return folder / "pool_status.json";
}

// The folder of a run that serves workers; locked to one run during the object's lifetime.
class PoolFolder {
 public:
  // Creates the folder and the token (mode 0600) if they are missing. Throws UserError if another
  // run serves workers from there.
  explicit PoolFolder(std::filesystem::path path);
  ~PoolFolder();
  PoolFolder(const PoolFolder&) = delete;
  PoolFolder& operator=(const PoolFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::string& token() const { return token_; }
  // The port of an earlier start of this run, which its workers know; 0 if there was none.
  int earlier_port() const;
  void write_address(const PoolAddress& address) const;
  void write_status(const std::string& json) const;

 private:
  std::filesystem::path path_;
  std::string token_;
  int lock_ = -1;
};

}  // namespace fragflow
