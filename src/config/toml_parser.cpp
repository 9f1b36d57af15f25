#include "src/config/toml_parser.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct TomlDefect {};

bool is_not_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_not_ascii);
}

// The line of this number, counted from 1.
std::string_view line_of(std::string_view text, std::size_t number) {
  for (; number > 1 && text.find('\n') != text.npos; --number) {
    text.remove_prefix(text.find('\n') + 1);
  }
  return text.substr(0, text.find('\n'));
}

toml::table parse(std::string_view text, std::string_view as_written, const std::string& source) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    const std::string_view why = error.description();
    if (why.ends_with("saw '?'") && !is_ascii(line_of(as_written, line))) {
      user_error("{} line {}: a character that is not ASCII, outside quotes", source, line);
    }
    user_error("{} line {}: {}", source, line, why);
  } catch (const TomlDefect&) {
    user_error("{} is not TOML: look for a [table] or a key that starts with a sign", source);
  }
}

}  // namespace

void throw_toml_defect() { throw TomlDefect(); }

toml::table parse_toml(std::string_view text, const std::string& source) {
  // toml++ has undefined behaviour for non-ASCII characters outside quotes and comments, even while
  // it reports another error. So the text is parsed once with such characters replaced by one that
  // is rejected there; if that succeeds they occur only in quotes and comments.
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_ascii(text)) {
    std::string replaced(text);
    std::replace_if(replaced.begin(), replaced.end(), is_not_ascii, '?');
    parse(replaced, text, source);
  }
  return parse(text, text, source);
}

}  // namespace fragflow
