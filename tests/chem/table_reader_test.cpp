#include "src/chem/table_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "src/base/check.hpp"
#include "src/chem/long_rows.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using Cells = std::vector<std::string>;

CsvTable read(std::string_view text, const std::string& smiles_column = "") {
  return read_whole(TableReader(text, "'x'", smiles_column));
}

CsvTable read_file_called(const std::string& name, const std::string& text) {
  const std::filesystem::path path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return read_whole(TableReader(path, ""));
}

TEST(TableReader, AnOrdinaryTableHasNoRemarks) {
  const CsvTable table = read("Name;SMILES;\"IC50\n(nM)\"\r\nA;CCO;\"1,5\"\r\n\r\nB;CCN\r\n");
  EXPECT_EQ(table.header, (Cells{"Name", "SMILES", "IC50 (nM)"}));
  EXPECT_EQ(table.rows, (std::vector<Cells>{{"A", "CCO", "1,5"}, {"B", "CCN", ""}}));
  EXPECT_THAT(table.line_numbers, ElementsAre(3u, 5u));
  EXPECT_THAT(table.remarks, ElementsAre());
}

TEST(TableReader, RowsAboveTheHeaderAreSkippedAndReported) {
  const CsvTable title = read(
      "Project 7 - kinase assay,,\nExported 2024-05-02,,\n\nCompound,SMILES,IC50 (nM)\nA,CCO,1\n");
  EXPECT_EQ(title.header, (Cells{"Compound", "SMILES", "IC50 (nM)"}));
  EXPECT_EQ(title.rows, (std::vector<Cells>{{"A", "CCO", "1"}}));
  EXPECT_THAT(title.line_numbers, ElementsAre(5u));
  EXPECT_THAT(title.remarks,
              ElementsAre("line 1 above the header was skipped: 'Project 7 - kinase assay'",
                          "line 2 above the header was skipped: 'Exported 2024-05-02'"));
  // The delimiter is that of the table and not of the title.
  const CsvTable german = read("Assay, Kinase, 2024\nName;SMILES;IC50\nA;CCO;1,5\nB;CCN;2,5\n");
  EXPECT_EQ(german.delimiter, ';');
  EXPECT_EQ(german.rows[0], (Cells{"A", "CCO", "1,5"}));
  const CsvTable groups = read("Molecule,,Assay,\nID,Ligand SMILES,IC50 (nM),n\n1,CCO,5,2\n");
  EXPECT_EQ(groups.header, (Cells{"ID", "Ligand SMILES", "IC50 (nM)", "n"}));
  EXPECT_EQ(read("# made by a script\n#\nSMILES,y\nCCO,1\n").header, (Cells{"SMILES", "y"}));
  EXPECT_EQ(read("#SMILES\ty\nCCO\t1\n").header, (Cells{"SMILES", "y"}));
  EXPECT_EQ(read("sep=;\r\nTitle;\r\na;SMILES\r\n1;CCO\r\n").header, (Cells{"a", "SMILES"}));
  // By the name that the user gives; without a known name the first line is the header.
  EXPECT_EQ(read("Titel;\nStruktur;y\nCCO;1\n", "Struktur").header, (Cells{"Struktur", "y"}));
  EXPECT_EQ(read("compound,y\nA,1\n").header, (Cells{"compound", "y"}));
}

TEST(TableReader, UnitsBelowTheHeaderJoinTheNames) {
  for (const char* unit : {",,nM\n", "-,-,[nM]\n", ",,(nM)\n"}) {
    const CsvTable table = read("Compound,SMILES,IC50\n" + std::string(unit) + "A,CCO,1\n");
    EXPECT_EQ(table.header, (Cells{"Compound", "SMILES", "IC50 (nM)"})) << unit;
    EXPECT_EQ(table.rows.size(), 1u);
    EXPECT_THAT(table.remarks, Contains(HasSubstr("line 2 holds units")));
  }
  // No units: a number, a structure.
  EXPECT_EQ(read("SMILES,y\n,1\nCCO,2\n").rows.size(), 2u);
  EXPECT_EQ(read("SMILES,y\nM,nM\nCCO,2\n").header, (Cells{"SMILES (M)", "y (nM)"}));
}

