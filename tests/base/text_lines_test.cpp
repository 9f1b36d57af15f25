#include "src/base/text_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

#include "src/base/check.hpp"
#include "src/base/file_kind.hpp"
#include "src/base/text_encoding.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string read(std::string_view bytes) { return read_text(TextLines(bytes, "'x'")); }

std::vector<std::string> remarks_of(std::string_view bytes) {
  TextLines lines(bytes, "'x'");
  std::string line;
  while (lines.next(line)) {
  }
  return lines.remarks();
}

std::string message_of(std::string_view bytes) {
  try {
    read(bytes);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.erase(packed.size() - stream.avail_out);
  ::deflateEnd(&stream);
  return packed;
}

// A local header of a zip archive and what follows it.
std::string zip_file(const std::string& rest, char name_length) {
  std::string zip = "PK\x03\x04";
  zip.resize(30);
  zip[26] = name_length;
  return zip + rest;
}

// ASCII and Latin-1 as UTF-16.
std::string utf16(const std::string& text, bool big_endian) {
  std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : text) {
    const std::string unit = {big_endian ? '\0' : c, big_endian ? c : '\0'};
    bytes += unit;
  }
  return bytes;
}

TEST(TextLines, Utf8StaysAsItIs) {
  EXPECT_EQ(read("a,\xC3\xA4\r\nb\n\nc"), "a,\xC3\xA4\r\nb\n\nc");
  EXPECT_THAT(remarks_of("a,\xC3\xA4\n"), ElementsAre());
  EXPECT_EQ(read("\xEF\xBB\xBFsmiles\n"), "smiles\n");
  EXPECT_THAT(remarks_of("\xEF\xBB\xBFsmiles\n"), ElementsAre());
  EXPECT_EQ(read(""), "");
}

TEST(TextLines, Windows1252BecomesUtf8LineByLine) {
  // micro sign, a umlaut, euro sign, en dash; the last line is UTF-8 already.
  EXPECT_EQ(read("IC50 (\xB5M)\nPr\xE4parat \x80 \x96\n\xC3\xA4\n"),
            "IC50 (\xC2\xB5M)\nPr\xC3\xA4parat \xE2\x82\xAC \xE2\x80\x93\n\xC3\xA4\n");
  EXPECT_THAT(remarks_of("\xB5\nx\n\xE4\n"),
              ElementsAre("2 lines are no UTF-8 and were read as Windows-1252"));
  for (int byte = 0; byte < 256; ++byte) {  // every byte becomes something valid
    EXPECT_TRUE(is_utf8(utf8_of_windows_1252(std::string(1, static_cast<char>(byte))))) << byte;
  }
}

TEST(TextLines, Utf16OfBothByteOrders) {
  const std::string text = "SMILES,Name\r\nCCO,Pr\xE4parat\r\n";
  for (const bool big_endian : {false, true}) {
    EXPECT_EQ(read(utf16(text, big_endian)), "SMILES,Name\r\nCCO,Pr\xC3\xA4parat\r\n");
  }
  EXPECT_THAT(remarks_of(utf16("a\n", false)), ElementsAre("converted from UTF-16"));
  // A character beyond the first plane; half of one; a byte too many.
  EXPECT_EQ(read(std::string_view("\xFF\xFE\x3D\xD8\x00\xDE", 6)), "\xF0\x9F\x98\x80");
  EXPECT_EQ(read(std::string_view("\xFF\xFE\x3D\xD8\x41\x00", 6)),
            "\xEF\xBF\xBD"
            "A");
  EXPECT_EQ(read(std::string_view("\xFF\xFE\x41\x00\x42", 5)), "A\xEF\xBF\xBD");
}

