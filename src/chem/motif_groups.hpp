// Functional groups that often bind to targets.
#pragma once

#include <array>

namespace fragflow {

struct MotifGroup {
  const char* name;
  const char* smarts;
};

inline constexpr std::array<MotifGroup, 20> kMotifGroups = {{
    {"acidic sulfonamide (N-H on an aromatic ring, an acyl or a cyano group)",
     "[SX4](=O)(=O)[NX3;H1,H2]-[c,$(C=O),$(C#N)]"},
    {"primary sulfonamide", "[SX4](=O)(=O)[NX3;H2]"},
    {"sulfonamide", "[SX4](=O)(=O)[NX3]"},
    {"sulfone", "[#6][SX4](=O)(=O)[#6]"},
    {"hydroxamic acid", "[CX3](=O)[NX3][OX2H1]"},
    {"carboxylic acid", "[CX3](=O)[OX2H1]"},
    {"tetrazole", "[#6]1~[#7]~[#7]~[#7]~[#7]1"},
    {"phosphonic or phosphoric acid", "[PX4](=O)[OX2H1]"},
    {"boronic acid", "[BX3]([OX2])[OX2]"},
    {"urea or thiourea", "[NX3][CX3](=[O,S])[NX3]"},
    {"carbamate", "[NX3][CX3](=O)[OX2]"},
    {"acrylamide", "[CX3]=[CX3][CX3](=O)[NX3]"},
    {"amide", "[NX3][CX3](=O)[#6]"},
    {"amidine or guanidine", "[NX3][CX3]=[NX2]"},
    {"amine", "[NX3;!$(N[C,S,P]=[O,S,N]);!$(Na);!$(N[N,O,S]);!$(NC#N)][CX4]"},
    {"amine on an aromatic ring beside its nitrogen", "[n;X2]:c[NX3;!H0]"},
    {"phenol", "c[OX2H1]"},
    {"thiol", "[SX2H1]"},
    {"nitrile", "[CX2]#[NX1]"},
    {"trifluoromethyl", "[CX4](F)(F)F"},
}};

}  // namespace fragflow
