// Helpers for readable plain text.
#pragma once

#include <cstdint>
#include <string>

namespace fragflow {

// Lines of at most 98 columns; the first starts with `first`, the others with as many spaces.
std::string wrapped(const std::string& first, const std::string& text);

// "1 compound", "1,017 compounds".
std::string counted(std::int64_t value, const std::string& noun, const std::string& nouns);

}  // namespace fragflow
