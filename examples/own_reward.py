#!/usr/bin/env python3
"""Trains on a score that is a Python function (here with RDKit) and draws molecules.

From the build folder: PYTHONPATH=build/python python3 examples/own_reward.py FOLDER
"""

import pathlib
import sys

import fragflow
import numpy
from rdkit import Chem
from rdkit.Chem import Descriptors


def druglike(smiles):
    """1 for a logP of 2, less for others."""
    return [1 / (1 + abs(Descriptors.MolLogP(Chem.MolFromSmiles(s)) - 2)) for s in smiles]


def main():
    folder = pathlib.Path(sys.argv[1])
    config = """
        [environment]
        vocabulary = "vocabulary.json"
        max_fragments = 3
        [training]
        steps = 60
        batch_size = 32
        [reward]
        beta = 8
        [[reward.component]]
        type = "druglike"
        [output]
        samples = 200
    """
    figures = fragflow.train(folder, config_text=config, scores={"druglike": druglike})
    print("mean score", round(figures["mean_score"], 3))
    sampler = fragflow.Sampler(folder)
    drawn = sampler.sample(100, unique=True)
    for i in numpy.argsort(-drawn["score"])[:5]:
        print(drawn["smiles"][i], round(drawn["score"][i], 3))
    log_p = sampler.log_likelihood(drawn["smiles"])
    print("correlation of log p and log R:", round(numpy.corrcoef(log_p, drawn["log_reward"])[0, 1], 2))


if __name__ == "__main__":
    main()
