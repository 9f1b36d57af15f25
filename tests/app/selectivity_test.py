"""fragflow design of two activities: read, learned and rewarded together, from a table in which selectivity is
known.

Usage: selectivity_test.py FRAGFLOW SOURCE_FOLDER
"""

import csv
import json
import math
import pathlib
import re
import sys
import tomllib
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run

SOURCE = pathlib.Path(sys.argv[2])
SHORT = ["--model", "gp", "--steps", "4", "--samples", "60", "--count", "6", "--set", "policy.width=16",
         "--set", "training.batch_size=16"]
A, B = "IC50 A (nM)", "Ki B (uM)"
OBJECTIVE = f"{A} high, {A} - {B} above 2"


def compounds(count):
    with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["smiles"], float(row["pIC50"])) for row in rows[::len(rows) // count]][:count]


def potency_of_b(number, potency):
    """Every third compound is selective by three orders, the others not at all."""
    return potency - 3 if number % 3 == 0 else potency


class Selectivity(CommandTest):
    def table(self, count=60):
        """A of all but the last ten, B of all but the first ten; a bound among them."""
        lines = [["smiles", "name", A, B]]
        for number, (smiles, potency) in enumerate(compounds(count)):
            a = f"{10 ** (9 - potency):.6g}" if number < count - 10 else ""
            b = f"{10 ** (6 - potency_of_b(number, potency)):.6g}" if number >= 10 else ""
            lines.append([smiles, f"c{number}", a, ">100" if number == 10 else b])
        path = self.folder / "two.csv"
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows(lines)
        return path

    def design(self, *options, out="out", objective=OBJECTIVE):
        wanted = ["--objective", objective] if objective else []
        return result_of("design", self.table(), "--target", A, "--target", B, *wanted, *SHORT, *options,
                         "--out", self.folder / out)

    def components(self, out):
        reward = tomllib.loads((out / "design.toml").read_text())["reward"]
        return {component["name"]: component for component in reward["component"]}

    def test_from_two_columns_to_a_shortlist(self):
        result, out = self.design(), self.folder / "out"
        self.assertTrue(result["finished"])
        a, b = result["table"]["targets"]
        self.assertEqual((a["key"], a["unit"], a["in_potency"], a["number"]), ("IC50_A", "nM", True, 3))
        self.assertEqual((b["key"], b["unit"], b["in_potency"], b["number"]), ("Ki_B", "uM", True, 4))
        self.assertEqual((a["molecules"], result["table"]["molecules"]), (50, 60))
        values = {row["smiles"]: row for row in rows_of(out / "table.csv")}
        self.assertEqual(len(values), 60)
        known = compounds(60)
        for key, first, last in (("IC50_A", 0, 50), ("Ki_B", 11, 60)):
            own = {row["smiles"]: float(row["activity"]) for row in rows_of(out / f"table_{key}.csv")}
            expected = [potency if key == "IC50_A" else potency_of_b(number, potency)
                        for number, (_, potency) in enumerate(known)]
            named = {row["name"]: row for row in values.values()}
            for number in range(60):
                row = named[f"c{number}"]
                if not row[key]:
                    self.assertNotIn(row["smiles"], own)
                    continue
                self.assertAlmostEqual(own[row["smiles"]], expected[number], places=4)
                self.assertEqual(float(row[key]), own[row["smiles"]])
            self.assertTrue(all(named[f"c{number}"][key] for number in range(first, last)))
        # Each has its own model, whose file and cross-validation are its own.
        for key in ("IC50_A", "Ki_B"):
            info = result_of("proxy", "info", out / f"proxy_{key}.safetensors")
            self.assertGreaterEqual(json.dumps(info).count("scaffold"), 1)
        self.assertFalse((out / "proxy.safetensors").exists())
        models = result["proxy"]["targets"]
        self.assertNotEqual(models[0]["scaffold_rmse"], models[1]["scaffold_rmse"])
        # The best compounds are the selective ones: 17 of 60, of the measured ones all with A - B = 3.
        best = rows_of(out / "actives.csv")
        self.assertEqual(list(best[0]), ["smiles", "name", "score"])
        selective = [int(row["name"][1:]) % 3 == 0 for row in best[:10]]
        self.assertGreaterEqual(sum(selective), 9)
        # One component a clause.
        components = self.components(out)
        self.assertEqual((components["IC50_A"]["type"], components["IC50_A"]["file"]),
                         ("proxy", "proxy_IC50_A.safetensors"))
        difference = components["IC50_A_minus_Ki_B"]
        self.assertEqual(difference["type"], "proxy_sum")
        self.assertEqual(difference["term"], [{"file": "proxy_IC50_A.safetensors", "coefficient": 1},
                                              {"file": "proxy_Ki_B.safetensors", "coefficient": -1}])
        self.assertEqual((difference["transform"]["low"], difference["transform"]["high"]), (1, 2))
        for key in ("IC50_A", "Ki_B"):
            self.assertEqual((components[f"domain_{key}"]["file"], components[f"domain_{key}"]["weight"]),
                             (f"table_{key}.csv", 0.5))
        for row in rows_of(out / "shortlist.csv"):
            a, b = float(row["prediction_IC50_A"]), float(row["prediction_Ki_B"])
            s, t = float(row["uncertainty_IC50_A"]), float(row["uncertainty_Ki_B"])
            self.assertAlmostEqual(float(row["IC50_A_raw"]), a - 0.5 * s, delta=0.01)
            self.assertAlmostEqual(float(row["IC50_A_minus_Ki_B_raw"]), a - b - 0.5 * math.hypot(s, t),
                                   delta=0.02)
            self.assertAlmostEqual(float(row["prediction_nM_Ki_B"]), 10 ** (9 - b), delta=0.02 * 10 ** (9 - b))
            nearest = values[row["nearest_smiles"]]
            for key in ("IC50_A", "Ki_B"):
                if nearest[key]:
                    self.assertAlmostEqual(float(row[f"nearest_value_{key}"]), float(nearest[key]), places=2)
                else:
                    self.assertEqual(row[f"nearest_value_{key}"], "")
        summary = re.sub(r"\s+", " ", (out / "summary.txt").read_text())
        self.assert_says(summary, f"DATA: {A}", f"MODEL OF ACTIVITY: {B}", f"{A} - {B} above 2",
                         "39 compounds of 60 compounds have all values", f"(2) {B}", "rejected_Ki_B.csv")
        self.assertEqual(result["config"]["clauses"][1]["measured_both"], 39)
        page = (out / "report.html").read_text()
        data = json.loads(re.search(r'id="report-data">(.*?)</script>', page, re.S).group(1))
        planes = [chart for chart in data["charts"] if chart["kind"] == "plane"]
        self.assertEqual((planes[0]["x_label"], planes[0]["y_label"]), (f"{A} (p-units)", f"{B} (p-units)"))
        counts = {series["name"]: len(series["x"]) for series in planes[0]["series"]}
        self.assertEqual(counts["known, both measured"], 39)
        self.assertEqual(counts["known, one or both predicted"], 21)
        self.assertEqual(counts["shortlist"], result["shortlist"]["count"])
        line = [one for one in planes[0]["lines"] if one["name"].endswith("above 2")][0]
        self.assertAlmostEqual(line["x"][0] - line["y"][0], 2)
        # Nothing to do a second time.
        self.assertEqual(result_of("design", "--out", out), result)
        # Another objective keeps tables and models.
        before = (out / "proxy_Ki_B.safetensors").read_bytes()
        done = run("design", "--out", out, "--objective", "#3 high, #4 low", "--overwrite", "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_says(done.stderr, "1/6 table: up to date", "2/6 proxy: up to date", "3/6 vocabulary")
        self.assertEqual((out / "proxy_Ki_B.safetensors").read_bytes(), before)
        self.assertEqual(self.components(out)["Ki_B"]["term"],
                         [{"file": "proxy_Ki_B.safetensors", "coefficient": -1}])

    def test_without_an_objective_each_in_its_own_direction(self):
        result = self.design(objective=None)
        self.assertEqual([clause["text"] for clause in result["config"]["clauses"]], [f"{A} high", f"{B} high"])
        self.assertEqual([clause["transform"] for clause in result["config"]["clauses"]], ["sigmoid"] * 2)

    def test_a_window_of_one_column(self):
        table, out = self.table(), self.folder / "one"
        result = result_of("design", table, "--target", A, "--objective", f"{A} between 5 and 6.5", *SHORT,
                           "--out", out)
        self.assertEqual(result["config"]["clauses"][0]["component"], "activity")
        self.assertTrue((out / "proxy.safetensors").exists())
        for row in rows_of(out / "shortlist.csv"):
            self.assertAlmostEqual(float(row["activity_raw"]), float(row["prediction"]), delta=0.01)
        middle = [float(row["activity"]) for row in rows_of(out / "table.csv")]
        named = {row["smiles"]: float(row["activity"]) for row in rows_of(out / "table.csv")}
        best = [named[row["smiles"]] for row in rows_of(out / "actives.csv")]
        inside = sum(5 < value < 6.5 for value in middle)
        self.assertTrue(all(5 < value < 6.5 for value in best[:min(inside, len(best))]))

    def test_what_cannot_be_meant(self):
        table, out = self.table(), self.folder / "out"

        def refusal(*options):
            return refusal_of("design", table, "--out", out, *options)

        both = ["--target", A, "--target", B]
        self.assert_says(refusal(*both, "--objective", "A high, B lo"), "'B lo' is no clause")
        self.assert_says(refusal(*both, "--objective", "A high, C low"), "'C' is no column", A, B)
        self.assert_says(refusal("--target", A, "--objective", "A high, Ki B low"), "'Ki B' is no column")
        self.assert_says(refusal(*both, "--objective", "A high, A low"), "contradict")
        self.assert_says(refusal(*both, "--objective", "A between 7 and 6"), "reversed")
        self.assert_says(refusal(*both, "--objective", "A high", "--direction", "lower"),
                         "--direction and --objective")
        self.assert_says(refusal("--target", A, "--target", "#3"), "are the same column")
        self.assert_says(refusal(*both, "--units", "nM", "--units", "uM", "--units", "p"), "--units is given 3 times")
        self.assert_says(refusal(*both, "--direction", "hihger"), "did you mean 'higher'?")
        self.assert_says(refusal("--target", A, "--target", "name", "--units", "auto", "--units", "none"),
                         "--target 'name'")
        self.assertFalse((out / "proxy_IC50_A.safetensors").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
