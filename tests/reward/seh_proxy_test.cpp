#include "src/reward/seh_proxy.hpp"

#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"
#include "tests/reward/seh_plain_loops.hpp"

namespace fragflow {
namespace {

using ::testing::HasSubstr;

// Random weights in the shapes of the published file.
SafetensorsFile synthetic_weights() {
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> shapes = {
      {"lin0.weight", {64, 71}},
      {"lin0.bias", {64}},
      {"conv.root.weight", {64, 64}},
      {"conv.bias", {64}},
      {"conv.edge.0.weight", {128, 4}},
      {"conv.edge.0.bias", {128}},
      {"conv.edge.2.weight", {4096, 128}},
      {"conv.edge.2.bias", {4096}},
      {"gru.weight_ih", {192, 64}},
      {"gru.weight_hh", {192, 64}},
      {"gru.bias_ih", {192}},
      {"gru.bias_hh", {192}},
      {"set2set.lstm.weight_ih", {256, 128}},
      {"set2set.lstm.weight_hh", {256, 64}},
      {"set2set.lstm.bias_ih", {256}},
      {"set2set.lstm.bias_hh", {256}},
      {"out.weight", {1, 128}},
      {"out.bias", {1}}};
  SafetensorsFile file;
  Rng rng(11);
  for (const auto& [name, shape] : shapes) {
    std::int64_t count = 1;
    for (std::int64_t side : shape) count *= side;
    std::vector<float> values;
    const double scale = 1 / std::sqrt(static_cast<double>(shape.back()));
    for (std::int64_t i = 0; i < count; ++i) {
      values.push_back(static_cast<float>(scale * rng.normal()));
    }
    file.tensors[name] = TensorData::from_floats(shape, values.data());
  }
  return file;
}

std::filesystem::path write(const SafetensorsFile& file) {
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("fragflow_seh_{}.safetensors", getpid());
  write_safetensors(path, file);
  return path;
}

std::string message_of(const SafetensorsFile& file) {
  const auto path = write(file);
  std::string message = "nothing thrown";
  try {
    load_proxy(path);
  } catch (const UserError& error) {
    message = error.what();
  }
  std::filesystem::remove(path);
  return message;
}

TEST(SehProxy, IsRecognisedByItsArraysAndReadsTheMoleculeOnly) {
  const auto path = write(synthetic_weights());
  const auto proxy = load_proxy(path);
  std::filesystem::remove(path);
  EXPECT_EQ(proxy->kind(), "seh");
  // Two writings of aspirin, benzene among others and alone, and single atoms.
  const std::vector<std::string> smiles = {"CC(=O)Oc1ccccc1C(=O)O", "c1(C(O)=O)c(OC(=O)C)cccc1",
                                           "c1ccccc1", "C", "O"};
  const auto together = proxy->predict(smiles);
  EXPECT_NEAR(together[0].mean, together[1].mean, 1e-5);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    const std::vector<std::string> alone = {smiles[i]};
    // Not one bit depends on the others.
    EXPECT_EQ(proxy->predict(alone)[0].mean, together[i].mean) << smiles[i];
  }
  EXPECT_NE(together[3].mean, together[4].mean);
}

TEST(SehProxy, NamesTheArrayThatIsMissingOrHasAnotherShape) {
  const SafetensorsFile whole = synthetic_weights();
  ASSERT_EQ(whole.tensors.size(), 18u);
  for (const auto& [name, array] : whole.tensors) {
    SafetensorsFile file = whole;
    file.tensors.erase(name);
    EXPECT_THAT(message_of(file), HasSubstr(name));
    const std::vector<float> values(6, 0.0f);
    file.tensors[name] = TensorData::from_floats({2, 3}, values.data());
    EXPECT_THAT(message_of(file), AllOf(HasSubstr(name), HasSubstr("2, 3"))) << name;
  }
  SafetensorsFile integers = whole;
  const std::vector<std::int64_t> zeros(64, 0);
  integers.tensors["conv.bias"] = TensorData::from_int64({64}, zeros.data());
  EXPECT_THAT(message_of(integers), HasSubstr("conv.bias"));
}

TEST(SehProxy, RefusesAForeignFile) {
  SafetensorsFile file;
  const std::vector<float> values(64, 0.0f);
  file.tensors["encoder.weight"] = TensorData::from_floats({64}, values.data());
  EXPECT_THAT(message_of(file), HasSubstr("is not a proxy"));
}

// Which atom of benzyl alcohol (OCc1ccccc1, its canonical order) is flagged changes the score; a
// flag on either of two equivalent atoms gives the same.
TEST(SehProxy, ReadsOpenSlotsOnlyIfAsked) {
  const auto path = write(synthetic_weights());
  const auto plain = load_proxy(path);
  const auto flagged = load_proxy(path, /*open_slots=*/true);
  std::filesystem::remove(path);
  const std::vector<std::string> smiles(5, "OCc1ccccc1");
  const ParsedBatch batch(smiles);
  std::vector<OpenSlots> open(5);
  for (OpenSlots& slots : open) slots.of_atom.assign(8, 0);
  open[0].of_atom[3] = 1;  // one ortho carbon
  open[1].of_atom[7] = 2;  // the other; how many slots does not matter
  open[2].of_atom[5] = 1;  // para
  open[4].of_atom[0] = 1;  // the first atom, which is flagged where no atom has a slot (3)
  std::vector<ParsedMolecule> molecules(batch.all().begin(), batch.all().end());
  for (int i = 0; i < 5; ++i) molecules[i].open_slots = &open[i];
  const auto scores = flagged->predict_parsed(molecules);
  EXPECT_NEAR(scores[0].mean, scores[1].mean, 1e-6);
  EXPECT_GT(std::abs(scores[0].mean - scores[2].mean), 1e-4);
  EXPECT_NEAR(scores[3].mean, scores[4].mean, 1e-6);
  const double unflagged = plain->predict(smiles)[0].mean;
  EXPECT_GT(std::abs(scores[2].mean - unflagged), 1e-4);
  for (const auto& prediction : plain->predict_parsed(molecules)) {
    EXPECT_NEAR(prediction.mean, unflagged, 1e-6);
  }
  // A molecule without a tree has no such score.
  EXPECT_TRUE(std::isnan(flagged->predict(smiles)[0].mean));
}

// Every class of bonds, molecules of one atom among others, and more atoms than one group holds;
// the weights are random, so that this runs where the published ones are not at hand.
TEST(SehProxy, EqualsPlainLoops) {
  const SafetensorsFile file = synthetic_weights();
  SehNetwork network(file, "synthetic");
  const SehPlainLoops plain(file);
  std::vector<SehMolecule> molecules;
  for (int copy = 0; copy < 3; ++copy) {
    for (const char* smiles :
         {"C", "CC(=O)Oc1ccccc1C(=O)O", "N", "C#CCN1CCC(C=C)CC1", "[Cl-]", "c1ccc2[nH]ccc2c1", "CC",
          "O=S(=O)(N)c1ccc(C#N)cc1", "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", "BrC=C"}) {
      molecules.push_back(seh_molecule(*parse_smiles(smiles)));
    }
  }
  std::vector<const SehMolecule*> pointers;
  std::int64_t num_atoms = 0;
  for (const SehMolecule& molecule : molecules) {
    pointers.push_back(&molecule);
    num_atoms += molecule.graph.num_atoms();
  }
  ASSERT_GT(num_atoms, 200);
  const std::vector<double> scores = network.scores(pointers);
  for (std::size_t i = 0; i < 10; ++i) {
    const double expected = plain.score(molecules[i]);
    for (std::size_t copy : {i, i + 10, i + 20}) {
      EXPECT_NEAR(scores[copy], expected, 1e-5) << "molecule " << copy;
      EXPECT_EQ(scores[copy], scores[i]);
    }
  }
}

// States of atoms are remembered across molecules; what is remembered is what would be computed.
TEST(SehProxy, AScoreHasTheSameBitsWhateverWasScoredBefore) {
  const SafetensorsFile file = synthetic_weights();
  SehNetwork experienced(file, "synthetic");
  for (const char* smiles : {"CCCCC", "CCCCCC", "C", "C1CCCCC1", "CC(=O)Oc1ccccc1C(=O)O",
                             "OC(=O)c1ccccc1OC(C)=O", "O=C(O)c1c(OC(C)=O)cccc1", "c1ccc2[nH]ccc2c1",
                             "c1cccc2c1[nH]cc2", "CC", "C#CCN1CCC(C=C)CC1", "C1C(C=C)CCN(CC#C)C1",
                             "CC(=O)Nc1ccccc1C(=O)O", "NS(=O)(=O)c1ccc(C#N)cc1"}) {
    const SehMolecule molecule = seh_molecule(*parse_smiles(smiles));
    const std::vector<const SehMolecule*> alone = {&molecule};
    const std::vector<double> first = SehNetwork(file, "synthetic").scores(alone);
    EXPECT_EQ(experienced.scores(alone), first) << smiles;
    EXPECT_EQ(experienced.scores(alone), first) << smiles << " again";
  }
}

TEST(SehProxy, MatchesTheReferenceCodeOnEveryRow) {
  const std::filesystem::path folder = FRAGFLOW_SOURCE_DIR "/../shared/bengio2021";
  if (!std::filesystem::exists(folder / "seh_proxy.safetensors")) {
    GTEST_SKIP() << "the published weights are not here: " << folder;
  }
  const CsvTable table = read_csv(folder / "seh_reference.csv");
  const std::size_t expected = table.column("molecule_only", "reference");
  std::vector<std::string> smiles;
  for (const auto& row : table.rows) smiles.push_back(row[table.column("smiles", "reference")]);
  ASSERT_EQ(smiles.size(), 1200u);
  const auto predictions = load_proxy(folder / "seh_proxy.safetensors")->predict(smiles);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    EXPECT_NEAR(predictions[i].mean, *parse_double(table.rows[i][expected]), 1e-4) << smiles[i];
  }
}

}  // namespace
}  // namespace fragflow