TEST(TextLines, OtherSpacesAreSpaces) {
  EXPECT_EQ(read("IC50\xC2\xA0(nM)\n1\xE2\x80\x89"
                 "234\n1\xE2\x80\xAF"
                 "5\n"),
            "IC50 (nM)\n1 234\n1 5\n");
  EXPECT_EQ(read("CC\xE2\x80\x8BO"), "CCO");     // zero width
  EXPECT_EQ(read("IC50\xA0(nM)"), "IC50 (nM)");  // in Windows-1252
  EXPECT_THAT(remarks_of("a\xC2\xA0\nb\n"),
              ElementsAre("no-break and thin spaces were read as spaces (1 line)"));
}

TEST(TextLines, GzipIsUnpacked) {
  std::string text;
  for (int i = 0; i < 50000; ++i) text += "line " + std::to_string(i) + "\n";  // several pieces
  EXPECT_EQ(read(gzip(text)), text);
  EXPECT_EQ(read(gzip("a\n") + gzip("b\n")), "a\nb\n");  // two members
  std::string padded = gzip("a\n");
  padded.append("\0\0\0\0\0\0\0", 7);
  EXPECT_EQ(read(padded), "a\n");
  EXPECT_EQ(read(gzip(utf16("\xE4\n", false))), "\xC3\xA4\n");
  EXPECT_THAT(remarks_of(gzip("a\n")), ElementsAre("unpacked with gzip"));
  const std::string packed = gzip(text);
  EXPECT_THAT(message_of(packed.substr(0, packed.size() / 2)), HasSubstr("cut off"));
  std::string damaged = packed;
  damaged[packed.size() / 2] ^= 0x55;
  EXPECT_THAT(message_of(damaged), HasSubstr("'x': its gzip content is damaged"));
}

TEST(TextLines, AFileIsReadAsMemoryIs) {
  const std::string path = testing::TempDir() + "text_lines.csv.gz";
  std::ofstream(path, std::ios::binary) << gzip("a,b\n1,2");
  EXPECT_EQ(read_text(TextLines(std::filesystem::path(path))), "a,b\n1,2");
}

TEST(TextLines, OtherFilesAreNamed) {
  using namespace std::string_literals;
  const std::string zip = zip_file("t.csv", 5);
  EXPECT_THAT(message_of(zip), HasSubstr("'x' is a zip archive (with 't.csv'); unpack it"));
  EXPECT_THAT(message_of(zip_file("xl/workbook.xml", 0)),
              HasSubstr("is an Excel workbook; in Excel: File > Save As, file type \"CSV UTF-8\""));
  EXPECT_THAT(message_of("\xD0\xCF\x11\xE0rest"), HasSubstr("is an Excel workbook"));
  EXPECT_THAT(message_of(zip_file("mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 8)),
              HasSubstr("is a LibreOffice table"));
  EXPECT_THAT(message_of("<!DOCTYPE html>\n<html>"), HasSubstr("is a web page (HTML)"));
  EXPECT_THAT(message_of("\xEF\xBB\xBF\n <HTML><head>"), HasSubstr("is a web page (HTML)"));
  EXPECT_THAT(message_of("%PDF-1.7"), HasSubstr("is a PDF document"));
  EXPECT_THAT(message_of("\x89PNG\r\n"), HasSubstr("is a picture"));
  EXPECT_THAT(message_of("\xFF\xD8\xFF\xE0"), HasSubstr("is a picture"));
  EXPECT_THAT(message_of("{\"a\": 1}"), HasSubstr("is a JSON file"));
  EXPECT_THAT(message_of(gzip("%PDF-1.7")), HasSubstr("'x', unpacked, is a PDF document"));
  EXPECT_THAT(message_of("a\0b"s), HasSubstr("is no text"));
  // What a list of SMILES may begin with.
  for (const char* text : {"[Na+].[Cl-] salt\n", "C1CC1\n", "II\n", "(C)CC\n"}) {
    EXPECT_EQ(message_of(text), "") << text;
  }
}

TEST(IsUtf8, RefusesWhatTheStandardDoes) {
  EXPECT_TRUE(is_utf8("a\xC2\xB5\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* bad : {"\xB5", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                          "\xC3"
                          "a"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace fragflow
