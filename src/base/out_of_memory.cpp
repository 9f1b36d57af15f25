#include "src/base/out_of_memory.hpp"

#include <new>
#include <string_view>

namespace fragflow {

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  // The start of LibTorch's own exception; messages of other libraries may quote the input.
  constexpr std::string_view kEnforced = "[enforce fail at ";
  const std::string_view text = error.what();
  return text.substr(0, kEnforced.size()) == kEnforced &&
         text.find("can't allocate memory") != text.npos;
}

void pass_on_out_of_memory(const std::exception& error) {
  if (is_out_of_memory(error)) throw;
}

}  // namespace fragflow
