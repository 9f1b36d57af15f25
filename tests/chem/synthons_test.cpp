#include <gmock/gmock.h>

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/chem/assembly.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/synthesis/route_finder.hpp"
#include "src/chem/synthesis/synthon_builder.hpp"
#include "src/chem/synthesis/synthon_maker.hpp"
#include "src/chem/vocabulary_steering.hpp"

namespace fragflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const char* const kPath = FRAGFLOW_SOURCE_DIR "/data/reactions.json";

const ReactionEngine& engine() {
  static const ReactionList list = parse_reactions(read_file(kPath), kPath);
  static const ReactionEngine engine(list, kPath, /*check_examples=*/false);
  return engine;
}

MadeSynthons made_of(const std::string& smiles) {
  static const SynthonMaker maker(engine());
  return maker.make(*standardise(smiles).molecule);
}

std::vector<std::string> keys_of(const std::string& smiles) {
  std::vector<std::string> keys;
  for (const auto& synthon : made_of(smiles).synthons) {
    keys.push_back(synthon.key);
  }
  return keys;
}

std::string reason_of(const std::string& smiles) { return made_of(smiles).reason; }

// Blocks of one slot for every reaction of these tests, and given ones.
Vocabulary vocabulary_of(std::vector<CatalogueBlock> blocks) {
  for (const char* smiles : {"CC(=O)O", "CC(=O)Cl", "NCC1CC1", "CNC", "OB(O)c1ccccc1", "Brc1cccnc1",
                             "CC(C)(C)OC(=O)N1CCCCC1"}) {
    blocks.push_back({smiles, smiles, {}});
  }
  SynthonBuilder builder(engine(), {});
  builder.add(blocks);
  return Vocabulary::from_spec(builder.vocabulary(), "test");
}

const Fragment& fragment_of(const Vocabulary& vocabulary, const std::string& smiles) {
  for (const Fragment& fragment : vocabulary.fragments()) {
    if (fragment.canonical == smiles) return fragment;
  }
  throw std::out_of_range("no fragment " + smiles);
}

TEST(Synthons, OfABlockWithOneGroup) {
  // An acid is an acyl and, in an oxadiazole, what hangs on it.
  EXPECT_THAT(keys_of("OC(=O)c1ccccc1"), ElementsAre("*C(=O)c1ccccc1", "*c1ccccc1"));
  EXPECT_THAT(keys_of("C#CC1CC1"), UnorderedElementsAre("*C#CC1CC1", "*n1cc(C2CC2)nn1"));
  EXPECT_EQ(reason_of("CCCC"), "no reactive group");
}

TEST(Synthons, CompetingGroupsAreRefused) {
  // An amino acid without protection, a diamine, two acids.
  EXPECT_THAT(reason_of("NCCC(=O)O"), HasSubstr("competing groups: carboxylic acid"));
  EXPECT_THAT(reason_of("NCCCCN"), HasSubstr("competing groups: amine"));
  EXPECT_THAT(reason_of("OC(=O)CCC(=O)O"), HasSubstr("competing groups: carboxylic acid"));
  // Under Boc the amine waits.
  EXPECT_THAT(keys_of("CC(C)(C)OC(=O)NCCC(=O)O"), Contains("*NCCC(*)=O"));
  // A 1,3-diketone that is not symmetric would give two pyrazoles.
  EXPECT_THAT(reason_of("CC(=O)CC(=O)c1ccccc1"), HasSubstr("several places"));
}

TEST(Synthons, WhatStaysInTheProductMustBeTolerated) {
  const auto made = made_of("OC(=O)c1ccc(Br)cc1").synthons;
  std::vector<std::string> keys;
  for (const auto& synthon : made) {
    keys.push_back(synthon.key);
    if (synthon.key == "*C(=O)c1ccc(Br)cc1") {
      EXPECT_THAT(synthon.origins[0].kept, ElementsAre("aryl halide"));
    }
  }
  EXPECT_THAT(keys, Contains("*C(=O)c1ccc(Br)cc1"));
  EXPECT_THAT(keys, Contains("*C(=O)c1ccc(*)cc1"));
  // The acid may not stay.
  EXPECT_THAT(keys, Not(Contains("*c1ccc(C(=O)O)cc1")));
}

