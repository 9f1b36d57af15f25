// What the fuzz targets share. A target is one function of any bytes, LLVMFuzzerTestOneInput; it
// may refuse them with a UserError and may not end in any other way. Each source file defines one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "src/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fragflow {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// True if `read` accepted its input, false if it refused it in words. Any other exception goes on.
template <typename Read>
bool accepts(Read&& read) {
  try {
    read();
    return true;
  } catch (const UserError& error) {
    FRAGFLOW_CHECK(error.what()[0] != '\0', "an error without a message");
    return false;
  }
}

}  // namespace fragflow
