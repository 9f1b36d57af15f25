// Converts text as saved by spreadsheets to UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace fragflow {

bool is_utf8(std::string_view text);

// Appends one character. Invalid code points become U+FFFD.
void append_utf8(char32_t character, std::string& text);

// Windows-1252 to UTF-8: every byte is a character (the five undefined ones become U+FFFD).
std::string utf8_of_windows_1252(std::string_view bytes);

// Decodes UTF-16 in pieces; a character cut by the end of a piece is completed by the next one.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(bool big_endian) : big_endian_(big_endian) {}

  // Appends the UTF-8 of the complete characters.
  void decode(std::string_view bytes, std::string& text);
  // At the end of the input: appends U+FFFD if a character was cut off.
  void finish(std::string& text);

 private:
  void add_unit(char32_t unit, std::string& text);

  bool big_endian_;
  bool has_byte_ = false;
  unsigned char byte_ = 0;
  char32_t high_ = 0;  // high surrogate waiting for its low one
};

// Replaces other space characters (no-break, thin, narrow, figure, ...) by a space and drops
// zero-width ones (zero-width space, byte order mark). `text` is UTF-8. True if any was found.
bool use_plain_spaces(std::string& text);

}  // namespace fragflow
