"""Tables as people have them, through the binary: every command reads the same files and finds the
same columns, and the compounds and values are the right ones.

Usage: reading_test.py FRAGFLOW SOURCE_FOLDER
"""

import csv
import gzip
import io
import json
import pathlib
import subprocess
import sys
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of

SOURCE = pathlib.Path(sys.argv[2])
CASES = SOURCE.parent / "shared" / "cases"
PROXY = SOURCE / "data/proxy_default.safetensors"
try:
    from rdkit import Chem, RDLogger
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.MolStandardize import rdMolStandardize
except ImportError:
    Chem = None

# SMILES that are canonical already, and made-up potencies.
COMPOUNDS = [("CCCNC(=O)c1ccccc1", 5.25), ("CCCNC(=O)c1ccc(F)cc1", 5.75), ("CCCNC(=O)c1ccc(Cl)cc1", 6.5),
             ("CCNC(=O)c1ccccc1", 4.75), ("CCNC(=O)c1ccc(F)cc1", 5.0), ("CCNC(=O)c1ccc(Cl)cc1", 6.25),
             ("O=C(NCc1ccccc1)c1ccccc1", 7.0), ("O=C(NCc1ccccc1)c1ccc(F)cc1", 7.25),
             ("O=C(NC1CCCCC1)c1ccccc1", 6.0), ("O=C(NC1CCCCC1)c1ccc(F)cc1", 6.75),
             ("O=C(Nc1ccccc1)c1ccccc1", 5.5), ("O=C(Nc1ccccc1)c1ccc(F)cc1", 8.0)]
NAMES = [f"X-{number}" for number in range(len(COMPOUNDS))]


def table_text(header=("SMILES", "Name", "pIC50"), delimiter=",", change=lambda row: row, above="",
               below=""):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    out.write(below)
    for (smiles, value), name in zip(COMPOUNDS, NAMES):
        writer.writerow(change([smiles, name, str(value)]))
    return above + out.getvalue()


