// Drawings of molecules for reports.
#pragma once

#include <string>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// A self-contained <svg> element with a transparent background and 2D coordinates computed here.
// Thread-safe.
std::string depict(const RDKit::ROMol& molecule, int width = 250, int height = 180);

}  // namespace fragflow
