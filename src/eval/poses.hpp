// Poses that the scorer of a component left in a folder, one SD file per molecule
// (docs/docking.md), and their surroundings.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fragflow {

// The location of the poses of a component's molecules.
struct PoseSource {
  std::string component;
  std::string property;  // the value's name in the SD files; "": not compared
  std::filesystem::path folder;
};

// A molecule with hydrogens, positioned in the receptor.
struct Pose {
  std::string molblock;  // V2000 up to "M  END" and its line end
  std::vector<std::pair<std::string, std::string>> properties;  // of the file, in its order
  std::vector<std::array<double, 3>> places;                    // of heavy atoms, angstrom
};

// "cf0593becc7852f3.sdf": 64-bit FNV-1a of the canonical SMILES.
std::string pose_file_name(std::string_view canonical_smiles);

// The pose of a molecule, or empty; `problem` then says why, and is empty if there is no file. A
// file is rejected unless its structure is that molecule (regardless of charges and stereo) with
// plausible bond lengths, and unless its property `property` (if it has one) agrees with value to
// 0.001: otherwise it is from another docking. value NaN: not compared.
std::optional<Pose> read_pose(const PoseSource& source, const std::string& canonical_smiles,
                              double value, std::string& problem);

// A record of an SD file. The pose's own properties follow the given ones; duplicates are dropped.
std::string pose_record(const Pose& pose,
                        std::span<const std::pair<std::string, std::string>> properties);

// Heavy atoms of the residues that have an atom within `cutoff` angstrom of a given position.
struct AtomEnvironments {
  struct Atom {
    std::string element;
    std::array<double, 3> place;
    int residue = 0;  // index into residues
  };
  std::vector<std::string> residues;  // "GLU 211 A"
  std::vector<Atom> atoms;
  std::vector<std::array<int, 2>> bonds;  // indices of atoms
};

// From the file receptor.pdb in the folder; without atoms if there is none, or none nearby.
AtomEnvironments read_surroundings(const std::filesystem::path& folder,
                                   std::span<const std::array<double, 3>> places,
                                   double cutoff = 6.0);

}  // namespace fragflow
