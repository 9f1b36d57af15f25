#include "src/eval/molecule_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

std::filesystem::path write(const std::string& name, const std::string& text) {
  const std::filesystem::path path = testing::TempDir() + name;
  write_file_atomically(path, text);
  return path;
}

std::string message_of(const std::filesystem::path& path, const MoleculeColumns& columns) {
  try {
    MoleculeFile file(path, columns);
    while (!file.next(2).empty()) continue;
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

MoleculeColumns with_score() {
  MoleculeColumns columns;
  columns.value = "score";
  return columns;
}

TEST(MoleculeFile, BlocksOfATableKeepLineNumbersAndValues) {
  // Ethanol's name holds a line break, so that benzene stands on line 5.
  const auto path =
      write("blocks.csv", "name,SMILES,score\n\"eth\nanol\",CCO,0.5\n\n,c1ccccc1,\nx,CCN,1e-1\n");
  MoleculeFile file(path, with_score());
  EXPECT_TRUE(file.has_value());
  const auto first = file.next(1);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].smiles, "CCO");
  EXPECT_EQ(first[0].name, "eth\nanol");
  EXPECT_EQ(first[0].value, 0.5);
  EXPECT_EQ(first[0].line, 2u);
  const auto second = file.next(1);  // the blank line before it is no row
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].smiles, "c1ccccc1");
  EXPECT_TRUE(std::isnan(second[0].value));
  EXPECT_EQ(second[0].line, 5u);
  EXPECT_EQ(file.next(10).at(0).value, 0.1);
  EXPECT_TRUE(file.next(10).empty());
}

TEST(MoleculeFile, SpreadsheetTablesWithDecimalCommas) {
  // The header alone would be taken for comma separated; the rows, read block by block, decide.
  const auto path = write("german.csv",
                          "\xEF\xBB\xBFsep=;\r\nsmiles;a, b, c;score\r\nCCO;\"x\ny\";0,5\r\n"
                          "CCN;;1.25\r\n;;\r\nCCC;;2\r\n");
  MoleculeFile file(path, with_score());
  std::vector<MoleculeRow> rows;
  for (auto block = file.next(1); !block.empty(); block = file.next(1)) rows.push_back(block[0]);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].value, 0.5);
  EXPECT_EQ(rows[1].value, 1.25);
  EXPECT_EQ(rows[2].smiles, "CCC");
  EXPECT_EQ(rows[0].line, 3u);
  EXPECT_EQ(rows[1].line, 5u);
  EXPECT_EQ(rows[2].line, 7u);
}

TEST(MoleculeFile, ListsHaveNamesAndComments) {
  MoleculeFile file(write("list.smi", "# comment\nCCO ethyl alcohol\n\nc1ccccc1\tbenzene\r\n"),
                    with_score());
  EXPECT_FALSE(file.has_value());
  const auto rows = file.next(10);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].smiles, "CCO");
  EXPECT_EQ(rows[0].name, "ethyl alcohol");
  EXPECT_EQ(rows[1].smiles, "c1ccccc1");
  EXPECT_EQ(rows[1].name, "benzene");
  EXPECT_EQ(rows[1].line, 4u);
}

TEST(MoleculeFile, SaysWhatIsWrong) {
  EXPECT_THAT(message_of("/nonexistent.csv", {}), HasSubstr("cannot open '/nonexistent.csv'"));
  EXPECT_THAT(message_of(testing::TempDir(), {}), HasSubstr("is a folder"));
  EXPECT_THAT(message_of(write("empty.smi", ""), {}), HasSubstr("is empty"));
  if (std::filesystem::exists("/proc/self/mem")) {  // its first page cannot be read
    EXPECT_THAT(message_of("/proc/self/mem", {}), HasSubstr("cannot read '/proc/self/mem'"));
  }
  EXPECT_THAT(message_of(write("other.csv", "compound,value\nC,1\n"), {}),
              HasSubstr("the columns are: compound, value"));
  MoleculeColumns required = with_score();
  required.value_required = true;
  EXPECT_THAT(message_of(write("noscore.csv", "smiles,skore\nC,1\n"), required),
              HasSubstr("did you mean 'skore'"));
  EXPECT_THAT(message_of(write("noscore.smi", "C\n"), required), HasSubstr("no column 'score'"));
}

TEST(MoleculeFile, ARowWithMoreFieldsThanTheHeaderIsNoMoleculeAndNoEnd) {
  MoleculeFile file(write("long.csv", "smiles\nC\nC\nC\nC\nC,1\nC\n"), {});
  const auto rows = file.next(10);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[4].smiles, "");
  EXPECT_EQ(rows[4].line, 6u);
  EXPECT_THAT(rows[4].written(), HasSubstr("more fields than the header"));
  EXPECT_EQ(rows[5].smiles, "C");
}

TEST(MoleculeFile, FindsColumnsAsDesignDoes) {
  for (const char* header : {"Ligand SMILES,Name", "Canonical SMILES,name", "structure,NAME"}) {
    MoleculeFile file(write("named.csv", header + std::string("\nCCO |r|,a\nCCN b,\n")), {});
    const auto rows = file.next(10);
    ASSERT_EQ(rows.size(), 2u) << header;
    EXPECT_EQ(rows[0].smiles, "CCO");
    EXPECT_EQ(rows[0].written(), "CCO |r|");
    EXPECT_EQ(rows[0].name, "a");
    EXPECT_EQ(rows[1].smiles, "CCN");
    EXPECT_EQ(rows[1].name, "b");
  }
  MoleculeColumns other;
  other.smiles = "other";
  MoleculeFile chosen(write("two.csv", "smiles,other\nC,CC\n"), other);
  EXPECT_EQ(chosen.next(1)[0].smiles, "CC");
}

}  // namespace
}  // namespace fragflow
