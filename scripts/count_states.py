#!/usr/bin/python3
"""Counts the states of a fragment-tree environment in a way that shares nothing with the program.

States are molecules with labelled atoms: every atom carries its fragment and its slots as an
isotope label, and every join is drawn as two dummy atoms labelled with the slots they take. Two
trees are the same state exactly if the canonical SMILES of these drawings are equal (RDKit does the
graph isomorphism). Trees are grown by all labelled moves, without any use of symmetry; slot types
and patterns are checked by trying every assignment of types.

    scripts/count_states.py VOCABULARY.json --max-fragments 3
    scripts/count_states.py VOCABULARY.json --max-fragments 3 --config C.toml --fragflow build/fragflow

With --fragflow the numbers are compared with those of `fragflow enumerate CONFIG --json`.
"""

import argparse
import itertools
import json
import subprocess
import sys

from rdkit import Chem, RDLogger

UNTYPED = ""


class Fragment:
    def __init__(self, entry):
        if isinstance(entry, list):
            entry = {"smiles": entry[0], "slots": entry[1]}
        self.smiles = entry["smiles"]
        self.molecule = Chem.MolFromSmiles(self.smiles)
        # One slot: (atom, types, must_fill). Slots that are equal are still listed one by one.
        self.slots = []
        for slot in entry["slots"]:
            if isinstance(slot, int):
                slot = {"atom": slot}
            types = tuple(sorted(slot.get("types", []))) or (UNTYPED,)
            self.slots.append((slot["atom"], types, slot.get("must_fill", False)))
        self.patterns = []
        for pattern in entry.get("patterns", []):
            uses = [(use, UNTYPED) if isinstance(use, int) else tuple(use) for use in pattern]
            self.patterns.extend(self.images(uses))

    def atom_label(self, atom):
        return tuple(sorted(slot[1:] for slot in self.slots if slot[0] == atom))

    def images(self, pattern):
        """The pattern under every automorphism that keeps the atoms' slots."""
        query = Chem.Mol(self.molecule)
        found = query.GetSubstructMatches(query, uniquify=False, maxMatches=100000)
        kept = {
            match
            for match in found
            if all(self.atom_label(i) == self.atom_label(j) for i, j in enumerate(match))
            and all(
                query.GetAtomWithIdx(i).GetTotalNumHs() == query.GetAtomWithIdx(j).GetTotalNumHs()
                and query.GetAtomWithIdx(i).GetFormalCharge()
                == query.GetAtomWithIdx(j).GetFormalCharge()
                for i, j in enumerate(match)
            )
        }
        return [
            list(uses)
            for uses in {tuple(sorted((m[atom], kind) for atom, kind in pattern)) for m in kept}
        ]

    def allows(self, uses):
        """uses: list of (atom, type). True if contained in some pattern, or there is none."""
        if not self.patterns:
            return True
        for pattern in self.patterns:
            rest = list(pattern)
            try:
                for use in uses:
                    rest.remove(use)
            except ValueError:
                continue
            return True
        return False