TEST(TableReader, TablesWithoutAHeader) {
  const CsvTable one = read("O=C(c1ccccc1)N1CCOCC1\nCN1CCN(C(=O)c2ccccc2)CC1\n");
  EXPECT_EQ(one.header, (Cells{"SMILES"}));
  EXPECT_EQ(one.rows.size(), 2u);
  const CsvTable three = read("A1,CCOC,5.5\nA2,CCNC,6.5\nA3,C,6.0\n");
  EXPECT_EQ(three.header, (Cells{"column 1", "SMILES", "column 3"}));
  EXPECT_EQ(three.rows[2], (Cells{"A3", "C", "6.0"}));
  EXPECT_THAT(three.remarks, Contains(HasSubstr("no header")));
}

// Two chains of a target behind each other, as BindingDB writes them.
TEST(TableReader, RowsThatAreTooLongKeepWhatIsClear) {
  std::string text = "id\tLigand SMILES\tname\tKi (nM)\tIC50 (nM)\tchains\tsequence\tuniprot\n";
  for (int i = 0; i < 10; ++i) {
    text += std::to_string(i) + "\tCCO\tn\t\t" + (i == 3 ? ">" : "") + "100\t1\tMSEQ\tP1\n";
  }
  text += "10\tCCN\tn\t\t631\t2\tMSEQ\tP1\tMTWO\tP2\n";
  const CsvTable chains = read(text);
  ASSERT_EQ(chains.rows.size(), 11u);
  EXPECT_EQ(chains.rows[10][4], "631");
  EXPECT_EQ(chains.rows[10].size(), 8u);
  EXPECT_GE(chains.certain[10], 6u);
  EXPECT_EQ(chains.certain[0], 8u);
  EXPECT_THAT(chains.remarks, Contains(HasSubstr("1 row has more fields than the header (the "
                                                 "first: line 12)")));
  // A name with the delimiter: the value has moved.
  const CsvTable shifted = read("SMILES,Name,pIC50\nCCO,a,5\nCCN,b,6\nCCC,c, free base,7\n");
  EXPECT_EQ(shifted.certain[2], 0u);
  // It may have moved: "1,7" or "c,1".
  const CsvTable doubtful = read("SMILES,Name,pIC50\nCCO,a,5\nCCN,b,6\nCCC,c,1,7\n");
  EXPECT_LT(doubtful.certain[2], 2u);
  // Behind the value is text, so that it has not.
  const CsvTable note =
      read("SMILES,pIC50,note\nCCO,5,x\nCCN,6,y\nCCC,7,see page 3, below\nCCS,8,9,z\n");
  EXPECT_GE(note.certain[2], 1u);
  EXPECT_LT(note.certain[3], 2u);  // 8 or 8,9
  EXPECT_THROW(read("SMILES,y\nCCO,\"1\n"), UserError);
}

