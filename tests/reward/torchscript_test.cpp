// Modules are made here, by the LibTorch that reads them.
#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>
#include <torch/script.h>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/rng.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/molecule_scorer.hpp"

namespace fragflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A saved module with this forward method, in a file of the running test's own, because tests run
// at the same time.
std::string module_file(const std::string& forward) {
  torch::jit::Module module("scorer");
  module.define(forward);
  const std::string path =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + ".pt";
  module.save(path);
  return path;
}

ComponentConfig component(const std::string& file, const std::string& input = "morgan") {
  ComponentConfig config;
  config.name = "mine";
  config.type = "torchscript";
  config.transform.type = "none";
  config.file = file;
  config.torchscript.input = input;
  return config;
}

std::vector<double> values(const ComponentConfig& config, const std::vector<std::string>& smiles) {
  RewardConfig reward;
  reward.components = {config};
  std::vector<double> result;
  for (const MoleculeScore& score : MoleculeScorer(reward).score(smiles)) {
    result.push_back(score.raw.at(0));
  }
  return result;
}

std::string error_of(const ComponentConfig& config) {
  try {
    values(config, {"CCO", "CCN", "c1ccccc1"});
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

const std::vector<std::string> kMolecules = {"CCO", "CC(=O)Oc1ccccc1C(=O)O", "C"};

TEST(TorchScript, ReadsMorganBits) {
  const auto number_of_bits = module_file("def forward(self, x):\n  return x.sum(1)\n");
  std::vector<double> expected;
  for (const std::string& smiles : kMolecules) {
    expected.push_back(fingerprint(*parse_smiles(smiles), FingerprintKind::kMorgan2).popcount);
  }
  EXPECT_EQ(values(component(number_of_bits), kMolecules), expected);
  // Radius 0 has one bit for each kind of atom: in ethanol CH3, CH2 and OH.
  ComponentConfig small = component(number_of_bits);
  small.torchscript.radius = 0;
  small.torchscript.bits = 64;
  EXPECT_THAT(values(small, {"CCO", "CC"}), ElementsAre(3, 1));
}

TEST(TorchScript, AnOutputIsChosen) {
  ComponentConfig config =
      component(module_file("def forward(self, x):\n"
                            "  rows = torch.arange(x.size(0))\n"
                            "  return torch.stack([rows, 10 * rows, x.size(1) + 0 * rows], 1)\n"));
  config.torchscript.bits = 100;
  EXPECT_THAT(values(config, kMolecules), ElementsAre(0, 1, 2));
  config.torchscript.output = 1;
  EXPECT_THAT(values(config, kMolecules), ElementsAre(0, 10, 20));
  config.torchscript.output = 2;
  EXPECT_THAT(values(config, kMolecules), ElementsAre(100, 100, 100));
}

TEST(TorchScript, ReadsAtoms) {
  const auto count = [](const std::string& what) {
    return component(module_file("def forward(self, atoms, bonds, classes, molecules):\n"
                                 "  zeros = torch.zeros([int(molecules.max()) + 1])\n"
                                 "  return zeros.index_add(0, " +
                                 what + ")\n"),
                     "atoms");
  };
  const std::string ones = "torch.ones([atoms.size(0)])";
  EXPECT_THAT(values(count("molecules, " + ones), kMolecules), ElementsAre(3, 13, 1));
  // Columns: carbon is the second element, aromatic comes after 12 + 6 + 3 + 5 + 4 others.
  EXPECT_THAT(values(count("molecules, atoms[:, 1]"), kMolecules), ElementsAre(2, 9, 1));
  EXPECT_THAT(values(count("molecules, atoms[:, 30]"), kMolecules), ElementsAre(0, 6, 0));
  EXPECT_THAT(values(count("molecules, atoms.sum(1)[:] * 0 + atoms.size(1)"), {"CC"}),
              ElementsAre(2 * 38));
  // Every bond comes twice: from either end. Double and aromatic ones of aspirin: 2 and 6.
  for (const std::string end : {"0", "1"}) {
    const auto bonds = [&](const std::string& class_of) {
      return values(count("molecules[bonds[" + end + "]], (classes == " + class_of + ").float()"),
                    kMolecules);
    };
    EXPECT_THAT(bonds("0"), ElementsAre(4, 2 * 5, 0));
    EXPECT_THAT(bonds("1"), ElementsAre(0, 2 * 2, 0));
    EXPECT_THAT(bonds("3"), ElementsAre(0, 2 * 6, 0));
  }
}

TEST(TorchScript, ManyMoleculesGoInBlocks) {
  std::vector<std::string> smiles;
  std::vector<double> expected;
  for (int i = 0; i < 45; ++i) {
    for (int k = 0; k < 45; ++k) {
      smiles.push_back(std::string(i + 1, 'C') + "O" + std::string(k + 1, 'C'));
      expected.push_back(i + k + 3);
    }
  }
  const auto config = component(module_file("def forward(self, atoms, bonds, classes, molecules):\n"
                                            "  return molecules.bincount()\n"),
                                "atoms");
  EXPECT_EQ(values(config, smiles), expected);
}

TEST(TorchScript, FaultsAreExplained) {
  EXPECT_THAT(error_of(component("")), HasSubstr("torchscript needs file"));
  EXPECT_THAT(error_of(component("nowhere.pt")), HasSubstr("no file 'nowhere.pt'"));
  const std::string text = testing::TempDir() + "text.pt";
  write_file_atomically(text, "not a module");
  EXPECT_THAT(error_of(component(text)),
              AllOf(HasSubstr("text.pt"), HasSubstr("not a TorchScript module")));
  EXPECT_THAT(error_of(component(module_file("def other(self, x):\n  return x\n"))),
              HasSubstr("no method forward"));
  EXPECT_THAT(error_of(component(module_file("def forward(self, x):\n  return x.sum()\n"))),
              HasSubstr("returned a tensor of shape [] for 3 molecules; it must be [3] or [3, K]"));
  EXPECT_THAT(error_of(component(module_file("def forward(self, x):\n  return x.sum(0)\n"))),
              HasSubstr("shape [2048] for 3 molecules"));
  EXPECT_THAT(error_of(component(module_file("def forward(self, x):\n  return 1\n"))),
              HasSubstr("must return one tensor, not Int"));
  ComponentConfig config =
      component(module_file("def forward(self, x):\n  return x.matmul(torch.ones([7, 1]))\n"));
  EXPECT_THAT(error_of(config), AllOf(HasSubstr("failed for inputs of shape [3, 2048]"),
                                      HasSubstr("3x2048 and 7x1")));
  config.file = module_file("def forward(self, x):\n  return x.sum(1)\n");
  config.torchscript.output = 1;
  EXPECT_THAT(error_of(config), AllOf(HasSubstr("torchscript.output = 1"), HasSubstr("shape [3]")));
  config.torchscript.input = "atoms";
  EXPECT_THAT(error_of(config),
              HasSubstr("failed for inputs of shape [12, 38], [2, 20], [20], [12]"));
}

// A module with weights, cut off anywhere and with any byte changed. The format has no checksum
// that LibTorch looks at: a changed weight is another weight, but nothing else may come of it.
TEST(TorchScript, DamagedFilesAreRefusedOrWorkOn) {
  torch::jit::Module module("scorer");
  module.register_parameter("weight", torch::full({2048}, 0.5), false);
  module.define("def forward(self, x):\n  return x.matmul(self.weight)\n");
  const std::string path = testing::TempDir() + "damaged.pt";
  module.save(path);
  const std::string good = read_file(path);
  EXPECT_THAT(values(component(path), {"C"}), ElementsAre(0.5));
  Rng rng(0);
  int refused = 0;
  const auto check = [&](const std::string& bytes, const std::string& what) {
    write_file_atomically(path, bytes);
    try {
      EXPECT_EQ(values(component(path), kMolecules).size(), kMolecules.size()) << what;
    } catch (const UserError& error) {
      ++refused;
      EXPECT_THAT(error.what(), HasSubstr("damaged.pt")) << what;
    }
  };
  for (int cut = 0; cut < 20; ++cut) {
    check(good.substr(0, rng.below(good.size())), fmt::format("cut {}", cut));
  }
  EXPECT_EQ(refused, 20);
  for (int flip = 0; flip < 200; ++flip) {
    std::string bytes = good;
    const std::size_t place = rng.below(good.size());
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << rng.below(8)));
    check(bytes, fmt::format("byte {} of {}", place, good.size()));
  }
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace fragflow
