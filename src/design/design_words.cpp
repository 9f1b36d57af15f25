#include "src/design/design_words.hpp"

#include <fmt/format.h>

#include <sstream>

#include "src/base/number_text.hpp"

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
  return fmt::format("{} {}", format_count(value), value == 1 ? noun : nouns);
}

}  // namespace fragflow
