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