TEST(TableReader, ListsInEveryShape) {
  for (const auto& [name, text] :
       {std::pair{"plain.smi", "CCO ethanol\nc1ccccc1\tbenzene ring\nCCN\n"},
        std::pair{"header.smi", "SMILES ID\nCCO ethanol\nc1ccccc1 benzene ring\nCCN\n"},
        std::pair{"order.ism", "ethanol CCO\nbenzene c1ccccc1\namine CCN\n"},
        std::pair{"extension.smi", "CCO |r| ethanol\nc1ccccc1 |(1,2,;0,,)|\tbenzene\nCCN |&1:1|\n"},
        std::pair{"lead.txt", "\xEF\xBB\xBF# a list\n\n  CCO ethanol\r\n\tc1ccccc1  benzene\nCCN"},
        std::pair{"comma.smi", "CCO,ethanol\nc1ccccc1,benzene\nCCN,\n"},
        std::pair{"tab.smi", "canonical_smiles\tid\nCCO\tethanol\nc1ccccc1\tbenzene\nCCN\tx\n"}}) {
    const CsvTable table = read_file_called(name, text);
    ASSERT_EQ(table.rows.size(), 3u) << name;
    EXPECT_EQ(table.rows[0][0], "CCO") << name;
    EXPECT_EQ(table.rows[0][1], "ethanol") << name;
    EXPECT_EQ(table.rows[1][0], "c1ccccc1") << name;
    EXPECT_THAT(table.rows[1][1], testing::StartsWith("benzene")) << name;
    EXPECT_EQ(table.rows[2][0], "CCN") << name;
  }
}

constexpr const char* kV2000 =
    "\n  made by hand\n\n"
    "  3  2  0  0  0  0            999 V2000\n"
    "    0.0000    0.0000    0.0000 C   0  0\n"
    "    1.5000    0.0000    0.0000 C   0  0\n"
    "    2.2500    1.3000    0.0000 O   0  0\n"
    "  1  2  1  0\n  2  3  1  0\nM  END\n";
constexpr const char* kV3000 =
    "a title\n  made by hand\n\n"
    "  0  0  0     0  0            999 V3000\n"
    "M  V30 BEGIN CTAB\nM  V30 COUNTS 2 1 0 0 0\nM  V30 BEGIN ATOM\n"
    "M  V30 1 C 0 0 0 0\nM  V30 2 N 1.5 0 0 0 CHG=1\nM  V30 END ATOM\n"
    "M  V30 BEGIN BOND\nM  V30 1 1 1 2\nM  V30 END BOND\nM  V30 END CTAB\nM  END\n";

TEST(TableReader, SdfWithItsDataFields) {
  const std::string text = std::string(kV2000) +
                           ">  <pIC50>  (1)\n6.5\n\n> <Comment>\ntwo\nlines\n\n$$$$\n" + kV3000 +
                           "> 25 <pIC50>\n> 7\n\n><SMILES>\nC[NH3+]\n\n$$$$\n\n";
  for (const CsvTable& table : {read(text), read_file_called("two.sdf", text)}) {
    EXPECT_EQ(table.header, (Cells{"SMILES", "Name", "pIC50", "Comment", "SMILES (data field)"}));
    ASSERT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(table.rows[0], (Cells{"CCO", "", "6.5", "two\nlines", ""}));
    EXPECT_EQ(table.rows[1], (Cells{"C[NH3+]", "a title", "> 7", "", "C[NH3+]"}));
    EXPECT_THAT(table.line_numbers, ElementsAre(1u, 19u));
    EXPECT_THAT(table.remarks, ElementsAre("an SDF: 2 records, 5 columns"));
  }
  // Windows line ends; a record that is no molecule stays one.
  std::string windows;
  for (const char c :
       std::string(kV2000) + "$$$$\nbad\n\n\n  1  0  0  0999 V2000\nM  END\n$$$$\n") {
    windows += c == '\n' ? "\r\n" : std::string(1, c);
  }
  const CsvTable table = read(windows);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0][0], "CCO");
  EXPECT_TRUE(is_molblock(table.rows[1][0]));
}

TEST(TableReader, EmptyFilesAreErrors) {
  for (const char* text : {"", "\n\n", " \t\r\n"}) {
    EXPECT_THROW(read(text), UserError);
  }
  for (const char* text : {",,", ";\n\n;;\n", "#,\"\n#\"\n,,\n"}) {
    EXPECT_THROW(read(text), UserError) << text;
  }
  EXPECT_THROW(read_file_called("empty.sdf", "\n"), UserError);
  EXPECT_THROW(TableReader(testing::TempDir(), ""), UserError);
}

}  // namespace
}  // namespace fragflow
