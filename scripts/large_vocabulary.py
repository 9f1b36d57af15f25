#!/usr/bin/python3
"""Grows a vocabulary to a given size, to measure what large ones cost.

usage: large_vocabulary.py VOCABULARY SIZE OUTPUT

Fragments of VOCABULARY (a file that `fragflow fragments extract` wrote) get one to three small
substituents where they have hydrogens and no slot; slots and patterns stay. The new ones look like
real pieces of molecules but were not seen in any. The result depends on the arguments alone. Needs
python3-rdkit.
"""
import itertools
import json
import random
import sys

from rdkit import Chem, RDLogger

SUBSTITUENTS = ["F", "Cl", "C", "OC", "C#N", "O", "N", "CC", "C(F)(F)F", "C(C)C"]


def substituted(fragment, random_numbers):
    """A copy with more atoms at the end, so that the numbers of the old ones stay; None: no room."""
    molecule = Chem.MolFromSmiles(fragment["smiles"])
    slots = {slot["atom"] for slot in fragment["slots"]}
    count = random_numbers.randint(1, 3)
    for _ in range(count):
        free = [a.GetIdx() for a in molecule.GetAtoms()
                if a.GetSymbol() == "C" and a.GetTotalNumHs() > 0 and a.GetIdx() not in slots]
        if not free:
            return None
        piece = Chem.MolFromSmiles(random_numbers.choice(SUBSTITUENTS))
        editable = Chem.RWMol(Chem.CombineMols(molecule, piece))
        editable.AddBond(random_numbers.choice(free), molecule.GetNumAtoms(), Chem.BondType.SINGLE)
        molecule = editable.GetMol()
        if Chem.SanitizeMol(molecule, catchErrors=True) or molecule.GetNumAtoms() > 30:
            return None
    smiles = Chem.MolToSmiles(molecule)
    order = list(molecule.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    place = {atom: order.index(atom) for atom in range(molecule.GetNumAtoms())}
    copy = json.loads(json.dumps(fragment))
    copy["smiles"] = smiles
    copy["count"] = 1
    for slot in copy["slots"]:
        slot["atom"] = place[slot["atom"]]
    for pattern in copy.get("patterns", []):
        for use in pattern:
            use[0] = place[use[0]]
    return copy


def identity(fragment):
    molecule = Chem.MolFromSmiles(fragment["smiles"])
    for slot in fragment["slots"]:
        molecule.GetAtomWithIdx(slot["atom"]).SetIsotope(1)
    return Chem.MolToSmiles(molecule)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    RDLogger.DisableLog("rdApp.*")
    with open(sys.argv[1], encoding="utf-8") as file:
        vocabulary = json.load(file)
    size, seeds = int(sys.argv[2]), vocabulary["fragments"]
    random_numbers = random.Random(0)
    fragments = seeds[:size]
    seen = {identity(fragment) for fragment in fragments}
    for attempt in itertools.count():
        if len(fragments) >= size:
            break
        if attempt > 200 * size:
            sys.exit(f"only {len(fragments)} distinct fragments were found")
        copy = substituted(random_numbers.choice(seeds), random_numbers)
        if copy is None or identity(copy) in seen:
            continue
        seen.add(identity(copy))
        fragments.append(copy)
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        json.dump({"fragments": fragments, "joins": vocabulary["joins"]}, file)
    print(f"{sys.argv[3]}: {len(fragments)} fragments")


if __name__ == "__main__":
    main()
