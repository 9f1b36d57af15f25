#include "src/pool/pool_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/json.hpp"
#include "src/pool/pool_token.hpp"

namespace fragflow {

PoolAddress read_pool_address(const std::filesystem::path& folder) {
  const std::filesystem::path path = pool_address_file(folder);
  struct stat status;
  // Workers may start before the run.
  std::error_code error;
  if (!std::filesystem::exists(folder, error) && !error) {
    user_error("there is no folder '{}'", folder.string());
  }
  if (::stat(path.c_str(), &status) != 0) {
    user_error(
        "'{}' holds no pool.json: a run with a component of type \"pool\" writes it when it "
        "has molecules to score",
        folder.string());
  }
  const bool is_ours = status.st_uid == ::geteuid() || status.st_uid == 0;
  if (!is_ours || (status.st_mode & 022) != 0) {
    user_error(
        "'{}' belongs to somebody else, or others may write it: the program that it names "
        "is not started",
        path.string());
  }
  const auto json = read_json_object(path);
  try {
    return {json.at("host"), json.at("port"), json.at("command"), json.at("version")};
  } catch (const nlohmann::json::exception& error) {
    user_error("'{}' is damaged: {}", path.string(), error.what());
  }
}

PoolFolder::PoolFolder(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  const std::filesystem::path file = path_ / ".pool.lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) user_error("cannot write '{}': {}", file.string(), std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(lock_);
    if (reason != EWOULDBLOCK) {
      user_error("cannot lock '{}': {}", file.string(), std::strerror(reason));
    }
    user_error(
        "another run, or another component, serves its workers from '{}': give this one a "
        "pool.folder of its own",
        path_.string());
  }
  try {
    token_ = read_or_make_token(pool_token_file(path_));
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

PoolFolder::~PoolFolder() { ::close(lock_); }

int PoolFolder::earlier_port() const {
  try {
    return read_pool_address(path_).port;
  } catch (const UserError&) {
    return 0;
  }
}

void PoolFolder::write_address(const PoolAddress& address) const {
  const std::filesystem::path path = pool_address_file(path_);
  const nlohmann::ordered_json json = {{"host", address.host},
                                       {"port", address.port},
                                       {"command", address.command},
                                       {"version", address.version}};
  write_privately(path, json.dump(2) + "\n");
}

void PoolFolder::write_status(const std::string& json) const {
  write_file_atomically(pool_status_file(path_), json);
}

}  // namespace fragflow
