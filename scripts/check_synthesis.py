#!/usr/bin/python3
"""Checks molecules with routes in a way that shares nothing with the program but the reactions file:
RDKit's reaction engine from Python.

    scripts/check_synthesis.py routes SAMPLES.csv --blocks BLOCKS.smi
        runs every step of every route forward: it must have one product, the one that is named; what
        is bought must be in the blocks file, and the last product must be the molecule.

    scripts/check_synthesis.py products BLOCKS.smi --max-blocks 3 [--terminals TERMINALS.csv]
        makes every product of at most so many blocks, by reactions on whole molecules, and compares
        them with those that `fragflow enumerate -o TERMINALS.csv` listed.

Prints one JSON object; exit code 1 if something differs.
"""

import argparse
import csv
import functools
import itertools
import json
import pathlib
import sys

from rdkit import Chem, RDLogger
from rdkit.Chem import rdChemReactions

REACTIONS = pathlib.Path(__file__).resolve().parent.parent / "data/reactions.json"
MAX_KEPT = 2


def canonical(smiles):
    molecule = Chem.MolFromSmiles(smiles)
    return None if molecule is None else Chem.MolToSmiles(molecule)


class Chemistry:
    """The reactions file, run by RDKit."""

    def __init__(self, path):
        content = json.loads(pathlib.Path(path).read_text())
        self.groups = {g["name"]: Chem.MolFromSmarts(g["smarts"]) for g in content["groups"]}
        self.keep = {g["name"] for g in content["groups"] if g.get("keep")}
        self.roles = {r["name"]: r for r in content["roles"]}
        self.synthon = {name: rdChemReactions.ReactionFromSmarts(r["synthon"])
                        for name, r in self.roles.items()}
        self.reactions = {r["name"]: r for r in content["reactions"]}
        self.engine = {name: rdChemReactions.ReactionFromSmarts(r["smarts"])
                       for name, r in self.reactions.items()}
        self.pairs = {name: {self.roles[role]["group"] for role in r["roles"]}
                      for name, r in self.reactions.items()}
        self.forbidden = {name: set(r["forbids"]) | self.pairs[name]
                          for name, r in self.reactions.items()}
        self.cache = {}

    @staticmethod
    def run(engine, *molecules):
        """Canonical SMILES of the distinct products."""
        found = set()
        for products in engine.RunReactants(molecules):
            try:
                Chem.SanitizeMol(products[0])
            except Chem.MolSanitizeException:
                continue
            smiles = canonical(Chem.MolToSmiles(products[0]))
            if smiles:
                found.add(smiles)
        return found

    def groups_of(self, molecule):
        return {name for name, query in self.groups.items() if molecule.HasSubstructMatch(query)}

    def reacted(self, smiles, role):
        """The groups that are left when this role has reacted; None if it cannot, or at places that
        differ."""
        key = smiles, role
        if key not in self.cache:
            molecule = Chem.MolFromSmiles(smiles)
            left = None
            if molecule.HasSubstructMatch(self.groups[self.roles[role]["group"]]):
                made = self.run(self.synthon[role], molecule)
                if len(made) == 1:
                    left = frozenset(self.groups_of(Chem.MolFromSmiles(made.pop())))
            self.cache[key] = left
        return self.cache[key]

    def has_pair(self, groups):
        return any(len(pair) == 2 and pair <= groups for pair in self.pairs.values())


def check_routes(chemistry, arguments):
    bought = set()
    for line in pathlib.Path(arguments.blocks).read_text().splitlines():
        if line.strip():
            bought.add(canonical(line.split()[0]))
    result = {"routes": 0, "steps": 0, "wrong": 0, "without_route": 0, "by_steps": {}}
    with open(arguments.samples, newline="") as file:
        for row in csv.DictReader(file):
            if not row["route"] or row["route"].startswith("none: "):
                result["without_route"] += 1
                print(row["smiles"], row["route"], file=sys.stderr)
                continue
            result["routes"] += 1
            made, product = set(), None
            steps = row["route"].split(" ; ")
            for step in steps:
                result["steps"] += 1
                name, equation = step.split(": ", 1)
                reactants, product = equation.split(">>")
                found = [(a, b) for a, b in splits(reactants)
                         if {a, b} <= bought | made]
                ok = any(Chemistry.run(chemistry.engine[name], Chem.MolFromSmiles(a),
                                       Chem.MolFromSmiles(b)) == {canonical(product)}
                         for a, b in found)
                if not ok:
                    result["wrong"] += 1
                    print("wrong:", step, file=sys.stderr)
                made.add(product)
            count = str(len(steps))
            result["by_steps"][count] = result["by_steps"].get(count, 0) + 1
            if canonical(row["smiles"]) != canonical(product) or int(row["steps"]) != len(steps):
                result["wrong"] += 1
                print("wrong end:", row["smiles"], row["route"], file=sys.stderr)
    return result, result["wrong"] + result["without_route"] == 0 and result["routes"] > 0


def splits(text):
    """The two molecules of "A.B", neither of which has a dot of its own."""
    parts = text.split(".")
    assert len(parts) == 2, text
    yield parts[0], parts[1]


