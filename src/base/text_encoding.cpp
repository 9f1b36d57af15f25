#include "src/base/text_encoding.hpp"

#include <algorithm>
#include <array>

namespace fragflow {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Windows-1252 from 0x80 to 0x9F; the rest is Latin-1.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC,       kReplacement, 0x201A, 0x0192, 0x201E, 0x2026,       0x2020, 0x2021,
    0x02C6,       0x2030,       0x0160, 0x2039, 0x0152, kReplacement, 0x017D, kReplacement,
    kReplacement, 0x2018,       0x2019, 0x201C, 0x201D, 0x2022,       0x2013, 0x2014,
    0x02DC,       0x2122,       0x0161, 0x203A, 0x0153, kReplacement, 0x017E, 0x0178};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Length of the sequence that begins with this byte; 0 if none does.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

// Excludes overlong forms, surrogates and code points beyond the last character.
bool second_byte_fits(unsigned char first, unsigned char second) {
  if (first == 0xE0) return second >= 0xA0;
  if (first == 0xED) return second <= 0x9F;
  if (first == 0xF0) return second >= 0x90;
  return first != 0xF4 || second <= 0x8F;
}

// Length of a space that is not U+0020 at the start of text; 0 if there is none.
std::size_t other_space(std::string_view text) {
  for (const std::string_view space :
       {"\xC2\xA0",      // no-break
        "\xE1\x9A\x80",  // ogham
        "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84",
        "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89",
        "\xE2\x80\x8A",     // en quad to hair
        "\xE2\x80\xAF",     // narrow no-break
        "\xE2\x81\x9F",     // mathematical
        "\xE3\x80\x80"}) {  // ideographic
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

// The same for zero-width characters.
std::size_t no_width(std::string_view text) {
  for (const std::string_view mark : {"\xE2\x80\x8B", "\xE2\x81\xA0", "\xEF\xBB\xBF"}) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(first);
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0) != 0x80 || (k == 1 && !second_byte_fits(first, byte))) return false;
    }
    i += length;
  }
  return true;
}

void append_utf8(char32_t character, std::string& text) {
  const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (is_surrogate || character > 0x10FFFF) character = kReplacement;
  const auto add = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0 | character >> 6);
    add(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    add(0xE0 | character >> 12);
    add(0x80 | (character >> 6 & 0x3F));
    add(0x80 | (character & 0x3F));
  } else {
    add(0xF0 | character >> 18);
    add(0x80 | (character >> 12 & 0x3F));
    add(0x80 | (character >> 6 & 0x3F));
    add(0x80 | (character & 0x3F));
  }
}

std::string utf8_of_windows_1252(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte, text);
  }
  return text;
}

void Utf16Decoder::decode(std::string_view bytes, std::string& text) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (has_byte_) {
      const char32_t low = big_endian_ ? byte : byte_, high = big_endian_ ? byte_ : byte;
      add_unit(high << 8 | low, text);
    }
    byte_ = byte;
    has_byte_ = !has_byte_;
  }
}

void Utf16Decoder::finish(std::string& text) {
  if (has_byte_ || high_ != 0) append_utf8(kReplacement, text);
  has_byte_ = false;
  high_ = 0;
}

void Utf16Decoder::add_unit(char32_t unit, std::string& text) {
  const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (high_ != 0 && is_low) {
    append_utf8(0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00), text);
    high_ = 0;
    return;
  }
  if (high_ != 0) append_utf8(kReplacement, text);
  high_ = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
  if (high_ == 0) append_utf8(unit, text);
}

bool use_plain_spaces(std::string& text) {
  if (is_ascii(text)) return false;
  std::string plain;
  bool any = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    const std::size_t space = other_space(rest), nothing = space > 0 ? 0 : no_width(rest);
    any |= space + nothing > 0;
    if (space > 0) plain += ' ';
    if (space + nothing == 0) plain += text[i];
    i += std::max<std::size_t>(space + nothing, 1);
  }
  text = std::move(plain);
  return any;
}

}  // namespace fragflow
