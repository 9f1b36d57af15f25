// Secrets known only to the user's own processes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace fragflow {

// 128 random bits from the system, as 32 hexadecimal digits.
std::string random_token();

// Compares in constant time.
bool is_same_token(std::string_view given, std::string_view token);

// Writes a file that only the user can ever read, and that is complete when it gets its name.
// Throws UserError.
void write_privately(const std::filesystem::path& path, const std::string& text);

// The token in a file, which is created (mode 0600) if it is missing, so that workers of a stopped
// run can authenticate when it is resumed. Throws UserError if others may read the file, or if it
// holds no token.
std::string read_or_make_token(const std::filesystem::path& path);
// The same for a file that must exist.
std::string read_token(const std::filesystem::path& path);

}  // namespace fragflow
