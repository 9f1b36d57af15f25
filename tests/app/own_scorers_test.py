"""Programs of the user's as scorers, through the binary: the example of data/examples in both
protocols against RDKit, runs that are stopped, and programs that fail in the middle of one.

Usage: own_scorers_test.py FRAGFLOW SOURCE_FOLDER
"""

import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings

try:
    from rdkit import Chem, DataStructs
    from rdkit.Chem import AllChem, Crippen
except ImportError:
    sys.exit(77)  # skipped: needs python3-rdkit

SOURCE = pathlib.Path(sys.argv[2])
EXAMPLE = SOURCE / "data/examples/process.toml"
SPACE = SOURCE / "data/configs/space_small.toml"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
MOLECULES = ["CCO", "O=C(O)c1ccccc1O", "CCN(CC)CC", "c1ccc2ccccc2c1", ASPIRIN]
SHORT = settings("training.steps=6", "training.batch_size=8", "policy.width=8",
                 "training.checkpoint_every=2", "output.samples=8")

# Counts its batches in a file; answers the length of each SMILES.
STREAM = """#!/usr/bin/python3
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
(here / "pid").write_text(str(os.getpid()))
batch, done = [], 0
for line in map(str.strip, sys.stdin):
    if line:
        batch.append(line)
        continue
    done += 1
    before_answer(here, done)
    print(json.dumps({"version": 1, "payload": {"size": [len(s) for s in batch]}}), flush=True)
    batch = []
"""

# Answers the number of heavy atoms and leaves a pose of each molecule that has more than two, with no more
# than what docs/docking.md says of the file.
POSES = """#!/usr/bin/python3
import json, pathlib, sys
from rdkit import Chem
from rdkit.Chem import AllChem
folder = pathlib.Path(__file__).parent / "poses"
folder.mkdir(exist_ok=True)
names, values = sys.stdin.read().split(), []
for name in names:
    molecule = Chem.AddHs(Chem.MolFromSmiles(name))
    values.append(molecule.GetNumHeavyAtoms())
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    digest = 0xcbf29ce484222325
    for byte in name.encode():
        digest = (digest ^ byte) * 0x100000001b3 % 2**64
    if values[-1] > 2:
        block = Chem.MolToMolBlock(molecule)
        (folder / f"{digest:016x}.sdf").write_text(block + f">  <size>\\n{values[-1]}\\n\\n$$$$\\n")
print(json.dumps({"payload": {"size": values}}))
"""


