// QED, the quantitative estimate of drug-likeness (Bickerton et al., Nature Chemistry 2012).
#pragma once

#include <array>
#include <memory>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// The eight properties that define QED.
struct QedProperties {
  double molecular_weight = 0, logp = 0, hba = 0, hbd = 0, tpsa = 0, rotatable_bonds = 0,
         aromatic_rings = 0, alerts = 0;
};

// Mean-weighted QED in (0, 1] from the properties.
double qed_score(const QedProperties& properties);

// Holds the parsed patterns. Thread-safe.
class Qed {
 public:
  Qed();
  ~Qed();

  QedProperties properties(const RDKit::ROMol& molecule) const;
  double operator()(const RDKit::ROMol& molecule) const { return qed_score(properties(molecule)); }

 private:
  struct Patterns;
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace fragflow
