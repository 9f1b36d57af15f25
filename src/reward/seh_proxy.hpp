// The sEH docking proxy as a reward component; weights come from the user's own file.
#pragma once

#include "models/seh_network.hpp"
#include "src/reward/proxy_model.hpp"

namespace RDKit {
class ROMol;
}

namespace fragflow {

// The network's input for a molecule. With `open_slots`, atoms with an open slot are flagged; if
// there are none, the first atom is, as in the code that the weights come from. Thread-safe.
SehMolecule seh_molecule(const RDKit::ROMol& molecule, const OpenSlots* open_slots = nullptr);

class SehProxy : public ProxyModel {
 public:
  // Throws UserError naming the array that is missing or has the wrong shape. With `open_slots` the
  // score depends on the tree: the network sees which atoms have an open slot.
  SehProxy(const SafetensorsFile& file, const std::string& name, bool open_slots)
      : network_(file, name), open_slots_(open_slots) {}

  std::string kind() const override { return "seh"; }
  // Raw scores (about 0 to 10), without deviations. NaN for a molecule whose open slots are
  // required but unknown.
  std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) override;

 private:
  SehNetwork network_;
  bool open_slots_;
};

}  // namespace fragflow
