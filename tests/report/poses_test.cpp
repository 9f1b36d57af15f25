#include "src/eval/poses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "src/base/file.hpp"
#include "src/report/pose_section.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// Ethanol's heavy atoms, 1.5 and 1.4 angstrom apart.
constexpr const char* kEthanol = R"(CCO
     by hand          3D

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.5000 C   0  0
    1.5000    0.0000    0.5000 C   0  0
    1.5000    1.4000    0.5000 O   0  0
  1  2  1  0
  2  3  1  0
M  END
>  <smiles>
CCO

>  <affinity>
-2.140

$$$$
)";

class Poses : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    source_ = {"docking", "affinity", folder_};
  }

  std::optional<Pose> read(const std::string& text, const std::string& smiles = "CCO",
                           double value = -2.14) {
    write_file_atomically(folder_ / pose_file_name(smiles), text);
    return read_pose(source_, smiles, value, problem_);
  }

  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    text.replace(text.find(what), what.size(), by);
    return text;
  }

  fs::path folder_;
  PoseSource source_;
  std::string problem_;
};

// The hash's published values for "" and "a".
TEST_F(Poses, FilesAreNamedByTheHashOfTheSmiles) {
  EXPECT_EQ(pose_file_name(""), "cbf29ce484222325.sdf");
  EXPECT_EQ(pose_file_name("a"), "af63dc4c8601ec8c.sdf");
}

TEST_F(Poses, AreReadWithTheirProperties) {
  const auto pose = read(kEthanol);
  ASSERT_TRUE(pose) << problem_;
  EXPECT_EQ(problem_, "");
  ASSERT_EQ(pose->places.size(), 3U);
  EXPECT_THAT(pose->places[2], ElementsAre(1.5, 1.4, 0.5));
  EXPECT_THAT(pose->properties,
              ElementsAre(std::pair<std::string, std::string>("smiles", "CCO"),
                          std::pair<std::string, std::string>("affinity", "-2.140")));
  const std::vector<std::pair<std::string, std::string>> own = {{"rank", "1"}, {"smiles", "OCC"}};
  const std::string record = pose_record(*pose, own);
  EXPECT_TRUE(record.starts_with("CCO\n"));
  EXPECT_TRUE(record.ends_with(
      "M  END\n>  <rank>\n1\n\n>  <smiles>\nOCC\n\n>  <affinity>\n-2.140\n\n$$$$\n"));
}

TEST_F(Poses, NoFileIsNoProblem) {
  EXPECT_FALSE(read_pose(source_, "CCO", -2.14, problem_));
  EXPECT_EQ(problem_, "");
}

TEST_F(Poses, OfAnotherMoleculeOrDockingAreRefused) {
  EXPECT_FALSE(read(kEthanol, "COC"));
  EXPECT_THAT(problem_, HasSubstr("another molecule than COC"));
  EXPECT_FALSE(read(kEthanol, "CCO", -2.5));
  EXPECT_THAT(problem_, HasSubstr("another docking"));
  EXPECT_TRUE(read(kEthanol, "CCO", NAN));
  source_.property = "";  // the program's only output: its name is not known
  EXPECT_TRUE(read(kEthanol, "CCO", -2.5));
  EXPECT_FALSE(read("no SD file"));
  EXPECT_THAT(problem_, HasSubstr("no SD file"));
  EXPECT_FALSE(read(replaced(kEthanol, "1.5000    1.4000", "9.5000    1.4000")));
  EXPECT_THAT(problem_, HasSubstr("bond of 8.12 angstrom"));
  std::string flat = kEthanol;
  for (int i = 0; i < 3; ++i) flat = replaced(flat, "0.5000 ", "0.0000 ");
  EXPECT_FALSE(read(replaced(flat, "3D", "2D")));
  EXPECT_THAT(problem_, HasSubstr("no 3D"));
}

// The charged form of a molecule, and a stereoisomer, are the molecule.
TEST_F(Poses, MayBeCharged) {
  const std::string text =
      replaced(replaced(kEthanol, "O   0  0", "O   0  5"), "M  END", "M  CHG  1   3  -1\nM  END");
  EXPECT_TRUE(read(text)) << problem_;
}

// Two residues: one whose first atom is within 6 angstrom of the place, one that is not.
TEST_F(Poses, SurroundingsAreWholeResidues) {
  const auto line = [](const char* name, const char* residue, int number, double x, double y,
                       const char* element) {
    char text[100];
    std::snprintf(text, sizeof text,
                  "ATOM      1 %4s %3s A%4d    %8.3f%8.3f%8.3f  1.00  0.00          %2s\n", name,
                  residue, number, x, y, 0.0, element);
    return std::string(text);
  };
  write_file_atomically(folder_ / "receptor.pdb", line("N", "GLY", 7, 5.9, 0, "N") +
                                                      line("CA", "GLY", 7, 7.3, 0, "C") +
                                                      line("H", "GLY", 7, 5.0, 0, "H") +
                                                      line("SD", "MET", 8, 0, 6.1, "S") + "END\n");
  const std::vector<std::array<double, 3>> places = {{0, 0, 0}};
  const AtomEnvironments around = read_surroundings(folder_, places);
  EXPECT_THAT(around.residues, ElementsAre("GLY 7 A"));
  ASSERT_EQ(around.atoms.size(), 2U);
  EXPECT_EQ(around.atoms[1].element, "C");
  EXPECT_THAT(around.bonds, ElementsAre(std::array<int, 2>{0, 1}));
  EXPECT_EQ(read_surroundings(folder_, places, 6.2).residues.size(), 2U);
  EXPECT_TRUE(read_surroundings(folder_ / "elsewhere", places).atoms.empty());
}

TEST_F(Poses, PageHasWhatIsDrawn) {
  ReportData data;
  EXPECT_EQ(render_poses(data), "");
  data.molecules.resize(2);
  data.molecules[1].smiles = "CCO";
  PoseView view;
  view.component = "<docking>";
  view.poses = {{1, -2.14, kEthanol}};
  view.around.residues = {"GLY 7 A"};
  view.around.atoms = {{"N", {1.23456, 0, 0}, 0}};
  view.missing = 1;
  data.poses = {view};
  const std::string page = render_report(data);
  EXPECT_THAT(page, HasSubstr("<section id=\"poses\""));
  EXPECT_THAT(page, HasSubstr("<a href=\"#poses\">Poses</a>"));
  EXPECT_THAT(page, HasSubstr("&lt;docking&gt;"));
  EXPECT_THAT(page, HasSubstr("1 of the molecules above have no pose"));
  const auto json = poses_json(data);
  EXPECT_EQ(json["sets"][0]["poses"][0]["rank"], 2);
  EXPECT_EQ(json["sets"][0]["poses"][0]["smiles"], "CCO");
  EXPECT_EQ(json["sets"][0]["atoms"][0], nlohmann::json::parse(R"(["N", 1.23, 0.0, 0.0, 0])"));
}

}  // namespace
}  // namespace fragflow
