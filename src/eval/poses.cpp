#include "src/eval/poses.hpp"

#include <GraphMol/RWMol.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

constexpr std::uintmax_t kLargestFile = 10'000'000;
constexpr double kShortestBond = 0.7, kLongestBond = 2.6;  // angstrom; iodine to iodine is 2.67
constexpr double kSameValue = 1e-3;

using Place = std::array<double, 3>;

double distance(const Place& a, const Place& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

// Properties behind the block of atoms: ">  <name>", lines, an empty line.
std::vector<std::pair<std::string, std::string>> properties_of(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> properties;
  std::istringstream lines(text);
  bool inside = false;
  for (std::string line; std::getline(lines, line) && line != "$$$$";) {
    if (line.ends_with('\r')) line.pop_back();
    const std::size_t begin = line.find('<'), end = line.rfind('>');
    if (!inside && line.starts_with('>') && begin < end && end != std::string::npos) {
      properties.emplace_back(line.substr(begin + 1, end - begin - 1), "");
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside) {
      std::string& value = properties.back().second;
      value += (value.empty() ? "" : " ") + line;
    }
  }
  return properties;
}

// Reads coordinates from the block, which RDKit has accepted, and bonds from its molecule.
std::string problem_of_places(const RDKit::ROMol& molecule, Pose& pose) {
  if (molecule.getNumConformers() == 0 || !molecule.getConformer().is3D()) {
    return "it has no 3D coordinates";
  }
  const RDKit::Conformer& conformer = molecule.getConformer();
  const auto place_of = [&](const RDKit::Atom* atom) -> Place {
    const RDGeom::Point3D& point = conformer.getAtomPos(atom->getIdx());
    return {point.x, point.y, point.z};
  };
  for (const RDKit::Bond* bond : molecule.bonds()) {
    const double length = distance(place_of(bond->getBeginAtom()), place_of(bond->getEndAtom()));
    if (length < kShortestBond || length > kLongestBond) {
      return fmt::format("it has a bond of {:.2f} angstrom", length);
    }
  }
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() > 1) pose.places.push_back(place_of(atom));
  }
  return "";
}

std::string problem_of_value(const PoseSource& source, const Pose& pose, double value) {
  if (std::isnan(value) || source.property.empty()) return "";
  for (const auto& [name, text] : pose.properties) {
    if (name != source.property) continue;
    const double own = parse_double(text).value_or(NAN);
    if (std::abs(own - value) <= kSameValue) return "";
    return fmt::format("its {} is {}, the molecule's {}: it is of another docking", name, text,
                       value);
  }
  return "";
}

struct PdbAtom {
  std::string residue, element;
  Place place;
};

std::vector<PdbAtom> heavy_atoms(const std::string& pdb) {
  std::vector<PdbAtom> atoms;
  std::istringstream lines(pdb);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("ATOM") && !line.starts_with("HETATM")) continue;
    if (line.size() < 78) line.resize(78, ' ');
    PdbAtom atom;
    atom.element = trim(line.substr(76, 2));
    if (atom.element.size() == 2)
      atom.element[1] = static_cast<char>(std::tolower(atom.element[1]));
    if (atom.element.empty() || atom.element == "H") continue;
    bool complete = true;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto number = parse_double(trim(line.substr(30 + 8 * k, 8)));
      complete = complete && number.has_value();
      atom.place[k] = number.value_or(0);
    }
    if (!complete) continue;
    atom.residue = fmt::format("{} {}", trim(line.substr(17, 3)), trim(line.substr(22, 5)));
    if (line[21] != ' ') atom.residue += fmt::format(" {}", line[21]);
    atoms.push_back(std::move(atom));
  }
  return atoms;
}

// Bonds atoms of the same or neighbouring residues that are at bonding distance.
void add_bonds(AtomEnvironments& around) {
  const auto reach = [](const std::string& element) {
    return element == "S" || element == "P" || element.size() > 1 ? 1.25 : 0.95;
  };
  for (std::size_t i = 0; i < around.atoms.size(); ++i) {
    for (std::size_t j = i + 1; j < around.atoms.size(); ++j) {
      const auto &a = around.atoms[i], &b = around.atoms[j];
      if (distance(a.place, b.place) < reach(a.element) + reach(b.element) - 0.1) {
        around.bonds.push_back({static_cast<int>(i), static_cast<int>(j)});
      }
    }
  }
}

}  // namespace

std::string pose_file_name(std::string_view canonical_smiles) {
  return fmt::format("{:016x}.sdf", fnv1a(canonical_smiles));
}

std::optional<Pose> read_pose(const PoseSource& source, const std::string& canonical_smiles,
                              double value, std::string& problem) {
  const std::filesystem::path path = source.folder / pose_file_name(canonical_smiles);
  problem.clear();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  const auto refuse = [&](const std::string& why) {
    problem = fmt::format("'{}': {}", path.string(), why);
    return std::nullopt;
  };
  if (std::filesystem::file_size(path, error) > kLargestFile) return refuse("it is no pose");
  std::string text;
  try {
    text = read_file(path);
  } catch (const UserError& unreadable) {
    return refuse(unreadable.what());
  }
  const std::string end = "M  END";
  const std::size_t at = text.find(end);
  if (at == std::string::npos) return refuse("it is no SD file");
  Pose pose;
  pose.molblock = text.substr(0, at) + end + "\n";
  pose.properties = properties_of(text.substr(at + end.size()));
  std::string reason;
  const auto molecule = parse_structure(pose.molblock, reason);
  if (!molecule) return refuse(reason);
  if (standardise(pose.molblock).smiles != standardise(canonical_smiles).smiles) {
    return refuse(fmt::format("it is another molecule than {}", canonical_smiles));
  }
  if (const std::string why = problem_of_places(*molecule, pose); !why.empty()) return refuse(why);
  if (const std::string why = problem_of_value(source, pose, value); !why.empty()) {
    return refuse(why);
  }
  return pose;
}

std::string pose_record(const Pose& pose,
                        std::span<const std::pair<std::string, std::string>> properties) {
  std::string text = pose.molblock;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) text += ">  <" + name + ">\n" + value + "\n\n";
  };
  for (const auto& [name, value] : properties) add(name, value);
  for (const auto& [name, value] : pose.properties) {
    const auto is_same = [&](const auto& given) { return given.first == name; };
    if (std::ranges::none_of(properties, is_same)) add(name, value);
  }
  return text + "$$$$\n";
}

AtomEnvironments read_surroundings(const std::filesystem::path& folder,
                                   std::span<const Place> places, double cutoff) {
  AtomEnvironments around;
  const std::filesystem::path path = folder / "receptor.pdb";
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return around;
  const std::vector<PdbAtom> atoms = heavy_atoms(read_file(path));
  std::map<std::string, bool> is_near;
  for (const PdbAtom& atom : atoms) {
    bool& near = is_near[atom.residue];
    near = near || std::ranges::any_of(places, [&](const Place& place) {
             return distance(place, atom.place) <= cutoff;
           });
  }
  std::map<std::string, int> index_of;
  for (const PdbAtom& atom : atoms) {
    if (!is_near[atom.residue]) continue;
    const auto [entry, is_new] =
        index_of.try_emplace(atom.residue, static_cast<int>(around.residues.size()));
    if (is_new) around.residues.push_back(atom.residue);
    around.atoms.push_back({atom.element, atom.place, entry->second});
  }
  add_bonds(around);
  return around;
}

}  // namespace fragflow
