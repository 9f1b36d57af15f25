#!/usr/bin/env python3
"""Reads the compounds of a table from InChIs that Open Babel made of their SMILES, and compares with
what is read from the SMILES.

    scripts/check_inchi.py data/chembl2321810.csv --least 0.97

Says how many compounds are the same, and how many of the others have the same InChI (tautomers: an
InChI does not say which of several atoms has the hydrogen). Exits with 1 if fewer than --least are the
same, with 77 where Open Babel is not installed.
"""
import argparse
import csv
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("table")
parser.add_argument("--smiles", default="smiles", help="name of the column")
parser.add_argument("--least", type=float, default=0.0, help="share that must be the same")
parser.add_argument("--binary", default=str(ROOT / "build/fragflow"))
parser.add_argument("--shown", type=int, default=10, help="how many that differ are printed")
arguments = parser.parse_args()


def inchis_of(folder, smiles):
    """Open Babel's, one for each SMILES; \"\" where it made none."""
    lines = folder / "in.smi"
    lines.write_text("".join(f"{text}\t{number}\n" for number, text in enumerate(smiles)))
    done = subprocess.run(["obabel", "-ismi", lines, "-oinchi", "-xt"], capture_output=True, text=True)
    found = [""] * len(smiles)
    for line in done.stdout.splitlines():
        inchi, _, number = line.rpartition("\t")
        if not inchi:
            inchi, _, number = line.rpartition(" ")
        found[int(number)] = inchi.strip()
    return found


def read_back(folder, column, texts):
    """Canonical SMILES as the program reads each text."""
    table, out = folder / "in.csv", folder / "out.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([[column]] + [[text] for text in texts])
    proxy = ROOT / "data/proxy_default.safetensors"
    subprocess.run([arguments.binary, "score", "--proxy", proxy, table, "-o", out, "--quiet"], check=True, capture_output=True)
    with out.open(newline="") as file:
        return [row["canonical_smiles"] for row in csv.DictReader(file)]


def main():
    if shutil.which("obabel") is None:
        print("Open Babel is not installed (scripts/install --checks)")
        return 77
    with open(arguments.table, newline="") as file:
        smiles = [row[arguments.smiles] for row in csv.DictReader(file)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wanted = read_back(folder, "SMILES", smiles)
        inchis = inchis_of(folder, wanted)
        pairs = [(want, inchi) for want, inchi in zip(wanted, inchis) if want and inchi]
        got = read_back(folder, "InChI", [inchi for _, inchi in pairs])
        again = inchis_of(folder, [smiles or "C" for smiles in got])
    others = [(want, have, inchi == back) for (want, inchi), have, back in zip(pairs, got, again)
              if want != have]
    for want, have, same in others[:arguments.shown]:
        print(f"{want}\t{have or 'refused'}\t{'the same InChI' if same else ''}")
    share = 1 - len(others) / len(pairs)
    print(json.dumps({"compounds": len(pairs), "same": len(pairs) - len(others), "share": round(share, 4),
                      "tautomers": sum(same for _, _, same in others),
                      "refused": sum(not have for _, have, _ in others)}))
    return 0 if share >= arguments.least else 1


if __name__ == "__main__":
    sys.exit(main())
