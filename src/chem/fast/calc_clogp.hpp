// Octanol-water partition by atom contributions (Wildman and Crippen, J. Chem. Inf. Comput. Sci.
// 1999): the numbers of RDKit's calcClogP. Many times faster, because the contributions of known
// surroundings are remembered, and because for others most patterns are screened.
#pragma once

#include <memory>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Thread-safe.
class CrippenLogP {
 public:
  CrippenLogP();
  ~CrippenLogP();

  // Hydrogens need not be atoms of the molecule.
  double operator()(const RDKit::ROMol& molecule) const;

 private:
  struct Contributions;
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace fragflow
