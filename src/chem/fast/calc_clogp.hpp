// Octanol-water partition by atom contributions (Wildman and Crippen, J. Chem. Inf. Comput. Sci.
// 1999), equal to RDKit's calcClogP. Many times faster, because contributions of known atom
// environments are cached, and for other atoms most patterns are screened out.
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

  // Hydrogens may be implicit.
  double operator()(const RDKit::ROMol& molecule) const;

 private:
  struct Contributions;
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace fragflow
