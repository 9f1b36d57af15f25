"""fragflow likelihood, through the binary: on a space that can be listed, the probabilities of all
molecules sum to one, and trees are those of the enumeration. Both targets.

Usage: likelihood_test.py FRAGFLOW CONFIG
"""

import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path


def fragflow(*arguments):
    run = subprocess.run([sys.argv[1], *map(str, arguments), "--threads", "1", "--quiet", "--json"],
                         capture_output=True, text=True)
    assert run.returncode == 0, f"{arguments}: {run.stderr}"
    return json.loads(run.stdout.splitlines()[-1])


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def check_target(folder, target):
    settings = ["--set", f"reward.target={target}"]
    fragflow("enumerate", sys.argv[2], *settings, "-o", folder / "terminals.csv")
    trees, reward = {}, {}  # reward: total over the trees as training sees it
    for row in read(folder / "terminals.csv"):
        trees[row["object"]] = int(row["trees"])
        reward.setdefault(row["object"], 0)
        reward[row["object"]] += math.exp(float(row["log_reward"]))
    refused = ["c1ccccc1", "CCCCCCCCCC", "not a molecule", "CC.[Na+]x"]
    (folder / "in.csv").write_text("smiles\n" + "\n".join([*trees, *refused]) + "\n")

    run = folder / target
    for key in ("training.steps=20", "training.batch_size=16", "policy.width=16",
                "output.samples=20"):
        settings += ["--set", key]
    fragflow("train", sys.argv[2], *settings, "--out", run)
    assert json.loads((run / "run.json").read_text())["target"] == target

    result = fragflow("likelihood", run, folder / "in.csv", "-o", folder / "out.csv")
    rows = read(folder / "out.csv")
    assert list(rows[0]) == ["smiles", "canonical_smiles", "log_p", "n_trees", "log_r", "score",
                             "reason"]
    assert result["n"] == len(trees) and result["rows"] == len(trees) + len(refused)
    assert result["target"] == target
    for row in rows[:len(trees)]:
        molecule = row["smiles"]
        assert row["canonical_smiles"] == molecule
        assert int(row["n_trees"]) == trees[molecule], row
        per_molecule = reward[molecule] / (trees[molecule] if target == "tree" else 1)
        assert abs(float(row["log_r"]) - math.log(per_molecule)) < 1e-9, row
        assert row["reason"] == ""
    for row in rows[len(trees):]:
        assert row["log_p"] == "" and row["n_trees"] == "0" and row["reason"], row
    total = sum(math.exp(float(row["log_p"])) for row in rows[:len(trees)])
    assert abs(total - 1) < 1e-5, total

    # The printed figures, computed another way.
    x = [float(row["log_r"]) for row in rows[:len(trees)]]
    y = [float(row["log_p"]) - (math.log(int(row["n_trees"])) if target == "tree" else 0)
         for row in rows[:len(trees)]]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    xy = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    xx, yy = sum((a - mean_x) ** 2 for a in x), sum((b - mean_y) ** 2 for b in y)
    assert abs(result["slope"] - xy / xx) < 1e-9
    assert abs(result["pearson"] - xy / math.sqrt(xx * yy)) < 1e-9
    assert -1 <= result["spearman"] <= 1


with tempfile.TemporaryDirectory() as temporary:
    for name in ("tree", "molecule"):
        folder = Path(temporary) / ("space_" + name)
        folder.mkdir()
        check_target(folder, name)
print("ok")
