#include "src/chem/elements.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/PeriodicTable.h>

#include <algorithm>
#include <bitset>
#include <cctype>
#include <utility>

#include "src/base/parallel.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

constexpr int kElements = 128;
using Elements = std::bitset<kElements>;  // by atomic number

std::vector<Elements> elements_of(std::span<const std::string> molecules) {
  std::vector<Elements> elements(molecules.size());
  parallel_for(static_cast<std::int64_t>(molecules.size()), [&](std::int64_t i) {
    const auto molecule = parse_smiles(molecules[i]);
    if (!molecule) return;
    for (const RDKit::Atom* atom : molecule->atoms()) {
      if (atom->getAtomicNum() > 1) elements[i].set(atom->getAtomicNum());
    }
  });
  return elements;
}

std::string name_of(int atomic_number) {
  std::string name = RDKit::PeriodicTable::getTable()->getElementName(atomic_number);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

std::vector<ElementCount> elements_beyond(std::span<const std::string> molecules,
                                          std::span<const std::string> others) {
  Elements known;
  for (const Elements& elements : elements_of(others)) known |= elements;
  std::vector<std::int64_t> counts(kElements, 0);
  for (const Elements& elements : elements_of(molecules)) {
    for (int number = 0; number < kElements; ++number) {
      counts[number] += elements[number] && !known[number];
    }
  }
  std::vector<std::pair<std::int64_t, int>> found;  // ordered by -count, then number
  for (int number = 0; number < kElements; ++number) {
    if (counts[number] > 0) found.emplace_back(-counts[number], number);
  }
  std::sort(found.begin(), found.end());
  std::vector<ElementCount> result;
  for (const auto& [count, number] : found) result.push_back({name_of(number), -count});
  return result;
}

}  // namespace fragflow
