"""fragflow design, from a messy export to a shortlist: to its end, stopped and continued, changed, and
on tables that cannot work.

Usage: design_test.py FRAGFLOW SOURCE_FOLDER
"""

import csv
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run

SOURCE = pathlib.Path(sys.argv[2])


def short(steps=6):
    """Options of a design that takes seconds."""
    return ["--model", "gp", "--steps", steps, "--samples", "60", "--count", "8", "--set",
            "policy.width=16", "--set", "training.batch_size=16", "--set",
            "training.checkpoint_every=2"]


SHORT = short()


def compounds(count):
    """SMILES and pIC50 spread evenly over the embedded table."""
    with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["smiles"], float(row["pIC50"])) for row in rows[::len(rows) // count]][:count]


def chembl_export(path, rows):
    """As ChEMBL's web page writes it, with what goes wrong in practice: BOM, CRLF, semicolons, quoted
    line breaks, nM, bounds, a salt, a repeated compound, another unit, a broken structure."""
    header = ["Molecule ChEMBL ID", "Smiles", "Standard Type", "Standard Relation", "Standard Value",
              "Standard Units", "Assay Description"]
    table = []
    for number, (smiles, value) in enumerate(rows):
        table.append([f"CHEMBL{number}", smiles, "IC50", "'='", f"{10 ** (9 - value):.6g}", "nM",
                      "Inhibition of\nsomething; in cells"])
    table.append(["CHEMBL9001", "CCOc1ccccc1", "IC50", "'>'", "100000", "nM", ""])
    table.append(["CHEMBL9002", "CCNc1ccccc1", "IC50", "'>'", "100000", "nM", ""])
    table.append(["CHEMBL9003", "C1CC", "IC50", "'='", "10", "nM", ""])
    table.append(["CHEMBL9004", "CCSc1ccccc1", "IC50", "'='", "10", "%", ""])
    table.append(["CHEMBL0S", rows[0][0] + ".Cl", "IC50", "'='", f"{10 ** (9 - rows[0][1]):.6g}", "nM", ""])
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(table)
    return path


class Design(CommandTest):
    def table(self):
        return chembl_export(self.folder / "export.csv", compounds(40))

    def test_from_an_export_to_a_shortlist(self):
        out = self.folder / "out"
        result = result_of("design", self.table(), *SHORT, "--out", out)
        self.assertTrue(result["finished"])
        table = result["table"]
        self.assertEqual({key: table[key] for key in ("rows", "molecules", "merged", "bounded",
                                                      "unit")},
                         {"rows": 45, "molecules": 40, "merged": 1, "bounded": 2, "unit": "nM"})
        self.assertEqual(table["rejected"], {"censored": 0, "value": 0, "unit": 1, "flagged": 0,
                                             "structure": 1, "fields": 0})
        self.assertIn("1 value in a unit that does not fit",
                      " ".join((out / "summary.txt").read_text().split()))
        self.assertEqual((table["columns"]["target"], table["in_potency"]), ("Standard Value", True))
        # Values come back as the pIC50 the export was made from.
        for row, (_, value) in zip(rows_of(out / "table.csv"), compounds(40)):
            self.assertAlmostEqual(float(row["activity"]), value, places=4)
        rejected = rows_of(out / "rejected.csv")
        self.assertEqual([(row["row"], row["kind"]) for row in rejected],
                         [("43", "structure"), ("44", "unit")])
        self.assertEqual(rejected[0]["line"], "84")  # 40 rows of two lines and two of one before it
        # More than 100,000 nM is a pIC50 below 4, and that is what the model is told.
        self.assertEqual([(row["name"], row["relation"], row["activity"], row["rows"])
                          for row in rows_of(out / "bounds.csv")],
                         [("CHEMBL9001", "<", "4", "41"), ("CHEMBL9002", "<", "4", "42")])
        bounds = result["proxy"]["bounds"]
        tried = result["proxy"]["report"]["cross_validation"]["gp"]["bounds"]
        self.assertEqual(bounds["count"], 2)
        self.assertEqual(bounds["learned"], tried["learn"]["scaffold"]["log_score"]
                         > tried["left_out"]["scaffold"]["log_score"])
        molecules = result["shortlist"]["molecules"]
        shortlist = rows_of(out / "shortlist.csv")
        self.assertEqual([row["smiles"] for row in shortlist], [m["smiles"] for m in molecules])
        self.assertTrue(0 < len(shortlist) <= 8)
        scores = [float(row["score"]) for row in shortlist]
        self.assertEqual(scores, sorted(scores, reverse=True))
        known = {row["smiles"]: row for row in rows_of(out / "table.csv")}
        for row in shortlist:
            self.assertNotIn(row["smiles"], known)
            self.assertAlmostEqual(float(known[row["nearest_smiles"]]["activity"]),
                                   float(row["nearest_value"]), places=2)
            self.assertAlmostEqual(float(row["prediction_nM"]), 10 ** (9 - float(row["prediction"])),
                                   delta=0.02 * float(row["prediction_nM"]))
        self.assertEqual((out / "shortlist.sdf").read_text().count("$$$$"), len(shortlist))
        summary = (out / "summary.txt").read_text()
        self.assert_says(summary, "45 rows read (semicolon separated), 40 compounds used", "2 bounds",
                         "2 compounds that were not measured: bounds.csv", "of held-out bounds",
                         "WHEN NOT TO TRUST", "Only 40 compounds", "no second model")
        report = (out / "report.html").read_text()
        self.assert_says(report, "Only 40 compounds", "fragflow design")
        # Nothing to do a second time, and it says the same.
        again = result_of("design", "--out", out)
        self.assertEqual(again, result)
        # Each stage alone; the shortlist with other settings, too.
        result_of("design", "--out", out, "--stage", "table")
        shorter = result_of("design", "--out", out, "--stage", "shortlist", "--count", "3",
                            "--diversity", "maxmin")
        self.assertEqual(shorter["shortlist"]["count"], 3)
        self.assertEqual(len(rows_of(out / "shortlist.csv")), 3)

    def test_the_space_holds_the_actives(self):
        out = self.folder / "out"
        result = result_of("design", chembl_export(self.folder / "export.csv", compounds(100)), *SHORT,
                           "--out", out)
        vocabulary = result["vocabulary"]
        self.assertEqual(vocabulary["actives"], 25)
        self.assertGreaterEqual(vocabulary["actives_built"], 0.9)
        best = sorted((float(row["activity"]) for row in rows_of(out / "table.csv")), reverse=True)[:25]
        actives = rows_of(out / "actives.csv")
        self.assertEqual([float(row["activity"]) for row in actives], best)
        # The trained sampler itself says which of them it can build under its limits.
        for name, share in (("actives", "actives_built"), ("table", "all_built")):
            result_of("likelihood", out / "run", out / f"{name}.csv", "-o", self.folder / "log_p.csv")
            rows = rows_of(self.folder / "log_p.csv")
            built = sum(int(row["n_trees"] or 0) > 0 for row in rows)
            self.assertAlmostEqual(built / len(rows), vocabulary[share])
        self.assert_says((out / "summary.txt").read_text().replace("\n ", ""),
                         f"{100 * vocabulary['actives_built']:.0f} % of the best quarter")
        # A smaller limit holds fewer of them, and that is what is said.
        small = self.folder / "small"
        first = run("design", self.folder / "export.csv", "--out", small, "--stage", "table")
        self.assert_says(first.stderr, "stage vocabulary comes next")
        self.assertNotIn("out of date", first.stderr)
        fewer = result_of("design", "--out", small, "--stage", "vocabulary", "--max-fragments",
                          "2")["vocabulary"]
        self.assertEqual(fewer["max_fragments"], 2)
        self.assertLess(fewer["actives_built"], vocabulary["actives_built"])

    def test_from_a_scaffold(self):
        out = self.folder / "out"
        scaffold = "O=S(=O)(N[*])c1ccc([*])cc1"
        result_of("design", self.table(), *SHORT, "--out", out, "--start-from", scaffold)
        for row in rows_of(out / "shortlist.csv"):
            self.assertIn("S(=O)(=O)", row["smiles"] + row["smiles"].replace("O=S(=O)(", "S(=O)(=O)("))
        message = refusal_of("design", self.table(), *SHORT, "--out", self.folder / "wrong",
                             "--start-from", "c1ccc")
        self.assert_says(message, "c1ccc")

    def start(self, table, out):
        return subprocess.Popen([sys.argv[1], "design", *map(str, (table, *SHORT)), "--out", out, "--threads", "1"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def test_stopped_at_any_stage_it_ends_as_if_it_had_not_been(self):
        table = self.table()
        whole, stopped = self.folder / "whole", self.folder / "stopped"
        result_of("design", table, *SHORT, "--out", whole)
        # Stopped as soon as each of these files is there.
        for name, kind in (("table.csv", signal.SIGKILL), ("vocabulary.json", signal.SIGKILL),
                           ("proxy.safetensors", signal.SIGTERM),
                           ("run/checkpoint.previous.safetensors", signal.SIGKILL),
                           ("run/samples.csv", signal.SIGKILL)):
            process = self.start(table, stopped)
            while process.poll() is None and not (stopped / name).exists():
                time.sleep(0.002)
            process.send_signal(kind)
            process.communicate()
        done = run("design", "--out", stopped, "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_says(done.stderr, "1/6 table: up to date", "6/6 shortlist")
        for name in ("table.csv", "vocabulary.json", "design.toml", "run/metrics.csv",
                     "run/samples.csv", "shortlist.csv", "shortlist.sdf"):
            self.assertEqual((whole / name).read_bytes(), (stopped / name).read_bytes(), name)

    def test_stopped_in_cross_validation_it_says_how_to_go_on(self):
        rows = "".join(f"{smiles},{value}\n" for smiles, value in compounds(300))
        table, out = self.write("many.csv", "smiles,pIC50\n" + rows), self.folder / "out"
        command = [sys.argv[1], "design", table, *map(str, SHORT), "--out", out, "--threads", "1"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if "cross-validation on random folds" in line:
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        self.assert_says(output, "stopped", f"fragflow design --out {out}")
        self.assertFalse((out / "proxy.safetensors").exists())
        done = run("design", "--out", out, "--stage", "proxy", "--model-rows", "20", "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_says(done.stderr, "learns from 20 of the", "drawn at random")
        model = self.folder / "model.safetensors"
        process = subprocess.Popen([sys.argv[1], "proxy", "train", table, "--target", "pIC50", "--model",
                                    "gp", "-o", model, "--threads", "1"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if "cross-validation on random folds" in line:
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        self.assert_says(output, "stopped", "was not written")
        self.assertFalse(model.exists())

    def test_changes(self):
        table, out = self.table(), self.folder / "out"
        result_of("design", table, *SHORT, "--out", out)
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        # Other settings: refused with what differs, nothing touched.
        message = refusal_of("design", "--out", out, "--set", "reward.beta=2")
        self.assert_says(message, "stage config", "reward.beta=2", "--overwrite", "config, train")
        message = refusal_of("design", table, "--out", out, *SHORT, "--where", "Standard Units=nM")
        self.assert_says(message, "stage table", "where")
        self.assertEqual(before, {path: path.read_bytes() for path in out.rglob("*") if path.is_file()})
        # More steps continue the run; the configuration changed by hand is taken as it is.
        done = run("design", table, *short(8), "--out", out, "--overwrite", "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_says(done.stderr, "2/6 vocabulary: up to date", "settings changed: steps 6 -> 8",
                         "resuming at step 6")
        config = out / "design.toml"
        config.write_text(config.read_text().replace("beta = 16", "beta = 4"))
        self.assert_says(refusal_of("design", "--out", out), "stage train", "design.toml")
        done = run("design", "--out", out, "--overwrite", "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_says(done.stderr, "design.toml was changed by hand", "is replaced")
        self.assertIn("beta = 4", (out / "run/config.toml").read_text())
        self.assert_says(refusal_of("design", "--out", out, "--samples", "50"), "design.toml was changed")
        # What cannot be scored again is left out of the list.
        best = out / "run/best.csv"
        best.write_text(best.read_text() + "C1CC,0.99\n")
        done = run("design", "--out", out, "--overwrite", "--similarity", "0.69", "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_says(done.stderr, "'C1CC' has no score this time")
        self.assertNotIn("C1CC,", (out / "shortlist.csv").read_text())

    def test_lower_is_better(self):
        rows = "".join(f"{smiles};{14 - value:.2f}\n".replace(".", ",")
                       for smiles, value in compounds(30))
        table = self.write("clearance.csv", "sep=;\nSMILES;clearance\n" + rows)
        command = ["design", table, "--target", "clearance", *SHORT, "--out", self.folder / "out"]
        self.assert_says(refusal_of(*command), "'clearance' are better", "--direction higher")
        result = result_of(*command, "--direction", "lower")
        self.assertEqual((result["table"]["decimal"], result["table"]["in_potency"]), (",", False))
        self.assertFalse(result["table"]["higher_is_better"])
        values = [14 - value for _, value in compounds(30)]
        for molecule in result["shortlist"]["molecules"]:
            self.assertNotIn("prediction_nM", molecule)
            self.assertTrue(min(values) - 2 < molecule["prediction"] < max(values) + 2)
            # The component's value is the cautious end of minus the activity.
            self.assertAlmostEqual(molecule["activity_raw"],
                                   -molecule["prediction"] - 0.5 * molecule["uncertainty"], places=2)

    def test_tables_that_cannot_work(self):
        out = self.folder / "out"

        def refusal(text, *options):
            return refusal_of("design", self.write("bad.csv", text), "--out", out, *options)

        rows = [(smiles, value) for smiles, value in compounds(12)]
        self.assert_says(refusal("structure_id,pIC50\n1,5\n"), "--smiles", "structure_id, pIC50")
        self.assert_says(refusal("smiles,pIC50\nCCO,5\n", "--target", "pIC5O"), "did you mean 'pIC50'?")
        self.assert_says(refusal("smiles,pIC50\nC1CC,5\nCCO,n.d.\n"), "0 usable compounds in 2 rows",
                         "1 have no usable value", "1 have no readable structure", "rejected.csv")
        censored = "".join(f"{smiles},>50000\n" for smiles, _ in rows)
        self.assert_says(refusal("smiles,IC50 (nM)\n" + censored), "0 usable compounds in 12 rows",
                         "12 are bounds")
        self.assertEqual(len(rows_of(out / "bounds.csv")), 12)
        constant = "".join(f"{smiles},6.5\n" for smiles, _ in rows)
        self.assert_says(refusal("smiles,pIC50\n" + constant), "all 12 compounds", "6.5")
        self.assert_says(refusal("smiles,IC50\nCCO,5\n"), "in which unit", "--units nM")
        self.assert_says(refusal("smiles,pIC50\nCCO,500\nCCN,800\n"), "no -log10", "--units nM")
        self.assert_says(refusal("PK\x03\x04"), "is a zip archive")
        self.assert_says(refusal(""), "bad.csv", "empty")
        self.assert_says(refusal_of("design", self.folder / "none.csv", "--out", out), "none.csv")
        self.assert_says(refusal_of("design", "--out", self.folder / "nothing"), "holds no design")
        self.assertFalse((self.folder / "nothing").exists())
        (self.folder / "papers").mkdir()
        (self.folder / "papers/thesis.txt").write_text("precious")
        self.assert_says(refusal_of("design", self.table(), "--out", self.folder / "papers"),
                         "holds no design", "thesis.txt")
        self.assert_says(refusal_of("design", self.table(), *SHORT, "--out", self.folder / "early",
                                    "--stage", "train"), "needs stage table first")
        self.assertFalse((out / "run").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
