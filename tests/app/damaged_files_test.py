"""Files of every kind that the program reads, cut off at several lengths and with single bytes changed.

What may happen: exit code 2 with a message that names the file, or, where a changed byte leaves a file of
its kind (another letter in a name), the command's normal end. What carries a checksum is never taken
damaged. Never another exit code, a signal, or a message that is none of ours. Places and bytes come from
a printed seed.

Usage: damaged_files_test.py FRAGFLOW SOURCE_FOLDER
"""

import csv
import pathlib
import random
import sys
import unittest

from command_line import CommandTest, SHORT, result_of, run

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"
SEED = 20261122


class Damaged(CommandTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def damages(self, good, flips):
        """Pairs of what was done and the bytes."""
        size = len(good)
        # Without the line end that many files have at their end, they are whole.
        for length in (self.random.randrange(size), size - 2):
            yield f"cut at {length} of {size}", good[:length]
        for _ in range(flips):
            place = self.random.randrange(size)
            bits = 1 << self.random.randrange(8)
            yield (f"byte {place} of {size} changed by {bits}",
                   good[:place] + bytes([good[place] ^ bits]) + good[place + 1:])

    def check(self, path, *command, has_checksum=False, flips=1, named=None):
        """`command` reads `path`, which is whole now; errors name it, or the file `named`."""
        self.assertEqual(run(*command, "--threads", "1").returncode, 0, command)
        good = path.read_bytes()
        for what, damaged in self.damages(good, flips):
            path.write_bytes(damaged)
            done = run(*command, "--threads", "1")
            where = f"{path.name}, {what}: exit {done.returncode}: {done.stderr}"
            self.assertIn(done.returncode, (2,) if has_checksum else (0, 2), where)
            if done.returncode == 2:
                error = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
                self.assertEqual(len(error), 1, where)
                self.assertTrue(path.name in error[0] or named and named in error[0], where)
        path.write_bytes(good)

    def compounds(self, count):
        with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
            return [row["smiles"] for row in csv.DictReader(file)][:count]

    def test_campaign(self):
        table = self.folder / "table.csv"
        table.write_text("smiles,pIC50\n" + "".join(
            f"{smiles},{5 + i / 20}\n" for i, smiles in enumerate(self.compounds(40))))
        out = self.folder / "campaign"
        result_of("campaign", "start", table, "--out", out)
        for name in ("campaign.json", "measurements.csv", "proposals.csv"):
            self.check(out / name, "campaign", "status", out, has_checksum=True)

    def test_vocabulary(self):
        path = self.write("vocabulary.json", (SOURCE / "data/vocabulary_small.json").read_text())
        self.check(path, "fragments", "check", path)

    def test_configuration(self):
        path = self.write("mine.toml", SPACE.read_text())
        self.check(path, "config", path)

    def test_tables_and_lists_of_molecules(self):
        smiles = self.compounds(12)
        table = self.write("table.csv", "smiles,value\n" + "".join(f'"{s}",1.5\n' for s in smiles))
        self.check(table, "evaluate", table)
        molecules = self.write("list.smi", "".join(f"{s} name\n" for s in smiles))
        self.check(molecules, "evaluate", molecules)

    def test_checkpoint(self):
        folder = self.folder / "run"
        result_of("train", SPACE, "--out", folder, *SHORT)
        (folder / "checkpoint.previous.safetensors").unlink()
        self.check(folder / "checkpoint.safetensors", "sample", folder, "-n", "2", "-o",
                   self.folder / "samples.csv", has_checksum=True, flips=4)

    def test_files_of_a_report(self):
        folder = self.folder / "run"
        result_of("train", SPACE, "--out", folder, *SHORT)
        for name in ("run.json", "metrics.csv", "samples.csv"):
            self.check(folder / name, "report", folder, flips=2)

    def test_grid(self):
        folder = self.folder / "grid"
        result_of("grid", "--preset", "standard-8", "--trajectories", "64", "--out", folder)
        self.check(folder / "grid.json", "report", folder)

    def test_proxies(self):
        table = self.write("table.csv", "smiles,value\n" + "".join(
            f'"{s}",{len(s)}\n' for s in self.compounds(20)))
        process, network = self.folder / "gp.safetensors", self.folder / "network.safetensors"
        result_of("proxy", "train", table, "--target", "value", "--model", "gp", "-o", process,
                  "--check", network)
        for path in (process, network):
            self.check(path, "proxy", "info", path, has_checksum=True)

    def test_comparison(self):
        folder = self.folder / "comparison"
        config = self.write("mine.toml", f'title = "x"\nbase = "{SPACE}"\nseeds = [0]\nbudget = 32\n'
                            'set = ["output.samples=10"]\n[[method]]\nname = "TB"\n'
                            'set = ["objective.name=tb"]\n')
        command = ["compare", config, "--out", folder, "--quiet"]
        # Other settings are those of another comparison, which says so of the run that is there.
        self.check(config, *command, named="config.toml")
        run_folder = folder / "runs" / "TB-seed0"
        self.check(run_folder / "config.toml", *command, has_checksum=True)
        for name in ("run.json", "metrics.csv", "best.csv"):
            self.check(run_folder / name, *command, flips=2)

    def test_design(self):
        folder = self.folder / "design"
        table = self.write("table.csv", "smiles,pIC50\n" + "".join(
            f'"{s}",{5 + i / 10}\n' for i, s in enumerate(self.compounds(20))))
        result_of("design", table, "--out", folder, "--stage", "table")
        self.check(folder / "design.json", "design", "--out", folder, "--stage", "table",
                   has_checksum=True)


if __name__ == "__main__":
    print("seed", SEED, flush=True)
    unittest.main(argv=sys.argv[:1])
