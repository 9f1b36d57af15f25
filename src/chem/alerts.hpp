// Structural alerts from published catalogs, and patterns given by the user.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// RDKit's catalogs "brenk" (Brenk et al., ChemMedChem 2008) and "pains" (Baell and Holloway, J.
// Med. Chem. 2010), read from data/alerts.csv, independent of the RDKit version. Thread-safe.
class AlertCatalog {
 public:
  // Throws UserError for an unknown name, and if the file is missing or damaged.
  explicit AlertCatalog(const std::vector<std::string>& names);
  ~AlertCatalog();

  // Names of all entries, in catalog order.
  const std::vector<std::string>& names() const { return names_; }
  // Number of catalog entries that match.
  int count(const RDKit::ROMol& molecule) const;
  // Names of the matching entries, in catalog order, for instance "aldehyde".
  std::vector<std::string> matches(const RDKit::ROMol& molecule) const;

  // The names the constructor takes.
  static const std::vector<std::string>& known_names();

 private:
  struct Entries;
  class Pool;
  std::vector<std::string> names_;
  std::unique_ptr<Pool> pool_;
};

// One SMARTS pattern. Thread-safe.
class SmartsPattern {
 public:
  // Throws UserError quoting the text if RDKit cannot parse it.
  explicit SmartsPattern(std::string_view smarts);
  ~SmartsPattern();
  SmartsPattern(SmartsPattern&&) noexcept;

  bool matches(const RDKit::ROMol& molecule) const;
  // Number of matches with different atom sets.
  int count(const RDKit::ROMol& molecule) const;

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace fragflow
