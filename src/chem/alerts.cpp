#include "src/chem/alerts.hpp"

#include <GraphMol/FilterCatalog/FilterCatalog.h>
#include <GraphMol/FilterCatalog/FilterMatchers.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/object_pool.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/text.hpp"
#include "src/chem/pattern_screen.hpp"

namespace fragflow {
namespace {

// An entry of RDKit's catalog keeps its matcher to itself; access control does not apply to the
// arguments of an explicit instantiation, so that this names the member without changing RDKit.
using EntryMatcher = boost::shared_ptr<RDKit::FilterMatcherBase> RDKit::FilterCatalogEntry::*;
EntryMatcher entry_matcher();
template <EntryMatcher member>
struct NameEntryMatcher {
  friend EntryMatcher entry_matcher() { return member; }
};
template struct NameEntryMatcher<&RDKit::FilterCatalogEntry::d_matcher>;

// A pattern without which the entry cannot match; the empty one if there is none.
const RDKit::ROMol& required_pattern(const RDKit::FilterCatalogEntry& entry) {
  static const RDKit::ROMol empty;
  const auto* matcher = dynamic_cast<const RDKit::SmartsMatcher*>((entry.*entry_matcher()).get());
  if (matcher == nullptr || matcher->getMinCount() == 0) return empty;
  return *matcher->getPattern();
}

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
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    return nullptr;
  }
}

}  // namespace

struct AlertCatalog::Entries {
  RDKit::FilterCatalog catalog;
  std::unique_ptr<PatternScreen> screen;  // pattern k belongs to entry k

  explicit Entries(const RDKit::FilterCatalogParams& parameters) : catalog(parameters) {
    std::vector<const RDKit::ROMol*> patterns;
    for (unsigned k = 0; k < catalog.getNumEntries(); ++k) {
      patterns.push_back(&required_pattern(*catalog.getEntryWithIdx(k)));
    }
    screen = std::make_unique<PatternScreen>(patterns);
  }

  // Calls `use` with every entry that matches, in catalog order.
  template <typename Use>
  void for_each_match(const RDKit::ROMol& molecule, const Use& use) const {
    for (const int k : screen->candidates(molecule)) {
      const RDKit::FilterCatalogEntry& entry = *catalog.getEntryWithIdx(k);
      if (entry.hasFilterMatch(molecule)) use(entry);
    }
  }
};

class AlertCatalog::Pool : public ObjectPool<Entries> {
  using ObjectPool::ObjectPool;
};

const std::vector<std::string>& AlertCatalog::known_names() {
  static const std::vector<std::string> names = {"brenk", "pains"};
  return names;
}

AlertCatalog::AlertCatalog(const std::vector<std::string>& names) {
  RDKit::FilterCatalogParams parameters;
  for (const std::string& name : names) parameters.addCatalog(catalog_named(name));
  pool_ = std::make_unique<Pool>([parameters] { return std::make_unique<Entries>(parameters); });
}

AlertCatalog::~AlertCatalog() = default;

int AlertCatalog::count(const RDKit::ROMol& molecule) const {
  int count = 0;
  pool_->borrow()->for_each_match(molecule, [&](const auto&) { ++count; });
  return count;
}

std::vector<std::string> AlertCatalog::matches(const RDKit::ROMol& molecule) const {
  std::vector<std::string> names;
  pool_->borrow()->for_each_match(
      molecule, [&](const auto& entry) { names.push_back(entry.getDescription()); });
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
