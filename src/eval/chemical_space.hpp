// A map of molecules: the plane in which their fingerprints differ most.
#pragma once

#include <vector>

#include "src/chem/fingerprint.hpp"

namespace fragflow {

struct PlanePoints {
  std::vector<double> x, y;  // one per fingerprint
  double share = 0;          // fraction of the variance of all bits in the plane; 0: no variance
};

// Principal components (Pearson, Phil. Mag. 1901) of the centred bits, by orthogonal iteration from
// a fixed start: the same for any number of threads.
PlanePoints principal_plane(const FingerprintSet& fingerprints);

}  // namespace fragflow