class ReadingTest(CommandTest):
    def bytes(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def learned(self, path, *options):
        """The compounds and values that a design uses."""
        out = self.folder / (path.name + ".out")
        result_of("design", path, "--stage", "table", "--out", out, *options)
        for file in out.iterdir():
            if file.is_file():
                file.read_text(encoding="utf-8")  # valid UTF-8, always
        return {row["smiles"]: float(row["activity"]) for row in rows_of(out / "table.csv")}

    def assert_all(self, path, *options):
        learned = self.learned(path, *options)
        self.assertEqual(set(learned), {smiles for smiles, _ in COMPOUNDS}, path.name)
        for smiles, value in COMPOUNDS:
            self.assertAlmostEqual(learned[smiles], value, places=3)


class Reading(ReadingTest):
    def test_encodings_and_gzip(self):
        text = table_text(("SMILES", "Präparat", "pIC50"))
        for name, content in (
                ("utf8.csv", text.encode()), ("bom.csv", text.encode("utf-8-sig")),
                ("utf16.csv", text.encode("utf-16")), ("be.csv", b"\xfe\xff" + text.encode("utf-16-be")),
                ("windows.csv", text.encode("cp1252")), ("gz.csv.gz", gzip.compress(text.encode())),
                ("hidden.csv", gzip.compress(text.encode("utf-16")))):
            self.assert_all(self.bytes(name, content))
        spaces = table_text(change=lambda row: [cell + "\u00a0" for cell in row])
        self.assert_all(self.write("spaces.csv", spaces))
        nanomolar = table_text(("SMILES", "Name", "IC50 (\u00b5M)"),
                               change=lambda row: [row[0], row[1], f"{10 ** (6 - float(row[2])):.6g}"])
        self.assert_all(self.bytes("micro.csv", nanomolar.encode("cp1252")))
        self.assert_all(self.write("thin.csv", nanomolar.replace(" (", "\u2009(")))

    def test_titles_comments_and_units(self):
        for number, text in enumerate((
                table_text(above="Project 7 - kinase assay,,\nExported today,,\n\n"),
                table_text(above="# by a script\n#\n"), table_text(above="Compound,,Assay\n"),
                table_text(delimiter=";", above="A, B, and C\n"),
                table_text(("SMILES", "Name", "IC50"), below=",,nM\n",
                           change=lambda row: [*row[:2], f"{10 ** (9 - float(row[2])):.6g}"]))):
            self.assert_all(self.write(f"{number}.csv", text))

    def test_structures_with_something_behind(self):
        for number, behind in enumerate((" |r|", " |&1:1,r|", " X-1", " |(0,1.5,;1,2,)| a name", "\t|r|")):
            text = table_text(change=lambda row: [row[0] + behind, *row[1:]])
            self.assert_all(self.write(f"{number}.csv", text))

    def test_rows_with_more_fields_than_the_header(self):
        lines = table_text(("SMILES", "pIC50", "chains", "sequence"), "\t",
                           lambda row: [row[0], row[2], "1", "MSEQ"]).splitlines()
        lines[3] += "\tMTWO\tP2"
        self.assert_all(self.write("chains.tsv", "\n".join(lines) + "\n"))
        shifted = table_text().replace("X-4", "X-4, free base")
        out = self.folder / "shifted"
        result = result_of("design", self.write("shifted.csv", shifted), "--stage", "table", "--out", out)
        self.assertEqual((result["table"]["molecules"], result["table"]["rejected"]["fields"]), (11, 1))
        self.assertEqual([(row["line"], row["kind"]) for row in rows_of(out / "rejected.csv")],
                         [("6", "fields")])
        scored = self.folder / "scored.csv"
        self.assertEqual(result_of("score", "--proxy", PROXY, self.folder / "shifted.csv", "-o",
                                   scored)["rows"], 12)

    def test_every_command_finds_the_same_columns(self):
        table = self.write("ligand.csv", table_text(("Ligand SMILES", "Name", "pIC50")))
        list_ = self.write("list.smi", "".join(f"{smiles} |r| {name}\n" for (smiles, _), name in
                                               zip(COMPOUNDS, NAMES)))
        packed = self.bytes("ligand.csv.gz", gzip.compress(table.read_bytes()))
        for file in (table, list_, packed):
            out = self.folder / "out.csv"
            self.assertEqual(result_of("score", "--proxy", PROXY, file, "-o", out)["scored"], 12)
            self.assertEqual([row["canonical_smiles"] for row in rows_of(out)],
                             [smiles for smiles, _ in COMPOUNDS])
            evaluated = result_of("evaluate", file, "--reference", table)
            self.assertEqual((evaluated["count"], evaluated["num_valid"]), (12, 12))
            self.assertEqual(evaluated["num_novel"], 0)
            vocabulary = self.folder / "vocabulary.json"
            extracted = result_of("fragments", "extract", file, "-o", vocabulary, "--min-count", "1")
            self.assertEqual(extracted["molecules"], 12)
        for file in (table, packed):
            proxy = self.folder / "proxy.safetensors"
            result_of("proxy", "train", file, "--target", "pIC50", "--model", "gp", "-o", proxy)

    def test_mapped_compounds_are_known(self):
        if Chem is None:
            self.skipTest("python3-rdkit is not installed")
        rows = []
        for smiles, value in COMPOUNDS:
            molecule = Chem.MolFromSmiles(smiles)
            for atom in molecule.GetAtoms():
                atom.SetAtomMapNum(atom.GetIdx() + 1)
            rows.append(f"{Chem.MolToSmiles(molecule)},m,{value}\n")
        mapped = self.write("mapped.csv", "SMILES,Name,pIC50\n" + "".join(rows))
        plain = self.write("plain.csv", table_text())
        self.assert_all(mapped)
        both = self.write("both.csv", table_text() + "".join(rows))
        self.assert_all(both)
        self.assertEqual(result_of("evaluate", mapped, "--reference", plain)["num_novel"], 0)

    def test_sdf(self):
        if Chem is None:
            self.skipTest("python3-rdkit is not installed")
        for number, style in enumerate(("plain", "v3000", "chembl", "gz")):
            text = ""
            for (smiles, value), name in zip(COMPOUNDS, NAMES):
                molecule = Chem.MolFromSmiles(smiles)
                rdDepictor.Compute2DCoords(molecule)
                molecule.SetProp("_Name", "" if style == "chembl" else name)
                text += Chem.MolToMolBlock(molecule, forceV3000=style == "v3000")
                text += (f"> <chembl_id>\n{name}\n\n" if style == "chembl" else "")
                text += f">  <pIC50>  (1) \n{value}\n\n$$$$\n"
            content = gzip.compress(text.encode()) if style == "gz" else text.encode()
            path = self.bytes(f"{number}.sdf" + (".gz" if style == "gz" else ""), content)
            self.assert_all(path)
            self.assertEqual(result_of("evaluate", path)["num_valid"], 12)
            blocks = self.write(f"{number}.csv", "Structure,pIC50\n" + "".join(
                '"' + record.split("M  END")[0] + f'M  END\n",{value}\n'
                for record, (_, value) in zip(text.split("$$$$\n"), COMPOUNDS)))
            self.assert_all(blocks)

    def test_parents_are_those_of_rdkit(self):
        """Solvents and ions of RDKit's list; heavy atoms decide between parts that are on no list."""
        if Chem is None:
            self.skipTest("python3-rdkit is not installed")
        RDLogger.DisableLog("rdApp.*")
        parameters = rdMolStandardize.CleanupParameters()
        parameters.largestFragmentChooserCountHeavyAtomsOnly = True
        parameters.preferOrganic = True
        chooser = rdMolStandardize.LargestFragmentChooser(parameters)
        remover, uncharger = rdMolStandardize.FragmentRemover(), rdMolStandardize.Uncharger()
        others = ["Cl", "[Na+]", "O", "O.O", "CS(=O)(=O)O", "OC(=O)C(F)(F)F", "CN(C)C=O", "CS(C)=O", "CCO",
                  "OS(=O)(=O)O", "CCOC(C)=O", "C1CCOC1", "Cc1ccccc1", "c1ccccc1", "C1COCCO1", "CC(=O)O",
                  "ClCCl", "F[P-](F)(F)(F)(F)F", "CCCCCC", "CC#N", "CC(C)=O",
                  "CC(C)(C)OC(=O)Nc1ccccc1", "FC(F)(F)c1ccc(Br)cc1I", "CCCCCCCCCCCCCCBr"]
        rows, expected = [], []
        for smiles, _ in COMPOUNDS + [("OCC1CC1", 0), ("CC(N)Cc1ccccc1", 0)]:
            for other in others:
                rows.append(f"{other}.{smiles}")
                molecule = remover.remove(Chem.MolFromSmiles(rows[-1]))
                expected.append(Chem.MolToSmiles(uncharger.uncharge(chooser.choose(molecule)), False))
        path, out = self.write("salts.smi", "\n".join(rows) + "\n"), self.folder / "out.csv"
        result_of("score", "--proxy", PROXY, path, "-o", out)
        self.assertEqual([row["canonical_smiles"] for row in rows_of(out)], expected)

    def test_inchis_are_the_same_compounds(self):
        """Written by Open Babel; a tautomer of each fiftieth may be another."""
        done = subprocess.run([sys.executable, SOURCE / "scripts/check_inchi.py",
                               SOURCE / "data/chembl2321810.csv", "--least", "0.97", "--binary", sys.argv[1]],
                              capture_output=True, text=True)
        if done.returncode == 77:
            self.skipTest(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((result["compounds"], result["refused"]), (1017, 0))
        self.assertEqual(result["same"] + result["tautomers"], 1017)

    def test_smiles_are_taken_before_inchis(self):
        """InChIs of one compound beside SMILES of many, whatever the columns are called."""
        inchi = "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"
        for names in (("InChI", "SMILES"), ("a", "b")):
            rows = "".join(f'"{inchi}",{smiles},{value}\n' for smiles, value in COMPOUNDS)
            path = self.write(f"{names[0]}.csv", ",".join(names) + ",pIC50\n" + rows)
            self.assertEqual(self.learned(path), dict(COMPOUNDS))

    def test_a_column_of_inchis(self):
        inchis = ["InChI=1S/C10H13NO/c1-2-8-11-10(12)9-6-4-3-5-7-9/h3-7H,2,8H2,1H3,(H,11,12)",
                  "InChI=1S/C9H11NO/c1-2-10-9(11)8-6-4-3-5-7-8/h3-7H,2H2,1H3,(H,10,11)"]
        smiles = [COMPOUNDS[0][0], COMPOUNDS[3][0]]
        for name in ("Standard InChI", "x"):
            path = self.write(f"{name}.csv", name + "\n" + "".join(f'"{text}"\n' for text in inchis))
            out = self.folder / "out.csv"
            result_of("score", "--proxy", PROXY, path, "-o", out)
            self.assertEqual([row["canonical_smiles"] for row in rows_of(out)], smiles)

    def test_the_check_of_evaluate_keeps_the_same_parents(self):
        """scripts/check_evaluate.py recomputes every figure with RDKit, here of salts on our lists."""
        if Chem is None:
            self.skipTest("python3-rdkit is not installed")
        parts = [COMPOUNDS[6][0], COMPOUNDS[9][0], "OC(=O)c1ccccc1", "CNCC(O)C(O)C(O)C(O)CO", "[Na+]",
                 "CCCC[N+](CCCC)(CCCC)CCCC", "OC(=O)C(O)C(O)C(=O)O", "Cc1ccc(cc1)S(=O)(=O)[O-]"]
        rows = [f"{a}.{b},{len(a) / 50}\n" for a in parts for b in parts if a != b]
        path = self.write("salts.csv", "smiles,score\n" + "".join(rows))
        done = subprocess.run([sys.executable, SOURCE / "scripts/check_evaluate.py", path, "--binary",
                               sys.argv[1]], capture_output=True, text=True)
        if "ModuleNotFoundError" in done.stderr:
            self.skipTest("numpy is not installed")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count(" ok\n"), len(done.stdout.splitlines()), done.stdout)

    def test_elements_that_no_fragment_holds(self):
        text = table_text(change=lambda row: ["OB(O)C" + row[0], *row[1:]] if row[1] < "X-3" else row)
        out = self.folder / "out"
        result_of("design", self.write("boron.csv", text), "--stage", "table", "--out", out)
        result = result_of("design", "--stage", "vocabulary", "--out", out)
        self.assert_says(result["vocabulary"]["summary"], "No candidate can hold boron (")

    def test_other_files_are_named(self):
        for name, content, words in (
                ("book.xlsx", b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml", "is an Excel workbook; in Excel"),
                ("t.zip", b"PK\x03\x04" + bytes(22) + b"\x05\0\0\0t.csv", "is a zip archive (with 't.csv')"),
                ("page.csv", b"<!DOCTYPE html>\n<html></html>\n", "is a web page (HTML)"),
                ("paper.pdf", b"%PDF-1.4\n", "is a PDF document"),
                ("cut.csv.gz", gzip.compress(table_text().encode())[:100], "cut off")):
            path = self.bytes(name, content)
            for command in (["design", path, "--out", self.folder / "o", "--stage", "table"],
                            ["evaluate", path], ["score", "--proxy", PROXY, path, "-o", "x.csv"],
                            ["fragments", "extract", path, "-o", "x.json"],
                            ["proxy", "train", path, "--target", "y", "-o", "x.safetensors"]):
                self.assert_says(refusal_of(*command), name, words)


@unittest.skipUnless(CASES.exists(), "shared data absent")
class Cases(ReadingTest):
    """Files with known answers that are not part of the repository."""

    def truth(self):
        with open(CASES / "00-reference/t.csv", newline="") as file:
            return {row["Name"]: (row["SMILES"], float(row["pIC50"])) for row in csv.DictReader(file)}

    def assert_case(self, path, count, *options, places=2):
        learned = self.learned(path, *options)
        self.assertEqual(len(learned), count, path)
        known = {self.canonical(smiles): value for smiles, value in self.truth().values()}
        for smiles, value in learned.items():
            if smiles in known:
                self.assertAlmostEqual(value, known[smiles], places=places, msg=f"{path} {smiles}")

    @staticmethod
    def canonical(smiles):
        return Chem.MolToSmiles(Chem.MolFromSmiles(smiles), False) if Chem else smiles

    def test_tables(self):
        for name, count in (("03-cxsmiles/coords.csv", 72), ("03-cxsmiles/mixed.csv", 72),
                            ("03-cxsmiles/named.csv", 72), ("03-cxsmiles/stereo.tsv", 72),
                            ("04-salts/meglumine.csv", 25), ("09-containers/t.csv.gz", 72),
                            ("09-containers/t.sdf", 72), ("09-containers/utf16.csv", 72),
                            ("10-molblock/molblock.csv", 72), ("10-molblock/both.csv", 72),
                            ("11-header/comment.csv", 72), ("11-header/latin1.csv", 72),
                            ("11-header/merged.csv", 72),
                            ("11-header/nbsp.csv", 72), ("11-header/nbsp_cells.csv", 72),
                            ("11-header/title.csv", 72), ("11-header/units_row.csv", 72),
                            ("05-bindingdb-wide/one_bad_row.csv", 71),
                            ("23-columns/canonical.csv", 72), ("23-columns/ligand.csv", 72),
                            ("23-columns/trailing.csv", 72)):
            with self.subTest(name):
                self.assert_case(CASES / name, count)
        with self.subTest("8 compounds are measured twice, ten-fold apart"):
            self.assertEqual(len(self.learned(CASES / "11-header/latin1_names.csv")), 72)
        with self.subTest("InChIs"):
            learned = self.learned(CASES / "10-molblock/inchi.csv")
            self.assertEqual((len(learned), learned["c1ccccc1"], learned["Cc1ccccc1"]), (11, 5.0, 5.2))
        with self.subTest("tafamidis"):
            self.assertIn("O=C(O)c1ccc2nc(-c3cc(Cl)cc(Cl)c3)oc2c1",
                          self.learned(CASES / "04-salts/meglumine.csv", "--overwrite"))
        with self.subTest("two columns of the same structures"):
            self.assert_case(CASES / "23-columns/twosmiles.csv", 72, "--smiles", "SMILES")

    def test_maps(self):
        for name, count in (("mix.csv", 11), ("dup.csv", 30), ("one.csv", 72), ("all.csv", 72),
                            ("site.csv", 72)):
            with self.subTest(name):
                self.assertEqual(len(self.learned(CASES / "07-atom-maps" / name)), count)

    def test_lists(self):
        for path in sorted((CASES / "15-smi").iterdir()):
            with self.subTest(path.name):
                result = result_of("evaluate", path)
                self.assertEqual((result["count"], result["num_valid"]), (10, 10))

    def test_maps_make_no_fragments(self):
        out = self.folder / "v.json"
        for name in ("one.csv", "all.csv", "site.csv"):
            path = CASES / "07-atom-maps" / name
            result_of("fragments", "extract", path, "-o", out, "--min-count", "1")
            self.assertNotIn(":", "".join(line for line in out.read_text().splitlines()
                                          if "smiles" in line).replace('":', ""))

    def test_elements(self):
        out = self.folder / "elements"
        result_of("design", CASES / "18-elements/t.csv", "--stage", "table", "--out", out)
        result = result_of("design", "--stage", "vocabulary", "--out", out)
        self.assert_says(result["vocabulary"]["summary"], "No candidate can hold")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
