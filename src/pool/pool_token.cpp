#include "src/pool/pool_token.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kDigits = 32;

}  // namespace

std::string random_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", device());
  return token;
}

bool is_same_token(std::string_view given, std::string_view token) {
  if (given.size() != token.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(token[i]);
  }
  return difference == 0;
}

void write_privately(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path own = path.string() + "." + random_token();
  const int file = ::open(own.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::fchmod(file, 0600) == 0 &&
                       ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  int error = errno;
  if (file >= 0) ::close(file);
  if (written && ::rename(own.c_str(), path.c_str()) == 0) return;
  if (written) error = errno;
  ::unlink(own.c_str());
  user_error("cannot write '{}': {}", path.string(), std::strerror(error));
}

std::string read_token(const std::filesystem::path& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    user_error("others may read the token in '{}': chmod 600 it, or remove it for a new one",
               path.string());
  }
  const std::string token(trim(read_file(path)));
  if (token.size() != kDigits || token.find_first_not_of("0123456789abcdef") != token.npos) {
    user_error("'{}' holds no token: remove it for a new one", path.string());
  }
  return token;
}

std::string read_or_make_token(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) write_privately(path, random_token() + "\n");
  return read_token(path);
}

}  // namespace fragflow
