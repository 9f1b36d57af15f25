#!/usr/bin/env python3
"""Rules of [stop] end a run early, with the reason, and a resumed run obeys them as well."""

import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings

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


class EditedConfiguration(CommandTest):
    def test_edits_are_named_and_refused_but_for_the_length(self):
        folder, out = self.folder / "run", self.folder / "samples.csv"
        result_of("train", SPACE, *SHORT, *settings("training.steps=4"), "--out", folder)
        config = folder / "config.toml"
        original = config.read_text()
        sample = ["sample", folder, "-n", "20", "-o", out, "--threads", "1"]
        self.assertNotIn("is not what", run(*sample).stderr)
        before = out.read_bytes()
        config.write_text(original.replace("\nema = 0.0\n", "\nema = 0.9\n")
                          .replace("\nlearning_rate = 0.003\n", "\nlearning_rate = 0.1\n"))
        message = refusal_of("train", "--resume", "--out", folder, *settings("training.steps=6"))
        self.assert_says(message, "config.toml", "training.ema 0.0 -> 0.9",
                         "training.learning_rate 0.003 -> 0.1", "--init-from")
        # Samples are of what was trained, and the program says so.
        done = run(*sample)
        self.assertEqual(done.returncode, 0)
        self.assert_says(done.stderr, "is not what the run was trained with", "training.ema 0.0 -> 0.9")
        self.assertEqual(out.read_bytes(), before)
        config.write_text(original.replace("\nsteps = 4\n", "\nsteps = 8\n"))
        self.assertEqual(result_of("train", "--resume", "--out", folder)["steps"], 8)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
