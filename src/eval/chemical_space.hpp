// A map of molecules: the plane in which their fingerprints differ most.
#pragma once

#include <vector>

#include "src/chem/fingerprint.hpp"

namespace fragflow {

struct PlanePoints {
  std::vector<double> x, y;  // one per fingerprint
  double share = 0;          // of the variance of all bits that the plane shows; 0: nothing varies
};

// Principal components (Pearson, Phil. Mag. 1901) of the bits, each centred, by orthogonal
// iteration from a fixed start: the same for any number of threads.
PlanePoints principal_plane(const FingerprintSet& fingerprints);

}  // namespace fragflow
