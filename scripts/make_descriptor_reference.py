#!/usr/bin/python3
"""Writes tests/data/descriptor_reference.csv: descriptors of 1,200 molecules by RDKit's Python
modules, which the tests compare with the C++ implementation.

Molecules: 400 of CHEMBL2321810 and 800 of the NCI set, evenly spaced, both from Debian's package
rdkit-data, stereo-free.
"""
import argparse
import csv
import os
import sys

from rdkit import Chem, RDLogger
from rdkit.Chem import Crippen, Descriptors, FilterCatalog, Lipinski, QED, rdMolDescriptors
from rdkit.Chem.Scaffolds import MurckoScaffold

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--output", default="tests/data/descriptor_reference.csv")
arguments = parser.parse_args()
RDLogger.DisableLog("rdApp.*")
SHARE = os.environ.get("RDBASE", "/usr/share/RDKit")
sys.path.append(f"{SHARE}/Contrib/SA_Score")
import sascorer  # noqa: E402


def catalog(kind):
    return FilterCatalog.FilterCatalog(FilterCatalog.FilterCatalogParams(kind))


BRENK = catalog(FilterCatalog.FilterCatalogParams.FilterCatalogs.BRENK)
PAINS = catalog(FilterCatalog.FilterCatalogParams.FilterCatalogs.PAINS)


def flat_molecules(path):
    """Canonical stereo-free SMILES of the molecules with a carbon, each once, in file order."""
    seen = set()
    for line in open(path):
        fields = line.split()
        molecule = Chem.MolFromSmiles(max(fields[0].split("."), key=len)) if fields else None
        if molecule is None:
            continue
        smiles = Chem.MolToSmiles(molecule, isomericSmiles=False)
        molecule = Chem.MolFromSmiles(smiles)
        if molecule is None or smiles in seen or "c" not in smiles.lower():
            continue
        seen.add(smiles)
    return sorted(seen)


def evenly_spaced(items, count):
    return [items[i * len(items) // count] for i in range(count)]


molecules = evenly_spaced(flat_molecules(f"{SHARE}/Contrib/FreeWilson/data/CHEMBL2321810.smi"), 400)
molecules += evenly_spaced(flat_molecules(f"{SHARE}/Data/NCI/first_5K.smi"), 800)
os.makedirs(os.path.dirname(arguments.output), exist_ok=True)
with open(arguments.output, "w", newline="") as output:
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow("smiles qed sa mw logp tpsa hbd hba rotatable_bonds brenk pains scaffold".split())
    for smiles in molecules:
        m = Chem.MolFromSmiles(smiles)
        writer.writerow([
            smiles, f"{QED.qed(m):.8f}", f"{sascorer.calculateScore(m):.8f}",
            f"{Descriptors.MolWt(m):.6f}", f"{Crippen.MolLogP(m):.6f}",
            f"{rdMolDescriptors.CalcTPSA(m):.6f}", Lipinski.NumHDonors(m), Lipinski.NumHAcceptors(m),
            Lipinski.NumRotatableBonds(m), len(BRENK.GetMatches(m)), len(PAINS.GetMatches(m)),
            MurckoScaffold.MurckoScaffoldSmiles(mol=m)])
