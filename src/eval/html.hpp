// Text and numbers as HTML.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace fragflow {

// &, <, >, " and ' replaced by entities: safe in elements and in quoted attributes.
std::string escape_html(std::string_view text);

// JSON that may stand inside a <script> element: every "<" is written as its code. Text that is not
// UTF-8 is replaced, NaN and infinities become null.
std::string json_for_script(const nlohmann::json& value);

// A number for people: about three significant digits, thousands separated, "-" for NaN.
std::string format_number(double value);
// 0.123 as "12.3 %"; "-" for NaN.
std::string format_share(double share);
// 1234567 as "1,234,567".
std::string format_count(long long count);

}  // namespace fragflow
