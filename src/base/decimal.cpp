#include "src/base/decimal.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// True if the whole part of text, up to its decimal mark, is "1,234,567" with this separator.
bool is_grouped(std::string_view whole, char separator) {
  if (whole.starts_with('-') || whole.starts_with('+')) whole.remove_prefix(1);
  const std::size_t first = whole.find(separator);
  if (first == 0 || first > 3 || whole.starts_with('0')) return false;
  for (std::size_t at = first; at < whole.size(); at += 4) {
    const std::string_view group = whole.substr(at, 4);
    if (group.size() != 4 || group[0] != separator) return false;
    if (!std::all_of(group.begin() + 1, group.end(), is_digit)) return false;
  }
  return true;
}

// The evidence of one text: '.' or ',' if that must be its decimal mark, '?' if it is like "1,234",
// '\0' if there is none ("1.234" is read with a point unless others show a comma).
char evidence(std::string_view text) {
  text = trim(text);
  const std::size_t comma = text.rfind(','), point = text.rfind('.');
  const bool has_comma = comma != text.npos, has_point = point != text.npos;
  if (has_comma && has_point) return comma > point ? ',' : '.';
  if (has_comma) {
    if (is_grouped(text, ',')) return std::count(text.begin(), text.end(), ',') > 1 ? '.' : '?';
    return parse_decimal(text, ',') ? ',' : '\0';
  }
  if (has_point && !is_grouped(text, '.') && parse_decimal(text, '.')) return '.';
  return '\0';
}

}  // namespace

std::optional<double> parse_decimal(std::string_view text, char mark) {
  text = trim(text);
  const char separator = mark == '.' ? ',' : '.';
  const std::size_t end = std::min(text.find_first_of(mark == '.' ? ".eE" : ",eE"), text.size());
  std::string_view whole = text.substr(0, end);
  std::string plain;
  if (whole.find(separator) != whole.npos) {
    if (!is_grouped(whole, separator)) return {};
    std::copy_if(whole.begin(), whole.end(), std::back_inserter(plain),
                 [&](char c) { return c != separator; });
  } else {
    plain = whole;
  }
  std::string_view rest = text.substr(end);
  if (rest.find(separator) != rest.npos) return {};
  if (rest.starts_with(mark)) {
    plain += '.';
    rest.remove_prefix(1);
  }
  return parse_double(plain.append(rest));
}

char find_decimal_mark(std::span<const std::string> texts, char delimiter) {
  std::int64_t commas = 0, points = 0, unclear = 0;
  for (const std::string& text : texts) {
    const char mark = evidence(text);
    commas += mark == ',';
    points += mark == '.';
    unclear += mark == '?';
  }
  if (commas != points) return commas > points ? ',' : '.';
  return unclear > 0 && delimiter != ',' ? '\0' : '.';
}

}  // namespace fragflow
