#include "src/base/out_of_memory.hpp"

#include <cstring>
#include <new>

namespace fragflow {

bool is_out_of_memory(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         std::strstr(error.what(), "can't allocate memory") != nullptr;
}

void pass_on_out_of_memory(const std::exception& error) {
  if (is_out_of_memory(error)) throw;
}

}  // namespace fragflow
