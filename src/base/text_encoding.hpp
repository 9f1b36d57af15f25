// Text as spreadsheets save it, made into UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace fragflow {

bool is_utf8(std::string_view text);

// Appends one character. What is no character of Unicode becomes U+FFFD.
void append_utf8(char32_t character, std::string& text);

// Windows-1252 as UTF-8: every byte is a character (the five that have none become U+FFFD).
std::string utf8_of_windows_1252(std::string_view bytes);

// UTF-16 a piece at a time; what a piece cuts in two waits for the next.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(bool big_endian) : big_endian_(big_endian) {}

  // Appends the UTF-8 of the characters that are complete.
  void decode(std::string_view bytes, std::string& text);
  // At the end: appends U+FFFD if a character was cut off.
  void finish(std::string& text);

 private:
  void add_unit(char32_t unit, std::string& text);

  bool big_endian_;
  bool has_byte_ = false;
  unsigned char byte_ = 0;
  char32_t high_ = 0;  // surrogate that waits for its other half
};

// Replaces the spaces that look like one (no-break, thin, narrow, figure, ...) by a space and drops
// what has no width (zero-width space, byte order mark). `text` is UTF-8. True if any was there.
bool use_plain_spaces(std::string& text);

}  // namespace fragflow
