"""Runs with [[stage]]: each stage starts from the weights of the one before, and a run that is killed in any
of them ends as one that was left alone.

Usage: stages_test.py FRAGFLOW SOURCE_FOLDER
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings
from watch_test import Watch, contents

SOURCE = pathlib.Path(sys.argv[2])
SPACE = (SOURCE / "data/configs/space_small.toml").read_text().replace(
    "vocabulary_small.json", str(SOURCE / "data/vocabulary_small.json"))
STAGES = SPACE.replace("steps = 4000", "steps = 12\nbatch_size = 16\nlog_every = 1\ncheckpoint_every = 3").replace(
    "width = 64\nlayers = 3", "width = 16\nlayers = 1") + """
[output]
samples = 30
trajectories = true

[[stage]]
name = "explore"
[stage.reward]
beta = 1
[stage.environment]
max_heavy_atoms = 9

[[stage]]
name = "refine"
[stage.training]
steps = 40
[stage.stop]
reward_calls = 60

[[stage]]
[stage.reward]
beta = 8
[[stage.reward.component]]
type = "qed"
[[stage.reward.component]]
type = "logp"
transform = { type = "sigmoid", low = 0, high = 3 }
"""
COMPARED = ["checkpoint.safetensors", "metrics.csv", "trajectories.csv", "samples.csv", "best.csv", "top.sdf",
            "config.toml"]


class Staged(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.shared.name)
        cls.config, cls.whole = folder / "staged.toml", folder / "whole"
        cls.config.write_text(STAGES)
        cls.result = result_of("train", cls.config, "--out", cls.whole)

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def manifest(self, folder):
        return json.loads((folder / "run.json").read_text())

    def assert_equal_runs(self, folder, other, names=COMPARED):
        for name in names:
            self.assertEqual((folder / name).read_bytes(), (other / name).read_bytes(), f"{folder}: {name}")

    def test_stages_follow_each_other_from_the_weights(self):
        stages = self.result["stages"]
        self.assertEqual([stage["stage"] for stage in stages], ["1 of 3 (explore)", "2 of 3 (refine)", "3 of 3"])
        self.assertEqual((stages[0]["steps"], stages[2]["steps"]), (12, 12))
        self.assertLess(stages[1]["steps"], 40)
        self.assertIn("stop.reward_calls = 60", stages[1]["stop_reason"])
        manifest = self.manifest(self.whole)
        self.assertTrue(manifest["finished"])
        self.assertEqual([stage["folder"] for stage in manifest["stages"]], ["stage-1", "stage-2", "stage-3"])
        self.assertEqual([stage["beta"] for stage in manifest["stages"]], [1, 4, 8])
        sizes = [[len(re.findall("[A-Z]|[cno]", row["smiles"])) for row in rows_of(self.whole / stage / "samples.csv")]
                 for stage in ("stage-1", "stage-2")]
        self.assertLessEqual(max(sizes[0]), 9)
        self.assertGreater(max(sizes[1]), 9)
        self.assertIn("logp_raw", rows_of(self.whole / "stage-3/samples.csv")[0])
        self.assertNotIn("logp_raw", rows_of(self.whole / "stage-2/samples.csv")[0])
        # The same as runs by hand, one from the weights of another.
        base = STAGES.split("[[stage]]")[0]
        second = self.write("second.toml", base.replace("steps = 12", "steps = 40") + "[stop]\nreward_calls = 60\n")
        result_of("train", second, "--seed", "2", "--init-from", self.whole / "stage-1", "--out",
                  self.folder / "second")
        self.assert_equal_runs(self.whole / "stage-2", self.folder / "second",
                               ["metrics.csv", "samples.csv", "trajectories.csv", "config.toml"])
        alone = self.folder / "alone"
        result_of("train", second, "--seed", "2", "--out", alone)
        self.assertNotEqual((alone / "metrics.csv").read_bytes(), (self.folder / "second/metrics.csv").read_bytes())
        report = (self.whole / "report.html").read_text(encoding="utf-8")
        for text in ("<h2>Stages</h2>", "stage 3 of 3", "stage-2/report.html", "stop.reward_calls = 60"):
            self.assertIn(text, report)

    def test_killed_in_any_stage(self):
        """Each kill waits for something that a stage does; at the end all is as without."""
        folder = self.folder / "run"
        moments = []
        for stage in (1, 2, 3):
            path = folder / f"stage-{stage}"
            moments += [lambda path=path: (path / "metrics.csv").exists() and
                        (path / "metrics.csv").read_bytes().count(b"\n") > 4,
                        lambda path=path: (path / "report.html").exists()]
        kills = 0
        for reached in moments:
            process = subprocess.Popen(
                [sys.argv[1], "train", *(["--resume"] if (folder / "run.json").exists() else [str(self.config)]),
                 "--out", str(folder), "--quiet", "--threads", "1"], stdout=subprocess.DEVNULL)
            while process.poll() is None and not reached():
                time.sleep(0.001)
            process.kill()
            kills += process.wait() == -signal.SIGKILL
        self.assertGreater(kills, 3)
        result_of("train", "--resume", "--out", folder)
        for stage in ("stage-1", "stage-2", "stage-3"):
            self.assert_equal_runs(folder / stage, self.whole / stage)
        self.assert_equal_runs(folder, self.whole, ["config.toml"])
        here, there = self.manifest(folder), self.manifest(self.whole)
        self.assertEqual(here["stages"], there["stages"])
        self.assertTrue(here["finished"])

    def test_stopped_and_what_other_commands_take(self):
        folder, out = self.folder / "run", self.folder / "samples.csv"
        process = subprocess.Popen([sys.argv[1], "train", str(self.config), "--out", str(folder), "--threads", "1",
                                    *settings("stage.refine.training.steps=100000", "stage.refine.stop.reward_calls=0")],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        sample = ["sample", folder, "-n", "20", "-o", out]
        while not (folder / "stage-1").exists():
            time.sleep(0.001)
        while not (folder / "stage-2/metrics.csv").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        summary, log = process.communicate()
        self.assertEqual(process.returncode, 0, log)
        self.assertIn("stopped in stage 2 of 3 (refine) at step", summary)
        self.assertIn(f"fragflow train --resume --out {folder}", summary)
        for line in ("stage 1 of 3 (explore)", "stage 2 of 3 (refine)"):
            self.assertIn(line, log)
        result_of(*sample)  # the policy of the last finished stage
        drawn = out.read_bytes()
        result_of("sample", folder / "stage-1", "-n", "20", "-o", out)
        self.assertEqual(out.read_bytes(), drawn)
        self.assert_says(refusal_of("train", "--resume", "--out", folder, "--set", "stage.explore.training.steps=99"),
                         "stage 1 of 3 (explore) has ended", "training.steps 12 -> 99")
        self.assert_says(refusal_of("train", "--resume", "--out", folder, "--set", "training.steps=99"),
                         "only stage.N.training.steps and stage.N.stop")
        self.assert_says(refusal_of("train", "--resume", "--out", folder, "--set", "stage.refine.reward.beta=2"),
                         "only stage.N.training.steps")
        result_of("train", "--resume", "--out", folder,
                  *settings("stage.refine.training.steps=40", "stage.refine.stop.reward_calls=60"))
        # Where it was stopped the rule may already have held: the stage ends there.
        self.assertTrue(self.manifest(folder)["finished"])

    def test_commands_on_a_finished_run(self):
        out, other = self.folder / "a.csv", self.folder / "b.csv"
        result_of("sample", self.whole, "-n", "20", "-o", out)
        result_of("sample", self.whole / "stage-3", "-n", "20", "-o", other)
        self.assertEqual(out.read_bytes(), other.read_bytes())
        for command in (["likelihood", "{run}", out, "-o", "{out}"], ["score", "--run", "{run}", out, "-o", "{out}"]):
            texts = []
            for folder, name in ((self.whole, "c.csv"), (self.whole / "stage-3", "d.csv")):
                result_of(*[str(word).format(run=folder, out=self.folder / name) for word in command])
                texts.append((self.folder / name).read_bytes())
            self.assertEqual(*texts)

        def likelihood(folder):
            return {**result_of("evaluate", out, "--run", folder)["likelihood"], "run": ""}

        self.assertEqual(likelihood(self.whole), likelihood(self.whole / "stage-3"))
        self.assertNotEqual(likelihood(self.whole), likelihood(self.whole / "stage-1"))
        self.assertEqual(result_of("train", "--resume", "--out", self.whole)["stages"], [])
        result_of("report", self.whole, "-o", self.folder / "page.html")
        self.assertIn("<h2>Stages</h2>", (self.folder / "page.html").read_text(encoding="utf-8"))
        with Watch(self.whole) as watch:
            data = watch.data()
            self.assertEqual((data["text"], data["report"]), ("stage 3 of 3: finished after step 12", True))
        # Another run from the weights of the last stage; and the last stage made longer.
        third = self.write("third.toml", STAGES.split("[[stage]]")[0])
        result_of("train", third, "--init-from", self.whole, "--out", self.folder / "next")
        self.assert_says(refusal_of("train", self.config, "--out", self.whole), "already holds a run", "--resume")

    def test_the_last_stage_can_be_made_longer_and_all_be_replaced(self):
        folder = self.folder / "run"
        result_of("train", self.config, "--out", folder)
        # Nothing else can change, by an edit of the file neither; and trying changes nothing else.
        before = contents(folder)
        config = before[pathlib.Path("config.toml")].decode()
        for edited, named in ((re.subn(r"(?m)^beta = 8(\.0)?$", "beta = 9", config), ["stage 3 of 3", "reward.beta"]),
                              (re.subn(r"(?m)^beta = 1(\.0)?$", "beta = 2", config), ["stage 1 of 3", "reward.beta"]),
                              ((config + '\n[[stage]]\nname = "more"\n', 1), ["has 3 stages", "has 4"])):
            self.assertGreater(edited[1], 0)
            (folder / "config.toml").write_text(edited[0])
            self.assert_says(refusal_of("train", "--resume", "--out", folder), *named)
            self.assertEqual((folder / "config.toml").read_text(), edited[0])
        (folder / "config.toml").write_text(config)
        self.assertEqual(contents(folder), before)
        result = result_of("train", "--resume", "--out", folder, "--set", "stage.2.training.steps=16")
        self.assertEqual([(stage["stage"], stage["steps"]) for stage in result["stages"]], [("3 of 3", 16)])
        self.assertEqual(self.manifest(folder)["stages"][2]["steps"], 16)
        plain = self.write("plain.toml", STAGES.split("[[stage]]")[0])
        result_of("train", plain, "--overwrite", "--out", folder)
        self.assertEqual(list(folder.glob("stage-*")), [])
        self.assertTrue((folder / "checkpoint.safetensors").exists())

    def test_what_cannot_be(self):
        def refused(text, *options):
            return refusal_of("train", self.write("bad.toml", text), *options, "--out", self.folder / "bad")

        self.assert_says(refused(STAGES.replace("max_heavy_atoms = 9", "max_heavy_atom = 9")),
                         "line ", "'stage.explore.environment.max_heavy_atom'", "max_heavy_atoms")
        self.assert_says(refused(STAGES.replace('name = "refine"\n', 'name = "refine"\nbeta = 2\n')),
                         "unknown key 'stage.refine.beta'")
        self.assert_says(refused(STAGES.replace("[stage.stop]", "[stage.policy]")),
                         "unknown key 'stage.refine.policy'", "environment, training, stop")
        self.assert_says(refused(STAGES + "[[stage]]\nfoo = 1\n"), "unknown key 'stage.3.foo'")
        self.assert_says(refused(STAGES.replace('type = "logp"', 'type = "logq"')), "stage 3 of 3", "logq")
        self.assert_says(refused(STAGES, "--set", "stage.4.reward.beta=2"), "'stage' has no element '4'", "refine")
        self.assert_says(refused(STAGES.split("[[stage]]")[0], "--set", "stage.0.reward.beta=2"), "no element '0'")
        self.assert_says(refusal_of("validate", self.config, "--out", self.folder / "bad"),
                         "validate", "only `fragflow train` follows stages")
        self.assert_says(refusal_of("grid", "--config", self.config, "--out", self.folder / "bad"),
                         "grid", "only `fragflow train` follows stages")
        self.assertFalse((self.folder / "bad").exists())
        empty = self.folder / "empty"
        empty.mkdir()
        (empty / "run.json").write_text((self.whole / "run.json").read_text())
        self.assert_says(refusal_of("sample", empty, "-n", "3", "-o", self.folder / "x.csv"),
                         "no stage of the run", "is finished yet", "--resume")

    def test_config_shows_what_each_stage_amounts_to(self):
        done = run("config", self.config, *settings("training.learning_rate=0.01", "stage.refine.reward.beta=5"))
        self.assertEqual(done.returncode, 0, done.stderr)
        stages = tomllib.loads(done.stdout)["stage"]
        self.assertEqual([stage["reward"]["beta"] for stage in stages], [1, 5, 8])
        self.assertEqual([stage["training"]["steps"] for stage in stages], [12, 40, 12])
        self.assertEqual([stage["training"]["learning_rate"] for stage in stages], [0.01] * 3)
        self.assertEqual([len(stage["reward"]["component"]) for stage in stages], [1, 1, 2])
        again = run("config", self.write("again.toml", done.stdout))
        self.assertEqual(again.stdout, done.stdout)
        self.assertNotIn("[[stage]]\n", run("config", self.write("plain.toml", SPACE)).stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
