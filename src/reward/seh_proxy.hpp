// The sEH docking proxy as a reward component; weights come from the user's own file.
#pragma once

#include "models/seh_network.hpp"
#include "src/reward/proxy_model.hpp"

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Thread-safe.
SehMolecule seh_molecule(const RDKit::ROMol& molecule);

class SehProxy : public ProxyModel {
 public:
  // Throws UserError naming the array that is missing or has another shape.
  SehProxy(const SafetensorsFile& file, const std::string& name) : network_(file, name) {}

  std::string kind() const override { return "seh"; }
  // Raw scores (about 0 to 10); no notion of a deviation.
  std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) override;

 private:
  SehNetwork network_;
};

}  // namespace fragflow
