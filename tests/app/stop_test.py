#!/usr/bin/env python3
"""Rules of [stop] end a run early, with the reason, and a resumed run obeys them as well."""

import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, settings

SOURCE = sys.argv[2]
SPACE = f"{SOURCE}/data/configs/space_small.toml"
SHORT = settings("training.steps=60", "training.batch_size=8", "training.log_every=2",
                 "policy.width=16", "output.samples=20", "policy.layers=1")


class Stop(CommandTest):
    def train(self, name, *rules):
        return result_of("train", SPACE, *SHORT, *settings(*rules), "--out", self.folder / name)

    def test_each_rule_ends_the_run_with_its_reason(self):
        for number, (rules, reason) in enumerate([
                (["stop.reward_calls=30"], "stop.reward_calls = 30"),
                (["stop.minutes=1e-4"], "stop.minutes"),
                (["stop.plateau_steps=4", "stop.plateau_gain=1e5"], "the best 100 grew by"),
                (["stop.unique_below=1", "stop.unique_steps=10"], "sampling has collapsed")]):
            result = self.train(str(number), *rules)
            self.assertIn(reason, result["stop_reason"])
            self.assertTrue(result["finished"])
            self.assertLess(result["steps"], 60)
            run = self.folder / str(number)
            self.assertEqual(len(rows_of(run / "samples.csv")), 20)
            self.assertEqual(int(rows_of(run / "metrics.csv")[-1]["step"]), result["steps"])
            self.assertIn(reason, (run / "run.json").read_text())

    def test_a_run_that_no_rule_ends_says_nothing(self):
        self.assertNotIn("stop_reason", self.train("whole"))

    def test_a_resumed_run_ends_where_the_whole_one_does(self):
        rule = "stop.plateau_steps=20", "stop.plateau_gain=0.1"
        whole = self.train("whole", *rule)
        part = self.train("part", *rule, "stop.reward_calls=40")
        self.assertLess(part["steps"], whole["steps"])
        resumed = result_of("train", "--resume", "--out", self.folder / "part",
                            "--set", "stop.reward_calls=0")
        self.assertEqual(resumed["stop_reason"], whole["stop_reason"])
        self.assertEqual(resumed["steps"], whole["steps"])

    def test_a_rule_can_be_lifted_on_resume(self):
        self.train("run", "stop.reward_calls=30")
        resumed = result_of("train", "--resume", "--out", self.folder / "run",
                            "--set", "stop.reward_calls=0")
        self.assertEqual(resumed["steps"], 60)
        self.assertIn("only training.steps and [stop]", refusal_of(
            "train", "--resume", "--out", self.folder / "run", "--set", "reward.beta=2"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
