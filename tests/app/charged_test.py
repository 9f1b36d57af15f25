"""A run whose fragments carry charges: score, likelihood and evaluate give each molecule what the run
gave, and what comes from elsewhere is one neutral parent.

Usage: charged_test.py FRAGFLOW SOURCE_FOLDER
"""

import json
import pathlib
import shutil
import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, settings

SOURCE = pathlib.Path(sys.argv[2])
SEH = SOURCE.parent / "shared/bengio2021"
FRAGMENTS = [["C[NH2+]C", [0, 2]], ["CC(=O)[O-]", [0]], ["c1ccccc1", [0, 1, 3]], ["CO", [0, 1]],
             ["C[NH+](C)C", [0, 1]], ["C", [0, 0, 0]]]
SHORT = settings("training.steps=4", "training.batch_size=8", "policy.width=8", "policy.layers=1",
                 "output.samples=200")


class Charged(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("vocabulary.json", json.dumps(FRAGMENTS))
        # Both see a charge: logP has types for charged atoms, and a hydrogen weighs 1.008.
        self.config = self.write("charged.toml", """
            [environment]
            vocabulary = "vocabulary.json"
            max_fragments = 4
            [[reward.component]]
            type = "logp"
            transform = { type = "sigmoid", low = -8.0, high = 6.0 }
            [[reward.component]]
            type = "molecular_weight"
            transform = { type = "linear", low = 0.0, high = 500.0 }
            """)
        self.trained = self.folder / "run"
        result_of("train", self.config, *SHORT, "--out", self.trained)
        self.samples = rows_of(self.trained / "samples.csv")

    def scored(self, table, *scorer):
        out = self.folder / "scored.csv"
        result_of("score", *scorer, table, "-o", out)
        return rows_of(out)

    def test_what_the_run_wrote_has_the_score_the_run_gave(self):
        charged = [row for row in self.samples if "+" in row["smiles"] or "[O-]" in row["smiles"]]
        self.assertGreater(len(charged), 50)
        table = self.write("own.csv", "smiles\n" + "".join(f"{r['smiles']}\n" for r in self.samples))
        out = self.folder / "likelihood.csv"
        result_of("likelihood", self.trained, table, "-o", out)
        for rows in (self.scored(table, "--config", self.config), self.scored(table, "--run", self.trained),
                     rows_of(out)):
            self.assertEqual(len(rows), len(self.samples))
            for ours, theirs in zip(rows, self.samples):
                self.assertEqual(ours["canonical_smiles"], theirs["smiles"])
                self.assertAlmostEqual(float(ours["score"]), float(theirs["score"]), delta=1e-6)
        result = result_of("evaluate", table, "--run", self.trained)
        self.assertEqual(result["likelihood"]["n"], len({row["smiles"] for row in self.samples}))

    def test_what_comes_from_elsewhere_is_neutral(self):
        # A salt, an ammonium that no fragment builds, another way of writing one that the run builds,
        # and the neutral form of it.
        table = self.write("other.csv", "smiles\n[Na+].CC(=O)[O-]\nCCC[NH3+]\n[NH2+](C)C\nCNC\n"
                           "C[NH2+]C\n")
        for scorer in (["--config", self.config], ["--run", self.trained]):
            self.assertEqual([row["canonical_smiles"] for row in self.scored(table, *scorer)],
                             ["CC(=O)O", "CCCN", "CNC", "CNC", "C[NH2+]C"])
        # Without its vocabulary a configuration still scores, all molecules neutral.
        (self.folder / "vocabulary.json").unlink()
        self.assertEqual(self.scored(table, "--config", self.config)[4]["canonical_smiles"], "CNC")

    def test_identity_is_that_of_the_neutral_parent(self):
        own = self.write("own.csv", "smiles\nC[NH2+]C\nCNC\n")
        known = self.write("known.csv", "smiles\nCNC\n")
        result = result_of("evaluate", own, "--reference", known)
        self.assertEqual((result["num_unique"], result["num_novel"]), (1, 0))

    def test_one_scorer_is_asked_for(self):
        for options in ([], ["--run", self.trained, "--config", self.config]):
            self.assertIn("--run FOLDER", refusal_of(
                "score", self.trained / "samples.csv", "-o", "x.csv", *options))
        self.assertIn("--set needs --config", refusal_of(
            "score", "--run", self.trained, "--set", "reward.beta=2", self.trained / "samples.csv", "-o", "x"))


@unittest.skipUnless(SEH.exists(), "the sEH reference data is absent")
class ReferenceTask(CommandTest):
    """The same of the sEH task, whose published fragments carry charges."""

    def test_samples_are_scored_as_drawn(self):
        for source, name in ((SEH / "fragments_72.json", "seh_vocabulary.json"),
                             (SEH / "seh_proxy.safetensors", "seh_proxy.safetensors"),
                             (SOURCE / "data/configs/seh.toml", "seh.toml")):
            shutil.copy(source, self.folder / name)
        result_of("train", self.folder / "seh.toml", *SHORT, "--out", self.folder / "run")
        table = self.folder / "run/samples.csv"
        samples = rows_of(table)
        self.assertGreater(sum("+" in row["smiles"] for row in samples), 20)
        result_of("score", "--run", self.folder / "run", table, "-o", self.folder / "scored.csv")
        result_of("likelihood", self.folder / "run", table, "-o", self.folder / "likelihood.csv")
        for name in ("scored.csv", "likelihood.csv"):
            for ours, theirs in zip(rows_of(self.folder / name), samples, strict=True):
                self.assertEqual(ours["canonical_smiles"], theirs["smiles"])
                self.assertAlmostEqual(float(ours["score"]), float(theirs["score"]), delta=1e-6)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
