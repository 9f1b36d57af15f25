// Says where an error of the user's happened, for code that calls what does not know.
#pragma once

#include <string>

#include "src/base/check.hpp"

namespace fragflow {

// What body() returns; a UserError from it gets `place` and a colon in front.
template <typename Body>
auto name_place(const std::string& place, Body&& body) {
  try {
    return body();
  } catch (const UserError& error) {
    throw UserError(place + ": " + error.what());
  }
}

}  // namespace fragflow
