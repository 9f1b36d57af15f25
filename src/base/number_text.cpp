#include "src/base/number_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace fragflow {

std::string format_count(long long count) {
  std::string text = std::to_string(count);
  const int first_digit = text[0] == '-' ? 1 : 0;
  for (int i = static_cast<int>(text.size()) - 3; i > first_digit; i -= 3) text.insert(i, ",");
  return text;
}

std::string format_number(double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::abs(value);
  if (size >= 1000 && size < 1e9) return format_count(std::llround(value));
  if (size != 0 && (size >= 1e9 || size < 1e-3)) return fmt::format("{:.2e}", value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  if (size >= 0.1 || size == 0) return fmt::format("{:.2f}", value);
  return fmt::format("{:.3f}", value);
}

std::string format_percent(double fraction) {
  if (!std::isfinite(fraction)) return "-";
  return fmt::format("{:.1f} %", 100 * fraction);
}

}  // namespace fragflow
