#include "src/chem/activity_cell.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "src/base/decimal.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The longest prefix of text that is formatted as a number.
std::string_view number_prefix(std::string_view text) {
  std::size_t end = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == ',')) ++end;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    const std::size_t first = exponent;
    while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
    if (exponent > first) end = exponent;
  }
  const std::string_view number = text.substr(0, end);
  return std::any_of(number.begin(), number.end(), is_digit) ? number : std::string_view();
}

// "(n=3)", "(n = 12)"
std::string_view without_count(std::string_view text) {
  const std::size_t open = text.rfind('(');
  if (open == text.npos || !text.ends_with(')')) return text;
  const std::string_view inside = trim(text.substr(open + 1, text.size() - open - 2));
  if (!inside.starts_with('n') && !inside.starts_with('N')) return text;
  const std::string_view count = trim(inside.substr(1));
  if (!count.starts_with('=')) return text;
  const std::string_view digits = trim(count.substr(1));
  const bool is_count = !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
  return is_count ? trim(text.substr(0, open)) : text;
}

// Position and length of the plus-minus sign; {npos, 0} if there is none.
std::pair<std::size_t, std::size_t> find_plus_minus(std::string_view text) {
  for (const std::string_view sign : {"\xC2\xB1", "+/-", "+-"}) {
    const std::size_t at = text.find(sign);
    if (at != text.npos) return {at, sign.size()};
  }
  return {text.npos, 0};
}

bool is_unit(std::string_view text) {
  return text == "%" || parse_activity_unit(text).kind != ActivityUnit::Kind::kOther;
}

}  // namespace

ActivityCell split_cell(std::string_view text) {
  ActivityCell cell;
  std::string_view rest;
  cell.relation = split_relation(text, rest);
  cell.number = rest;
  std::string_view main = without_count(rest), error;
  const auto [sign, length] = find_plus_minus(main);
  if (sign != main.npos) {
    error = trim(main.substr(sign + length));
    main = trim(main.substr(0, sign));
    if (main.ends_with('(') && error.ends_with(')')) {  // "12 (± 1)"
      main = trim(main.substr(0, main.size() - 1));
      error = trim(error.substr(0, error.size() - 1));
    }
  }
  const std::string_view number = number_prefix(main);
  const std::string_view unit = trim(main.substr(number.size()));
  if (number.empty() || (!unit.empty() && !is_unit(unit))) return cell;
  if (length > 0) {
    const std::string_view of_error = number_prefix(error);
    const std::string_view error_unit = trim(error.substr(of_error.size()));
    if (of_error.empty() || (!error_unit.empty() && !is_unit(error_unit))) return cell;
    // In "12 ± 1 nM" the unit belongs to both numbers; in "12 ± 10 %" possibly only to the error.
    cell.unit = unit.empty() && error_unit != "%" ? error_unit : unit;
  } else {
    cell.unit = unit;
  }
  cell.number = number;
  return cell;
}

bool holds_number(const ActivityCell& cell) {
  return parse_decimal(cell.number, '.') || parse_decimal(cell.number, ',');
}

}  // namespace fragflow
