// Secrets that only the user's own processes know.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace fragflow {

// 128 bits from the system, as 32 hexadecimal digits.
std::string random_token();

// In a time that does not tell how much of it is right.
bool is_same_token(std::string_view given, std::string_view token);

// Writes a file that only the user can read, at every moment, and that is whole when it has its
// name. Throws UserError.
void write_privately(const std::filesystem::path& path, const std::string& text);

// The token in a file, which is made (mode 0600) if it is not there, so that workers of a run that
// was stopped know the one that goes on. Throws UserError if others may read the file, or if it
// holds no token.
std::string read_or_make_token(const std::filesystem::path& path);
// The same for a file that has to be there.
std::string read_token(const std::filesystem::path& path);

}  // namespace fragflow
