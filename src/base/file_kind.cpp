#include "src/base/file_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

struct Kind {
  std::string_view sign;
  const char* words;
};

constexpr const char* kExcel =
    "is an Excel workbook; in Excel: File > Save As, file type \"CSV UTF-8\" (of the sheet that is "
    "shown), and give that file";
constexpr const char* kWebPage =
    "is a web page (HTML), perhaps the login page of a download that failed; download the table "
    "again";
constexpr const char* kPicture = "is a picture; a table as text is needed";

using namespace std::string_view_literals;
constexpr Kind kKinds[] = {
    {"\xD0\xCF\x11\xE0"sv, kExcel},
    {"%PDF"sv, "is a PDF document; a table as text (CSV) or an SDF is needed"},
    {"\x89PNG"sv, kPicture},
    {"\xFF\xD8\xFF"sv, kPicture},
    {"GIF8"sv, kPicture},
    {"II*\0"sv, kPicture},
    {"MM\0*"sv, kPicture},
    {"{\\rtf"sv, "is a rich text document (RTF); save the table as CSV"},
    {"BZh"sv, "is compressed with bzip2; unpack it (bunzip2), or use gzip"},
    {"\xFD"
     "7zXZ"sv,
     "is compressed with xz; unpack it (unxz), or use gzip"},
    {"\x28\xB5\x2F\xFD"sv, "is compressed with zstd; unpack it (unzstd), or use gzip"},
    {"7z\xBC\xAF\x27\x1C"sv, "is a 7-Zip archive; unpack it and give the table in it"},
    {"Rar!"sv, "is a RAR archive; unpack it and give the table in it"},
    {"PAR1"sv, "is a Parquet file; write it as CSV"},
    {"SQLite format 3"sv, "is an SQLite database; export the table as CSV"},
    {"\x7F"
     "ELF"sv,
     "is a program"},
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// The name of the first file of a zip archive.
std::string first_name(std::string_view zip) {
  if (zip.size() < 30) return "";
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(zip[i]); };
  const std::string name(zip.substr(30, byte(26) + 256 * byte(27)));
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isprint(static_cast<unsigned char>(c)) != 0;
  });
  return is_plain ? name : "";
}

std::string kind_of_zip(std::string_view zip) {
  const std::string name = first_name(zip);
  const auto holds = [&](std::string_view part) { return zip.find(part) != zip.npos; };
  if (holds("xl/") || holds("[Content_Types].xml")) {
    return holds("word/") ? "is a Word document; save the table in it as CSV" : kExcel;
  }
  if (holds("opendocument.spreadsheet")) {
    return "is a LibreOffice table; in LibreOffice: File > Save As, file type \"Text CSV\", and "
           "give that file";
  }
  return fmt::format("is a zip archive{}; unpack it and give the table in it",
                     name.empty() ? "" : fmt::format(" (with '{}')", name));
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

std::optional<std::string> kind_of_other_file(std::string_view bytes) {
  if (bytes.starts_with("PK\x03\x04")) return kind_of_zip(bytes);
  for (const Kind& kind : kKinds) {
    if (bytes.starts_with(kind.sign)) return kind.words;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string start = lower(trim(bytes.substr(0, 200)));
  for (const char* sign : {"<!doctype html", "<html", "<head", "<body"}) {
    if (start.starts_with(sign)) return kWebPage;
  }
  if (start.starts_with("<?xml")) return "is an XML document; a table as text (CSV) is needed";
  if (start.starts_with("{\"") || start.starts_with("[{")) {
    return "is a JSON file; a table as text (CSV) is needed";
  }
  return {};
}

}  // namespace fragflow
