"""The shortlist in the report of a design, used as a chemist does, in a headless Chromium: order, filters,
groups, selection, notes, exports, the enlarged view, dark mode, phone.

Usage: report_browser_test.py FRAGFLOW SOURCE_FOLDER
"""

import csv
import io
import pathlib
import sys
import tempfile
import unittest

from browser import Browser
from command_line import result_of, rows_of

try:
    from rdkit import Chem
    from rdkit import RDLogger
    from rdkit.Chem.Scaffolds import MurckoScaffold

    from gaussian_process import GaussianProcess
except ImportError:
    print("skipped: needs python3-rdkit")
    sys.exit(77)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

SOURCE = pathlib.Path(sys.argv[2])
HARD_NAME = 'Säure "A", 2; <b>x</b>'  # what a quoted field, UTF-8 and HTML have to survive


def make_design(folder):
    with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
        compounds = list(csv.DictReader(file))[::9][:110]
    with open(folder / "table.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["smiles", "name", "pIC50"])
        for i, row in enumerate(compounds):
            writer.writerow([row["smiles"], f"{HARD_NAME} {i}", row["pIC50"]])
    result_of("design", folder / "table.csv", "--model", "gp", "--steps", "6", "--samples", "80",
              "--count", "12", "--set", "policy.width=16", "--set", "training.batch_size=16",
              "--out", folder / "design")
    return folder / "design"


class ReportInBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        RDLogger.DisableLog("rdApp.*")
        cls.temporary = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.temporary.name)
        cls.design = make_design(folder)
        cls.rows = rows_of(cls.design / "shortlist.csv")
        cls.browser = Browser(folder)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.temporary.cleanup()

    def setUp(self):
        self.open()

    def tearDown(self):
        self.browser.run("localStorage.clear()")
        self.assertEqual(self.browser.messages(), [])

    def open(self):
        self.browser.driver.get((self.design / "report.html").as_uri())

    def ranks(self):
        """Of the candidates on the page, in their order."""
        return self.browser.run(
            "[...document.querySelectorAll('#candidates .candidate')].map("
            "(one) => Number(one.getAttribute('aria-label').replace('candidate ', '')))")

    def count(self):
        return self.browser.find("#count").text

    def choose(self, selector, value):
        Select(self.browser.find(selector)).select_by_value(value)

    def open_filters(self):
        self.browser.click("#filters > summary")

    def ranks_where(self, condition):
        return [int(row["rank"]) for row in self.rows if condition(row)]

    def export(self, kind, scope):
        self.choose("#export-scope", scope)
        self.browser.click(f"#export-{kind}")
        return self.browser.downloaded(f"candidates.{kind}").decode("utf-8")

    def test_shows_the_whole_shortlist_first(self):
        self.assertEqual(self.ranks(), list(range(1, 13)))
        self.assertEqual(self.count(), "12 of 12")
        self.assertEqual(self.browser.find("main > section").get_attribute("id"), "shortlist")
        card = self.browser.find(".candidate").text
        row = self.rows[0]
        for text in (f"{float(row['prediction']):.2f} ± {float(row['uncertainty']):.2f}",
                     f"second {float(row['second_prediction']):.2f}", HARD_NAME,
                     f"({float(row['nearest_similarity']):.2f})"):
            self.assertIn(text, card)
        self.assertLess((self.design / "report.html").stat().st_size, 5e6 * 12 / 50 + 3e5)

    def test_sorts_by_any_column_in_both_directions(self):
        self.browser.click("#view-table")
        self.assertEqual(self.browser.find("#view-table").get_attribute("aria-pressed"), "true")
        for label, column in (("prediction", "prediction"), ("similarity", "nearest_similarity"),
                              ("logP", "logp"), ("TPSA", "tpsa"), ("second opinion", "second_prediction")):
            value = {int(row["rank"]): float(row[column]) for row in self.rows}
            header = self.browser.driver.find_element("xpath", f"//th/button[text()='{label}']")
            for direction, sign in (("descending", 1), ("ascending", -1)):
                self.browser.click(header)
                values = [value[rank] for rank in self.ranks()]
                self.assertEqual(values, sorted(values, reverse=sign > 0), (label, direction))
                self.assertEqual(header.find_element("xpath", "..").get_attribute("aria-sort"), direction)
        self.browser.click("#view-cards")  # in the same order
        self.assertEqual([value[rank] for rank in self.ranks()], sorted(value.values()))

    def test_filters(self):
        self.open_filters()
        weights = sorted(float(row["molecular_weight"]) for row in self.rows)
        low = (weights[3] + weights[4]) / 2
        box = self.browser.find("input[data-key=mw][data-end=low]")
        box.send_keys(f"{low:.3f}")
        heavy = self.ranks_where(lambda row: float(row["molecular_weight"]) >= low)
        self.assertEqual(self.ranks(), heavy)
        self.assertEqual(self.count(), f"{len(heavy)} of 12")
        self.assertTrue(0 < len(heavy) < 12)
        self.browser.click("#reset")
        self.assertEqual((self.ranks(), box.get_attribute("value")), (list(range(1, 13)), ""))
        for choice, wanted in (("none", False), ("some", True)):
            self.choose("[data-field=caution]", choice)
            self.assertEqual(self.ranks(), self.ranks_where(lambda row: bool(row["caution"]) == wanted))
        self.choose("[data-field=caution]", "")
        name = self.rows[4]["nearest_name"]
        self.browser.find("#find").send_keys(name.split()[-1] + " säure")
        shown = self.ranks()
        self.assertIn(5, shown)
        number = name.split()[-1]
        self.assertTrue(set(self.ranks_where(lambda row: row["nearest_name"] == name)) <= set(shown))
        for rank in shown:  # every word is somewhere
            row = self.rows[rank - 1]
            self.assertIn(number, f"candidate {rank} {row['smiles']} {row['nearest_name']} {row['caution']}")

    def test_groups_find_what_rdkit_finds(self):
        self.open_filters()
        for name, smarts in (("carboxylic acid", "C(=O)[OH]"), ("piperidine", "N1CCCCC1"),
                             ("primary sulfonamide", "S(=O)(=O)[NH2]"), ("aryl fluoride", "cF"),
                             ("thiadiazole", "[$(s1nccn1),$(s1cnnc1),$(s1ncnc1),$(s1nncc1)]")):
            pattern = Chem.MolFromSmarts(smarts)
            has = self.ranks_where(lambda row: Chem.MolFromSmiles(row["smiles"]).HasSubstructMatch(pattern))
            chips = [chip for chip in self.browser.find_all("#groups .chip")
                     if chip.get_attribute("aria-label").startswith(name + ", ")]
            self.assertEqual(len(chips), 1 if has else 0, name)
            if not has:
                continue
            self.assertEqual(chips[0].text, f"{name} {len(has)}")
            states = []
            for expected in (has, [rank for rank in range(1, 13) if rank not in has], list(range(1, 13))):
                self.browser.click(chips[0])
                self.assertEqual(self.ranks(), expected, name)
                states.append(chips[0].get_attribute("aria-pressed"))
            self.assertEqual(states, ["true", "true", "false"])
        for chip in self.browser.find_all("#ring-systems .chip"):
            self.assertGreater(int(chip.text.split()[-1]), 0)

    def test_selection_and_notes_stay(self):
        self.browser.click("[aria-label='select candidate 3']")
        self.browser.find("[aria-label='note on candidate 3']").send_keys("make first")
        self.open()
        self.assertTrue(self.browser.find("[aria-label='select candidate 3']").is_selected())
        self.assertFalse(self.browser.find("[aria-label='select candidate 4']").is_selected())
        self.browser.click("#view-table")
        note = self.browser.find("[aria-label='note on candidate 3']")
        self.assertEqual(note.get_attribute("value"), "make first")
        note.send_keys(Keys.END + " of all")  # in the table, seen on the card
        self.browser.click("#view-cards")
        self.assertEqual(self.browser.find("[aria-label='note on candidate 3']").get_attribute("value"),
                         "make first of all")
        self.browser.find("#find").send_keys("of all")
        self.assertEqual(self.ranks(), [3])

    def test_exports_are_the_rows(self):
        note = '=1+1; "quoted", ä'
        self.browser.find("[aria-label='note on candidate 2']").send_keys(note)
        for rank in (2, 5):
            self.browser.click(f"[aria-label='select candidate {rank}']")
        chosen = [self.rows[1], self.rows[4]]
        text = self.export("csv", "selected")
        self.assertEqual(text[0], "\ufeff")
        exported = list(csv.DictReader(io.StringIO(text[1:], newline="")))
        self.assertEqual([{key: row[key] for key in self.rows[0]} for row in exported], chosen)
        self.assertEqual([row["note"] for row in exported], [" " + note, ""])  # no formula
        self.choose("#export-decimal", ",")
        text = self.export("csv", "selected")
        comma = list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=";"))
        self.assertEqual([row["prediction"] for row in comma],
                         [row["prediction"].replace(".", ",") for row in chosen])
        self.assertEqual([row["nearest_name"] for row in comma], [row["nearest_name"] for row in chosen])
        molecules = list(Chem.ForwardSDMolSupplier(io.BytesIO(self.export("sdf", "selected").encode())))
        for molecule, row in zip(molecules, chosen, strict=True):
            self.assertEqual(Chem.MolToSmiles(molecule), Chem.CanonSmiles(row["smiles"]))
            for key, value in row.items():
                self.assertEqual(molecule.GetProp(key) if molecule.HasProp(key) else "", value, key)
            self.assertFalse(molecule.GetConformer().Is3D())
        self.assertEqual(molecules[0].GetProp("note"), note)
        self.assertEqual(self.export("smi", "all").split("\n")[:-1],
                         [f"{row['smiles']} candidate-{row['rank']}" for row in self.rows])
        self.browser.find("#find").send_keys("candidate 12")
        self.assertEqual(self.export("smi", "shown"), f"{self.rows[11]['smiles']} candidate-12\n")

    def test_enlarged(self):
        self.browser.click("[aria-label='enlarge candidate 2']")
        dialog = self.browser.find("#enlarged")
        self.assertTrue(dialog.is_displayed())
        title = lambda: self.browser.find("#enlarged-title").text
        self.assertEqual(title(), "Candidate #2")
        nearest = self.rows[1]
        for text in (nearest["nearest_name"], nearest["nearest_smiles"], nearest["smiles"],
                     f"measured {float(nearest['nearest_value']):.2f}"):
            self.assertIn(text, dialog.text)
        self.assertEqual(len(self.browser.find_all("#enlarged svg")), 2)
        press = lambda key: self.browser.driver.switch_to.active_element.send_keys(key)
        press(Keys.ARROW_RIGHT)
        self.assertEqual(title(), "Candidate #3")
        press(Keys.ARROW_LEFT)
        press(Keys.ARROW_LEFT)
        press(Keys.ARROW_LEFT)
        self.assertEqual(title(), "Candidate #12")  # around the end
        self.browser.run("Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => "
                         "{ window.copied = text; }}}) && null")
        self.browser.click("#enlarged .copy")
        self.browser.until(lambda: self.browser.run("window.copied") == self.rows[11]["smiles"])
        self.assertEqual(self.browser.find("#enlarged .copy").text, "Copied ✓")
        press(Keys.ESCAPE)
        self.assertFalse(dialog.is_displayed())
        focused = self.browser.driver.switch_to.active_element.get_attribute("aria-label")
        self.assertEqual(focused, "enlarge candidate 2")

    def test_atom_contributions(self):
        data = self.browser.run("JSON.parse(document.getElementById('candidates-data').textContent)")
        self.assertEqual(data["models"], ["a Gaussian process"])
        process = GaussianProcess(self.design / "proxy.safetensors")
        for row in data["rows"]:
            activity = row["activities"][0]
            expected = process.attribution(row["smiles"])
            self.assertEqual(len(activity["atoms"]), len(expected))
            for value, plain in zip(activity["atoms"], expected):
                self.assertAlmostEqual(value, plain, delta=2e-5)
            self.assertAlmostEqual(activity["constant"], process.mean, delta=1e-9)
            self.assertAlmostEqual(activity["constant"] + sum(expected), activity["mean"], delta=1e-6)
        self.browser.click("[aria-label='enlarge candidate 2']")
        self.assertEqual(self.browser.find_all("#atoms-view"), [])
        self.browser.click("#enlarged-atoms")
        self.assertEqual(self.browser.find("#enlarged-atoms").get_attribute("aria-pressed"), "true")
        self.assertEqual(self.browser.run("document.activeElement.id"), "enlarged-atoms")
        values = data["rows"][1]["activities"][0]["atoms"]
        molecule = Chem.MolFromSmiles(self.rows[1]["smiles"])
        names = [atom.GetSymbol() + str(atom.GetIdx() + 1) for atom in molecule.GetAtoms()]
        text = self.browser.find("#atoms-view").text
        best = max(range(len(values)), key=lambda atom: values[atom])
        self.assertIn(f"Raise it most: {names[best]} +{values[best]:.2f}", text)
        self.assertIn(f"{float(self.rows[1]['prediction']):.2f} = {process.mean:.2f} (mean of the model)", text)
        strongest = max(abs(value) for row in data["rows"] for value in row["activities"][0]["atoms"])
        grounds = self.browser.run(
            "[...document.querySelectorAll('#atoms-view .heat circle')].map((one) => "
            "[one.getAttribute('fill'), Number(one.getAttribute('opacity')), one.textContent])")
        self.assertEqual(len(grounds), len(values))
        for (fill, opacity, title), name, value in zip(grounds, names, values):
            self.assertEqual(fill, "url(#lowers)" if value < 0 else "url(#raises)")
            self.assertAlmostEqual(opacity, abs(value) / strongest, delta=1e-3)
            self.assertEqual(title.split(" ")[0], name)
        self.browser.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)  # stays in this view
        self.assertEqual(self.browser.find("#enlarged-title").text, "Candidate #3")
        self.assertEqual(len(self.browser.find_all("#atoms-view")), 1)
        self.browser.click("#enlarged-nearest")
        self.assertEqual(len(self.browser.find_all("#enlarged svg")), 2)

    def test_groups_of_candidates(self):
        def expected(key_of):  # groups of several in the order of their best, then those alone
            groups = {}
            for row in self.rows:
                groups.setdefault(key_of(row), []).append(int(row["rank"]))
            several = [group for group in groups.values() if len(group) > 1]
            alone = [group[0] for group in groups.values() if len(group) == 1]
            return several + ([alone] if alone else [])

        scaffold = lambda row: MurckoScaffold.MurckoScaffoldSmiles(row["smiles"])
        nearest = lambda row: row["nearest_smiles"]
        for by, key_of in (("scaffold", scaffold), ("nearest", nearest)):
            self.choose("#group-by", by)
            groups = expected(key_of)
            self.assertEqual(self.ranks(), sum(groups, []), by)
            headings = [heading.text for heading in self.browser.find_all("h3.group")]
            self.assertEqual([int(text.split("·")[1].split()[0]) for text in headings],
                             [len(group) for group in groups])

    def test_map(self):
        self.browser.click("#map-frame > summary")
        at = "Chart.getChart('map').getDatasetMeta(0).data[4]"
        self.browser.run("new Promise((done) => setTimeout(done, 100))")  # it is drawn after opening
        counts = self.browser.run("Chart.getChart('map').data.datasets.map((one) => one.data.length)")
        self.assertEqual(counts, [12, 110])
        self.browser.find("#find").send_keys("candidate 5")
        colours = self.browser.run("Chart.getChart('map').data.datasets[0].pointBackgroundColor")
        self.assertEqual([i for i, colour in enumerate(colours) if len(colour) == 7], [4])  # not faint
        canvas = self.browser.find("#map")
        x, y, width, height = self.browser.run(
            f"[{at}.x, {at}.y, arguments[0].clientWidth, arguments[0].clientHeight]", canvas)
        self.browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        ActionChains(self.browser.driver).move_to_element_with_offset(
            canvas, round(x - width / 2), round(y - height / 2)).click().perform()
        self.assertEqual(self.browser.find("#enlarged-title").text, "Candidate #5")

    def test_dark_and_narrow(self):
        background = "getComputedStyle(document.body).backgroundColor"
        bright = lambda: sum(map(int, self.browser.run(background)[4:-1].split(",")))
        try:
            self.browser.dark(True)
            self.assertLess(bright(), 150)
            self.browser.dark(False)
            self.assertGreater(bright(), 600)
            self.browser.width(390)
            wide = "document.documentElement.scrollWidth"
            self.open()
            self.open_filters()
            for view in ("cards", "table"):
                self.browser.click(f"#view-{view}")
                self.assertLessEqual(self.browser.run(wide), 390, view)
            self.browser.click("[aria-label='enlarge candidate 1']")
            self.assertLessEqual(self.browser.run("document.getElementById('enlarged').scrollWidth"), 390)
        finally:
            self.browser.width(0)
            self.browser.dark(False)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