const MadeSynthon& synthon_of(const MadeSynthons& made, const std::string& key) {
  for (const MadeSynthon& synthon : made.synthons) {
    if (synthon.key == key) return synthon;
  }
  throw std::out_of_range("no synthon " + key);
}

// Groups are looked for as they are in the product: beside a slot there is the other part.
TEST(Synthons, GroupsBesideASlotAreSeen) {
  // An alcohol is none beside a dummy atom.
  const auto lactic = made_of("CC(O)C(=O)O");
  EXPECT_THAT(synthon_of(lactic, "*C(C)O").origins[0].kept, ElementsAre("alcohol"));
  // Two slots on one atom are none.
  EXPECT_THAT(keys_of("CC(O)C(=O)O"), Not(Contains("*C(*)C")));
  // Of oxalic acid an acid would be left.
  EXPECT_THAT(keys_of("OC(=O)C(=O)O"), Not(Contains("*C(=O)O")));
}

// An amine beside others becomes part of a 1,2-diamine if a ring is joined to it, not an acyl.
TEST(Synthons, WhatAJoinMakesForbidsThatReaction) {
  const auto made = made_of("Nc1nc(N)c(N)c(N)n1");
  const MadeSynthon& synthon = synthon_of(made, "*Nc1c(N)nc(N)nc1N");
  ASSERT_EQ(synthon.origins.size(), 1U);
  ASSERT_EQ(synthon.origins[0].reactions.size(), 1U);
  EXPECT_THAT(synthon.origins[0].reactions[0], Contains("amide from acid"));
  EXPECT_THAT(synthon.origins[0].reactions[0], Not(Contains("SNAr with amine")));
  // The file says so, too.
  const Vocabulary vocabulary = vocabulary_of({{"Nc1nc(N)c(N)c(N)n1", "amine", {}}});
  const Fragment& amine = fragment_of(vocabulary, "Nc1nc(N)c(N)c(N)n1");
  const Vocabulary again = Vocabulary::parse(vocabulary.to_json(), "again");
  EXPECT_EQ(fragment_of(again, "Nc1nc(N)c(N)c(N)n1").plans, amine.plans);
  EXPECT_EQ(again.to_json(), vocabulary.to_json());
  const ReactionList& list = *vocabulary.reactions();
  for (const SynthonPlan& plan : amine.plans) {
    for (std::size_t r = 0; r < list.reactions.size(); ++r) {
      if (list.reactions[r].name != "SNAr with amine") continue;
      EXPECT_FALSE(plan.sites[0].test(side_bit(static_cast<int>(r), 1)));
    }
  }
}

// With the aniline still open a reductive amination of the other amine would meet a 1,2-diamine.
TEST(Synthons, WhatIsOpenDependsOnWhatReactedBefore) {
  const ReactionList& list = engine().list();
  const auto made = made_of("Nc1ncccc1N");
  const MadeSynthon& synthon = synthon_of(made, "*Nc1cccn2cc(*)nc12");
  for (const SynthonOrigin& origin : synthon.origins) {
    const int amine = origin.roles[0][0] == "imidazole of aminoazine" ? 1 : 0;
    const OriginSides sides = origin_sides(list, origin, {0, 1}, "test");
    const SynthonPlan amine_first = plan_in_order(list, sides, {amine, 1 - amine});
    for (std::size_t r = 0; r < list.reactions.size(); ++r) {
      if (list.reactions[r].name != "reductive amination with aniline") continue;
      EXPECT_FALSE(amine_first.sites[amine].test(side_bit(static_cast<int>(r), 1)));
    }
  }
}

// With its ketone made a hydrazone's ring, an acid is found; with the acid joined first, the ketone
// is one of two places: that order is none, whatever is open.
TEST(Synthons, AnOrderThatIsNotFoundIsNone) {
  const ReactionList& list = engine().list();
  int num_with_one_order = 0;
  for (const char* smiles : {"CC(=O)CC(=O)O", "CC(=O)CCC(=O)O", "Nc1ncccc1N", "OCCBr"}) {
    for (const MadeSynthon& synthon : made_of(smiles).synthons) {
      for (const SynthonOrigin& origin : synthon.origins) {
        if (origin.last.empty()) continue;
        ++num_with_one_order;
        ASSERT_EQ(origin.last.size(), 1U);
        const int last = origin.last[0];
        const OriginSides sides = origin_sides(list, origin, {0, 1}, "test");
        EXPECT_TRUE(plan_in_order(list, sides, {last, 1 - last}).sites[last].none()) << smiles;
        EXPECT_TRUE(plan_in_order(list, sides, {1 - last, last}).sites[last].any()) << smiles;
        for (const SynthonPlan& plan : make_plans(list, {sides}, {{0, 1}})) {
          EXPECT_EQ(plan.last, last);
        }
      }
    }
  }
  EXPECT_GT(num_with_one_order, 0);
}

