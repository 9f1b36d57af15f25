"""A molecule on its way to Vina and back: SMILES -> 3D -> PDBQT, and the docked coordinates on the molecule."""

import math
import subprocess

from rdkit import Chem, RDLogger
from rdkit.Chem import AllChem, rdMolTransforms
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers, StereoEnumerationOptions
from rdkit.Chem.MolStandardize import rdMolStandardize

from receptor import pdbqt_atoms

ELEMENTS = {"H", "C", "N", "O", "F", "P", "S", "Cl", "Br", "I"}  # of ligands, that Vina has parameters for
TRIED_CONFORMERS = 10
RDLogger.DisableLog("rdApp.*")


class Failure(Exception):
    """This molecule has no score; the message says why."""


def obabel(arguments, text):
    done = subprocess.run(["obabel", *arguments], input=text, capture_output=True, text=True,
                          errors="replace", check=False, timeout=60)
    return done.stdout


def parsed(smiles, max_heavy_atoms):
    """The largest part of a molecule, if Vina can dock it."""
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise Failure("RDKit cannot read the SMILES")
    parts = Chem.GetMolFrags(molecule, asMols=True)
    molecule = max(parts, key=lambda part: (part.GetNumHeavyAtoms(), Chem.MolToSmiles(part)))
    strange = sorted({atom.GetSymbol() for atom in molecule.GetAtoms()} - ELEMENTS)
    if strange:
        raise Failure(f"Vina has no parameters for {', '.join(strange)}")
    if molecule.GetNumHeavyAtoms() > max_heavy_atoms:
        raise Failure(f"{molecule.GetNumHeavyAtoms()} heavy atoms, more than {max_heavy_atoms}")
    # Written and read again, so that the order of atoms does not depend on how it was written.
    return Chem.MolFromSmiles(Chem.MolToSmiles(molecule))


def neutral_smiles(molecule):
    return Chem.MolToSmiles(rdMolStandardize.Uncharger().uncharge(Chem.Mol(molecule)), isomericSmiles=False)


def protonated(molecule, ph):
    """As it is at that pH, by Open Babel's rules; itself where these make something else of it."""
    said = obabel(["-ismi", "-osmi", "-p", str(ph)], Chem.MolToSmiles(molecule) + "\n").split()
    made = Chem.MolFromSmiles(said[0]) if said else None
    if made is None or neutral_smiles(made) != neutral_smiles(molecule):
        return molecule
    return Chem.MolFromSmiles(Chem.MolToSmiles(made))


def embedded(molecule, count):
    """With hydrogens, one molecule for each of at most `count` conformers: of ten by ETKDG with a fixed seed,
    relaxed with MMFF94, those of the lowest energy that differ. Vina turns neither rings nor bonds such as
    those of amides."""
    molecule = Chem.AddHs(molecule)
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = 1
    numbers = list(AllChem.EmbedMultipleConfs(molecule, TRIED_CONFORMERS, parameters))
    if not numbers:
        parameters.useRandomCoords = True
        numbers = list(AllChem.EmbedMultipleConfs(molecule, 1, parameters))
    energies = [0.0] * len(numbers)
    if AllChem.MMFFHasAllMoleculeParams(molecule):
        energies = [energy for _, energy in AllChem.MMFFOptimizeMoleculeConfs(molecule, maxIters=500)]
    elif AllChem.UFFHasAllMoleculeParams(molecule):
        energies = [energy for _, energy in AllChem.UFFOptimizeMoleculeConfs(molecule, maxIters=500)]
    chosen = []
    for _, number in sorted(zip(energies, numbers, strict=True)):
        if len(chosen) < count and all(AllChem.GetConformerRMS(molecule, number, other) > 0.5 for other in chosen):
            chosen.append(number)
    return [Chem.Mol(molecule, confId=number) for number in chosen]


def starts(molecule, isomers, conformers):
    """What is docked: conformers of the first stereoisomers that have any. Marks that the SMILES has are kept;
    open centres and double bonds are enumerated, in the order of isomeric SMILES."""
    options = StereoEnumerationOptions(onlyUnassigned=True, unique=True, maxIsomers=8 * isomers, rand=1)
    names = sorted(Chem.MolToSmiles(isomer) for isomer in EnumerateStereoisomers(molecule, options=options))
    made = []
    for smiles in names:
        found = embedded(Chem.MolFromSmiles(smiles), conformers)
        made += [found] if found else []
        if len(made) == isomers:
            break
    if not made:
        raise Failure("no 3D coordinates were found")
    return [conformer for found in made for conformer in found]


def pdbqt_of(molecule):
    """The PDBQT that Vina reads, and the index in the molecule of each of its atoms."""
    text = obabel(["-isdf", "-opdbqt"], Chem.MolToMolBlock(molecule) + "$$$$\n")
    places = [tuple(place) for place in molecule.GetConformer().GetPositions()]
    order = []
    for _, place, _ in pdbqt_atoms(text):
        nearest = min(range(len(places)), key=lambda i: math.dist(places[i], place))
        # Both files round, to 3 and 4 digits.
        if math.dist(places[nearest], place) > 0.002:
            raise Failure("Open Babel moved atoms")
        order.append(nearest)
    heavy = {atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1}
    if len(set(order)) < len(order) or not heavy <= set(order):
        raise Failure("Open Babel lost atoms")
    return text, order


def with_pose(molecule, order, places):
    """The molecule at the docked places, with its own bonds and hydrogens."""
    placed = Chem.Mol(molecule)
    for index, place in zip(order, places, strict=True):
        placed.GetConformer().SetAtomPosition(index, place)
    # Vina takes no notice of hydrogens, and PDBQT files lack most of them: all are put at ideal places.
    pose = Chem.AddHs(Chem.RemoveAllHs(placed), addCoords=True)
    check_pose(molecule, pose)
    return pose


def check_pose(molecule, pose):
    """That the coordinates are those of the molecule: lengths of bonds, and stereo as in the SMILES."""
    if pose.GetNumAtoms() != molecule.GetNumAtoms():
        raise Failure("the pose has other atoms than the molecule")
    there = pose.GetConformer().GetPositions()
    for bond in pose.GetBonds():
        length = math.dist(there[bond.GetBeginAtomIdx()], there[bond.GetEndAtomIdx()])
        if not 0.7 < length < 2.6:
            raise Failure(f"the pose has a bond of {length:.1f} angstrom")
    seen = Chem.Mol(pose)
    Chem.AssignAtomChiralTagsFromStructure(seen, replaceExistingTags=True)
    for atom in molecule.GetAtoms():
        tag = atom.GetChiralTag()
        if tag != Chem.ChiralType.CHI_UNSPECIFIED and tag != seen.GetAtomWithIdx(atom.GetIdx()).GetChiralTag():
            raise Failure("the pose is another stereoisomer")
    for bond in molecule.GetBonds():
        if bond.GetStereo() in (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOZ):
            first, last = bond.GetStereoAtoms()
            angle = rdMolTransforms.GetDihedralDeg(pose.GetConformer(), first, bond.GetBeginAtomIdx(),
                                                   bond.GetEndAtomIdx(), last)
            if (abs(angle) < 90) != (bond.GetStereo() == Chem.BondStereo.STEREOZ):
                raise Failure("the pose has a double bond turned round")


def smiles_of_pose(pose):
    """With the stereo of the coordinates, which may be more than was enumerated (rings with cis and trans)."""
    seen = Chem.RemoveAllHs(pose)
    Chem.AssignStereochemistryFrom3D(seen)
    return Chem.MolToSmiles(seen)
