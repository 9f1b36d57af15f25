#!/usr/bin/python3
"""Scores molecules with RDKit: a program for reward components of type "process" and "pool".

Reads SMILES lines on standard input and answers on standard output

    {"version": 1, "smiles": [...], "payload": {"logp": [...], "similarity": [...]}}

with one number per molecule: logP (Wildman and Crippen), and the Tanimoto similarity of Morgan
fingerprints to a given molecule. A molecule that RDKit refuses has the value null.

    rdkit_scorer.py --like SMILES            the end of the input ends the batch (protocol = "once")
    rdkit_scorer.py --like SMILES --stream   an empty line ends a batch (protocol = "stream")
"""

import argparse
import json
import sys

from rdkit import Chem, DataStructs, RDLogger
from rdkit.Chem import AllChem, Crippen


def fingerprint(molecule):
    return AllChem.GetMorganFingerprintAsBitVect(molecule, 2, nBits=2048)


def answer(batch, reference):
    molecules = [Chem.MolFromSmiles(smiles) for smiles in batch]
    payload = {
        "logp": [None if m is None else Crippen.MolLogP(m) for m in molecules],
        "similarity": [
            None if m is None else DataStructs.TanimotoSimilarity(fingerprint(m), reference)
            for m in molecules
        ],
    }
    print(json.dumps({"version": 1, "smiles": batch, "payload": payload}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--like", required=True, metavar="SMILES", help="what to be similar to")
    parser.add_argument("--stream", action="store_true", help="an empty line ends a batch")
    arguments = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")
    molecule = Chem.MolFromSmiles(arguments.like)
    if molecule is None:
        sys.exit(f"--like: '{arguments.like}' is no molecule")
    reference = fingerprint(molecule)
    batch = []
    for line in map(str.strip, sys.stdin):
        if line:
            batch.append(line)
        elif arguments.stream:
            answer(batch, reference)
            batch = []
    if not arguments.stream:
        answer(batch, reference)


if __name__ == "__main__":
    main()
