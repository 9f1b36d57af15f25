#!/usr/bin/env python3
"""A run over preferences through the binary: samples at the shares that were asked for, along the front, and
refusals that say why.

Usage: preferences_test.py FRAGFLOW SOURCE_FOLDER
"""
import json
import math
import pathlib
import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, settings

SPACE = pathlib.Path(sys.argv[2]) / "data/configs/space_small.toml"
SHORT = settings("training.steps=20", "training.batch_size=16", "policy.width=16",
                 "policy.layers=2", "output.samples=50", "output.trajectories=true",
                 "condition.group_size=8", "condition.front=2", "condition.front_samples=20")
SECOND = '\n[[reward.component]]\nname = "easy"\ntype = "sa"\nweight = 3.0\n'
PREFERENCE = ["--set", 'condition.preference=["qed", "easy"]']


class Preferences(CommandTest):
    def train(self, *options):
        config = self.write("config.toml", SPACE.read_text() + SECOND)
        run = self.folder / "run"
        result_of("train", config, *SHORT, *options, "--out", run, "--overwrite")
        return run

    def assert_follows(self, row, qed_share, beta=4):
        self.assertAlmostEqual(float(row["share_qed"]), qed_share)
        self.assertAlmostEqual(float(row["share_easy"]), 1 - qed_share)
        score = float(row["qed"]) ** qed_share * float(row["easy"]) ** (1 - qed_share)
        self.assertAlmostEqual(float(row["score"]), score)
        self.assertAlmostEqual(float(row["log_reward"]), beta * math.log(score))

    def test_samples_follow_the_preference_that_was_asked_for(self):
        run = self.train(*PREFERENCE)
        for row in rows_of(run / "samples.csv"):
            self.assert_follows(row, 0.25)  # weights 1 and 3
        drawn = {float(row["share_qed"]) for row in rows_of(run / "trajectories.csv")}
        self.assertEqual(len(drawn), 20 * 2)
        record = json.loads((run / "run.json").read_text())
        self.assertEqual(record["samples_at"], "beta 4, qed 0.25, easy 0.75")

        front = rows_of(run / "front.csv")
        self.assertEqual(len(front), 3 * 20)
        for i, row in enumerate(front):
            self.assert_follows(row, i // 20 / 2)
        page = (run / "report.html").read_text()
        for text in ("Hypervolume", "qed and easy", "one policy for a range of rewards"):
            self.assertIn(text, page)

        out = self.folder / "out.csv"
        # Shares are scaled to sum 1; a component that is left out has none.
        for text, share in (("qed=3,easy=1", 0.75), ("easy=0.5, qed=0.5", 0.5), ("qed=2", 1)):
            result_of("sample", run, "-n", "20", "--preference", text, "-o", out)
            for row in rows_of(out):
                self.assert_follows(row, share)
        result = result_of("sample", run, "-n", "10", "--front", "4", "-o", out)
        rows = rows_of(out)
        self.assertEqual([round(4 * float(row["share_qed"])) for row in rows],
                         [k for k in range(5) for _ in range(10)])
        # The area below the staircase, again.
        area, best = 0, 0
        for qed, easy in sorted(((float(r["qed"]), float(r["easy"])) for r in rows), reverse=True):
            area += qed * max(0, easy - best)
            best = max(best, easy)
        self.assertAlmostEqual(result["hypervolume"], area)

        for text, part in (("qed=x", "no NAME=SHARE"), ("qed=-1", "no NAME=SHARE"),
                           ("qeed=1", "did you mean 'qed'"), ("qed=0", "above 0"), ("qed", "no NAME=SHARE")):
            self.assert_says(refusal_of("sample", run, "--preference", text, "-o", out), part)
        self.assert_says(refusal_of("sample", run, "--beta", "4", "-o", out), "learned beta = 4 only")

    def test_beta_and_preferences_together(self):
        run = self.train(*PREFERENCE, "--set", "condition.beta_min=2", "--set", "condition.beta_max=8")
        out = self.folder / "out.csv"
        result_of("sample", run, "-n", "20", "--preference", "qed=1,easy=1", "--beta", "7", "-o", out)
        for row in rows_of(out):
            self.assertEqual(float(row["beta"]), 7)
            self.assert_follows(row, 0.5, beta=7)

    def test_a_run_without_preferences_says_how_to_train_one(self):
        run = self.train()
        self.assertFalse((run / "front.csv").exists())
        for option in (("--preference", "qed=1"), ("--front", "3")):
            self.assert_says(refusal_of("sample", run, *option, "-o", self.folder / "x.csv"),
                             "condition.preference")
        self.assert_says(refusal_of("train", SPACE, *PREFERENCE, "--out", self.folder / "x"),
                         "condition.preference names 'easy'", "components are qed")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