// In a file the slots may come in any order; `last` counts them as they come.
TEST(Synthons, AFileNamesTheLastSlot) {
  const Vocabulary vocabulary = Vocabulary::load(FRAGFLOW_SOURCE_DIR "/data/synthons.json");
  auto json = nlohmann::json::parse(vocabulary.to_json());
  int turned = 0;
  for (auto& fragment : json["fragments"]) {
    if (fragment.dump().find("\"last\"") == std::string::npos) continue;
    std::reverse(fragment["slots"].begin(), fragment["slots"].end());
    for (auto& origin : fragment["origins"]) {
      for (const char* key : {"roles", "groups", "reactions"}) {
        if (origin.contains(key)) std::reverse(origin[key].begin(), origin[key].end());
      }
      if (!origin.contains("last")) continue;
      origin["last"] = {1 - origin["last"][0].get<int>()};
      ++turned;
    }
  }
  EXPECT_GT(turned, 0);
  const Vocabulary again = Vocabulary::parse(json.dump(), "again");
  ASSERT_EQ(again.size(), vocabulary.size());
  for (int f = 0; f < again.size(); ++f) {
    EXPECT_EQ(again.fragment(f).plans, vocabulary.fragment(f).plans) << f;
  }
  EXPECT_EQ(again.to_json(), vocabulary.to_json());
  for (const auto& [value, message] :
       {std::pair<nlohmann::json, const char*>{{2}, "names slot 2 of 2"},
        {{4294967296}, "no slot 4294967296"},
        {"0", "must be a list of slots"}}) {
    for (auto& fragment : json["fragments"]) {
      for (auto& origin : fragment["origins"]) {
        if (origin.contains("last")) origin["last"] = value;
      }
    }
    EXPECT_THAT([&] { Vocabulary::parse(json.dump(), "bad"); },
                testing::ThrowsMessage<UserError>(HasSubstr(message)));
  }
}

// The second group takes the first slot away with it.
TEST(Synthons, EstersOfBoronicAcids) {
  for (const char* smiles : {"c1ccc(B2OCCNCCO2)cc1", "OCC1COB(c2ccccc2)O1",
                             "Brc1ccc2OB(c3ccccc3)Oc2c1", "O=C1CNCC(=O)OB(c2ccccc2)O1"}) {
    EXPECT_NO_THROW(made_of(smiles)) << smiles;
  }
}

// A group that lies half in the partner counts.
TEST(Synthons, ABocCarbamateIsNoProduct) { EXPECT_THAT(keys_of("CC(C)(C)OC(=O)Cl"), IsEmpty()); }

// Ends that look alike are told apart by what reacts there.
TEST(Synthons, OfABlockWithTwoGroupsThatLeaveTheSame) {
  const MadeSynthons made = made_of("OCCBr");
  const MadeSynthon& synthon = synthon_of(made, "*CC*");
  ASSERT_EQ(synthon.origins.size(), 1U);
  EXPECT_THAT(synthon.origins[0].roles,
              UnorderedElementsAre(ElementsAre("alcohol carbon"), ElementsAre("alkyl of halide")));
}

TEST(Synthons, AcidAndAcidChlorideAreOneAtTheLowerPrice) {
  const Vocabulary vocabulary = vocabulary_of(
      {{"CCC(=O)O", "acid", 9.0}, {"CCC(=O)Cl", "chloride", 2.0}, {"OC(=O)CC", "again", 5.0}});
  const Fragment& acyl = fragment_of(vocabulary, "CCC=O");
  ASSERT_EQ(acyl.origins.size(), 2U);
  EXPECT_EQ(acyl.origins[0].name, "chloride");
  EXPECT_EQ(acyl.origins[1].name, "again");
  EXPECT_EQ(acyl.origins[1].price, 5.0);
  EXPECT_THAT(acyl.origins[1].roles[0], ElementsAre("acyl of acid"));
}

