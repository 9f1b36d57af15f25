#!/usr/bin/env python3
"""fragflow report works while a run is training, and leaves the run alone."""

import signal
import subprocess
import sys
import time
import unittest

from command_line import CommandTest, run, rows_of

SPACE = f"{sys.argv[2]}/data/configs/space_small.toml"


class Report(CommandTest):
    def test_of_a_run_that_is_training(self):
        folder = self.folder / "run"
        training = subprocess.Popen(
            [sys.argv[1], "train", SPACE, "--out", folder, "--threads", "1", "--quiet",
             "--set", "training.steps=1000000", "--set", "training.log_every=1",
             "--set", "policy.width=16"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            metrics = folder / "metrics.csv"
            while not metrics.exists() or metrics.read_text().count("\n") < 4:
                self.assertIsNone(training.poll(), "training ended")
                time.sleep(0.05)
            done = run("report", folder, "--threads", "1")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIsNone(training.poll())
            page = (folder / "report.html").read_text()
            self.assertIn("There is no samples.csv yet", page)
            self.assertIn("Loss", page)
        finally:
            training.send_signal(signal.SIGINT)
            self.assertEqual(training.wait(), 0)
        self.assertGreater(len(rows_of(metrics)), 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
