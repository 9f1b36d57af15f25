"""Every preset, objective and output option of every command, in runs of a moment: the exit code is
0, --json prints one JSON object and nothing else on standard output, and files hold what their
ending says.

Usage: every_output_test.py FRAGFLOW SOURCE_FOLDER
"""

import json
import pathlib
import re
import sys
import unittest

from command_line import CommandTest, rows_of, run, settings

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"
FAST = ["--threads", "1", "--quiet"]
SHORT = settings("training.steps=2", "training.batch_size=4", "policy.width=8", "policy.layers=1",
                 "output.samples=4")


def no_constant(text):
    raise ValueError(f"{text} is no JSON")


def choices(command, option):
    """The names that an option takes, from the help."""
    found = re.search(re.escape(option) + r" \S*\{([^}]*)\}", run(command, "--help").stdout)
    return found.group(1).split(",")


class EveryOutput(CommandTest):
    def succeed(self, *arguments):
        done = run(*arguments, *FAST)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}")
        return done.stdout

    def object_of(self, *arguments):
        """With --json: the object."""
        lines = self.succeed(*arguments, "--json").splitlines()
        self.assertEqual(len(lines), 1, f"{arguments}: {lines}")
        result = json.loads(lines[0], parse_constant=no_constant)
        self.assertIsInstance(result, dict)
        return result

    def check_page(self, path):
        page = path.read_text(encoding="utf-8")
        self.assertTrue(page.rstrip().endswith("</html>"), path)
        for text in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S):
            json.loads(text, parse_constant=no_constant)

    def test_grid_presets(self):
        for preset in ("standard-8", "tutorial", "sigmoid-prime", "bengio"):
            out = self.folder / preset
            command = ["grid", "--preset", preset, "--trajectories", "32", "--evaluations", "2",
                       *settings("policy.width=8"), "--out", out]
            result = self.object_of(*command, "--samples", "50")
            self.assertEqual(result["preset"], preset)
            self.assertTrue(0 <= result["tv"] <= 1)
            grid = json.loads((out / "grid.json").read_text(), parse_constant=no_constant)
            self.assertEqual(grid["tv"], result["tv"])
            # Pictures are of two dimensions.
            self.assertEqual("policy_after" in grid, preset != "bengio")
            self.check_page(out / "report.html")
            self.assertIn("tv", self.succeed(*command, "--overwrite", "--r0", "0.5", "--samples", "0"))

    def test_objectives(self):
        names = choices("grid", "--objective")
        self.assertEqual(len(names), 15)
        for name in names:
            grid = ["grid", "--preset", "standard-8", "--trajectories", "16", "--evaluations", "1",
                    "--samples", "0", "--objective", name, *settings("policy.width=8")]
            self.assertEqual(self.object_of(*grid, "--out", self.folder / f"grid_{name}")["objective"],
                             name)
            out = self.folder / f"molecules_{name}"
            self.object_of("train", SPACE, *SHORT, *settings(f"objective.name={name}"), "--out", out)
            self.assertEqual(len(rows_of(out / "samples.csv")), 4)
            self.check_page(out / "report.html")

    def test_commands_of_a_run(self):
        out = self.folder / "run"
        train = ["train", SPACE, *SHORT, "--out", out]
        self.assertTrue(self.object_of(*train)["finished"])
        self.assertIn("4 samples", self.succeed(*train, "--overwrite"))
        self.object_of("train", "--resume", "--out", out, *settings("training.steps=3"))
        for name in ("samples.csv", "samples.smi", "samples.sdf"):
            path = self.folder / name
            for options in ([], ["--unique"], ["--no-scores"], ["--min-score", "0"],
                            ["--random-actions", "1"]):
                command = ["sample", out, "-n", "3", "-o", path, *options]
                self.assertEqual(self.object_of(*command)["samples"], 3)
            self.assertIn("3 samples", self.succeed(*command))
        self.assertEqual((self.folder / "samples.sdf").read_text().count("$$$$"), 3)
        molecules = self.folder / "samples.smi"
        for name in ("sheet.svg", "sheet.png", "sheet.pdf"):
            draw = ["draw", molecules, "-o", self.folder / name]
            self.assertEqual(self.object_of(*draw)["drawn"], 3)
            self.assertIn("3 molecules drawn", self.succeed(*draw))
        scored = self.folder / "scored.csv"
        for scorer in (["--config", SPACE], ["--run", out],
                       ["--proxy", SOURCE / "data/proxy_default.safetensors"]):
            score = ["score", *scorer, molecules, "-o", scored]
            self.assertEqual(self.object_of(*score)["scored"], 3)
            self.assertIn("3 of 3 rows scored", self.succeed(*score))
            self.assertEqual(len(rows_of(scored)), 3)
        likelihood = ["likelihood", out, molecules, "-o", self.folder / "likelihood.csv"]
        self.assertEqual(self.object_of(*likelihood)["n"], len(set(molecules.read_text().split("\n"))) - 1)
        self.succeed(*likelihood)
        for options in ([], ["--run", out], ["--reference", SOURCE / "data/chembl2321810.csv"],
                        ["--no-properties"], ["--fingerprint", "morgan2"]):
            evaluate = ["evaluate", scored, *options]
            self.assertEqual(self.object_of(*evaluate)["count"], 3)
        self.succeed(*evaluate)
        page = self.folder / "page.html"
        for options in ([], ["--reference", SOURCE / "data/chembl2321810.csv"],
                        ["--mode-score", "0.2"]):
            self.object_of("report", out, "-o", page, *options)
            self.check_page(page)
        self.succeed("report", out)

    def test_commands_that_make_things(self):
        table = self.write("table.csv", "smiles,value\n" + "".join(
            f'"{row["smiles"]}",{row["pIC50"]}\n'
            for row in rows_of(SOURCE / "data/chembl2321810.csv")[:24]))
        vocabulary, model = self.folder / "vocabulary.json", self.folder / "model.safetensors"
        extract = ["fragments", "extract", table, "-o", vocabulary, "--min-count", "1",
                   "--min-pattern-count", "1", "--min-join-count", "1"]
        self.object_of(*extract)
        json.loads(vocabulary.read_text())
        self.succeed(*extract)
        self.object_of("fragments", "check", vocabulary, "--trees", "20", "--corpus", table)
        self.succeed("fragments", "check", vocabulary, "--trees", "20")
        synthons = self.folder / "synthons.json"
        blocks = ["blocks", "build", SOURCE / "data/blocks_small.smi", "-o", synthons]
        self.assertEqual(self.object_of(*blocks)["blocks"], 15)
        json.loads(synthons.read_text())
        self.succeed(*blocks)
        for ending in ("csv", "json"):
            route = ["route", table, "--vocabulary", synthons, "-o", self.folder / f"route.{ending}"]
            self.assertEqual(self.object_of(*route)["molecules"], 24)
            self.succeed(*route)
        self.assertGreaterEqual(len(rows_of(self.folder / "route.csv")), 24)
        json.loads((self.folder / "route.json").read_text())
        proxy = ["proxy", "train", table, "--target", "value", "--model", "gp", "-o", model]
        self.assertEqual(self.object_of(*proxy)["model"], "gp")
        self.succeed(*proxy)
        self.object_of("proxy", "info", model)
        self.succeed("proxy", "info", model)
        small = SPACE, *settings("environment.max_fragments=2")
        terminals = self.folder / "terminals.csv"
        self.object_of("enumerate", *small, "-o", terminals)
        self.assertGreater(len(rows_of(terminals)), 3)
        self.succeed("enumerate", *small)
        validate = ["validate", *small, *SHORT, "--evaluations", "1", "--out", self.folder / "validate"]
        self.object_of(*validate)
        self.succeed(*validate, "--overwrite", "--naive-actions")
        config = self.write("compare.toml", f'title = "x"\nbase = "{SPACE}"\nseeds = [0]\nbudget = 8\n'
                            'set = ["output.samples=4"]\n[[method]]\nname = "TB"\n'
                            'set = ["objective.name=tb"]\n[[method]]\nname = "random"\n'
                            'set = ["method.name=random"]\n')
        self.object_of("compare", config, "--out", self.folder / "compare")
        self.succeed("compare", config, "--out", self.folder / "compare")
        self.check_page(next((self.folder / "compare").glob("*.html")))
        # What prints text for people or shells only.
        for command in (["config", "--defaults"], ["config", SPACE]):
            self.assertIn("[training]", run(*command).stdout)
        self.assertIn("complete", run("completion").stdout)

    def test_design(self):
        table = self.write("table.csv", "smiles,pIC50\n" + "".join(
            f'"{row["smiles"]}",{row["pIC50"]}\n'
            for row in rows_of(SOURCE / "data/chembl2321810.csv")[::42]))
        out = self.folder / "design"
        design = ["design", table, "--quick", "--steps", "2", "--samples", "40", "--count", "4",
                  *settings("policy.width=8", "training.batch_size=8"), "--out", out]
        self.assertTrue(self.object_of(*design)["finished"])
        self.assertIn("fragflow", self.succeed("design", "--out", out))
        self.check_page(out / "report.html")

    def test_campaign(self):
        rows = rows_of(SOURCE / "data/chembl2321810.csv")
        table = self.write("table.csv", "smiles,pIC50\n" + "".join(
            f'"{row["smiles"]}",{row["pIC50"]}\n' for row in rows[::42]))
        library = self.write("library.smi", "".join(row["smiles"] + "\n" for row in rows[1::42]))
        out = self.folder / "campaign"
        start = ["campaign", "start", table, "--quick", "--steps", "2", "--samples", "40",
                 *settings("policy.width=8", "training.batch_size=8")]
        self.assertEqual(self.object_of(*start, "--out", out)["compounds"], 25)
        self.assertIn("a hit is", self.succeed(*start, "--out", self.folder / "another"))
        propose = ["campaign", "propose", out, "-n", "2", "--more"]
        self.assertTrue(self.object_of(*propose)["finished"])
        strategies = ("exploit", "ucb", "ei", "thompson", "diverse", "similar", "random")
        for strategy in strategies:
            made = self.object_of(*propose, "--from", library, "--strategy", strategy)
            self.assertEqual(len(rows_of(made["plate"])), 2)
        self.assertIn("plate: ", self.succeed(*propose, "--from", library))
        for name in ("one", "two"):
            identity = {"one": "R1-01", "two": "R2-01"}[name]
            results = self.write(f"{name}.csv", f"id,pIC50\n{identity},7\n")
            if name == "one":
                self.assertEqual(self.object_of("campaign", "add", out, results)["measurements"], 1)
            else:
                self.assertIn("1 new measurement", self.succeed("campaign", "add", out, results))
        self.assertEqual(self.object_of("campaign", "status", out)["all"]["measured"], 2)
        self.assertIn("Spearman", self.succeed("campaign", "status", out))
        figures = self.folder / "replay.json"
        for strategy in strategies:
            replay = ["campaign", "replay", table, "--strategy", strategy, "--rounds", "2", "-n", "3",
                      "-o", figures]
            self.assertEqual(len(self.object_of(*replay)["rounds"]), 2)
            json.loads(figures.read_text(), parse_constant=no_constant)
        self.succeed(*replay)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
