"""fragflow likelihood and evaluate --run, through the binary: on a space that can be listed, the probabilities of all
molecules sum to one, and trees are those of the enumeration. Both targets.

Usage: likelihood_test.py FRAGFLOW CONFIG
"""

import csv
import json
import math
import sys
import tempfile
from pathlib import Path

from command_line import refusal_of, result_of


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def covariance(x, y):
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))


def pearson(x, y):
    return covariance(x, y) / math.sqrt(covariance(x, x) * covariance(y, y))


def ranks(values):
    """Mean ranks for ties."""
    return [sum(other < value for other in values) + sum(other == value for other in values) / 2
            for value in values]


def check_target(folder, target):
    settings = ["--set", f"reward.target={target}"]
    result_of("enumerate", sys.argv[2], *settings, "-o", folder / "terminals.csv")
    trees, reward = {}, {}  # reward: total over the trees as training sees it
    for row in read(folder / "terminals.csv"):
        trees[row["object"]] = int(row["trees"])
        reward.setdefault(row["object"], 0)
        reward[row["object"]] += math.exp(float(row["log_reward"]))
    refused = ["c1ccccc1", "CCCCCCCCCC", "not a molecule", "CC.[Na+]x"]
    repeated = ["OCC"]  # ethanol is one of the molecules already
    rows = [*trees, *refused, *repeated]
    (folder / "in.csv").write_text("smiles\n" + "\n".join(rows) + "\n")

    run = folder / target
    for key in ("training.steps=20", "training.batch_size=16", "policy.width=16",
                "output.samples=20"):
        settings += ["--set", key]
    result_of("train", sys.argv[2], *settings, "--out", run)
    assert json.loads((run / "run.json").read_text())["target"] == target

    result = result_of("likelihood", run, folder / "in.csv", "-o", folder / "out.csv")
    rows = read(folder / "out.csv")
    assert list(rows[0]) == ["smiles", "canonical_smiles", "log_p", "n_trees", "log_r", "score",
                             "reason"]
    assert result["n"] == len(trees) and result["rows"] == len(trees) + len(refused) + 1
    assert result["target"] == target
    for row in rows[:len(trees)]:
        molecule = row["smiles"]
        assert row["canonical_smiles"] == molecule
        assert int(row["n_trees"]) == trees[molecule], row
        per_molecule = reward[molecule] / (trees[molecule] if target == "tree" else 1)
        assert abs(float(row["log_r"]) - math.log(per_molecule)) < 1e-9, row
        assert row["reason"] == ""
    for row in rows[len(trees):-1]:
        assert row["log_p"] == "" and row["n_trees"] == "0" and row["reason"], row
    total = sum(math.exp(float(row["log_p"])) for row in rows[:len(trees)])
    assert abs(total - 1) < 1e-5, total

    # The printed figures, computed another way.
    x = [float(row["log_r"]) for row in rows[:len(trees)]]
    y = [float(row["log_p"]) - (math.log(int(row["n_trees"])) if target == "tree" else 0)
         for row in rows[:len(trees)]]
    assert abs(result["slope"] - covariance(x, y) / covariance(x, x)) < 1e-9
    assert abs(result["pearson"] - pearson(x, y)) < 1e-9
    ranks_x, ranks_y = ranks(x), ranks(y)
    assert abs(result["spearman"] - pearson(ranks_x, ranks_y)) < 1e-9

    # evaluate says the same of the same file, beside the figures of the molecules.
    evaluated = result_of("evaluate", folder / "in.csv", "--run", run)
    assert evaluated["count"] == result["rows"] and evaluated["num_valid"] == len(trees) + 3
    for key in ("run", "target", "rows", "n", "pearson", "spearman", "slope"):
        assert evaluated["likelihood"][key] == result[key], key
    assert "likelihood" not in result_of("evaluate", folder / "in.csv")


with tempfile.TemporaryDirectory() as temporary:
    result_of("train", Path(sys.argv[2]).with_name("grid_8.toml"), "--out", Path(temporary) / "grid", "--set",
              "training.steps=1", "--set", "output.samples=1")
    (Path(temporary) / "one.smi").write_text("CCO\n")
    message = refusal_of("evaluate", Path(temporary) / "one.smi", "--run", Path(temporary) / "grid")
    assert "hypergrid, which builds no molecules" in message, message
    for name in ("tree", "molecule"):
        folder = Path(temporary) / ("space_" + name)
        folder.mkdir()
        check_target(folder, name)
print("ok")
