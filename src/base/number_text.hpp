// Formats numbers for readers.
#pragma once

#include <string>

namespace fragflow {

// About three significant digits, thousands separated, "-" for NaN.
std::string format_number(double value);
// 0.123 as "12.3 %"; "-" for NaN.
std::string format_percent(double fraction);
// 1234567 as "1,234,567".
std::string format_count(long long count);

}  // namespace fragflow
