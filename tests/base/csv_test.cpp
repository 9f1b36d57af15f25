#include "src/base/csv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

TEST(Csv, QuotesDelimitersAndLineEnds) {
  const CsvTable table = parse_csv(
      "\xEF\xBB\xBFsmiles;name\r\nCCO;\"a;b\"\r\n\r\nC;\"say \"\"hi\"\"\nthere\"\r\nN", "t");
  EXPECT_EQ(table.delimiter, ';');
  EXPECT_EQ(table.header, (std::vector<std::string>{"smiles", "name"}));
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0][1], "a;b");
  EXPECT_EQ(table.rows[1][1], "say \"hi\"\nthere");
  EXPECT_EQ(table.rows[2], (std::vector<std::string>{"N", ""}));
  EXPECT_EQ(table.line_numbers, (std::vector<std::size_t>{2, 4, 6}));
}

TEST(Csv, EmptyTabsAndErrors) {
  EXPECT_THROW(parse_csv("", "t"), UserError);
  EXPECT_THROW(parse_csv("a,b\n1,2,3\n", "t"), UserError);
  EXPECT_THROW(parse_csv("a,b\n1,\"2\n", "t"), UserError);
  EXPECT_EQ(parse_csv("a\tb\n1\t2\n", "t").rows[0][1], "2");
}

TEST(Csv, TheDelimiterIsTheOneThatSplitsAllRecordsAlike) {
  // Commas in the names and as decimal marks; semicolons between fields.
  const CsvTable german = parse_csv("Name, Batch;IC50, nM\nA;1,5\nB, new;20,25\n", "t");
  EXPECT_EQ(german.delimiter, ';');
  EXPECT_EQ(german.rows[1], (std::vector<std::string>{"B, new", "20,25"}));
  EXPECT_EQ(find_delimiter("a,b;c\n1,2;3;4\n"), ',');  // records of 2 fields, against 2 and 3
  EXPECT_EQ(find_delimiter("smiles\nCCO\n"), ',');
  EXPECT_EQ(find_delimiter("a;b\n\"x;y\nz\";1,2\n"), ';');
  // Cut off within quotes, as a sample of a long file may be.
  EXPECT_EQ(find_delimiter("a;b\n1;2\n3;\"4"), ';');
}

TEST(Csv, ExcelsOwnLineNamesTheDelimiter) {
  const CsvTable table = parse_csv("\xEF\xBB\xBFsep=;\r\na,b;c\r\n1,2;3\r\n", "t");
  EXPECT_EQ(table.header, (std::vector<std::string>{"a,b", "c"}));
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"1,2", "3"}));
  EXPECT_EQ(table.line_numbers[0], 3u);
}

TEST(Csv, EmptyRowsAndEmptyFieldsAtTheEndAreNoData) {
  const CsvTable table = parse_csv("a;b\n1;2;;\n;;;\n3\n", "t");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(table.line_numbers[1], 4u);
  EXPECT_THROW(parse_csv("a;b\n1;2;;3\n", "t"), UserError);
}

TEST(Csv, OtherFormatsAreNamed) {
  const auto message = [](std::string_view text) {
    try {
      parse_csv(text, "'x.csv'");
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message("PK\x03\x04rest"),
            "'x.csv' is an Excel workbook; save it as CSV (UTF-8) and give that file");
  EXPECT_EQ(message(std::string_view("\xFF\xFEs\0m\0", 6)),
            "'x.csv' is UTF-16 text (Excel's \"Unicode Text\"); save it as CSV (UTF-8)");
}

TEST(Csv, AMissingColumnNamesTheNearest) {
  const CsvTable table = parse_csv("smiles,pIC50\nC,1\n", "'x.csv'");
  try {
    table.column("pIC5O", "'x.csv'");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(
        error.what(),
        "'x.csv': no column 'pIC5O'; the columns are: smiles, pIC50; did you mean 'pIC50'?");
  }
}

TEST(Csv, WritingReadsBack) {
  const std::vector<std::string> fields = {"a,b", "say \"hi\"", "line\nbreak", ""};
  EXPECT_EQ(parse_csv("p,q,r,s\n" + csv_row(fields), "t").rows[0], fields);
  EXPECT_EQ(csv_number(0.1), "0.1");
  EXPECT_EQ(csv_number(std::nan("")), "");
}

}  // namespace
}  // namespace fragflow
