// Adds the place of an error to a UserError thrown by code that does not know it.
#pragma once

#include <string>

#include "src/base/check.hpp"

namespace fragflow {

// Returns the result of body(); prefixes a UserError from it with `place` and a colon.
template <typename Body>
auto name_place(const std::string& place, Body&& body) {
  try {
    return body();
  } catch (const UserError& error) {
    throw UserError(place + ": " + error.what());
  }
}

}  // namespace fragflow
