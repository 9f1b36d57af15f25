"""What bad input gets, through the binary: what was looked for and what is there, exit code 2, and
nothing half-written. One test for each row of the table of promises, in its order.

Usage: bad_input_test.py FRAGFLOW SOURCE_FOLDER
"""

import os
import pathlib
import shutil
import sys
import unittest

from command_line import CommandTest, SHORT, refusal_of, result_of, run

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"
PROXY = SOURCE / "data/proxy_default.safetensors"


class BadInput(CommandTest):
    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    # --- missing or empty file, wrong column name ---

    def readers(self, path):
        """Every command that reads a table of molecules, without its outputs."""
        out = self.folder / "out"
        return [["campaign", "start", path, "--target", "pIC50", "-o", out],
                ["campaign", "replay", path, "--target", "pIC50", "-o", out],
                ["score", "--proxy", PROXY, path, "-o", out],
                ["evaluate", path],
                ["proxy", "train", path, "--target", "pIC50", "-o", out],
                ["fragments", "extract", path, "-o", out],
                ["blocks", "build", path, "-o", out],
                ["route", path, "-o", out.with_suffix(".csv")]]

    def test_missing_file(self):
        for command in self.readers(self.folder / "nowhere.csv"):
            self.assert_says(refusal_of(*command), "nowhere.csv", "No such file")
        for command in (["train", "nowhere.toml", "--out", self.folder / "run"],
                        ["enumerate", "nowhere.toml"], ["fragments", "check", "nowhere.json"],
                        ["proxy", "info", "nowhere.safetensors"], ["sample", "nowhere", "-o", "x.csv"],
                        ["report", "nowhere"], ["watch", "nowhere"],
                        ["draw", "nowhere.csv", "-o", "x.svg"]):
            self.assert_says(refusal_of(*command), "nowhere")
        self.assertEqual(self.files(), [])

    def test_empty_file(self):
        for command in self.readers(self.write("empty.csv", "")):
            self.assert_says(refusal_of(*command), "empty.csv", "is empty")

    def test_wrong_column(self):
        for command in self.readers(self.write("table.csv", "compound,activity\nCCO,1\n")):
            self.assert_says(refusal_of(*command), "table.csv", "--smiles", "compound, activity")
        good = self.write("good.csv", "smiles,activity\nCCO,1\n")
        self.assert_says(refusal_of("evaluate", good, "--score-column", "pIC50"), "'pIC50'",
                         "smiles, activity")
        self.assert_says(refusal_of("proxy", "train", good, "--target", "pIC50", "-o", "x"),
                         "'pIC50'", "smiles, activity")
        self.assertEqual(self.files(), ["good.csv", "table.csv"])

    # --- bad SMILES in a corpus or CSV ---

    def test_bad_rows_are_named_skipped_and_counted(self):
        # Phenol is row 2 on line 3; rows 3 and 5 are bad.
        rows = ["CCO,1", "Oc1ccccc1,2", "C1CC,3", "CCN,4", "no molecule,5"]
        rows += ["CC" + "C" * i + "O,1" for i in range(1, 20)]
        table = self.write("rows.csv", "smiles,y\n" + "\n".join(rows) + "\n")
        out = self.folder / "out"
        for command in (["score", "--proxy", PROXY, table, "-o", out], ["evaluate", table],
                        ["fragments", "extract", table, "-o", out],
                        ["blocks", "build", table, "-o", out],
                        ["proxy", "train", table, "--target", "y", "-o", out]):
            done = run(*command, "--json", "--threads", "1")
            # So few molecules make no vocabulary.
            self.assertEqual(done.returncode, 2 if command[0] == "fragments" else 0, done.stderr)
            for number, text in (("row 3", "C1CC"), ("row 5", "no molecule")):
                lines = [line for line in done.stderr.splitlines() if number in line]
                self.assertEqual(len(lines), 1, f"{command}: {done.stderr}")
                self.assertIn(text, lines[0])
        evaluated = result_of("evaluate", table)
        self.assertEqual((evaluated["count"], evaluated["num_valid"]), (len(rows), len(rows) - 2))

    def test_no_molecule_left_is_an_error(self):
        table = self.write("none.csv", "smiles,pIC50\nC1CC,1\nno molecule,2\n")
        for command in self.readers(table):
            self.assert_says(refusal_of(*command), "none.csv")
        self.assertEqual(self.files(), ["none.csv"])

    # --- vocabulary ---

    def test_bad_vocabularies(self):
        faults = {
            '[["CC", [0]], ["c1ccc", [0]]]': ("fragment 1 (c1ccc)", "not a SMILES"),
            '[["CC", [0]], ["CO", [2]]]': ("fragment 1 (CO)", "atom 2", "out of range", "0 to 1"),
            '[["CO", [1, 1]]]': ("fragment 0 (CO)", "no hydrogen left", "2 slots", "1 hydrogens"),
            '[["CO", [0, 1]], ["OC", [1, 0]]]': ("fragment 1 (OC)", "duplicate", "fragment 0 (CO)"),
            '[["C.C", [0]]]': ("fragment 0 (C.C)", "connected"),
            '[["CC", ["a"]]]': ("fragment 0 (CC)", "index", '"a"'),
            '{"fragments": [{"smiles": "CC", "slots": [{"atom": 0, "types": ["L1"]}]}],'
            ' "joins": [["L2", "L3"]]}': ("fragment 0 (CC)", '"L1"', "L2, L3"),
            '{"fragments": [': ("not JSON", "line 1"),
            '{"fragmants": []}': ('"fragments"',),
            '[]': ("no fragments",),
        }
        for text, parts in faults.items():
            path = self.write("vocabulary.json", text)
            self.assert_says(refusal_of("fragments", "check", path), "vocabulary.json", *parts)
        self.assert_says(refusal_of("train", SPACE, "--out", self.folder / "run", "--set",
                                    f"environment.vocabulary={path}"), *parts)
        self.assertEqual(self.files(), ["vocabulary.json"])

    # --- configuration ---

    def test_unknown_keys_and_values_out_of_range(self):
        run_folder = self.folder / "run"
        overrides = {
            "training.stepz=3": ("'training.stepz'", "did you mean 'steps'?"),
            "trainnig.steps=3": ("'trainnig'", "did you mean 'training'?"),
            "training.steps=-3": ("'training.steps' = -3", "allowed: 1 to"),
            "training.steps=many": ("'many'", "'training.steps'", "1 to"),
            "training.steps": ("section.key=value",),
            "objective.name=tv": ("'tv'", "tb"),
        }
        for override, parts in overrides.items():
            self.assert_says(refusal_of("train", "--set", override, SPACE, "--out", run_folder),
                             override, *parts)
        files = {
            "seed = 1\n[training]\nbatchsize = 3\n": ("line 3", "'training.batchsize'",
                                                      "did you mean 'batch_size'?"),
            "[training]\nlearning_rate = -1.0\n": ("line 2", "'training.learning_rate' = -1",
                                                   "allowed: "),
            "[training]\nsteps = 'ten'\n": ("line 2", "'training.steps'", "a whole number"),
            "[training\nsteps = 10\n": ("line 1",),
        }
        for text, parts in files.items():
            path = self.write("mine.toml", text)
            self.assert_says(refusal_of("train", path, "--out", run_folder), "mine.toml", *parts)
        self.assertEqual(self.files(), ["mine.toml"])

    def test_validate_refuses_what_it_would_count_wrongly(self):
        out = self.folder / "out"
        validate = ["validate", SPACE, "--out", out, "--set"]
        self.assert_says(refusal_of(*validate, "environment.start=c1ccccc1"), "environment.start")
        for setting, part in (("policy.learned_backward=true", "policy.learned_backward"),
                              ("objective.regression=huber", "objective.regression"),
                              ("objective.name=db", 'objective.name = "db"'),
                              ("training.ema=0.9", "training.ema"),
                              ("training.blocks=2", "training.blocks"),
                              ("exploration.local_search.rounds=1", "exploration.local_search")):
            self.assert_says(refusal_of(*validate, setting, "--naive-actions"), part, "--naive-actions")
        self.assertFalse(out.exists())

    def test_an_override_may_stand_before_the_configuration(self):
        done = run("config", "--set", "seed=7", "--set", "environment.max_fragments=2", SPACE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("max_fragments = 2", done.stdout)
        result = result_of("train", "--set", "seed=7", *SHORT, SPACE, "--out", self.folder / "run")
        self.assertEqual(result["steps"], 4)

    # --- run folders and checkpoints ---

    def train(self, name="run", *more):
        folder = self.folder / name
        result_of("train", SPACE, "--out", folder, *SHORT, *more)
        return folder

    def contents(self, folder):
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}

    def test_an_existing_run_is_refused_unless_asked(self):
        folder = self.train()
        before = self.contents(folder)
        message = refusal_of("train", SPACE, "--out", folder, *SHORT)
        self.assert_says(message, folder, "--resume", "--overwrite", "checkpoint.safetensors")
        self.assertEqual(self.contents(folder), before)
        (self.folder / "papers").mkdir()
        self.write("papers/thesis.txt", "precious")
        for choice in ([], ["--overwrite"], ["--resume"]):
            refusal_of("train", *([] if "--resume" in choice else [SPACE]), "--out",
                       self.folder / "papers", *choice)
        self.assertEqual(list(self.contents(self.folder / "papers")), ["thesis.txt"])

    def test_damaged_checkpoints(self):
        folder = self.train()
        good = (folder / "checkpoint.safetensors").read_bytes()
        previous = folder / "checkpoint.previous.safetensors"
        self.assertTrue(previous.exists())
        sample = ["sample", folder, "-n", "2", "-o", self.folder / "samples.csv"]
        resume = ["train", "--resume", "--out", folder]
        for damaged, command in ((b"", sample), (good[:100], resume), (good[:-1], sample),
                                 (good[:-1], resume), (b"x" * len(good), sample)):
            (folder / "checkpoint.safetensors").write_bytes(damaged)
            self.assert_says(refusal_of(*command), "checkpoint.safetensors", previous)
        shutil.copy(previous, folder / "checkpoint.safetensors")  # as the message advises
        result_of(*sample)
        previous.unlink()
        (folder / "checkpoint.safetensors").write_bytes(good[:100])
        self.assertNotIn("previous", refusal_of(*sample))

    def test_weights_of_another_policy(self):
        folder = self.train()
        message = refusal_of("train", SPACE, "--out", self.folder / "other", *SHORT, "--set",
                             "policy.width=16", "--init-from", folder)
        self.assert_says(message, "another shape", "[policy]")

    def test_damaged_proxy(self):
        molecules = self.write("one.smi", "CCO\n")
        path = self.folder / "proxy.safetensors"
        score = ["score", "--proxy", path, molecules, "-o", self.folder / "out"]
        for damaged, command in ((b"", score), (PROXY.read_bytes()[:-8], score),
                                 (PROXY.read_bytes()[:1000], ["proxy", "info", path])):
            path.write_bytes(damaged)
            self.assert_says(refusal_of(*command), "proxy.safetensors")
        self.assertFalse((self.folder / "out").exists())

    # --- programs of the user's as scorers: more in tests/reward, and in own_scorers_test.py ---

    def test_scorers_that_fail(self):
        molecules = self.write("two.smi", "CCO\nCCN\n")
        config = self.write("mine.toml", """[[reward.component]]
            name = "mine"
            type = "process"
            process.command = ["scorer.sh"]
            process.property = "score"
            transform.type = "none"
            """)
        read = "#!/bin/sh\ncat > /dev/null\n"
        faults = {
            "": ("cannot start", "first line"),
            "#!/bin/sh\necho no model >&2\nexit 3\n": (
                "ended without an answer (exit status 3), also when it was started again (2 times)",
                "command: ", "scorer.sh", "sent: 2 SMILES: CCO, CCN", "    no model"),
            "#!/bin/sh\nsleep 1000\n": ("process.time_limit = 0.3 seconds",),
            read + "echo '{\"payload\": {\"score\": [1]}}'": (
                "1 values of output 'score' for 2 molecules", "received: "),
            read + "echo '{\"payload\": {\"score\": [1, NaN]}}'": (
                "no value of 'score' for molecule 2 of its 2, CCN", "floor"),
            read + "echo Hello": ("not JSON", "received: 6 bytes: Hello\\n"),
            read + "echo '{\"payload\": {\"scores\": [1, 2]}}'": ("did you mean 'scores'?",),
            read + "echo '{\"version\": 2, \"payload\": {\"score\": [1, 2]}}'": ("version 2",),
            "#!/bin/sh\nhead -c 10000000 /dev/zero | tr '\\0' e >&2\nexit 1\n": ("exit status 1",),
        }
        out = self.folder / "out.csv"
        score = ["score", "--config", config, molecules, "-o", out]
        for text, parts in faults.items():
            path = self.write("scorer.sh", text)
            path.chmod(0o755)
            limit = "0.3" if "sleep" in text else "300"
            done = run(*score, "--set", f"reward.component.mine.process.time_limit={limit}")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assert_says(done.stderr, "error: reward component 'mine': ", *parts)
            self.assertLess(len(done.stderr), 3000)
        path.chmod(0o644)
        self.assert_says(refusal_of(*score), "'mine'", "scorer.sh' is not executable", "chmod +x")
        path.unlink()
        self.assert_says(refusal_of(*score), "'mine'", "no program 'scorer.sh' in PATH")
        self.assert_says(refusal_of(*score, "--set", 'reward.component.mine.process.command=["/"]'),
                         "'/' is a folder")
        self.assert_says(refusal_of(*score, "--set", "reward.component.mine.process.command=[]"),
                         "process.command = [")
        # Found before a run folder is made.
        self.assert_says(refusal_of("train", config, "--out", self.folder / "run"), "scorer.sh")
        self.assertEqual(self.files(), ["mine.toml", "two.smi"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
