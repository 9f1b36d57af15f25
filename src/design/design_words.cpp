#include "src/design/design_words.hpp"

#include <fmt/format.h>

#include <sstream>

namespace fragflow {
namespace {

constexpr std::size_t kColumns = 98;

}  // namespace

std::string wrapped(const std::string& first, const std::string& text) {
  const std::string indent(first.size(), ' ');
  std::string out, line = first;
  bool fresh = true;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!fresh && line.size() + 1 + word.size() > kColumns) {
      out += line + "\n";
      line = indent;
      fresh = true;
    }
    line += fresh ? word : " " + word;
    fresh = false;
  }
  return out + line + "\n";
}

std::string counted(std::int64_t value, const std::string& noun, const std::string& nouns) {
  // {:L} would depend on the locale.
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return fmt::format("{} {}", digits, value == 1 ? noun : nouns);
}

}  // namespace fragflow
