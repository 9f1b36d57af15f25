// Any bytes as a file of molecules: decoded, its kind found, read as a table. What comes out is
// valid UTF-8 and of one shape, does not depend on the size of the blocks it is read in, and is the
// same from a file that was packed with gzip or saved in another encoding.
#include <zlib.h>

#include "src/base/file_kind.hpp"
#include "src/base/text_encoding.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/table_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

CsvTable read(std::string_view bytes) { return read_whole(TableReader(bytes, "input", "")); }

void check(const CsvTable& table, std::string_view bytes) {
  FRAGFLOW_CHECK(
      table.rows.size() == table.line_numbers.size() && table.rows.size() == table.certain.size(),
      "{} rows", table.rows.size());
  for (const std::string& name : table.header) FRAGFLOW_CHECK(is_utf8(name), "header");
  TableReader again(bytes, "input", "");
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    FRAGFLOW_CHECK(table.rows[i].size() == table.header.size(), "row {}", i);
    FRAGFLOW_CHECK(table.certain[i] <= table.header.size(), "row {}", i);
    for (const std::string& cell : table.rows[i]) FRAGFLOW_CHECK(is_utf8(cell), "row {}", i);
    const auto one = again.next(1);
    FRAGFLOW_CHECK(one.size() == 1 && one[0].cells == table.rows[i], "row {} read alone", i);
  }
  FRAGFLOW_CHECK(again.next(1).empty(), "more rows one by one");
}

std::string packed(std::string_view bytes) {
  std::string out(bytes.size() + bytes.size() / 8 + 64, '\0');
  z_stream stream = {};
  constexpr int kGzip = 16 + 9, kLeastMemory = 1;
  FRAGFLOW_CHECK(::deflateInit2(&stream, 1, Z_DEFLATED, kGzip, kLeastMemory, Z_FIXED) == Z_OK,
                 "deflateInit2");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  FRAGFLOW_CHECK(::deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflate");
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

// Of letters that are one byte.
std::string utf16_of(std::string_view ascii, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

// Whether the bytes are text without a byte order mark whose letters are one byte each.
bool is_plain(std::string_view bytes) {
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') return false;
  }
  return true;
}

void check_same(const CsvTable& table, const std::string& saved, std::string_view how) {
  CsvTable again;
  const bool accepted = accepts([&] { again = read(saved); });
  FRAGFLOW_CHECK(accepted && again.header == table.header && again.rows == table.rows &&
                     again.line_numbers == table.line_numbers,
                 "another table from {}", how);
}

// In one other way, by the size, so that an execution does not take twice as long.
void check_saved_otherwise(const CsvTable& table, std::string_view bytes) {
  const std::size_t way = bytes.size() % 4;
  if (way < 2) {
    if (!is_gzip(bytes)) check_same(table, packed(bytes), "gzip");
  } else if (is_plain(bytes)) {
    check_same(table, utf16_of(bytes, way == 2), "UTF-16");
  }
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const bool silent = (silence_rdkit(), true);
  static_cast<void>(silent);
  const std::string_view bytes = text_of(data, size);
  CsvTable table;
  if (!accepts([&] { table = read(bytes); })) return 0;
  check(table, bytes);
  check_saved_otherwise(table, bytes);
  return 0;
}
