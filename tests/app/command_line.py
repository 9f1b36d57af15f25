"""Runs the binary under test, for the tests of this folder. sys.argv[1] is the binary."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest


def processor_kernels():
    """What the program would choose for OPENBLAS_CORETYPE."""
    flags = set()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            flags = set(line.split())
            break
    if {"avx512f", "avx512vl", "avx512dq", "avx512bw"} <= flags:
        return "SkylakeX"
    return "Haswell" if {"avx2", "fma"} <= flags else ""


# To choose it the program starts itself again, a sixth of a short command, and there are a thousand of
# them here. startup_test.py looks at that.
if processor_kernels():
    os.environ.setdefault("OPENBLAS_CORETYPE", processor_kernels())


def settings(*values):
    """Options that set each "section.key=value"."""
    return [option for value in values for option in ("--set", value)]


# A training run of a moment, with two checkpoints.
SHORT = settings("training.steps=4", "training.batch_size=4", "policy.width=8",
                 "training.checkpoint_every=2", "output.samples=4")


def run(*arguments, **options):
    """The finished process, its texts as str; `options` go to subprocess.run."""
    return subprocess.run([sys.argv[1], *map(str, arguments)], capture_output=True, text=True,
                          errors="replace", **options)


def result_of(*arguments):
    """The JSON object of a command that must succeed."""
    done = run(*arguments, "--threads", "1", "--quiet", "--json")
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])


def refusal_of(*arguments, **options):
    """The message of a command that must end as a user error."""
    done = run(*arguments, "--threads", "1", **options)
    assert done.returncode == 2, f"{arguments}: exit {done.returncode}: {done.stderr}{done.stdout}"
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, f"{arguments}: {done.stderr}"
    return errors[0]


def rows_of(path):
    """The rows of a CSV file by column name."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


class CommandTest(unittest.TestCase):
    """Tests that write into a folder of their own."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def assert_says(self, message, *parts):
        for part in parts:
            self.assertIn(str(part), message)