class Space:
    def __init__(self, vocabulary, forbidden):
        entries = vocabulary if isinstance(vocabulary, list) else vocabulary["fragments"]
        self.fragments = [Fragment(entry) for entry in entries]
        self.allowed = [f.smiles not in forbidden for f in self.fragments]
        joins = [] if isinstance(vocabulary, list) else vocabulary.get("joins", [])
        self.joins = {tuple(pair) for pair in joins} | {tuple(pair[::-1]) for pair in joins}
        self.labels = {}
        self.max_heavy_atoms = None

    def fits(self, nodes):
        atoms = sum(self.fragments[f].molecule.GetNumHeavyAtoms() for f in nodes)
        return self.max_heavy_atoms is None or atoms <= self.max_heavy_atoms

    def can_join(self, a, b):
        return UNTYPED in (a, b) or (a, b) in self.joins

    def label(self, *key):
        return self.labels.setdefault(key, len(self.labels) + 1)

    # A tree: (fragments of the nodes, joins); a join: (node, slot, node, slot).
    def drawing(self, tree):
        nodes, joins = tree
        molecule = Chem.RWMol()
        offsets = []
        for f in nodes:
            fragment = self.fragments[f]
            offsets.append(molecule.GetNumAtoms())
            molecule.InsertMol(fragment.molecule)
            for atom in range(fragment.molecule.GetNumAtoms()):
                drawn = molecule.GetAtomWithIdx(offsets[-1] + atom)
                element = fragment.molecule.GetAtomWithIdx(atom)
                drawn.SetIsotope(self.label("atom", f, fragment.atom_label(atom)))
                # The hydrogens of the free fragment; the label, not the count, tells atoms apart.
                drawn.SetNumExplicitHs(element.GetTotalNumHs())
                drawn.SetNoImplicit(True)
        for node_a, slot_a, node_b, slot_b in joins:
            ends = []
            for node, slot in ((node_a, slot_a), (node_b, slot_b)):
                atom, types, must_fill = self.fragments[nodes[node]].slots[slot]
                dummy = Chem.Atom(0)
                dummy.SetIsotope(self.label("slot", types, must_fill))
                ends.append(molecule.AddAtom(dummy))
                molecule.AddBond(offsets[node] + atom, ends[-1], Chem.BondType.SINGLE)
            molecule.AddBond(ends[0], ends[1], Chem.BondType.SINGLE)
        molecule.UpdatePropertyCache(strict=False)
        return Chem.MolToSmiles(molecule, isomericSmiles=True)

    def molecule(self, tree):
        nodes, joins = tree
        molecule = Chem.RWMol()
        offsets = []
        for f in nodes:
            offsets.append(molecule.GetNumAtoms())
            molecule.InsertMol(self.fragments[f].molecule)
        for node_a, slot_a, node_b, slot_b in joins:
            ends = [
                offsets[node] + self.fragments[nodes[node]].slots[slot][0]
                for node, slot in ((node_a, slot_a), (node_b, slot_b))
            ]
            molecule.AddBond(ends[0], ends[1], Chem.BondType.SINGLE)
            for end in ends:
                atom = molecule.GetAtomWithIdx(end)
                if atom.GetNumExplicitHs() > 0:
                    atom.SetNumExplicitHs(atom.GetNumExplicitHs() - 1)
        try:
            Chem.SanitizeMol(molecule)
        except Exception:  # RDKit's chemistry errors have no common base
            return None
        smiles = Chem.MolToSmiles(molecule)
        parsed = Chem.MolFromSmiles(smiles)
        return None if parsed is None else Chem.MolToSmiles(parsed)

    def is_legal(self, tree):
        nodes, joins = tree
        options = []
        for node_a, slot_a, node_b, slot_b in joins:
            options.append(
                [
                    (a, b)
                    for a in self.fragments[nodes[node_a]].slots[slot_a][1]
                    for b in self.fragments[nodes[node_b]].slots[slot_b][1]
                    if self.can_join(a, b)
                ]
            )
            if not options[-1]:
                return False
        if not any(self.fragments[f].patterns for f in nodes):
            return True
        for choice in itertools.product(*options):
            uses = [[] for _ in nodes]
            for (node_a, slot_a, node_b, slot_b), (a, b) in zip(joins, choice):
                uses[node_a].append((self.fragments[nodes[node_a]].slots[slot_a][0], a))
                uses[node_b].append((self.fragments[nodes[node_b]].slots[slot_b][0], b))
            if all(self.fragments[f].allows(u) for f, u in zip(nodes, uses)):
                return True
        return False

    def extensions(self, tree):
        nodes, joins = tree
        used = {(j[0], j[1]) for j in joins} | {(j[2], j[3]) for j in joins}
        for node, f in enumerate(nodes):
            for slot in range(len(self.fragments[f].slots)):
                if (node, slot) in used:
                    continue
                for g, fragment in enumerate(self.fragments):
                    if not self.allowed[g]:
                        continue
                    for other in range(len(fragment.slots)):
                        yield nodes + (g,), joins + ((node, slot, len(nodes), other),)

    def count(self, max_fragments, min_fragments, start=-1):
        if start >= 0:
            self.allowed[start] = False
            firsts = [start]
        else:
            firsts = [f for f in range(len(self.fragments)) if self.allowed[f] and self.fits((f,))]
        level = {self.drawing(((f,), ())): ((f,), ()) for f in firsts}
        by_size, terminals, molecules, invalid = [], 0, {}, 0
        for size in range(1, max_fragments + 1):
            by_size.append(len(level))
            following = {}
            for tree in level.values():
                grown = False
                if size < max_fragments:
                    for child in self.extensions(tree):
                        if self.fits(child[0]) and self.is_legal(child):
                            grown = True
                            following.setdefault(self.drawing(child), child)
                if size >= min_fragments or not grown:
                    terminals += 1
                    smiles = self.molecule(tree)
                    if smiles is None:
                        invalid += 1
                    else:
                        molecules[smiles] = molecules.get(smiles, 0) + 1
            level = following
        return {
            "states": sum(by_size),
            "states_by_size": by_size,
            "terminals": terminals,
            "molecules": len(molecules),
            "max_trees_per_molecule": max(molecules.values(), default=0),
            "invalid": invalid,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("vocabulary")
    parser.add_argument("--max-fragments", type=int, required=True)
    parser.add_argument("--min-fragments", type=int, default=1)
    parser.add_argument("--forbidden", action="append", default=[], help="SMILES never used")
    parser.add_argument("--start", type=int, default=-1, help="index of the fragment that is s0")
    parser.add_argument("--max-heavy-atoms", type=int)
    parser.add_argument("--fragflow", help="the program to compare with")
    parser.add_argument("--config", help="configuration of the same environment, for --fragflow")
    arguments = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")
    with open(arguments.vocabulary, encoding="utf-8") as file:
        space = Space(json.load(file), set(arguments.forbidden))
    space.max_heavy_atoms = arguments.max_heavy_atoms
    result = space.count(arguments.max_fragments, arguments.min_fragments, arguments.start)
    print(json.dumps(result))
    if arguments.fragflow:
        command = [arguments.fragflow, "enumerate", arguments.config, "--json"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        theirs = json.loads(output.strip().splitlines()[-1])
        keys = ("states", "terminals", "molecules", "max_trees_per_molecule")
        different = [key for key in keys if theirs[key] != result[key]]
        for key in different:
            print(f"{key}: {result[key]} here, {theirs[key]} from fragflow", file=sys.stderr)
        if different:
            sys.exit(1)
        print("fragflow agrees", file=sys.stderr)


if __name__ == "__main__":
    main()
