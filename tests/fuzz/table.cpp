// Any bytes as a file of molecules: decoded, its kind found, read as a table. What comes out is
// valid UTF-8 and of one shape, and does not depend on the size of the blocks it is read in.
#include "src/base/text_encoding.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/table_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

void check(std::string_view bytes) {
  const CsvTable table = read_whole(TableReader(bytes, "input", ""));
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

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const bool silent = (silence_rdkit(), true);
  static_cast<void>(silent);
  accepts([&] { check(text_of(data, size)); });
  return 0;
}
