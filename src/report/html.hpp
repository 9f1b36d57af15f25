// Text and JSON inside HTML.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace fragflow {

// &, <, >, " and ' replaced by entities: safe in elements and in quoted attributes.
std::string escape_html(std::string_view text);

// JSON that is safe inside a <script> element: every "<" is escaped. Text that is not UTF-8 is
// replaced, NaN and infinities become null.
std::string json_for_script(const nlohmann::json& value);

}  // namespace fragflow
