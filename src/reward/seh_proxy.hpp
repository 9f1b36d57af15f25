// The sEH docking proxy as a reward component; weights come from the user's own file.
#pragma once

#include "models/seh_network.hpp"
#include "src/reward/proxy_model.hpp"

namespace RDKit {
class ROMol;
}

namespace fragflow {

// What the network reads of a molecule. With `open_slots`, atoms that have one are flagged; where
// none has, the first atom is, as in the code that the weights come from. Thread-safe.
SehMolecule seh_molecule(const RDKit::ROMol& molecule, const OpenSlots* open_slots = nullptr);

class SehProxy : public ProxyModel {
 public:
  // Throws UserError naming the array that is missing or has another shape. With `open_slots` the
  // score is one of the tree: the network sees which atoms have an open slot.
  SehProxy(const SafetensorsFile& file, const std::string& name, bool open_slots)
      : network_(file, name), open_slots_(open_slots) {}

  std::string kind() const override { return "seh"; }
  // Raw scores (about 0 to 10); no notion of a deviation. NaN for a molecule without the open slots
  // that the network is to see.
  std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) override;

 private:
  SehNetwork network_;
  bool open_slots_;
};

}  // namespace fragflow
