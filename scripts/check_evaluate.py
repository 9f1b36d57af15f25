#!/usr/bin/python3
"""Recomputes every figure of `fragflow evaluate FILE --json` with RDKit's Python modules and double
loops, and compares. Exits with 1 if a figure differs.

    scripts/check_evaluate.py samples.csv --reference data/chembl2321810.csv --mode-score 0.5
"""
import argparse
import csv
import json
import math
import os
import pathlib
import re
import subprocess
import sys

import numpy
from rdkit import Chem, DataStructs, RDLogger
from rdkit.Chem import QED, AllChem, FilterCatalog
from rdkit.Chem.MolStandardize import rdMolStandardize
from rdkit.Chem.Scaffolds import MurckoScaffold

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("file")
parser.add_argument("--reference")
parser.add_argument("--score-column", default="score")
parser.add_argument("--mode-score", type=float)
parser.add_argument("--mode-similarity", type=float, default=0.7)
parser.add_argument("--fingerprint", choices=["rdk", "morgan2"], default="rdk")
parser.add_argument("--binary", default="build/fragflow")
parser.add_argument("--result", help="compare with this JSON file instead of running the binary")
arguments = parser.parse_args()
RDLogger.DisableLog("rdApp.*")
sys.path.append(os.path.join(os.environ.get("RDBASE", "/usr/share/RDKit"), "Contrib/SA_Score"))
import sascorer  # noqa: E402


def read_rows(path):
    """(SMILES, score) of every row; NaN where there is no score."""
    if path.endswith((".smi", ".txt")):
        lines = [line.strip() for line in open(path)]
        return [(line.split()[0], math.nan) for line in lines if line and line[0] != "#"]
    rows = []
    for row in csv.DictReader(open(path, newline="")):
        smiles = next(value for key, value in row.items() if key.lower() == "smiles")
        score = row.get(arguments.score_column)
        rows.append((smiles.strip(), float(score) if score else math.nan))
    return rows


def listed_parts():
    """Rank of every part of a salt that src/chem/parent.cpp lists, by its neutral SMILES."""
    text = (pathlib.Path(__file__).resolve().parent.parent / "src/chem/parent.cpp").read_text()
    ranks = {}
    for rank, name in enumerate(("kSmallAcids", "kCounterIons", "kAuxiliaries"), start=1):
        body = re.search(rf"Listed {name}\[\] = {{(.*?)\n}};", text, re.DOTALL).group(1)
        for _, smiles in re.findall(r'{"([^"]*)", "([^"]*)"}', body):
            ranks.setdefault(neutral_key(Chem.MolFromSmiles(smiles)), rank)
    return ranks


def neutral_key(part):
    part = Chem.Mol(part)
    Chem.RemoveStereochemistry(part)
    for atom in part.GetAtoms():
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    return Chem.MolToSmiles(UNCHARGER.uncharge(part), isomericSmiles=False)


def is_simple_onium(part):
    """Carbon and hydrogen around one quaternary nitrogen or phosphorus."""
    others = [atom for atom in part.GetAtoms() if atom.GetAtomicNum() not in (1, 6)]
    return len(others) == 1 and others[0].GetAtomicNum() in (7, 15) \
        and others[0].GetFormalCharge() == 1 and others[0].GetDegree() == 4


def parent_order(part):
    """The part that is the compound has the smallest (src/chem/parent.hpp)."""
    key = neutral_key(part)
    if REMOVER.remove(part).GetNumAtoms() == 0:
        rank = 4
    else:
        rank = 3 if is_simple_onium(part) else LISTED.get(key, 0)
    heavy = [atom for atom in part.GetAtoms() if atom.GetAtomicNum() > 1]
    table = Chem.GetPeriodicTable()
    return (rank, all(atom.GetAtomicNum() != 6 for atom in heavy), -len(heavy),
            -sum(table.GetAtomicWeight(atom.GetAtomicNum()) for atom in heavy), key)


UNCHARGER = rdMolStandardize.Uncharger(canonicalOrder=True)
REMOVER = rdMolStandardize.FragmentRemover("", leave_last=False)
LISTED = listed_parts()


def standardise(smiles):
    """Canonical SMILES of the parent, neutral, without stereo and isotopes; or None."""
    if not smiles or len(smiles) > 1000:
        return None
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumAtoms() == 0 or molecule.GetNumHeavyAtoms() > 250:
        return None
    parts = Chem.GetMolFrags(molecule, asMols=True)
    if len(parts) > 1:
        molecule = min(parts, key=parent_order)
    molecule = UNCHARGER.uncharge(molecule)
    for atom in molecule.GetAtoms():
        atom.SetIsotope(0)
    Chem.RemoveStereochemistry(molecule)
    flat = Chem.MolFromSmiles(Chem.MolToSmiles(molecule, isomericSmiles=False))
    return None if flat is None else Chem.MolToSmiles(flat, isomericSmiles=False)


