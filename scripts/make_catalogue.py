#!/usr/bin/python3
"""Writes a made-up catalogue of building blocks: N rows of catalogue number, SMILES and price.

usage: make_catalogue.py N > catalogue.csv

Cores with substituents and one or two reactive groups, all combinations in a fixed order that is
shuffled with a seed: nothing in it can be bought.
"""
import itertools
import random
import sys

RINGS = ["c1c({0})cc({1})cc1{2}", "c1c({0})ccc({1})c1{2}", "c1nc({2})cc({1})c1{0}", "c1c({0})nc({2})cc1{1}",
         "c1c({0})sc({2})c1{1}", "Cn1nc({1})c({0})c1{2}", "C1CC({0})C({2})CN1C{1}", "C1CN(C{2})CC1({0}){1}",
         "c1c({2})cc2c(c1{1})c({0})cn2C", "C({0})C({1})CO{2}", "c1c({0})oc({2})c1{1}", "C1OC({1})C({0})C1{2}",
         "c1c({2})cc2nc({1})c({0})cc2c1", "C({0})CN({2})C{1}", "C({0})c1cc({2})c({1})cc1", "C({0})C1CC({1})N(C{2})C1",
         "c1c({2})c({0})nn1C{1}", "C1C({0})CC1({1}){2}", "c1c({1})c2c(cc1{0})OC({2})O2", "C1CC({0})CC({2})C1{1}"]
GROUPS = ["C(=O)O", "C(=O)Cl", "N", "NC", "Br", "B(O)O", "S(=O)(=O)Cl", "O", "C=O", "C#C", "CBr", "N=C=O", "S",
          "NC(=O)OC(C)(C)C", "C(N)=NO", "C(=O)NN", "C(=O)CBr", "CN", "I", "CCO", "CN=[N+]=[N-]"]
TAILS = ["C", "CC", "F", "Cl", "OC", "C(F)(F)F", "C#N", "C(C)C", "C1CC1", "OC(F)F", "S(C)(=O)=O", "C(=O)OC", "CCC",
         "C(C)(C)C", "N(C)C", "C(=O)N(C)C", "OCC", "CCOC", "c1ccccc1", "C1CCCC1"]
PENDANT = ["C", "CC", "C(C)C", "CC1CC1", "CCOC", "C1CCC1", "CC(F)F", "CCC", "Cc1ccccc1", "c1ccccc1", "CC#N", "C1CCOCC1"]


def main():
    number = int(sys.argv[1])
    rows = set()
    rng = random.Random(1)
    every = list(itertools.product(RINGS, GROUPS, TAILS + ["Br", "C(=O)O", "NC(=O)OC(C)(C)C", "O", "C#C"], PENDANT))
    rng.shuffle(every)
    print("catalogue,smiles,price")
    for ring, group, tail, pendant in every:
        smiles = ring.format(group, tail, pendant)
        if smiles in rows:
            continue
        rows.add(smiles)
        print(f"MADE-{len(rows):06d},{smiles},{rng.randint(5, 500)}")
        if len(rows) == number:
            return
    sys.exit(f"only {len(rows)} different blocks")


main()
