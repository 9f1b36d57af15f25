"""A run killed at any moment ends as one that was never stopped.

One run after another is killed (kill -9) again and again until it ends: while it starts, between two
steps, while it writes a checkpoint, while it draws and writes samples. When each kill falls comes from
a printed seed; in which phase it landed is read from the folder afterwards, and a phase without kills
fails the test. Checkpoint, metrics, trajectories and samples must be equal in every byte to those of a
run that was left alone.

Usage: kill_test.py FRAGFLOW SOURCE_FOLDER
"""

import collections
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from command_line import CommandTest, result_of, rows_of, settings

SPACE = f"{sys.argv[2]}/data/configs/space_small.toml"
SEED = 20261122
MIN_KILLS = 50
STEPS, BATCH, SAMPLES = 90, 16, 150
SETTINGS = settings(f"training.steps={STEPS}", f"training.batch_size={BATCH}",
                    "training.checkpoint_every=4", "training.log_every=1", "policy.width=32",
                    f"output.samples={SAMPLES}", "output.trajectories=true")
CONDITIONED = settings("condition.beta_min=1", "condition.beta_max=8", "objective.name=vargrad")
COMPARED = ["checkpoint.safetensors", "metrics.csv", "trajectories.csv", "samples.csv", "best.csv",
            "top.sdf", "config.toml"]
# What each kill of one run waits for. A kill within the training goes back to the last checkpoint, so
# that the run takes about as many steps again as there are kills.
START, STEP, CHECKPOINT, SAMPLE = "start-up", "step", "checkpoint write", "sample write"
PLAN = [START] * 3 + [STEP, CHECKPOINT] * 3 + [SAMPLE] * 3
POLL = 1e-4  # seconds


class Watch:
    """What happens in a run's folder from now on."""

    def __init__(self, folder):
        self.folder = folder
        self.before = {path.name: self.stamp(path.name) for path in folder.glob("*")}

    def stamp(self, name):
        try:
            status = (self.folder / name).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def has_changed(self, name):
        return self.stamp(name) not in (None, self.before.get(name))

    def num_rows(self):
        return (self.folder / "metrics.csv").read_bytes().count(b"\n")

    def phase(self):
        """Where a process is that was started with the watch, or was when it was killed."""
        if self.has_changed("best.csv"):  # the first file of a run that has done its last step
            return SAMPLE
        if not self.stamp("checkpoint.safetensors"):
            return START
        if self.has_changed("checkpoint.safetensors.tmp"):
            return CHECKPOINT
        if self.has_changed("metrics.csv"):
            return STEP
        return START


