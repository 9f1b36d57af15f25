#!/usr/bin/python3
"""Measures baselines on the very splits that a proxy file stores, and writes the table of docs/proxy_quality.md.

A random forest and a plain Tanimoto Gaussian process (Morgan radius 2, 2048 bits, noise a tenth of
the variance, no fitting) stand beside the cross-validation stored in the proxy file. Needs
python3-rdkit and python3-sklearn. Proxy files of several model classes may be given: they must
have been trained on the same table with the same seed.

  scripts/compare_proxy_baselines.py data/chembl2321810.csv data/proxy_default.safetensors \\
      --target pIC50 --results docs/results/proxy_baselines.json --table docs/proxy_quality.md
"""
import argparse
import csv
import json
import struct

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestRegressor



def replace_section(page, name, text):
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = page.split(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}"


def read_metadata(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(json.loads(file.read(length))["__metadata__"]["training"])


def bits(smiles):
    vector = rdMolDescriptors.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(smiles), 2, 2048)
    row = np.zeros(2048)
    row[list(vector.GetOnBits())] = 1
    return row


def plain_gp(train, targets, test):
    def similarity(a, b):
        shared = a @ b.T
        return shared / (a.sum(1)[:, None] + b.sum(1)[None, :] - shared)

    # Only the ratio of noise to variance matters for the mean.
    mean = targets.mean()
    covariance = similarity(train, train) + 0.1 * np.eye(len(train))
    return mean + similarity(test, train) @ np.linalg.solve(covariance, targets - mean)


def forest(train, targets, test):
    model = RandomForestRegressor(n_estimators=100, random_state=0, n_jobs=2)
    return model.fit(train, targets).predict(test)


def quality(targets, predicted):
    error = targets - predicted
    return {
        "r2": 1 - (error**2).sum() / ((targets - targets.mean()) ** 2).sum(),
        "rmse": np.sqrt((error**2).mean()),
        "mae": np.abs(error).mean(),
        "spearman": spearmanr(targets, predicted)[0],
    }


def cross_validate(model, features, targets, assignments):
    results = []
    for digits in assignments:
        folds = np.array([int(digit) for digit in digits])
        predicted = np.empty(len(targets))
        for fold in range(folds.max() + 1):
            test = folds == fold
            predicted[test] = model(features[~test], targets[~test], features[test])
        results.append(quality(targets, predicted))
    mean = {key: float(np.mean([result[key] for result in results])) for key in results[0]}
    return {**mean, "fold_seeds": len(assignments)}


def table(results):
    lines = [
        "| model | folds | assignments | R2 | RMSE | MAE | Spearman | within 1 std | within 1.96 std |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, of_model in results.items():
        for kind in ("random", "scaffold"):
            r = of_model[kind]
            share = [f"{r[key]:.2f}" if key in r else "" for key in ("within_1", "within_2")]
            numbers = [f"{r[key]:.3f}" for key in ("r2", "rmse", "mae", "spearman")]
            lines.append("| " + " | ".join([name, kind, str(r["fold_seeds"])] + numbers + share) + " |")
    return "\n".join(lines)


def halves_table(halves):
    lines = [
        "| model | fitted on | measured on | R2 | RMSE | Spearman | within 1 std |",
        "|---|---|---|---|---|---|---|",
    ]
    first, second = halves["first_rows"], halves["second_rows"]
    for name, key, fitted, unseen in (
        ("proxy", "proxy_on_second_half", first, second),
        ("check", "check_on_first_half", second, first),
    ):
        r = halves[key]
        lines.append(
            f"| {name} | {fitted} | {unseen} | {r['r2']:.3f} | {r['rmse']:.3f} | "
            f"{r['spearman']:.3f} | {r['within_1']:.2f} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("proxies", nargs="+")
    parser.add_argument("--smiles", default="smiles")
    parser.add_argument("--target", required=True)
    parser.add_argument("--results", help="JSON to write (or to read with --table-only)")
    parser.add_argument(
        "--forest-assignments", type=int, default=2, help="fold assignments for the slow forest"
    )
    parser.add_argument("--table", help="Markdown file whose marked table is replaced")
    parser.add_argument("--table-only", action="store_true", help="measure nothing, read --results")
    arguments = parser.parse_args()

    if arguments.table_only:
        with open(arguments.results) as file:
            results = json.load(file)
    else:
        results = {}
        for path in arguments.proxies:
            training = read_metadata(path)
            for name, of_model in training["cross_validation"].items():
                results[f"fragflow {name}"] = {
                    kind: {**of_model[kind], "fold_seeds": of_model["fold_seeds"]}
                    for kind in ("random", "scaffold")
                    if kind in of_model  # of a model that was not chosen: scaffold folds alone
                }
        training = read_metadata(arguments.proxies[0])
        with open(arguments.data) as file:
            rows = list(csv.DictReader(file))
        # Rows are numbered from 1; merged rows carry the median, which the file stores.
        features = np.array([bits(rows[row - 1][arguments.smiles]) for row in training["rows"]])
        targets = np.array(training["targets"])
        features = features[:, features.any(axis=0)]
        for name, model, most in (
            ("plain Tanimoto process", plain_gp, None),
            ("random forest", forest, arguments.forest_assignments),
        ):
            results[name] = {
                kind: cross_validate(model, features, targets, training["splits"][kind][:most])
                for kind in ("random", "scaffold")
            }
        if "halves" in training:
            results["halves"] = training["halves"]
        if arguments.results:
            with open(arguments.results, "w") as file:
                json.dump(results, file, indent=1)
                file.write("\n")
    halves = results.pop("halves", None)
    text = table(results)
    print(text)
    if halves:
        print(halves_table(halves))
    if arguments.table:
        with open(arguments.table) as file:
            page = replace_section(file.read(), "table", text)
        if halves:
            page = replace_section(page, "halves", halves_table(halves))
        with open(arguments.table, "w") as file:
            file.write(page)


if __name__ == "__main__":
    main()
