// The entry point for molecules: every command that reads SMILES goes through here.
//
// Stereochemistry is dropped: of salts and mixtures the parent is kept (src/chem/parent.hpp), atom
// maps are cleared, charges are neutralised where possible, stereo marks and isotopes are removed.
// Every change to a compound is counted, so that commands can report it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace fragflow {

// RDKit's time grows cubically on long chains (4,000 carbons take over a minute), so longer texts
// or larger molecules are rejected as bad rows before parsing or sanitising.
inline constexpr std::size_t kMaxSmilesLength = 1000;
inline constexpr int kMaxHeavyAtoms = 250;

struct StandardiseCounts {
  std::int64_t read = 0, accepted = 0;
  std::int64_t largest_fragment = 0, neutralised = 0, stereo_dropped = 0, isotopes_dropped = 0;

  StandardiseCounts& operator+=(const StandardiseCounts& other);
  // "1,017 molecules read, 12 neutralised, ..." for logs and reports.
  std::string summary() const;
};

struct Standardised {
  std::unique_ptr<RDKit::RWMol> molecule;  // null: rejected
  std::string smiles;                      // canonical; empty: rejected
  std::string reason;                      // why it was rejected
  bool largest_fragment = false, neutralised = false, stereo_dropped = false,
       isotopes_dropped = false;

  // Defined out of line, so that callers need no complete RDKit types.
  Standardised();
  ~Standardised();
  Standardised(Standardised&&) noexcept;
  Standardised& operator=(Standardised&&) noexcept;

  bool ok() const { return !smiles.empty(); }
  void count_into(StandardiseCounts& counts) const;
};

// Takes a SMILES, molblock (V2000, V3000) or InChI. Never throws for bad chemistry. Thread-safe.
Standardised standardise(std::string_view structure);

// The same without standardising, with all parts, charges and isotopes: sanitised, atom maps
// cleared. Null if it is rejected; reason then says why.
std::unique_ptr<RDKit::RWMol> parse_structure(std::string_view structure, std::string& reason);

// Parses and sanitises without changing anything else (for SMILES written by this program). Null if
// RDKit rejects it; reason then says why.
std::unique_ptr<RDKit::RWMol> parse_smiles(std::string_view smiles, std::string* reason = nullptr);

// Canonical SMILES without stereo.
std::string canonical_smiles(const RDKit::ROMol& molecule);

// To be called before parsing SMILES. RDKit sets an environment variable to "1" whenever it parses
// one, and reads it on other threads. Adding a variable reallocates the environment, which another
// thread may be reading; this adds it once, while the others wait.
void prepare_rdkit();

// RDKit writes parse errors to its own log; this turns that off (call once in main(), before there
// are threads).
void silence_rdkit();

}  // namespace fragflow