class Killed(CommandTest):
    @classmethod
    def setUpClass(cls):
        """A run that is left alone, and how long it takes to start."""
        cls.shared = tempfile.TemporaryDirectory()
        cls.whole = pathlib.Path(cls.shared.name) / "whole"
        cls.whole.mkdir()
        watch, begin = Watch(cls.whole), time.time()
        process = cls.start(cls.whole)
        cls.wait_until(process, lambda: watch.phase() != START)
        cls.start_up = time.time() - begin
        _, errors = process.communicate()
        assert process.returncode == 0, errors

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    @staticmethod
    def start(folder, extra=()):
        begun = (folder / "checkpoint.safetensors").exists()
        return subprocess.Popen(
            [sys.argv[1], "train", *(["--resume"] if begun else [SPACE, *SETTINGS, *extra]), "--out", folder,
             "--quiet", "--threads", "1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def wait_until(process, condition):
        """False if the process ended first."""
        while not condition():
            if process.poll() is not None:
                return False
            time.sleep(POLL)
        return True

    def finish(self, folder, extra=()):
        process = self.start(folder, extra)
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 0, errors)

    def assert_as_undisturbed(self, folder, what, whole=None):
        whole = whole or self.whole
        for name in COMPARED:
            self.assertTrue((whole / name).read_bytes() == (folder / name).read_bytes(),
                            f"{name} differs after {what}")
        leftovers = {path.name for path in folder.iterdir()} - {path.name for path in whole.iterdir()}
        self.assertEqual(leftovers, set(), f"after {what}")

    def wait_for(self, process, watch, wanted, times):
        """Returns at a random moment of the wanted phase, or when the process has ended."""
        if wanted == START:
            end = time.time() + times.uniform(0, 1) * self.start_up
            file = times.choice([None, None, ".starting", "config.toml"])
            self.wait_until(process, lambda: watch.has_changed(file) if file else time.time() > end)
        elif wanted == STEP:
            # A random number of rows after the first that this process adds.
            self.wait_until(process, lambda: watch.phase() != START)
            rows = watch.num_rows() + times.randrange(9)
            self.wait_until(process, lambda: watch.num_rows() >= rows)
        elif wanted == CHECKPOINT:
            for number in range(times.randrange(2, 4)):
                if number > 0:
                    self.wait_until(process, lambda: watch.phase() != CHECKPOINT)
                self.wait_until(process, lambda: watch.phase() in (CHECKPOINT, SAMPLE))
        else:
            file = times.choice(["best.csv", "samples.csv.tmp", "samples.csv.tmp", "samples.csv"])
            self.wait_until(process, lambda: watch.has_changed(file))

    def test_every_row_is_there_once(self):
        self.assertEqual([row["step"] for row in rows_of(self.whole / "metrics.csv")],
                         [str(step) for step in range(1, STEPS + 1)])
        self.assertEqual(len(rows_of(self.whole / "trajectories.csv")), STEPS * BATCH)
        self.assertEqual(len(rows_of(self.whole / "samples.csv")), SAMPLES)

    def test_at_any_moment(self):
        print("seed", SEED, flush=True)
        times = random.Random(SEED)
        landed = collections.Counter()
        writing = collections.Counter()  # kills that left a half-written file
        runs = 0
        while sum(landed.values()) < MIN_KILLS or len(landed) < 4 or len(writing) < 2:
            self.assertLess(runs, 12, f"kills do not land: {landed}, {writing}")
            runs += 1
            folder = self.folder / f"killed{runs}"
            kills = self.kill_again_and_again(folder, times, landed, writing)
            self.finish(folder)
            self.assert_as_undisturbed(folder, f"run {runs}: {kills}")
        print(f"ok, {sum(landed.values())} kills in {runs} runs: {dict(landed)};",
              f"half-written files: {dict(writing)}")

    def kill_again_and_again(self, folder, times, landed, writing):
        kills = []
        for wanted in PLAN:
            watch = Watch(folder)
            process = self.start(folder)
            self.wait_for(process, watch, wanted, times)
            process.kill()
            _, errors = process.communicate()
            if process.returncode != -signal.SIGKILL:  # it was faster
                self.assertEqual(process.returncode, 0, errors)
                continue
            kills.append(watch.phase())
            landed[kills[-1]] += 1
            for name in ("checkpoint.safetensors.tmp", "samples.csv.tmp"):
                writing[name] += watch.has_changed(name)
        return kills

    def test_asked_to_stop(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            folder = self.folder / number.name
            watch = Watch(folder)
            process = self.start(folder)
            self.wait_until(process, lambda: watch.phase() == STEP)
            process.send_signal(number)
            _, errors = process.communicate()
            self.assertEqual(process.returncode, 0, errors)
            self.assertFalse((folder / "samples.csv").exists(), "it was stopped too late")
            self.finish(folder)
            self.assert_as_undisturbed(folder, number.name)

    def test_asked_to_stop_while_sampling(self):
        """What was drawn by then is not taken for all there is."""
        folder, many = self.folder / "run", ["--set", "output.samples=3000"]
        watch = Watch(folder)
        process = self.start(folder, many)
        self.wait_until(process, lambda: watch.phase() == SAMPLE)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 0, errors)
        self.assertFalse((folder / "samples.csv").exists())
        self.assertIn('"finished": false', (folder / "run.json").read_text())
        self.finish(folder)
        self.assertEqual(len(rows_of(folder / "samples.csv")), 3000)
        self.assertIn('"finished": true', (folder / "run.json").read_text())

    def test_a_conditioned_run(self):
        whole, folder = self.folder / "conditioned", self.folder / "killed"
        self.finish(whole, CONDITIONED)
        times = random.Random(SEED + 2)
        for wanted in (STEP, CHECKPOINT, STEP):
            watch = Watch(folder)
            process = self.start(folder, CONDITIONED)
            self.wait_for(process, watch, wanted, times)
            process.kill()
            process.communicate()
            self.assertEqual(process.returncode, -signal.SIGKILL, "it was stopped too late")
        self.finish(folder)
        self.assert_as_undisturbed(folder, "a conditioned run", whole)

    def test_a_round_of_a_campaign(self):
        """Killed while it fits, trains and chooses, again and again, it proposes the same plate."""
        rows = rows_of(f"{sys.argv[2]}/data/chembl2321810.csv")[::25]
        table = self.folder / "table.csv"
        table.write_text("smiles,pIC50\n" + "".join(f"{r['smiles']},{r['pIC50']}\n" for r in rows))
        whole, folder = self.folder / "whole_campaign", self.folder / "campaign"
        for out in (whole, folder):
            result_of("campaign", "start", table, "--out", out, "--steps", "6", "--samples", "40",
                      *settings("policy.width=8", "policy.layers=1", "training.batch_size=8",
                                "training.checkpoint_every=2", "exploration.genetic.batch_size=16"))
        propose = ["campaign", "propose", folder, "-n", "4"]
        begin = time.time()
        result_of("campaign", "propose", whole, "-n", "4")
        seconds = time.time() - begin
        times = random.Random(SEED + 3)
        killed = 0
        for moment in sorted(times.uniform(0, 1) for _ in range(5)):
            process = subprocess.Popen([sys.argv[1], *map(str, propose), "--threads", "1", "--quiet"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moment * seconds)
            process.kill()
            killed += process.wait() == -signal.SIGKILL
            record = folder / "campaign.json"
            result_of("campaign", "status", folder)  # whole at every moment
            if '"pending": null' in record.read_text() and '"round": 1' in record.read_text():
                break
        self.assertGreater(killed, 0)
        if '"pending": null' not in record.read_text() or '"round": 1' not in record.read_text():
            result_of(*propose)
        for name in ("proposals.csv", "measurements.csv", "round_1/plate.csv", "round_1/table.csv",
                     "round_1/proxy.safetensors", "round_1/run/samples.csv"):
            self.assertEqual((whole / name).read_bytes(), (folder / name).read_bytes(), name)
        self.assertEqual([path.name for path in folder.rglob("*.tmp")], [])

    def test_a_file_of_samples_is_whole_or_not_there(self):
        out = self.folder / "samples.csv"
        command = ["sample", self.whole, "-n", "200", "-o", out]
        result_of(*command)
        good = out.read_bytes()
        out.write_text("an earlier file\n")
        times = random.Random(SEED + 1)
        for moment in [0, 0] + [times.uniform(0, 0.2) for _ in range(2)]:
            watch = Watch(self.folder)
            process = subprocess.Popen([sys.argv[1], *map(str, command), "--threads", "1", "--quiet"],
                                       stdout=subprocess.DEVNULL)
            if moment == 0:
                self.wait_until(process, lambda: watch.has_changed("samples.csv.tmp"))
            time.sleep(moment)
            process.kill()
            process.wait()
            self.assertIn(out.read_bytes(), (b"an earlier file\n", good))
        result_of(*command)
        self.assertEqual(out.read_bytes(), good)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["samples.csv"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
