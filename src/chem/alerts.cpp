#include "src/chem/alerts.hpp"

#include <GraphMol/FilterCatalog/FilterCatalog.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/object_pool.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Catalogs = RDKit::FilterCatalogParams::FilterCatalogs;

Catalogs catalog_named(const std::string& name) {
  if (name == "brenk") return Catalogs::BRENK;
  if (name == "pains") return Catalogs::PAINS;
  user_error("unknown alert catalog '{}'; known: {}{}", name, join(AlertCatalog::known_names()),
             did_you_mean(name, AlertCatalog::known_names()));
}

std::unique_ptr<RDKit::ROMol> parse_smarts(const std::string& smarts) {
  try {
    return std::unique_ptr<RDKit::ROMol>(RDKit::SmartsToMol(smarts));
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

class AlertCatalog::Pool : public ObjectPool<RDKit::FilterCatalog> {
  using ObjectPool::ObjectPool;
};

const std::vector<std::string>& AlertCatalog::known_names() {
  static const std::vector<std::string> names = {"brenk", "pains"};
  return names;
}

AlertCatalog::AlertCatalog(const std::vector<std::string>& names) {
  RDKit::FilterCatalogParams parameters;
  for (const std::string& name : names) parameters.addCatalog(catalog_named(name));
  pool_ = std::make_unique<Pool>(
      [parameters] { return std::make_unique<RDKit::FilterCatalog>(parameters); });
}

AlertCatalog::~AlertCatalog() = default;

int AlertCatalog::count(const RDKit::ROMol& molecule) const {
  return static_cast<int>(pool_->borrow()->getMatches(molecule).size());
}

std::vector<std::string> AlertCatalog::matches(const RDKit::ROMol& molecule) const {
  std::vector<std::string> names;
  for (const auto& entry : pool_->borrow()->getMatches(molecule)) {
    names.push_back(entry->getDescription());
  }
  return names;
}

class SmartsPattern::Pool : public ObjectPool<RDKit::ROMol> {
  using ObjectPool::ObjectPool;
};

SmartsPattern::SmartsPattern(std::string_view smarts) {
  const std::string text(smarts);
  const auto pattern = parse_smarts(text);
  if (pattern == nullptr || pattern->getNumAtoms() == 0) {
    user_error("SMARTS '{}' cannot be parsed", text);
  }
  pool_ = std::make_unique<Pool>([text] { return parse_smarts(text); });
}

SmartsPattern::~SmartsPattern() = default;
SmartsPattern::SmartsPattern(SmartsPattern&&) noexcept = default;

bool SmartsPattern::matches(const RDKit::ROMol& molecule) const {
  RDKit::MatchVectType match;
  return RDKit::SubstructMatch(molecule, *pool_->borrow(), match);
}

int SmartsPattern::count(const RDKit::ROMol& molecule) const {
  std::vector<RDKit::MatchVectType> matches;
  return static_cast<int>(RDKit::SubstructMatch(molecule, *pool_->borrow(), matches));
}

}  // namespace fragflow
