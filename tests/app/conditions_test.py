#!/usr/bin/env python3
"""A run over a range of beta through the binary: samples, likelihoods and tables at the beta that was asked for,
and refusals that say why.

Usage: conditions_test.py FRAGFLOW SOURCE_FOLDER
"""
import json
import math
import pathlib
import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, settings

SPACE = pathlib.Path(sys.argv[2]) / "data/configs/space_small.toml"
GRID = pathlib.Path(sys.argv[2]) / "data/configs/grid_8.toml"


SHORT = settings("training.steps=30", "training.batch_size=16", "policy.width=16", "policy.layers=2",
                 "output.samples=100", "output.trajectories=true")
RANGE = settings("condition.beta_min=2", "condition.beta_max=32", "condition.group_size=8",
                 "condition.beta_distribution=log_uniform")


class Conditions(CommandTest):
    def train(self, *options, config=SPACE):
        run = self.folder / "run"
        result_of("train", config, *SHORT, *options, "--out", run)
        return run

    def assert_follows(self, row, beta):
        self.assertEqual(float(row["beta"]), beta)
        self.assertAlmostEqual(float(row["log_reward"]),
                               beta * math.log(max(float(row["score"]), 1e-4)), places=9)

    def test_samples_follow_the_beta_that_was_asked_for(self):
        run = self.train(*RANGE)
        for row in rows_of(run / "samples.csv"):
            self.assert_follows(row, 4)  # reward.beta of the file
        record = json.loads((run / "run.json").read_text())
        self.assertEqual(record["condition"], "beta 2 to 32 (log_uniform)")
        self.assertEqual(record["samples_at"], "beta 4")
        self.assertIn("one policy for a range of rewards", (run / "report.html").read_text())

        drawn = set()
        for row in rows_of(run / "trajectories.csv"):
            self.assert_follows(row, float(row["beta"]))
            drawn.add(float(row["beta"]))
        self.assertEqual(len(drawn), 30 * 2)  # a beta for each half of a batch
        self.assertTrue(2 <= min(drawn) < 4 and 16 < max(drawn) <= 32)

        for beta in (2, 20.5, 32):
            out = self.folder / f"{beta}.csv"
            result = result_of("sample", run, "-n", "50", "--beta", beta, "-o", out)
            self.assertEqual(result["samples_at"], f"beta {beta}")
            for row in rows_of(out):
                self.assert_follows(row, beta)
        # The default is the run's own, and the same draws.
        result_of("sample", run, "-n", "50", "--beta", "4", "-o", self.folder / "4.csv")
        result_of("sample", run, "-n", "50", "-o", self.folder / "own.csv")
        self.assertEqual((self.folder / "4.csv").read_text(), (self.folder / "own.csv").read_text())

        # log p of a molecule depends on beta, and sums to 1 over all that there are.
        result_of("enumerate", SPACE, "-o", self.folder / "terminals.csv")
        molecules = sorted({row["object"] for row in rows_of(self.folder / "terminals.csv")})
        (self.folder / "all.smi").write_text("\n".join(molecules) + "\n")
        log_p = {}
        for beta in (2, 32):
            out = self.folder / "likelihood.csv"
            result_of("likelihood", run, self.folder / "all.smi", "--beta", beta, "-o", out)
            rows = rows_of(out)
            self.assertEqual(len(rows), 417)
            self.assertAlmostEqual(sum(math.exp(float(row["log_p"])) for row in rows), 1, places=4)
            for row in rows:
                self.assertAlmostEqual(float(row["log_r"]), beta * math.log(float(row["score"])))
            log_p[beta] = [float(row["log_p"]) for row in rows]
        self.assertGreater(max(abs(a - b) for a, b in zip(log_p[2], log_p[32])), 0.01)
        fit = result_of("evaluate", self.folder / "all.smi", "--run", run, "--beta", "32")
        self.assertEqual(fit["likelihood"]["n"], 417)

        self.assert_says(refusal_of("sample", run, "--beta", "33", "-o", self.folder / "x.csv"),
                         "learned beta from 2 to 32")
        self.assert_says(refusal_of("sample", run, "--beta", "nan", "-o", self.folder / "x.csv"),
                         "learned beta from 2 to 32")
        self.assertFalse((self.folder / "x.csv").exists())

    def test_a_run_without_a_range_says_how_to_train_one(self):
        run = self.train()
        self.assertNotIn("beta", rows_of(run / "samples.csv")[0])
        self.assert_says(refusal_of("sample", run, "--beta", "3", "-o", self.folder / "x.csv"),
                         "learned beta = 4 only", "condition.beta_min")

    def test_the_grid_knows_beta(self):
        run = self.train(*RANGE, "--set", "reward.beta=2", config=GRID)
        for row in rows_of(run / "samples.csv"):
            self.assertAlmostEqual(float(row["log_reward"]), 2 * math.log(float(row["score"])))
        # Visits belong to all betas, distances to the run's own.
        last = rows_of(run / "exact.csv")[-1]
        self.assertEqual(last["l1_visited"], "")
        self.assertTrue(0 < float(last["tv"]) < 1)

    def test_what_does_not_fit_is_refused_with_the_reason(self):
        def refused(*values):
            return refusal_of("train", SPACE, *SHORT, *RANGE, *settings(*values), "--out",
                              self.folder / "x")

        self.assert_says(refused("reward.beta=1"), "reward.beta = 1 is outside", "[2, 32]")
        self.assert_says(refused("condition.beta_min=0"), "needs condition.beta_min above 0")
        self.assert_says(refused("condition.beta_min=40"), "must be below condition.beta_max = 32")
        self.assert_says(refused("condition.group_size=5"), "training.batch_size = 16", "multiple")
        self.assert_says(refused("objective.name=fm"), "use one of tb, vargrad")
        self.assert_says(refused("objective.name=vargrad", "condition.group_size=1"),
                         "at least 2, not 1")
        self.assert_says(refused("exploration.replay.batch_size=8"), "exploration.replay")
        self.assert_says(refused("exploration.local_search.rounds=1"), "exploration.local_search")
        self.assert_says(refused("dataset.gather=100"), "[dataset]")
        self.assert_says(refused("training.keep_best=10"), "training.ema")
        self.assert_says(refused("training.beta_initial=2"), "beta of its condition")
        self.assert_says(refused("method.name=ppo"), 'needs method.name = "gflownet"')
        self.assertFalse((self.folder / "x").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
