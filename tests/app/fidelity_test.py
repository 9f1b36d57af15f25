"""fragflow target and evaluate --target-draws, through the binary: on a space that can be listed (of a vocabulary in
which several trees are one molecule) the chains' draws follow R / Z, and every figure is the exact one. Both targets.

Usage: fidelity_test.py FRAGFLOW CONFIG
"""

import json
import math
import sys
import unittest
from collections import Counter

from command_line import CommandTest, refusal_of, result_of, rows_of, run as command, settings

SIZE = settings("training.steps=150", "training.batch_size=16", "policy.width=16", "training.learning_rate=0.01",
                "output.samples=4000", "reward.beta=3")
# A figure of a normal estimate is off by more once in two million times.
ERRORS = 5


def distance(share, path):
    """Total variation of a file's frequencies."""
    drawn = Counter(row["smiles"] for row in rows_of(path))
    return sum(abs(drawn[x] / drawn.total() - share[x]) for x in share) / 2


class Fidelity(CommandTest):
    def follow(self, share, path, worth):
        """Molecules with a frequency of their own, and half of the space, are drawn as often as they should, by the
        number of independent draws that the 4,000 are worth."""
        drawn = [row["smiles"] for row in rows_of(path)]
        self.assertEqual(len(drawn), 4000)
        worth = min(4000, worth)
        good = sorted(share, key=share.get)[len(share) // 2:]
        for group in [*([molecule] for molecule in good[-5:]), good]:
            expected = sum(share[molecule] for molecule in group)
            found = sum(smiles in set(group) for smiles in drawn) / 4000
            self.assertLess(abs(found - expected), ERRORS * math.sqrt(expected / worth) + 1e-3, group[:1])

    def check(self, target):
        chosen = [*SIZE, *settings(f"reward.target={target}")]
        run, draws = self.folder / target, self.folder / "target.csv"
        result_of("train", CONFIG, *chosen, "--out", run)

        # The truth: by molecule, R summed over its trees, and p by likelihood.
        space = result_of("enumerate", CONFIG, *chosen, "-o", self.folder / "terminals.csv")
        share = {}
        for row in rows_of(self.folder / "terminals.csv"):
            share[row["object"]] = share.get(row["object"], 0) + float(row["probability"])
        (self.folder / "all.csv").write_text("smiles\n" + "\n".join(share) + "\n")
        result_of("likelihood", run, self.folder / "all.csv", "-o", self.folder / "likelihood.csv")
        p = {row["canonical_smiles"]: math.exp(float(row["log_p"])) for row in rows_of(self.folder / "likelihood.csv")}
        self.assertAlmostEqual(sum(p.values()), 1, places=4)
        self.assertEqual(p.keys(), share.keys())

        chains = result_of("target", run, "-n", 4000, "--chains", 64, "--moves", 2000, "--temperatures", 3,
                           "-o", draws)
        self.assertEqual(chains["draws"], 4000)
        self.assertLess(max(chains["r_hat_log_reward"], chains["r_hat_size"]), 1.05)
        self.follow(share, draws, chains["effective_size"])

        exact = result_of("sample", run, "-n", 4000, "--exact", "--particles", 4500, "-o", self.folder / "exact.csv")
        self.assertEqual((exact["samples"], exact["particles"]), (4000, 4500))
        self.assertLess(exact["effective_size"], 4500.5)
        self.assertGreater(exact["effective_size"], 1000)
        self.assertAlmostEqual(exact["log_z"], space["log_z"], delta=0.1)
        self.follow(share, self.folder / "exact.csv", exact["effective_size"])
        # Far nearer to the truth than what the policy draws.
        self.assertLess(distance(share, self.folder / "exact.csv"), 0.6 * distance(share, run / "samples.csv"))

        result = result_of("evaluate", run / "samples.csv", "--run", run, "--target-draws", draws)
        self.assertEqual(result["likelihood"]["n"], len({row["smiles"] for row in rows_of(run / "samples.csv")}))
        found = result["fidelity"]
        self.assertEqual(json.loads((run / "fidelity.json").read_text()), found)
        result_of("report", run)
        self.assertIn(f'{found["kl_target"]:.3f} ± {found["kl_target_se"]:.3f}', (run / "report.html").read_text())
        # They are of this policy: training on makes them void.
        result_of("train", "--resume", "--out", run, *settings("training.steps=151"))
        self.assertFalse((run / "fidelity.json").exists())
        self.assertNotIn('id="target-fit"', (run / "report.html").read_text())
        self.assertEqual((found["own_draws"], found["target_draws"]), (4000, 4000))
        log_z = space["log_z"]
        exact = {
            "log_z": log_z,
            "kl_own": sum(p[x] * math.log(p[x] / share[x]) for x in p),
            "kl_target": sum(share[x] * math.log(share[x] / p[x]) for x in p),
            "tv_own": sum(abs(p[x] - share[x]) for x in p) / 2,
            "tv_target": sum(abs(p[x] - share[x]) for x in p) / 2,
            "ess_target": 1 / sum(share[x] ** 2 / p[x] for x in p),
            "missed": sum(share[x] for x in p if p[x] < 0.1 * share[x])}
        for name, value in exact.items():
            error = ERRORS * found[name + "_se"] + 1e-3
            self.assertLess(abs(found[name] - value), error, f"{name}: {found[name]} for {value}")
            self.assertLess(found[name + "_se"], 0.1, f"{name} says nothing")
        self.assertGreater(exact["kl_target"], 0.01, "the policy has converged, which tests nothing")
        self.assertEqual(sum(bin["draws"] for bin in found["by_log_reward"]), 4000)
        self.assertAlmostEqual(sum(bin["draws"] * bin["mean_log_ratio"] for bin in found["by_size"]) / 4000,
                               -found["kl_target"], places=6)

    def test_in_proportion_to_trees(self):
        self.check("tree")

    def test_in_proportion_to_molecules(self):
        self.check("molecule")

    def test_wrong_input(self):
        run = self.folder / "run"
        result_of("train", CONFIG, *settings("training.steps=2", "training.batch_size=4", "policy.width=8",
                                             "output.samples=20"), "--out", run)
        out = self.folder / "draws.csv"
        self.assertIn("at most", refusal_of("target", run, "-n", 1000, "--chains", 4, "--moves", 8, "-o", out))
        self.assertFalse(out.exists())
        self.assertIn("--run", refusal_of("evaluate", run / "samples.csv", "--target-draws", run / "samples.csv"))
        for options, wrong in (("--particles", 100), "--exact"), (("--exact", "--no-scores"), "excludes"):
            done = command("sample", run, *options, "-o", out)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(wrong, done.stderr)
        self.assertFalse(out.exists())
        few = self.write("few.csv", "smiles\nCCO\n")
        self.assertIn("at least 10", refusal_of("evaluate", run / "samples.csv", "--run", run, "--target-draws", few))
        self.assertIn("nothing", refusal_of("target", self.folder / "nothing", "-o", out))


CONFIG = sys.argv[2]
if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
