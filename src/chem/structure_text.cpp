#include "src/chem/structure_text.hpp"

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxMolblock = 200'000;
constexpr std::string_view kWhiteSpace = " \t\r\n";

// The rest after the extension |...| at the start of text.
std::string_view behind_extension(std::string_view text) {
  for (std::size_t end = text.find('|', 1); end != text.npos; end = text.find('|', end + 1)) {
    const std::string_view rest = text.substr(end + 1);
    if (rest.empty() || kWhiteSpace.find(rest.front()) != rest.npos) return trim(rest);
  }
  return "";
}

// Restores the three header lines before the counts line, which some tables trim.
std::string with_header(std::string_view text) {
  std::size_t begin = std::min(text.find("V2000"), text.find("V3000"));
  begin = text.rfind('\n', begin);
  begin = begin == text.npos ? 0 : begin + 1;
  std::string block = "\n\n\n" + std::string(text.substr(begin));
  block.erase(std::remove(block.begin(), block.end(), '\r'), block.end());
  if (!block.ends_with('\n')) block += '\n';
  return block;
}

std::unique_ptr<RDKit::RWMol> read(const std::string& block, bool sanitise) {
  return std::unique_ptr<RDKit::RWMol>(
      RDKit::MolBlockToMol(block, sanitise, /*removeHs=*/sanitise, /*strictParsing=*/true));
}

// Why the atoms are not a usable molecule; "" if they may be.
std::string problem_of(const RDKit::ROMol& molecule) {
  if (molecule.getNumAtoms() == 0) return "a molblock without atoms";
  if (const int heavy = static_cast<int>(molecule.getNumHeavyAtoms()); heavy > kMaxHeavyAtoms) {
    return fmt::format("{} heavy atoms; the limit is {}", heavy, kMaxHeavyAtoms);
  }
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() == 0) return "a dummy atom or R group: not a whole molecule";
    if (atom->hasQuery()) return "an atom that may be several elements: not a molecule";
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    if (bond->hasQuery()) return "a bond that may be of several orders: not a molecule";
  }
  return "";
}

}  // namespace

StructureCell split_structure(std::string_view cell) {
  if (is_molblock(cell)) return {cell, ""};
  cell = trim(cell);
  const std::size_t end = std::min(cell.find_first_of(kWhiteSpace), cell.size());
  std::string_view rest = trim(cell.substr(end));
  if (rest.starts_with('|')) rest = behind_extension(rest);
  return {cell.substr(0, end), rest};
}

bool is_molblock(std::string_view text) {
  if (text.find('\n') == text.npos) return false;
  return text.find("M  END") != text.npos &&
         (text.find("V2000") != text.npos || text.find("V3000") != text.npos);
}

std::unique_ptr<RDKit::RWMol> parse_molblock(std::string_view text, std::string& reason) {
  if (!is_molblock(text)) {
    reason = "not a molblock (V2000 or V3000)";
    return nullptr;
  }
  if (text.size() > kMaxMolblock) {
    reason = fmt::format("a molblock of {} characters; the limit is {}", text.size(), kMaxMolblock);
    return nullptr;
  }
  try {
    const std::string block = with_header(text);
    const std::unique_ptr<RDKit::RWMol> atoms = read(block, false);
    reason = atoms ? problem_of(*atoms) : "not a molblock";
    if (!reason.empty()) return nullptr;
    std::unique_ptr<RDKit::RWMol> molecule = read(block, true);
    if (!molecule || molecule->getNumAtoms() == 0) {
      reason = "not a molblock";
      return nullptr;
    }
    for (RDKit::Atom* atom : molecule->atoms()) atom->setAtomMapNum(0);
    return molecule;
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    const std::string_view why = trim(error.what());
    reason = why.empty() ? "not a molblock" : fmt::format("molblock: {}", why);
    return nullptr;
  }
}

std::string smiles_of_molblock(std::string_view text) {
  std::string reason;
  try {
    const std::unique_ptr<RDKit::RWMol> molecule = parse_molblock(text, reason);
    return molecule ? RDKit::MolToSmiles(*molecule) : "";
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    return "";
  }
}

std::string shown_structure(std::string_view cell) {
  constexpr std::size_t kShown = 80;
  if (is_molblock(cell)) return "a molblock";
  cell = trim(cell);
  return std::string(cell.substr(0, std::min(kShown, cell.find('\n'))));
}

}  // namespace fragflow
