#!/usr/bin/env python3
"""How far learned probabilities are from the predicted ones, by how often training can have seen a
molecule. Reads terminals.csv of `fragflow validate --naive-actions` runs.

    scripts/error_by_visits.py TERMINALS.csv [...] --trajectories 256000
"""
import argparse
import csv
import math
import statistics


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="TERMINALS.csv")
    parser.add_argument("--trajectories", type=int, default=256000, help="of the training")
    arguments = parser.parse_args()
    for path in arguments.files:
        errors = {}  # by decade of the visits that the predicted probability leads to expect
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                predicted, learned = float(row["p_labelled"]), float(row["p_learned"])
                decade = math.floor(math.log10(predicted * arguments.trajectories))
                errors.setdefault(decade, []).append(abs(math.log(learned / predicted)))
        print(path)
        for decade, values in sorted(errors.items()):
            print(f"  expected visits {10.0 ** decade:g} to {10.0 ** (decade + 1):g}: "
                  f"{len(values)} molecules, median |log(learned / predicted)| "
                  f"{statistics.median(values):.3f}")


if __name__ == "__main__":
    main()
