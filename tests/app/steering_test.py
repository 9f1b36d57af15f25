"""Starting from a scaffold, limits and forbidden fragments, through the binary: samples against
RDKit, likelihoods against enumeration, weights against other fragments.

Usage: steering_test.py FRAGFLOW SOURCE_FOLDER
"""

import html
import json
import math
import pathlib
import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings

try:
    from rdkit import Chem
except ImportError:
    sys.exit(77)  # skipped: needs python3-rdkit

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_ambiguous.toml"
SHORT = settings("training.steps=6", "training.batch_size=8", "policy.width=8", "policy.layers=1",
                 "output.samples=100")
# The default vocabulary, whose slots have types.
DRUGS = settings(f"environment.vocabulary={SOURCE}/data/vocabulary.json",
                 "environment.max_fragments=4")


class Steering(CommandTest):
    def sample(self, name, *options):
        """Molecules that a short run draws."""
        result_of("train", SPACE, *SHORT, *options, "--out", self.folder / name)
        smiles = [row["smiles"] for row in rows_of(self.folder / name / "samples.csv")]
        self.assertEqual(len(smiles), 100)
        return [Chem.MolFromSmiles(text) for text in smiles]

    def test_every_sample_grows_from_the_scaffold_where_it_may(self):
        # Quinazoline that may grow at one aromatic carbon and, as an ether, at its oxygen.
        scaffold = "[16*]c1nc(O[*:2])c2ccccc2n1"
        core = Chem.MolFromSmarts("c1nc(O)c2c([H])c([H])c([H])c([H])c2n1")
        molecules = self.sample("run", *DRUGS, "--start-from", scaffold, "--set",
                                "environment.max_heavy_atoms=24")
        sizes = set()
        for molecule in molecules:
            self.assertTrue(Chem.AddHs(molecule).HasSubstructMatch(core), Chem.MolToSmiles(molecule))
            self.assertLessEqual(molecule.GetNumHeavyAtoms(), 24)
            sizes.add(molecule.GetNumHeavyAtoms())
        self.assertGreater(len(sizes), 3)
        # The run knows its start: further samples need no option.
        result_of("sample", self.folder / "run", "-n", "20", "-o", self.folder / "more.csv")
        for row in rows_of(self.folder / "more.csv"):
            self.assertTrue(Chem.AddHs(Chem.MolFromSmiles(row["smiles"])).HasSubstructMatch(core))

    def test_forbidden_fragments_are_never_used(self):
        # Aromatic rings come from fragments only. Without the masks most samples have one.
        ring = Chem.MolFromSmarts("c")
        free = self.sample("free", *DRUGS)
        self.assertGreater(sum(m.HasSubstructMatch(ring) for m in free), 20)
        masked = self.sample("masked", *DRUGS, "--set", 'environment.forbidden_smarts=["c"]')
        self.assertEqual(sum(m.HasSubstructMatch(ring) for m in masked), 0)
        self.assertIn("did you mean", refusal_of(
            "enumerate", SPACE, "--set", 'environment.forbidden=["CCO"]'))
        result = result_of("enumerate", SPACE, "--set", 'environment.forbidden=["CO", "O"]')
        chains = result_of("enumerate", SPACE, "--set", 'environment.forbidden_smarts=["[#8]"]')
        del result["seconds"], chains["seconds"], result["peak_memory_mb"], chains["peak_memory_mb"]
        self.assertEqual(result, chains)

    def test_a_requirement_that_nothing_meets_is_named(self):
        for name, smarts, part in (("absent", "[Si]", "may be unable to build it"),):
            config = self.write(f"{name}.toml", f"""
                [environment]
                vocabulary = "{SOURCE}/data/vocabulary.json"
                max_fragments = 3
                [[reward.component]]
                type = "qed"
                [[reward.component]]
                name = "motif"
                type = "smarts"
                smarts = ["{smarts}"]
                """)
            folder = self.folder / name
            done = run("train", config, "--out", folder, *SHORT, "--set", "training.steps=25",
                       "--threads", "1")
            self.assertEqual(done.returncode, 0, done.stderr)
            warnings = json.loads((folder / "run.json").read_text())["warnings"]
            self.assert_says(warnings[0], "of the 200 molecules of steps 1 to 25 score the floor",
                             "'motif' is 0 for", "it alone keeps")
            self.assertNotIn("'qed' is 0", warnings[0])
            self.assertIn(part, " ".join(warnings))
            page = (folder / "report.html").read_text()
            for warning in warnings:
                self.assertIn(warning, done.stderr)
                self.assertTrue(html.escape(warning).replace("&#x27;", "&#39;") in page, warning)

    def test_likelihoods_sum_to_one(self):
        # The scaffold is also a fragment, with other slots.
        settings = ["--set", "environment.start=CC[*]"]
        terminals, out = self.folder / "terminals.csv", self.folder / "out.csv"
        result_of("enumerate", SPACE, *settings, "-o", terminals)
        trees = {row["object"]: int(row["trees"]) for row in rows_of(terminals)}
        self.assertGreater(max(trees.values()), 1)
        table = self.folder / "molecules.csv"
        table.write_text("\n".join(["smiles", *trees, "CO", "O"]) + "\n")
        result_of("train", SPACE, *SHORT, *settings, "--out", self.folder / "run")
        result_of("likelihood", self.folder / "run", table, "-o", out)
        rows = rows_of(out)
        self.assertAlmostEqual(sum(math.exp(float(row["log_p"])) for row in rows[:-2]), 1, 4)
        for row in rows[:-2]:
            self.assertEqual(int(row["n_trees"]), trees[row["canonical_smiles"]])
        for row in rows[-2:]:  # they do not hold the scaffold
            self.assertEqual((row["log_p"], row["n_trees"]), ("", "0"))
            self.assertNotEqual(row["reason"], "")

    def test_weights_belong_to_their_fragments(self):
        run = self.folder / "run"
        result_of("train", SPACE, *SHORT, "--start-from", "CC[*]", "--out", run)
        other = ["train", SPACE, *SHORT, "--init-from", run, "--out", self.folder / "other"]
        for start in ([], ["--start-from", "[*]CC[*]"]):
            message = refusal_of(*other, *start)
            for part in (str(run), "other fragments", "start CC ", "environment.start"):
                self.assertIn(part, message)
        self.assertFalse((self.folder / "other/checkpoint.safetensors").exists())
        result_of(*other, "--start-from", "CC[*]", "--set", "environment.max_heavy_atoms=5")
        self.assertIn("only training.steps and [stop]", refusal_of(
            "train", "--resume", "--out", run, "--start-from", "CC[*]"))
        # A vocabulary that has changed since.
        vocabulary = self.folder / "vocabulary.json"
        text = (SOURCE / "data/vocabulary_ambiguous.json").read_text()
        vocabulary.write_text(text)
        moved = ["--set", f"environment.vocabulary={vocabulary}"]
        result_of("train", SPACE, *SHORT, *moved, "--out", self.folder / "moved")
        vocabulary.write_text(text.replace('"O"', '"S"'))
        self.assertIn("other fragments", refusal_of("sample", self.folder / "moved", "-n", "2", "-o",
                                                    self.folder / "x.csv"))

    def test_wrong_starts_and_limits(self):
        for start, part in (("c1ccc", "not a molecule"), ("C=[*]", "one single bond"),
                            ("FC(F)(F)F", "no atom that may grow"), ("[99*]C", "slot type L99")):
            message = refusal_of("train", SPACE, *SHORT, *DRUGS, "--start-from", start, "--out",
                                 self.folder / "run")
            self.assertIn(f"environment.start '{start}'", message)
            self.assertIn(part, message)
        self.assertIn("7 heavy atoms itself", refusal_of(
            "enumerate", SPACE, "--set", "environment.start=Cc1ccccc1", "--set",
            "environment.max_heavy_atoms=6"))
        self.assertIn("SMARTS 'c1cc'", refusal_of(
            "enumerate", SPACE, "--set", 'environment.forbidden_smarts=["c1cc"]'))
        self.assertIn("no fragment left", refusal_of(
            "enumerate", SPACE, "--set", 'environment.forbidden_smarts=["*"]'))
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
