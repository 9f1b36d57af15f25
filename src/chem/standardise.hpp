// The one way molecules enter the program: every command that reads SMILES goes through here.
//
// This version is stereo-free: of salts and mixtures the parent is kept (src/chem/parent.hpp), atom
// maps are cleared, charges are neutralised where possible, stereo marks and isotopes are dropped.
// Every change to the compound is counted, so that commands can report it.
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

// RDKit's time grows cubically on long chains (4,000 carbons take over a minute), so that longer
// text or larger molecules are bad rows, rejected before parsing or sanitising.
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

  // Out of line, so that callers need not know RDKit's types.
  Standardised();
  ~Standardised();
  Standardised(Standardised&&) noexcept;
  Standardised& operator=(Standardised&&) noexcept;

  bool ok() const { return !smiles.empty(); }
  void count_into(StandardiseCounts& counts) const;
};

// Of a SMILES, a molblock (V2000, V3000) or an InChI. Never throws for bad chemistry. Thread-safe.
Standardised standardise(std::string_view structure);

// The same as it is written, with all of its parts, charges and isotopes: sanitised, atom maps
// cleared. Null if it is refused; reason then says why.
std::unique_ptr<RDKit::RWMol> parse_structure(std::string_view structure, std::string& reason);

// Parses and sanitises without changing anything else (for SMILES this program wrote itself). Null
// if RDKit refuses it; reason then says why.
std::unique_ptr<RDKit::RWMol> parse_smiles(std::string_view smiles, std::string* reason = nullptr);

// Canonical SMILES without stereo.
std::string canonical_smiles(const RDKit::ROMol& molecule);

// Called before SMILES are parsed. RDKit sets a variable of the environment to "1" whenever it
// parses one, and asks for it on other threads. Its first appearance moves the environment, which
// another thread may be reading then; this makes it appear once, while the others wait.
void prepare_rdkit();

// RDKit writes parse errors to its own log; this turns that off (call once in main(), before there
// are threads).
void silence_rdkit();

}  // namespace fragflow
