// Numbers as written by people and spreadsheets: decimal point or comma, thousands separators.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fragflow {

// The whole of text (after trim) as a finite number with this decimal mark, '.' or ','. The other
// mark may separate thousands: "1.234,5" with ','; "1,234.5" with '.'. Empty if it is not a number.
std::optional<double> parse_decimal(std::string_view text, char mark);

// The decimal mark of a column of a table with this delimiter. "0,5", "12,25" and "1.234,5" show a
// comma, "0.5" and "1,234.5" a point. If all evidence is like "1,234", it is taken as thousands in
// a comma-separated table; in other tables it may be either: '\0'.
char find_decimal_mark(std::span<const std::string> texts, char delimiter);

}  // namespace fragflow