def make_products(chemistry, arguments):
    """Parts grow from one end: what is made so far reacts with a block, in which the next reaction
    takes place; two parts make a product. The reaction of every step must tolerate the groups that its
    product holds, and those of the last product all reactions of its route. Atoms in which nothing more is to
    happen carry the isotope 1."""
    blocks = sorted({canonical(line.split()[0]) for line in
                     pathlib.Path(arguments.blocks).read_text().splitlines() if line.strip()})
    caps = {role for role in chemistry.roles
            if any(chemistry.reacted(block, role) == frozenset() for block in blocks)}
    reactions = [name for name, r in chemistry.reactions.items() if set(r["roles"]) <= caps]

    def react(first, second):
        """Every reaction of a part of `first` with one of `second`: names, reactants, product."""
        for name in reactions:
            roles = chemistry.reactions[name]["roles"]
            sides = [[[part for part in parts if reacts(part[0], role)]
                      for parts in (first, second)] for role in roles]
            pairs = itertools.product(sides[0][0], sides[1][1])
            if first is not second:
                pairs = itertools.chain(pairs, itertools.product(sides[0][1], sides[1][0]))
            for (a, used_a), (b, used_b) in pairs:
                made = Chemistry.run(chemistry.engine[name], plain(a), plain(b))
                if len(made) == 1 and not chemistry.forbidden[name] & groups_in(*made):
                    yield name, (a, b), used_a | used_b | {name}, made.pop()

    def plain(smiles):
        molecule = Chem.MolFromSmiles(smiles)
        for atom in molecule.GetAtoms():
            atom.SetIsotope(0)
        return molecule

    def done(smiles):
        molecule = Chem.MolFromSmiles(smiles)
        for atom in molecule.GetAtoms():
            atom.SetIsotope(1)
        return molecule

    def marked(name, reactants, ready):
        """The product whose atoms of the parts that were ready are marked, and are to stay as they
        are."""
        molecules = [done(smiles) if smiles in ready else with_end(smiles, role)
                     for smiles, role in zip(reactants, chemistry.reactions[name]["roles"])]
        return Chemistry.run(chemistry.engine[name], *molecules)

    def with_end(smiles, role):
        """The block; the atom to which the other part is joined carries the isotope 2, since a block
        has no second slot there."""
        molecule = Chem.MolFromSmiles(smiles)
        for made in chemistry.synthon[role].RunReactants((molecule,)):
            end = end_of(made[0])
            if end.HasProp("react_atom_idx"):
                molecule.GetAtomWithIdx(end.GetIntProp("react_atom_idx")).SetIsotope(2)
                break
        return molecule

    def end_of(synthon):
        dummy = next(atom for atom in synthon.GetAtoms() if atom.GetAtomicNum() == 0)
        return dummy.GetNeighbors()[0]

    @functools.lru_cache(maxsize=100000)
    def groups_in(smiles):
        """What is left after a step, of both parts."""
        return chemistry.groups_of(Chem.MolFromSmiles(smiles))

    @functools.lru_cache(maxsize=None)
    def reacts(smiles, role):
        """Whether the part can take this role, in one way and at no atom that is done."""
        if chemistry.reacted(Chem.MolToSmiles(plain(smiles)), role) is None:
            return False
        molecule = Chem.MolFromSmiles(smiles)
        for atom in molecule.GetAtoms():
            if atom.GetIsotope() == 1:
                atom.SetProp("_protected", "1")
        return any(end_of(made[0]).GetIsotope() != 2
                   for made in chemistry.synthon[role].RunReactants((molecule,)))

    def is_product(smiles, used):
        kept = chemistry.groups_of(Chem.MolFromSmiles(smiles))
        return (kept <= chemistry.keep and len(kept) <= MAX_KEPT and not chemistry.has_pair(kept)
                and not any(chemistry.forbidden[name] & kept for name in used))

    ready = {1: {(block, frozenset()) for block in blocks}}
    products = {}
    for n in range(2, arguments.max_blocks + 1):
        products[n] = set()
        for i in range(1, n // 2 + 1):
            for _, _, used, made in react(ready[i], ready[n - i]):
                if is_product(made, used):
                    products[n].add(made)
        if n < arguments.max_blocks:
            # In a pair of blocks either may be the one that is done.
            ready[n] = set()
            before = {smiles for smiles, _ in ready[n - 1]}
            for name, pair, used, _ in react(ready[n - 1], ready[1]):
                for part in {smiles for smiles in pair if smiles in before}:
                    ready[n] |= {(made, used) for made in marked(name, pair, {part})}
    result = {"blocks": len(blocks), "reactions": len(reactions),
              "products": {n: len(found) for n, found in products.items()},
              "distinct": len(set().union(*products.values()))}
    if not arguments.terminals:
        return result, True
    with open(arguments.terminals, newline="") as file:
        listed = {row["object"] for row in csv.DictReader(file)}
    here = set().union(*products.values())
    result["listed"] = len(listed)
    result["only_in_one"] = len(here ^ listed)
    result["only_here"] = sorted(here - listed)[:5]
    result["only_listed"] = sorted(listed - here)[:5]
    return result, here == listed


def main():
    RDLogger.DisableLog("rdApp.*")
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reactions", default=REACTIONS)
    commands = parser.add_subparsers(dest="command", required=True)
    routes = commands.add_parser("routes")
    routes.add_argument("samples")
    routes.add_argument("--blocks", required=True)
    products = commands.add_parser("products")
    products.add_argument("blocks")
    products.add_argument("--max-blocks", type=int, default=3)
    products.add_argument("--terminals")
    arguments = parser.parse_args()
    chemistry = Chemistry(arguments.reactions)
    check = check_routes if arguments.command == "routes" else make_products
    result, ok = check(chemistry, arguments)
    print(json.dumps(result))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
