// Numbers as people and spreadsheets write them: decimal point or comma, thousands in groups.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fragflow {

// The whole of text (after trim) as a finite number with this decimal mark, '.' or ','. The other
// mark may separate thousands: "1.234,5" with ','; "1,234.5" with '.'. Nothing if it is no number.
std::optional<double> parse_decimal(std::string_view text, char mark);

// The decimal mark that a column of a table with this delimiter was written with. "0,5", "12,25"
// and "1.234,5" show a comma, "0.5" and "1,234.5" a point. Where only texts like "1,234" are left
// to judge by, a comma separated table has thousands; in other tables it may be either: '\0'.
char find_decimal_mark(std::span<const std::string> texts, char delimiter);

}  // namespace fragflow