def is_alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class OwnScorers(CommandTest):
    def test_example_agrees_with_rdkit(self):
        table = self.folder / "molecules.csv"
        table.write_text("smiles\n" + "\n".join(MOLECULES) + "\n")

        def fingerprint(smiles):
            return AllChem.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(smiles), 2, nBits=2048)

        command = f'["{EXAMPLE.parent}/rdkit_scorer.py", "--like", "{ASPIRIN}"]'
        once = [option for name in ("logp", "similarity")
                for option in ("--set", f"reward.component.{name}.process.command={command}",
                               "--set", f"reward.component.{name}.process.protocol=once",
                               "--set", f"reward.component.{name}.process.workers=2")]
        for overrides in ([], once):
            out = self.folder / "scores.csv"
            # Elsewhere: words of the command are looked up beside the configuration.
            done = run("score", "--config", EXAMPLE, *overrides, table, "-o", out, cwd="/")
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = rows_of(out)
            for smiles, row in zip(MOLECULES, rows, strict=True):
                self.assertAlmostEqual(float(row["logp_raw"]),
                                       Crippen.MolLogP(Chem.MolFromSmiles(smiles)), 6)
                self.assertAlmostEqual(
                    float(row["similarity_raw"]),
                    DataStructs.TanimotoSimilarity(fingerprint(smiles), fingerprint(ASPIRIN)), 9)

    def write_scorer(self, before_answer="pass"):
        path = self.folder / "scorer.py"
        path.write_text(STREAM.replace(
            "batch, done = [], 0",
            f"def before_answer(here, done):\n    {before_answer}\nbatch, done = [], 0"))
        path.chmod(0o755)
        config = self.folder / "mine.toml"
        config.write_text(f"""
            [environment]
            vocabulary = "{SOURCE}/data/vocabulary_small.json"
            max_fragments = 3
            [[reward.component]]
            name = "size"
            type = "process"
            process.command = ["scorer.py"]
            process.protocol = "stream"
            process.retries = 0
            transform = {{ type = "scale", divisor = 40.0 }}
            """)
        return config

    def test_any_answer_ends_in_a_report(self):
        # One number for every molecule: far out, tiny, nothing, negative.
        for answer, part in (("1e300", None), ("1.7976931348623157e308", None),
                             ("5e-324", "score the floor"), ("0.0", "raw value always 0"),
                             ("-3.0", "raw value always -3")):
            config = self.write_scorer()
            scorer = self.folder / "scorer.py"
            scorer.write_text(scorer.read_text().replace("len(s) for s in batch",
                                                         f"{answer} for s in batch"))
            config.write_text(config.read_text().replace(
                '{ type = "scale", divisor = 40.0 }', '{ type = "none" }'))
            folder = self.folder / answer
            result = result_of("train", config, "--out", folder, *SHORT)
            self.assertEqual(len(rows_of(folder / "samples.csv")), 8)
            self.assertIn("</html>", (folder / "report.html").read_text())
            for row in rows_of(folder / "samples.csv"):
                self.assertEqual(float(row["size_raw"]), float(answer))
            if part:
                self.assertIn(part, result["warnings"][0])
            else:
                self.assertNotIn("warnings", result)

    def outputs(self, folder):
        return {path.name: path.read_bytes() for path in folder.iterdir()
                if path.name in ("checkpoint.safetensors", "metrics.csv", "samples.csv")}

    def test_a_run_goes_on_after_its_scorer_failed(self):
        config = self.write_scorer()
        whole, broken = self.folder / "whole", self.folder / "broken"
        result_of("train", config, "--out", whole, *SHORT)
        # The same program, but its third batch ends it until the file "mended" is there.
        self.write_scorer("if done == 3 and not (here / 'mended').exists(): sys.exit('no licence')")
        done = run("train", config, "--out", broken, *SHORT, "--threads", "1")
        self.assertEqual(done.returncode, 2)
        for part in ("reward component 'size'", "exit status 1", "no licence", "scorer.py",
                     "SMILES: "):
            self.assertIn(part, done.stderr)
        (self.folder / "mended").write_text("")
        result_of("train", "--resume", "--out", broken)
        self.assertEqual(self.outputs(broken), self.outputs(whole))
        self.assertEqual(len(self.outputs(whole)), 3)

    def test_samples_without_scores_need_no_scorer(self):
        config = self.write_scorer()
        folder, scored, bare = self.folder / "run", self.folder / "a.csv", self.folder / "b.csv"
        result_of("train", config, "--out", folder, *SHORT)
        result_of("sample", folder, "-n", "600", "-o", scored)
        self.write_scorer("sys.exit('was asked')")
        self.assertIn("without an answer", refusal_of("sample", folder, "-n", "5", "-o", bare))
        for output in (bare, scored.with_suffix(".smi")):
            result_of("sample", folder, "-n", "600", "-o", output, "--no-scores")
        empty = {"score", "log_reward", "size_raw", "size"}
        for with_scores, without in zip(rows_of(scored), rows_of(bare), strict=True):
            self.assertEqual(set(with_scores), set(without))
            for key, value in without.items():
                self.assertEqual(value, "" if key in empty else with_scores[key])
        smiles = [row["smiles"] for row in rows_of(scored)]
        self.assertEqual(scored.with_suffix(".smi").read_text().split("\n"), [*smiles, ""])
        for option in ("--min-score", "--front"):
            done = run("sample", folder, "-o", bare, "--no-scores", option, "2")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("excludes", done.stderr)

    def wait_for(self, condition, what):
        for _ in range(1000):
            if condition():
                return
            time.sleep(0.02)
        self.fail(what)

    def start_training(self, config):
        process = subprocess.Popen(
            [sys.argv[1], "train", config, "--out", self.folder / "run", "--threads", "1",
             *SHORT[2:], "--set", "training.steps=1000000"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        pid = self.folder / "pid"
        self.wait_for(lambda: pid.exists() and pid.read_text(), "the scorer did not start")
        return process, int(pid.read_text())

    def test_no_process_is_left(self):
        config = self.write_scorer()
        for number, expected in ((signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)):
            process, scorer = self.start_training(config)
            checkpoint = self.folder / "run/checkpoint.safetensors"
            self.wait_for(checkpoint.exists, "no checkpoint")
            self.assertTrue(is_alive(scorer))
            process.send_signal(number)
            output, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, expected, errors)
            self.wait_for(lambda: not is_alive(scorer), "the scorer is still there")
            if number == signal.SIGINT:
                self.assertIn("continue with", output)
            subprocess.run(["rm", "-r", self.folder / "run", self.folder / "pid"], check=True)

    def test_poses_that_a_program_leaves(self):
        config = self.write_scorer()
        (self.folder / "scorer.py").write_text(POSES)
        config.write_text(config.read_text().replace('"stream"', '"once"\n            process.property = "size"\n'
                                                     '            poses = "poses"'))
        # Elsewhere: the folder is beside the configuration, before it is there, too.
        done = run("train", config, "--out", self.folder / "run", *SHORT, "--threads", "1", cwd="/")
        self.assertEqual(done.returncode, 0, done.stderr)
        top = [pose.GetProp("smiles") for pose in Chem.SDMolSupplier(str(self.folder / "run/top.sdf"))]
        poses = list(Chem.SDMolSupplier(str(self.folder / "run/top_poses.sdf"), removeHs=False))
        self.assertEqual([Chem.MolToSmiles(Chem.RemoveHs(pose), isomericSmiles=False) for pose in poses],
                         [smiles for smiles in top if Chem.MolFromSmiles(smiles).GetNumAtoms() > 2])
        self.assertTrue(all(pose.GetConformer().Is3D() for pose in poses))
        self.assertIn('id="poses"', (self.folder / "run/report.html").read_text())
        # No receptor.pdb: no surroundings, and no complaint.
        self.assertIn('"residues":[]', (self.folder / "run/report.html").read_text())
        table, sdf = self.folder / "a.csv", self.folder / "a.sdf"
        said = result_of("sample", self.folder / "run", "-n", "5", "--unique", "-o", table, "--poses", sdf)
        self.assertEqual(said["num_poses"], len(list(Chem.SDMolSupplier(str(sdf)))))
        self.assertGreater(said["num_poses"], 0)
        # A run that is overwritten leaves none of its files.
        config.write_text(config.read_text().replace('poses = "poses"', ""))
        done = run("train", config, "--out", self.folder / "run", *SHORT, "--overwrite")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((self.folder / "run/top_poses.sdf").exists())
        self.assertIn("leaves poses", refusal_of("sample", self.folder / "run", "-n", "5", "-o", table, "--poses", sdf))

    def test_nothing_is_started_where_nothing_is_scored(self):
        config = self.write_scorer()
        done = run("config", config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f'command = ["{self.folder.resolve()}/scorer.py"]', done.stdout)
        self.assertFalse((self.folder / "pid").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
