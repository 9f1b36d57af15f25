"""fragflow campaign: rounds over a library whose values are known, and with a policy; what `status` says
against the same numbers worked out here; stops; what cannot be joined.

Usage: campaign_test.py FRAGFLOW SOURCE_FOLDER
"""

import csv
import hashlib
import json
import math
import pathlib
import signal
import statistics
import subprocess
import sys
import time
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run

SOURCE = pathlib.Path(sys.argv[2])
# A policy of a moment.
TINY = ["--steps", "4", "--later-steps", "2", "--samples", "60", "--set", "policy.width=8", "--set",
        "policy.layers=1", "--set", "training.batch_size=8", "--set", "training.checkpoint_every=2",
        "--set", "exploration.genetic.batch_size=24"]


def compounds():
    """SMILES and pIC50 spread evenly over the embedded table."""
    with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["smiles"], float(row["pIC50"])) for row in rows[::10]][:100]


def write_table(path, rows, header=("smiles", "pIC50")):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def digests(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file()}


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    for begin, i in enumerate(order):
        same = [k for k, j in enumerate(order) if values[j] == values[i]]
        result[i] = statistics.mean(same)
    return result


def correlation(a, b):
    a, b = ranks(a), ranks(b)
    mean_a, mean_b = statistics.mean(a), statistics.mean(b)
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return top / math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))


