// JSON from outside: files, and answers of other programs.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {

// Printing and comparing are recursive, so that deep nesting would overflow the stack.
inline constexpr int kMaxJsonDepth = 100;

// Throws UserError that says only what is wrong ("parse error at line 1, column 2: ..."): callers
// add the source.
template <typename Json = nlohmann::json>
Json parse_json(std::string_view text) {
  const auto check_depth = [](int depth, typename Json::parse_event_t, Json&) {
    if (depth > kMaxJsonDepth) user_error("nested deeper than {} levels", kMaxJsonDepth);
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), check_depth);
  } catch (const typename Json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::string_view what = error.what();
    user_error("{}", what.substr(what.find("] ") + 2));
  }
}

// Reads a file written by the program itself. Throws UserError naming it.
template <typename Json = nlohmann::json>
Json read_json_object(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    Json json = parse_json<Json>(text);
    if (json.is_object()) return json;
  } catch (const UserError& error) {
    user_error("'{}' is damaged: {}", path.string(), error.what());
  }
  user_error("'{}' is damaged: not a JSON object", path.string());
}

}  // namespace fragflow
