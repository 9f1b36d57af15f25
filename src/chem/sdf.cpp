#include "src/chem/sdf.hpp"

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/RWMol.h>

#include "src/base/parallel.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

std::string record_text(const SdfRecord& record) {
  std::string text = molblock_2d(record.smiles);
  if (text.empty()) return "";
  for (const auto& [name, value] : record.properties) {
    if (!value.empty()) text += ">  <" + name + ">\n" + value + "\n\n";
  }
  return text + "$$$$\n";
}

}  // namespace

std::string molblock_2d(const std::string& smiles) {
  const auto molecule = parse_smiles(smiles);
  if (!molecule) return "";
  RDDepict::compute2DCoords(*molecule);
  molecule->setProp("_Name", smiles);
  return RDKit::MolToMolBlock(*molecule);
}

std::string sdf_text(std::span<const SdfRecord> records) {
  std::vector<std::string> texts(records.size());
  parallel_for(static_cast<std::int64_t>(records.size()),
               [&](std::int64_t i) { texts[i] = record_text(records[i]); });
  std::string all;
  for (const std::string& text : texts) all += text;
  return all;
}

}  // namespace fragflow