class Campaign(CommandTest):
    def setUp(self):
        super().setUp()
        all_rows = compounds()
        self.known, self.rest = all_rows[::2], all_rows[1::2]
        self.truth = dict(all_rows)
        self.out = self.folder / "campaign"

    def start(self, *options, rows=None, header=("smiles", "pIC50")):
        table = write_table(self.folder / "table.csv", rows or self.known, header)
        return result_of("campaign", "start", table, "--out", self.out, *options)

    def library(self):
        rows = [(smiles, f"L{number}") for number, (smiles, _) in enumerate(self.rest)]
        return write_table(self.folder / "library.csv", rows, ("smiles", "name"))

    def measure(self, name, plate, values=None):
        """The plate with its last column filled in from the table, by the names of the library."""
        rows = rows_of(plate)
        target = list(rows[0])[-1]
        for row in rows:
            row[target] = self.rest[int(row["name"][1:])][1] if values is None else values(row)
        path = self.folder / name
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path, rows

    def test_rounds_over_a_library(self):
        started = self.start()
        self.assertEqual((started["compounds"], started["in_potency"]), (50, True))
        library = self.library()
        seen, predictions = set(), {}
        for number, strategy in ((1, "ucb"), (2, "ei"), (3, "thompson")):
            proposed = result_of("campaign", "propose", self.out, "-n", "6", "--from", library,
                                 "--strategy", strategy)
            self.assertEqual([p["id"] for p in proposed["proposals"]],
                             [f"R{number}-{place:02}" for place in range(1, 7)])
            smiles = {p["smiles"] for p in proposed["proposals"]}
            self.assertFalse(smiles & seen)
            self.assertFalse(smiles & {row["smiles"] for row in rows_of(self.out / "round_0/table.csv")})
            seen |= smiles
            plate, rows = self.measure(f"results{number}.csv", proposed["plate"])
            if number == 3:  # two of the last round are not measured
                for row in rows[4:]:
                    row["pIC50"] = ""
                with open(plate, "w", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)
                rows = rows[:4]
            predictions[number] = [(float(row["predicted"]), float(row["deviation"]),
                                    float(row["pIC50"])) for row in rows]
            added = result_of("campaign", "add", self.out, plate)
            self.assertEqual((added["measurements"], added["of_proposals"]), (len(rows), len(rows)))
        self.assertEqual(added["open"], 2)
        self.check_status(predictions)
        # The model of round 3 knew all results by then.
        self.assertEqual(len(rows_of(self.out / "round_3/table.csv")), 50 + 12)
        self.check_provenance()

    def check_status(self, predictions):
        status = result_of("campaign", "status", self.out)
        values = sorted(value for _, value in self.known)
        threshold = values[44] + 0.1 * (values[45] - values[44])
        self.assertAlmostEqual(status["hit"], threshold, places=9)
        base = sum(value >= threshold for value in values) / 50
        self.assertAlmostEqual(status["base"]["rate"], base)
        best = max(values)
        self.assertEqual(len(status["rounds"]), 3)
        everything = [p for outcomes in predictions.values() for p in outcomes]
        for figures, outcomes in zip(status["rounds"] + [status["all"]],
                                     [*predictions.values(), everything]):
            errors = [truth - mean for mean, _, truth in outcomes]
            self.assertEqual(figures["measured"], len(outcomes))
            self.assertAlmostEqual(figures["rmse"], math.sqrt(statistics.mean(e * e for e in errors)))
            self.assertAlmostEqual(figures["bias"], statistics.mean(errors))
            for key, times in (("within_1", 1), ("within_2", 1.96)):
                share = statistics.mean(abs(e) <= times * o[1] for e, o in zip(errors, outcomes))
                self.assertAlmostEqual(figures[key], share)
            self.assertAlmostEqual(figures["spearman"],
                                   correlation([o[0] for o in outcomes], [o[2] for o in outcomes]))
            hits = sum(o[2] >= threshold for o in outcomes)
            self.assertEqual(figures["hits"], hits)
            self.assertAlmostEqual(figures["hit_rate"], hits / len(outcomes))
            self.assertAlmostEqual(figures["enrichment"], hits / len(outcomes) / base)
            self.assertAlmostEqual(figures["hits_by_chance"], base * len(outcomes))
            expected = sum(0.5 * math.erfc((threshold - o[0]) / o[1] / math.sqrt(2)) for o in outcomes)
            self.assertAlmostEqual(figures["expected_hits"], expected)
            if "best_so_far" in figures:
                best = max([best] + [o[2] for o in outcomes])
                self.assertAlmostEqual(figures["best_so_far"], best)
        self.assertEqual([p["id"] for p in status["open"]], ["R3-05", "R3-06"])
        text = run("campaign", "status", self.out).stdout
        self.assertIn("thompson", text)

    def check_provenance(self):
        record = json.loads((self.out / "campaign.json").read_text())
        version = run("--version").stdout.strip()
        for thing in [record, *record["rounds"], *record["additions"]]:
            self.assertEqual(thing["version"], version)
        for number, made in enumerate(record["rounds"], start=1):
            self.assertEqual(made["round"], number)
            self.assertRegex(made["finished"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertRegex(made["model"]["digest"], "^[0-9a-f]{16}$")
        rows = rows_of(self.out / "measurements.csv")
        self.assertEqual(len(rows), 50 + 16)
        additions = {0: record["source"]["digest"],
                     **{a["addition"]: a["digest"] for a in record["additions"]}}
        for row in rows:
            self.assertEqual(row["digest"], additions[int(row["added"])])
            self.assertTrue(row["file"] and row["rows"])

    def test_what_is_open_is_not_proposed_again_and_asked_for_first(self):
        self.start()
        library = self.library()
        propose = ["campaign", "propose", self.out, "--from", library]
        first = result_of(*propose, "-n", "4")
        self.assert_says(refusal_of(*propose), "none of the 4 compounds of round 1", "--more")
        second = result_of(*propose, "-n", "4", "--more", "-o", self.folder / "copy.csv")
        self.assertFalse({p["smiles"] for p in first["proposals"]} &
                         {p["smiles"] for p in second["proposals"]})
        self.assertEqual((self.folder / "copy.csv").read_bytes(),
                         (self.out / "round_2/plate.csv").read_bytes())
        self.assertEqual(result_of("campaign", "status", self.out)["all"]["open"], 8)
        # Nothing is left after the rest is proposed.
        last = result_of(*propose, "--more", "-n", "1000", "--strategy", "random")
        self.assertEqual(len(last["proposals"]), last["batch"]["candidates"]["candidates"])
        self.assert_says(refusal_of(*propose, "--more"), "no candidate is left")

    def test_any_number_of_threads_and_any_order_of_the_library(self):
        plates = []
        for threads, order in ((1, 1), (2, -1)):
            self.out = self.folder / f"with{threads}"
            self.start("--seed", "3")
            self.rest = self.rest[::order]
            library = write_table(self.folder / "library.csv", [(s,) for s, _ in self.rest], ("smiles",))
            for strategy in ("ucb", "thompson"):
                done = run("campaign", "propose", self.out, "-n", "5", "--from", library, "--more",
                           "--strategy", strategy, "--threads", threads)
                self.assertEqual(done.returncode, 0, done.stderr)
            plates.append((self.out / "proposals.csv").read_bytes())
        self.assertEqual(plates[0], plates[1])

    def test_lower_values_can_be_better(self):
        rows = [(smiles, round(100 - 10 * value, 2)) for smiles, value in self.known]
        self.start("--direction", "lower", "--units", "none", "--target", "remaining", rows=rows,
                   header=("smiles", "remaining"))
        status = result_of("campaign", "status", self.out)
        self.assertFalse(status["higher_is_better"])
        values = sorted(value for _, value in rows)
        self.assertAlmostEqual(status["hit"], values[4] + 0.9 * (values[5] - values[4]))
        proposed = result_of("campaign", "propose", self.out, "-n", "5", "--from", self.library(),
                             "--strategy", "exploit", "--similarity", "1")
        means = [p["predicted"] for p in proposed["proposals"]]
        self.assertEqual(means, sorted(means))  # from the lowest on
        plate, _ = self.measure("results.csv", proposed["plate"], lambda row: 12.5)
        result_of("campaign", "add", self.out, plate)
        status = result_of("campaign", "status", self.out)
        self.assertEqual((status["all"]["best"], status["all"]["hits"]), (12.5, 5))

    def test_concentrations_come_back_as_they_went_out(self):
        rows = [(smiles, f"{10 ** (9 - value):.6g}") for smiles, value in self.known]
        self.start(rows=rows, header=("smiles", "IC50 (nM)"))
        proposed = result_of("campaign", "propose", self.out, "-n", "3", "--from", self.library())
        plate, rows = self.measure("results.csv", proposed["plate"],
                                   lambda row: {"R1-01": "100", "R1-02": ">10000"}.get(row["id"], ""))
        self.assertEqual(list(rows[0])[-1], "IC50 (nM)")
        result_of("campaign", "add", self.out, plate)
        new = rows_of(self.out / "measurements.csv")[-2:]
        self.assertEqual([(row["id"], row["relation"], float(row["activity"])) for row in new],
                         [("R1-01", "=", 7.0), ("R1-02", "<", 5.0)])
        status = result_of("campaign", "status", self.out)["all"]
        self.assertEqual((status["measured"], status["known_by_bound"], status["open"]), (1, 1, 1))
        # The next model is told of the bound.
        result_of("campaign", "propose", self.out, "-n", "3", "--from", self.library())
        self.assertEqual([row["smiles"] for row in rows_of(self.out / "round_2/bounds.csv")],
                         [new[1]["smiles"]])

    # --- with a policy ---

    def propose_policy(self, out, *options):
        return result_of("campaign", "propose", out, "-n", "5", *options)

    def test_a_policy_is_trained_and_then_continued(self):
        self.start(*TINY)
        first = self.propose_policy(self.out)
        self.assertEqual(first["policy"]["reward_kappa"], -1)
        self.assertIn("kappa = -1", (self.out / "round_1/design.toml").read_text())
        self.assertEqual(first["policy"]["steps"], 4)
        plate = rows_of(first["plate"])
        self.assertEqual({row["source"] for row in plate} - {"samples", "training"}, set())
        table = write_table(self.folder / "results.csv", [(row["id"], 6 + number / 10)
                                                          for number, row in enumerate(plate)],
                            ("id", "pIC50"))
        result_of("campaign", "add", self.out, table)
        second = self.propose_policy(self.out, "--strategy", "exploit")
        self.assertEqual((second["policy"]["steps"], second["policy"]["reward_kappa"]), (2, 0))
        self.assertFalse({p["smiles"] for p in first["proposals"]} &
                         {p["smiles"] for p in second["proposals"]})
        self.assertEqual((self.out / "round_1/vocabulary.json").read_bytes(),
                         (self.out / "round_2/vocabulary.json").read_bytes())
        stages = json.loads((self.out / "round_2/round.json").read_text())["stages"]
        self.assertEqual(stages["train"]["settings"]["continues_round"], 1)

    def test_stopped_by_a_signal(self):
        undisturbed = self.folder / "undisturbed"
        options = [*TINY, "--seed", "5"]
        table = write_table(self.folder / "table.csv", self.known)
        for out in (undisturbed, self.out):
            result_of("campaign", "start", table, "--out", out, *options)
        self.propose_policy(undisturbed)
        command = [sys.argv[1], "campaign", "propose", str(self.out), "-n", "5", "--threads", "1"]
        metrics = self.out / "round_1/run/metrics.csv"
        process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        while process.poll() is None and not (metrics.exists() and metrics.read_text().count("\n") > 1):
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertFalse(json.loads(output.splitlines()[-1])["finished"])
        self.assertEqual(result_of("campaign", "status", self.out)["pending"]["round"], 1)
        # Without options it goes on with those it was begun with.
        result_of("campaign", "propose", self.out)
        for name in ("round_1/plate.csv", "proposals.csv", "round_1/run/samples.csv"):
            self.assertEqual((undisturbed / name).read_bytes(), (self.out / name).read_bytes(), name)

    # --- wrong input ---

    def test_what_cannot_begin(self):
        table = write_table(self.folder / "table.csv", self.known)
        start = ["campaign", "start", table, "--out", self.out]
        self.assert_says(refusal_of("campaign", "start", "nowhere.csv", "--out", self.out), "nowhere.csv")
        self.assert_says(refusal_of(*start, "--target", "a", "--target", "b"), "one activity")
        self.assert_says(refusal_of(*start, "--hit", "much"), "--hit much", "auto")
        self.assertFalse(self.out.exists())
        small = write_table(self.folder / "small.csv", self.known[:5])
        self.assert_says(refusal_of("campaign", "start", small, "--out", self.out), "5 usable compounds")
        result_of(*start)  # what the last one left is no obstacle
        before = digests(self.out)
        self.assert_says(refusal_of(*start), "holds a campaign")
        self.assertEqual(digests(self.out), before)
        (self.folder / "papers").mkdir()
        (self.folder / "papers/thesis.txt").write_text("precious")
        self.assert_says(refusal_of("campaign", "start", table, "--out", self.folder / "papers"),
                         "thesis.txt")
        for command in (["propose"], ["add", table], ["status"]):
            self.assert_says(refusal_of("campaign", command[0], self.folder / "none", *command[1:]),
                             "no campaign", "campaign start")
        self.assertFalse((self.folder / "none").exists())

    def test_results_that_cannot_be_joined_change_nothing(self):
        self.start()
        proposed = result_of("campaign", "propose", self.out, "-n", "4", "--from", self.library())
        ids = [p["id"] for p in proposed["proposals"]]
        before = digests(self.out)
        add = ["campaign", "add", self.out]
        tables = {
            "nowhere.csv": (None, ["nowhere.csv"]),
            "unknown.csv": ([("R1-01", 7), ("R9-01", 7)], ["R9-01", "row 2 (line 3)"]),
            "empty.csv": ([(i, "") for i in ids], ["empty.csv"]),
            "far.csv": ([("R1-01", 5), ("R1-01", 8)], ["rows 1, 2 (lines 2, 3)", "--repeats"]),
        }
        for name, (rows, parts) in tables.items():
            if rows is not None:
                write_table(self.folder / name, rows, ("id", "pIC50"))
            self.assert_says(refusal_of(*add, self.folder / name), *parts)
            self.assertEqual(digests(self.out), before, name)
        wrong = write_table(self.folder / "wrong.csv", [("R1-01", "CCO", 7)], ("id", "smiles", "pIC50"))
        self.assert_says(refusal_of(*add, wrong), "R1-01 was proposed as", "--trust id")
        self.assertEqual(digests(self.out), before)
        good = write_table(self.folder / "good.csv", [("R1-01", 7)], ("id", "pIC50"))
        result_of(*add, good)
        self.assert_says(refusal_of(*add, good), "was added before")
        again = write_table(self.folder / "again.csv", [("R1-01", 7), ("R1-02", 6)], ("id", "pIC50"))
        added = result_of(*add, again)  # a table that has grown
        self.assertEqual(added["measurements"], 1)
        self.assertEqual([remark["kind"] for remark in added["remarks"]], ["left out"])

    def test_files_changed_by_hand_are_noticed_and_what_a_kill_left_is_cut_off(self):
        self.start()
        result_of("campaign", "propose", self.out, "-n", "4", "--from", self.library())
        path = self.out / "measurements.csv"
        good = path.read_bytes()
        path.write_bytes(good + b"CCO,,=,9,,1,x.csv,00,1,\n")  # written, and campaign.json not yet
        self.assertEqual(result_of("campaign", "status", self.out)["known"], 50)
        table = write_table(self.folder / "results.csv", [("R1-01", 7)], ("id", "pIC50"))
        result_of("campaign", "add", self.out, table)
        self.assertEqual(len(rows_of(path)), 51)
        for damaged in (path.read_bytes().replace(b",7,", b",9,"), good[:-3], b""):
            path.write_bytes(damaged)
            self.assert_says(refusal_of("campaign", "status", self.out), "measurements.csv",
                             "changed by hand")
        path.write_bytes(good)
        self.assert_says(refusal_of("campaign", "status", self.out), "measurements.csv")

    # --- playing over a table ---

    def test_replay(self):
        with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
            rows = [(row["smiles"], row["pIC50"]) for row in csv.DictReader(file)][::4]
        table = write_table(self.folder / "all.csv", rows)
        found = {}
        for strategy in ("exploit", "random"):
            command = ["campaign", "replay", table, "--strategy", strategy, "--rounds", "3", "-n", "10",
                       "--given", "0.2", "-o", self.folder / f"{strategy}.json"]
            played = result_of(*command)
            self.assertEqual(json.loads((self.folder / f"{strategy}.json").read_text()), played)
            self.assertEqual([row["known"] for row in played["rounds"]],
                             [played["given"] + 10 * round for round in range(3)])
            hits = [row["hits"] for row in played["rounds"]]
            self.assertEqual(played["rounds"][-1]["hits_so_far"], sum(hits))
            self.assertNotIn("c1", json.dumps(played))  # numbers alone
            found[strategy] = sum(hits)
        self.assertGreater(found["exploit"], found["random"])
        low = result_of("campaign", "replay", table, "--strategy", "random", "--rounds", "1", "--start",
                        "low")
        self.assertEqual(low["hits_given"], 0)
        self.assertIn("so far", run("campaign", "replay", table, "--strategy", "random").stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
