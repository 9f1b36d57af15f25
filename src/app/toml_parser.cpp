#include "src/app/toml_parser.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct TomlDefect {};

// Behind the text in quotes that starts at `begin`, or at the line end that breaks it off.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  const std::string triple(3, quote);
  const bool is_long = text.substr(begin).starts_with(triple);
  for (std::size_t i = begin + (is_long ? 3 : 1); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (!is_long && (text[i] == quote || text[i] == '\n')) {
      return text[i] == quote ? i + 1 : i;
    } else if (is_long && text.substr(i).starts_with(triple)) {
      for (i += 3; i < text.size() && text[i] == quote;) ++i;  // a text may end with quotes
      return i;
    }
  }
  return text.size();
}

// Beyond texts and comments TOML is ASCII, and toml++ has undefined behaviour where it is not.
void refuse_letters_outside_quotes(std::string_view text, const std::string& source) {
  const std::string_view whole = text;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"' || text[i] == '\'') {
      i = end_of_quoted(text, i);
    } else if (text[i] == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
    } else {
      const auto at = whole.begin() + static_cast<std::ptrdiff_t>(whole.size() - text.size() + i);
      user_error("{} line {}: a character that is not ASCII, outside quotes", source,
                 1 + std::count(whole.begin(), at, '\n'));
    }
  }
}

}  // namespace

void throw_toml_defect() { throw TomlDefect(); }

toml::table parse_toml(std::string_view text, const std::string& source) {
  refuse_letters_outside_quotes(text, source);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    user_error("{} line {}: {}", source, error.source().begin.line, error.description());
  } catch (const TomlDefect&) {
    user_error("{} is not TOML: look for a [table] or a key that starts with a sign", source);
  }
}

}  // namespace fragflow
