"""Two hundred steps on the demo's task, twice: the same seed and threads give the same bytes.

Usage: same_bits_test.py FRAGFLOW SOURCE_FOLDER
"""

import pathlib
import sys
import unittest

from command_line import CommandTest, run, settings

DEMO = pathlib.Path(sys.argv[2]) / "data/configs/demo.toml"
SMALL = settings("training.steps=200", "training.batch_size=8", "policy.width=32",
                 "policy.layers=2", "output.samples=50", "output.trajectories=true",
                 "exploration.replay.batch_size=2")
FILES = ("checkpoint.safetensors", "metrics.csv", "trajectories.csv", "samples.csv", "best.csv")


class SameBits(CommandTest):
    def files_of(self, name, seed, threads):
        folder = self.folder / name
        done = run("train", DEMO, "--out", folder, "--quiet", "--seed", seed, "--threads", threads,
                   *SMALL)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {file: (folder / file).read_bytes() for file in FILES}

    def test_two_threads(self):
        first, second = (self.files_of(name, 5, 2) for name in ("first", "second"))
        for file in FILES:
            self.assertTrue(first[file] == second[file], file)
        other = self.files_of("other", 6, 2)
        for file in FILES:
            self.assertFalse(first[file] == other[file], file)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
