#include "src/base/format_tag.hpp"

#include <charconv>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

struct Tag {
  std::string_view kind;
  int number = -1;  // -1: not a format tag of ours
};

Tag parse(std::string_view text) {
  const std::size_t space = text.rfind(' ');
  if (space == text.npos) return {text};
  Tag tag{text.substr(0, space)};
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data() + space + 1, end, number);
  if (error == std::errc() && last == end && number >= 0) tag.number = number;
  return tag;
}

}  // namespace

void require_format(std::string_view found, std::string_view expected, const std::string& file) {
  if (found == expected) return;
  const Tag here = parse(found), wanted = parse(expected);
  if (here.number < 0 || here.kind != wanted.kind) {
    user_error("{} is not of the format '{}'; its format is '{}'", file, expected,
               found.empty() ? "unknown" : found);
  }
  user_error(
      "{} was written by {} version of fragflow: its format is '{}', this version reads '{}'", file,
      here.number > wanted.number ? "a newer" : "an older", found, expected);
}

}  // namespace fragflow
