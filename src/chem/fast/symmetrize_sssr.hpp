// Rings of molecules whose ring systems are small, found faster than by the general search.
#pragma once

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Gives the molecule the smallest set of smallest rings that RDKit's symmetrizeSSSR finds, in
// another order, if every ring system (rings that share bonds) is a single ring or two rings with
// one path in common, and no other choice of its rings is as small. Else false, and the molecule is
// as it was.
bool fast_symmetrize_sssr(RDKit::ROMol& molecule);

}  // namespace fragflow