def fingerprint(molecule):
    if arguments.fingerprint == "rdk":
        return Chem.RDKFingerprint(molecule)
    return AllChem.GetMorganFingerprintAsBitVect(molecule, 2, 2048)


def mean_similarity(prints):
    total, pairs = 0.0, 0
    for i in range(1, len(prints)):
        total += sum(DataStructs.BulkTanimotoSimilarity(prints[i], prints[:i]))
        pairs += i
    return total / pairs if pairs else math.nan


def count_modes(prints, scores):
    kept = []
    for one, score in zip(prints, scores):
        if arguments.mode_score is not None and not score >= arguments.mode_score:
            continue
        if not kept or max(DataStructs.BulkTanimotoSimilarity(one, kept)) < \
                arguments.mode_similarity:
            kept.append(one)
    return len(kept)


def alert_share(molecules):
    parameters = FilterCatalog.FilterCatalogParams()
    parameters.AddCatalog(FilterCatalog.FilterCatalogParams.FilterCatalogs.BRENK)
    parameters.AddCatalog(FilterCatalog.FilterCatalogParams.FilterCatalogs.PAINS)
    catalog = FilterCatalog.FilterCatalog(parameters)
    return numpy.mean([catalog.HasMatch(m) for m in molecules]) if molecules else math.nan


def recompute():
    rows = read_rows(arguments.file)
    best = {}
    num_valid = 0
    for smiles, score in rows:
        canonical = standardise(smiles)
        if canonical is None:
            continue
        num_valid += 1
        old = best.get(canonical, math.nan)
        best[canonical] = score if math.isnan(old) else numpy.fmax(old, score)
    order = sorted(best, key=lambda s: (math.isnan(best[s]), -best[s] if best[s] == best[s] else 0, s))
    scores = [float(best[smiles]) for smiles in order]
    molecules = [Chem.MolFromSmiles(smiles) for smiles in order]
    prints = [fingerprint(molecule) for molecule in molecules]
    scored = [score for score in scores if not math.isnan(score)]
    figures = {
        "count": len(rows),
        "valid": num_valid / len(rows),
        "unique": len(order) / num_valid,
        "modes": count_modes(prints, scores),
        "internal_diversity": 1 - mean_similarity(prints) if len(prints) <= 5000 else None,
        "mean_top100_similarity": mean_similarity(prints[:min(100, len(scored))]),
        "scaffolds": len({MurckoScaffold.MurckoScaffoldSmiles(mol=m) for m in molecules}),
        "qed_mean": numpy.mean([QED.qed(m) for m in molecules]),
        "sa_mean": numpy.mean([sascorer.calculateScore(m) for m in molecules]),
    }
    top100 = molecules[:min(100, len(scored))]
    figures["alerts_top100"] = alert_share(top100)
    figures["sa_median_top100"] = numpy.median([sascorer.calculateScore(m) for m in top100]) \
        if top100 else math.nan
    for k in (1, 10, 100, 1000):
        figures[f"top_{k}"] = numpy.mean(scored[:k]) if scored else math.nan
    if arguments.reference:
        known = {standardise(smiles) for smiles, _ in read_rows(arguments.reference)}
        figures["alerts_reference"] = alert_share(
            [Chem.MolFromSmiles(smiles) for smiles in known if smiles])
        figures["novel"] = sum(smiles not in known for smiles in order) / len(order)
    return figures


def reported():
    if arguments.result:
        text = open(arguments.result).read()
    else:
        command = [arguments.binary, "evaluate", arguments.file, "--json", "--score-column",
                   arguments.score_column, "--fingerprint", arguments.fingerprint,
                   "--mode-similarity", str(arguments.mode_similarity)]
        if arguments.score_column == "score":
            del command[4:6]  # a default may be absent from the file
        if arguments.mode_score is not None:
            command += ["--mode-score", str(arguments.mode_score)]
        if arguments.reference:
            command += ["--reference", arguments.reference]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(text.strip().splitlines()[-1])


result = reported()
num_different = 0
for name, expected in recompute().items():
    if expected is None:
        print(f"{name:24} {result[name]!s:>22}  (sampled; not compared)")
        continue
    value = math.nan if result[name] is None else result[name]
    tolerance = 1e-4 if name.startswith(("qed_", "sa_")) else 1e-9
    same = value == expected or abs(value - expected) <= tolerance or \
        (math.isnan(value) and math.isnan(expected))
    num_different += not same
    print(f"{name:24} {value:22.15g} {expected:22.15g}  {'ok' if same else 'DIFFERENT'}")
sys.exit(1 if num_different else 0)
