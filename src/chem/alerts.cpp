#include "src/chem/alerts.hpp"

#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/base/object_pool.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/text.hpp"
#include "src/chem/fast/pattern_screen.hpp"

namespace fragflow {
namespace {

std::unique_ptr<RDKit::ROMol> parse_smarts(const std::string& smarts) {
  try {
    return std::unique_ptr<RDKit::ROMol>(RDKit::SmartsToMol(smarts));
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    return nullptr;
  }
}

}  // namespace

// The rows of data/alerts.csv, catalog by catalog.
struct AlertCatalog::Entries {
  std::vector<std::unique_ptr<RDKit::ROMol>> patterns;
  std::unique_ptr<PatternScreen> screen;

  explicit Entries(const std::vector<std::string>& smarts) {
    std::vector<const RDKit::ROMol*> pointers;
    for (const std::string& text : smarts) {
      patterns.push_back(parse_smarts(text));
      if (!patterns.back()) user_error("alerts.csv: '{}' is no SMARTS", text);
      pointers.push_back(patterns.back().get());
    }
    screen = std::make_unique<PatternScreen>(pointers);
  }

  // Calls `use` with the index of every entry that matches, ascending.
  template <typename Use>
  void for_each_match(const RDKit::ROMol& molecule, const Use& use) const {
    RDKit::MatchVectType match;
    for (const int k : screen->candidates(molecule)) {
      if (RDKit::SubstructMatch(molecule, *patterns[k], match)) use(k);
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
  for (const std::string& name : names) {
    if (std::find(known_names().begin(), known_names().end(), name) != known_names().end())
      continue;
    user_error("unknown alert catalog '{}'; known: {}{}", name, join(known_names()),
               did_you_mean(name, known_names()));
  }
  const std::string path = data_path("alerts.csv").string();
  const CsvTable table = read_csv(path);
  const std::size_t catalog = table.column("catalog", path), name = table.column("name", path),
                    pattern = table.column("smarts", path);
  std::vector<std::string> smarts;
  for (const std::string& chosen : names) {
    for (const auto& row : table.rows) {
      if (row[catalog] != chosen) continue;
      names_.push_back(row[name]);
      smarts.push_back(row[pattern]);
    }
  }
  pool_ = std::make_unique<Pool>([smarts] { return std::make_unique<Entries>(smarts); });
  pool_->borrow();  // so that a damaged file is reported now, not at the first molecule
}

AlertCatalog::~AlertCatalog() = default;

int AlertCatalog::count(const RDKit::ROMol& molecule) const {
  int count = 0;
  pool_->borrow()->for_each_match(molecule, [&](int) { ++count; });
  return count;
}

std::vector<std::string> AlertCatalog::matches(const RDKit::ROMol& molecule) const {
  const auto entries = pool_->borrow();
  std::vector<std::string> found;
  entries->for_each_match(molecule, [&](int k) { found.push_back(names_[k]); });
  return found;
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
