// Errors: UserError for what a user can fix, FRAGFLOW_CHECK for what only a programmer can.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace fragflow {

// Invalid user input: the message says what is wrong, where (file, line, key, row) and what would
// be right. main() prints it and exits with code 2.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& message) : std::runtime_error(message) {}
};

// Throws UserError with a formatted message.
template <typename... Args>
[[noreturn]] void user_error(fmt::format_string<Args...> format, Args&&... args) {
  throw UserError(fmt::format(format, std::forward<Args>(args)...));
}

// A violated invariant of the program; never caused by user input.
class InternalError : public std::logic_error {
 public:
  explicit InternalError(const std::string& message) : std::logic_error(message) {}
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const std::string& message);

}  // namespace fragflow

// Always on. Usage: FRAGFLOW_CHECK(a == b, "a = {}, b = {}", a, b);
#define FRAGFLOW_CHECK(condition, ...)                                                      \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      ::fragflow::check_failed(#condition, __FILE__, __LINE__, ::fmt::format(__VA_ARGS__)); \
    }                                                                                       \
  } while (false)

// Debug builds only, for inner loops.
#ifdef NDEBUG
#define FRAGFLOW_DCHECK(condition, ...) \
  do {                                  \
  } while (false)
#else
#define FRAGFLOW_DCHECK(condition, ...) FRAGFLOW_CHECK(condition, __VA_ARGS__)
#endif
