"""Building blocks, routes and the environment of reactions, through the binary, against RDKit's
reaction engine in Python.

Usage: synthesis_test.py FRAGFLOW SOURCE_FOLDER
"""

import collections
import json
import pathlib
import subprocess
import sys
import unittest

from command_line import CommandTest, SHORT, refusal_of, result_of, rows_of, settings

try:
    from rdkit import Chem
except ImportError:
    sys.exit(77)  # skipped: needs python3-rdkit

SOURCE = pathlib.Path(sys.argv[2])
DATA = SOURCE / "data"
SPACE = DATA / "configs/space_synthesis.toml"
CHECK = [sys.executable, SOURCE / "scripts/check_synthesis.py"]
TINY = [*SHORT, *settings("policy.layers=1")]


def checked(*arguments):
    """What the independent script says; it must agree."""
    done = subprocess.run([*map(str, CHECK), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


class Blocks(CommandTest):
    def build(self, text, *options, name="blocks.csv"):
        blocks = self.write(name, text)
        return result_of("blocks", "build", blocks, "-o", self.folder / "synthons.json", *options)

    def test_the_embedded_small_file_is_rebuilt_to_the_byte(self):
        out = self.folder / "synthons_small.json"
        result = result_of("blocks", "build", DATA / "blocks_small.smi", "-o", out)
        self.assertEqual(out.read_bytes(), (DATA / "synthons_small.json").read_bytes())
        self.assertEqual(result["used_blocks"], 15)
        self.assertEqual(sum(result["products"].values()),
                         result_of("enumerate", SPACE)["terminals"])

    def test_prices_names_and_reasons(self):
        result = self.build("code,structure,cost\nA1,CC(=O)O,12.5\nA2,CC(=O)Cl,3\nN1,CNC,7\n"
                            "X1,NCC(=O)O,1\nX2,CCCC,1\nX3,not a molecule,1\nN2,CNC,5\n",
                            "--smiles", "structure", "--name", "code", "--price", "cost")
        self.assertEqual((result["blocks"], result["used_blocks"]), (7, 3))
        self.assertEqual(result["refused"]["no reactive group"], 1)
        self.assertEqual(result["refused"]["the same compound as another block"], 1)
        self.assertEqual(result["refused"]["not a molecule that can be read"], 1)
        self.assertTrue(any(reason.startswith("competing groups") for reason in result["refused"]))
        self.assertEqual(result["products"], {"2": 1, "3": 0, "4": 0})
        # The cheapest of equal blocks, and of acid and acid chloride.
        target = self.write("target.smi", "CC(=O)N(C)C\nc1ccccc1\n")
        out = self.folder / "routes.json"
        result = result_of("route", target, "--vocabulary", self.folder / "synthons.json", "-o", out)
        self.assertEqual((result["molecules"], result["with_route"]), (2, 1))
        made, not_made = json.loads(out.read_text())
        self.assertEqual(made["routes"][0]["price"], 8.0)
        names = [part["name"] for part in made["routes"][0]["steps"][0]["reactants"]]
        self.assertEqual(names, ["A2", "N2"])
        self.assertEqual([r["steps"][0]["reaction"] for r in made["routes"]],
                         ["amide from acyl chloride", "amide from acid"])
        self.assertEqual(not_made["routes"], [])
        self.assertTrue(not_made["reason"])
        # The same figures as components of a score; the second route's yield is the higher one.
        self.write("shelf.smi", "CNC\n")
        component = """[[reward.component]]
type = "route"
name = "{0}"
file = "synthons.json"
transform.type = "none"
route.value = "{0}"
"""
        config = self.write("score.toml", "".join(map(component.format, ("steps", "price", "yield", "in_stock"))) +
                            'route.stock = "shelf.smi"\n')
        scores = self.folder / "scores.csv"
        result_of("score", target, "--config", config, "-o", scores)
        scored, floored = rows_of(scores)
        self.assertEqual([float(scored[key + "_raw"]) for key in ("steps", "price", "in_stock")], [1, 8, 0.5])
        self.assertEqual(float(scored["yield_raw"]), max(route["yield"] for route in made["routes"]))
        self.assertEqual(floored["steps_raw"], "")
        self.assertRegex(refusal_of("score", target, "--config", config, "-o", scores, "--set",
                                    "reward.component.3.route.stock=none.smi"), "none.smi")

    def test_what_is_in_stock_is_taken_first(self):
        # Bromide and iodide are one synthon; the iodide is the dearer one.
        blocks = self.write("halides.csv", "smiles,name,price\nBrc1ccc(C)cc1,bromide,1\nIc1ccc(C)cc1,iodide,5\n"
                            "OB(O)c1ccccc1,boron,2\n")
        result_of("blocks", "build", blocks, "-o", self.folder / "halides.json")
        self.write("iodides.smi", "Ic1ccc(C)cc1\n")
        config = self.write("stock.toml", '[[reward.component]]\ntype = "route"\nname = "stock"\nfile = "halides.json"\n'
                            'transform.type = "none"\nroute.value = "in_stock"\nroute.stock = "iodides.smi"\n')
        target = self.write("biaryl.smi", "Cc1ccc(-c2ccccc2)cc1\n")
        scores = self.folder / "stock.csv"
        result_of("score", target, "--config", config, "-o", scores)
        self.assertEqual(float(rows_of(scores)[0]["stock_raw"]), 0.5)

    def test_bad_input_is_named(self):
        out = self.folder / "out.json"
        good = json.loads((DATA / "reactions.json").read_text())

        def refusal(change):
            content = json.loads(json.dumps(good))
            change(content)
            path = self.write("reactions.json", json.dumps(content))
            return refusal_of("blocks", "build", DATA / "blocks_small.smi", "-o", out, "--reactions",
                              path)

        def smarts(content):
            content["groups"][0]["smarts"] = "[#6:1][CX3"

        def key(content):
            content["reactions"][3]["forbid"] = []

        def example(content):
            content["reactions"][0]["examples"][0][2] = "CCO"

        self.assertIn("no SMARTS", refusal(smarts))
        self.assertIn('did you mean \'forbids\'', refusal(key))
        self.assertIn("not CCO", refusal(example))
        nothing = self.write("nothing.smi", "CCCC\nc1ccccc1\n")
        message = refusal_of("blocks", "build", nothing, "-o", out)
        self.assertIn("no block is usable", message)
        self.assertFalse(out.exists())
        self.assertIn("has no \"reactions\"", refusal_of(
            "route", nothing, "--vocabulary", DATA / "vocabulary.json", "-o", self.folder / "r.csv"))
        self.assertIn("cannot tell the format", refusal_of(
            "route", nothing, "-o", self.folder / "routes.txt"))
        self.assertIn("has no \"reactions\"", refusal_of(
            "enumerate", SPACE, "--set", f"environment.vocabulary={DATA}/vocabulary.json"))


class Space(CommandTest):
    def test_products_are_those_of_reactions_on_whole_molecules(self):
        terminals = self.folder / "terminals.csv"
        result = result_of("enumerate", SPACE, "-o", terminals)
        self.assertEqual(result["invalid"], 0)
        found = checked("products", DATA / "blocks_small.smi", "--max-blocks", "4", "--terminals",
                        terminals)
        self.assertEqual(found["distinct"], result["molecules"])

    def test_samples_have_routes_that_run_forward(self):
        run = self.folder / "run"
        result_of("train", SPACE, *TINY, "--out", run, *settings("output.samples=200"))
        rows = rows_of(run / "samples.csv")
        self.assertEqual(len(rows), 200)
        found = checked("routes", run / "samples.csv", "--blocks", DATA / "blocks_small.smi")
        self.assertEqual((found["routes"], found["wrong"], found["without_route"]), (200, 0, 0))
        # Likelihoods of products, none of what is no product.
        some = self.write("some.smi", rows[0]["smiles"] + "\nCCCC\n")
        result_of("likelihood", run, some, "-o", self.folder / "likelihood.csv")
        likely, unlikely = rows_of(self.folder / "likelihood.csv")
        self.assertLess(float(likely["log_p"]), 0)
        self.assertTrue(unlikely["reason"])
        # As SDF and with the routes of a file.
        result_of("sample", run, "-n", "5", "-o", self.folder / "s.sdf")
        self.assertIn(">>", (self.folder / "s.sdf").read_text())
        result = result_of("route", run / "samples.csv", "--vocabulary", DATA / "synthons_small.json",
                           "-o", self.folder / "routes.csv")
        self.assertEqual(result["with_route"], 200)

    def test_a_start_is_in_every_route(self):
        run = self.folder / "run"
        result_of("train", SPACE, *TINY, "--out", run, "--start-from", "OC(=O)c1ccc(Br)cc1",
                  *settings("output.samples=50"))
        core = Chem.MolFromSmarts("C(=O)c1ccc([#6,#7])cc1")
        for row in rows_of(run / "samples.csv"):
            self.assertTrue(Chem.MolFromSmiles(row["smiles"]).HasSubstructMatch(core), row)
            self.assertIn("OC(=O)c1ccc(Br)cc1".replace("OC(=O)", "O=C(O)"), row["route"])
        self.assertIn("no reactive group", refusal_of(
            "train", SPACE, *TINY, "--out", self.folder / "no", "--start-from", "CCCC"))
        # What is made without it has no tree here.
        without = self.write("without.smi", "CC(=O)NCC1CC1\n")
        result_of("likelihood", run, without, "-o", self.folder / "likelihood.csv")
        self.assertTrue(rows_of(self.folder / "likelihood.csv")[0]["reason"])

    def test_draws_from_the_target(self):
        """2,000 draws of R / Z of 134 products; independent ones would be about .1 from it. Chains that
        cannot change the number of blocks are .3 from it."""
        run, terminals, draws = (self.folder / name for name in ("run", "terminals.csv", "draws.csv"))
        result_of("train", SPACE, *TINY, "--out", run)
        result_of("enumerate", SPACE, "-o", terminals)
        result_of("target", run, "-n", "2000", "-o", draws)
        counts = collections.Counter(row["smiles"] for row in rows_of(draws))
        distance = sum(abs(float(row["probability"]) - counts[row["object"]] / 2000)
                       for row in rows_of(terminals)) / 2
        self.assertLess(distance, 0.15)

    def test_conditions(self):
        run = self.folder / "run"
        result_of("train", SPACE, *TINY, "--out", run,
                  *settings("condition.beta_min=2", "condition.beta_max=8", "condition.group_size=2"))
        result_of("sample", run, "-n", "5", "--beta", "3", "-o", self.folder / "s.csv")
        for row in rows_of(self.folder / "s.csv"):
            self.assertEqual(float(row["beta"]), 3)
            self.assertIn(">>", row["route"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