TEST(Synthons, FileGivesTheSameVocabulary) {
  const Vocabulary vocabulary = vocabulary_of({{"CC(C)(C)OC(=O)NCCC(=O)O", "linker", 1.5}});
  const Vocabulary again = Vocabulary::parse(vocabulary.to_json(), "again");
  EXPECT_EQ(again.to_json(), vocabulary.to_json());
  ASSERT_EQ(again.size(), vocabulary.size());
  for (int f = 0; f < again.size(); ++f) {
    EXPECT_EQ(again.fragment(f).plans, vocabulary.fragment(f).plans);
  }
  std::string text = vocabulary.to_json();
  text.replace(text.find("\"acyl of acid\"]]"), 14, "\"acyl of asid\"");
  EXPECT_THAT([&] { Vocabulary::parse(text, "bad"); },
              testing::ThrowsMessage<UserError>(HasSubstr("acyl of asid")));
}

// The acid of a protected amino acid has to react before the protecting group goes.
TEST(Synthons, PlansKeepOpenGroupsApart) {
  const Vocabulary vocabulary = vocabulary_of({{"CC(C)(C)OC(=O)NCCC(=O)O", "linker", {}}});
  const Fragment& linker = fragment_of(vocabulary, "NCCC=O");
  ASSERT_EQ(linker.plans.size(), 1U);
  EXPECT_EQ(linker.smiles[linker.sites[linker.plans[0].last].atom], 'N');
}

TEST(Routes, OfAnAmideInTheOrderThatIsClean) {
  const Vocabulary vocabulary = vocabulary_of({{"CC(C)(C)OC(=O)NCCC(=O)O", "linker", {}}});
  const auto index_of = [&](const std::string& smiles) {
    return static_cast<int>(&fragment_of(vocabulary, smiles) - vocabulary.fragments().data());
  };
  const Fragment& linker = fragment_of(vocabulary, "NCCC=O");
  const int nitrogen = linker.plans[0].last;
  const std::vector<FragmentNode> nodes = {{index_of("NCCC=O")},
                                           {index_of("CNC"), 0, 1 - nitrogen, 0},
                                           {index_of("CC=O"), 0, nitrogen, 0}};
  const std::string smiles = Assembler(vocabulary).smiles(nodes);
  const RouteFinder finder(vocabulary);
  const FoundRoutes found = finder.find(nodes, smiles);
  ASSERT_EQ(found.routes.size(), 1U) << found.reason;
  EXPECT_EQ(finder.text(found.routes[0]),
            "amide from acid: CC(C)(C)OC(=O)NCCC(=O)O.CNC>>CN(C)C(=O)CCNC(=O)OC(C)(C)C ; "
            "amide after Boc removal: CC(=O)O.CN(C)C(=O)CCNC(=O)OC(C)(C)C>>CC(=O)NCCC(=O)N(C)C");
  EXPECT_NEAR(*found.routes[0].yield, 0.8 * 0.7, 1e-12);
  EXPECT_FALSE(found.routes[0].price);
  // Without its second slot it is no product.
  const FoundRoutes open = finder.find(std::vector<FragmentNode>{nodes[0], nodes[1]}, smiles);
  EXPECT_THAT(open.routes, IsEmpty());
  EXPECT_THAT(open.reason, HasSubstr("not used"));
}

TEST(Synthons, StartIsACompoundWithItsGroups) {
  const Vocabulary vocabulary = vocabulary_of({});
  const Vocabulary all = with_start(vocabulary, "OC(=O)c1ccc(Br)cc1");
  EXPECT_EQ(all.fragment(all.size() - 1).sites.size(), 2U);
  const Vocabulary one = with_start(vocabulary, "OC(=O)c1ccc(Br)cc1>>[*]C(=O)c1ccc(Br)cc1");
  EXPECT_EQ(one.fragment(one.size() - 1).canonical, "O=Cc1ccc(Br)cc1");
  EXPECT_THAT([&] { with_start(vocabulary, "CCCC"); },
              testing::ThrowsMessage<UserError>(HasSubstr("no reactive group")));
}

}  // namespace
}  // namespace fragflow
