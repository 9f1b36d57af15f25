"""`fragflow draw`: sheets of molecules as SVG, PNG and PDF.

Usage: draw_test.py FRAGFLOW SOURCE_FOLDER
"""

import re
import struct
import sys
import unittest
import zlib

from command_line import CommandTest, refusal_of, result_of, run

try:
    from rdkit import Chem
except ImportError:
    print("skipped: needs python3-rdkit")
    sys.exit(77)

def with_inflated_streams(pdf):
    """Newer versions of cairo compress the objects that hold the number of pages."""
    inflated = [pdf]
    for start in (match.end() for match in re.finditer(rb"stream\r?\n", pdf)):
        try:
            inflated.append(zlib.decompressobj().decompress(pdf[start:]))
        except zlib.error:
            pass
    return b"\n".join(inflated)


ROWS = [("CCO", "ethanol", "1.23456"), ("c1ccccc1", "benzene", "1519123"), ("not one", "bad", "3"),
        ("CC(=O)[O-].[Na+]", "acetate", ""), ("C[C@H](N)C(=O)O", "alanine & <b>", "4e-9")]


class Draw(CommandTest):
    def setUp(self):
        super().setUp()
        self.table = self.write("table.csv", "smiles,name,value\n" + "".join(",".join(row) + "\n" for row in ROWS))

    def draw(self, name, *options):
        result = result_of("draw", self.table, "-o", self.folder / name, *options)
        return result, (self.folder / name).read_bytes()

    def test_svg_has_every_molecule_with_its_label(self):
        result, data = self.draw("sheet.svg", "--columns", "3", "--labels", "name,value")
        self.assertEqual((result["drawn"], result["skipped"], result["left"]), (4, 1, 0))
        svg = data.decode("utf-8")
        self.assertIn("width='900px' height='480px'", svg)
        letters = re.sub(r"<[^>]*>|\s", "", svg)  # text is written letter by letter
        for text in ("ethanol", "benzene", "value1.235", "value1519123", "value4e-09", "alanine"):
            self.assertIn(text, letters.replace("\n", ""))
        self.assertNotIn("bad", letters.replace("\n", ""))
        self.assertNotIn("<b>", svg)

    def test_png(self):
        _, data = self.draw("sheet.png", "--columns", "2")
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", data[16:24]), (600, 480))

    def test_pdf_has_as_many_pages_as_needed(self):
        rows = "".join(f"{'C' * (1 + i % 30)}O,{i}\n" for i in range(70))
        self.table = self.write("many.csv", "smiles,name\n" + rows)
        for count, pages in ((10, 1), (45, 1), (70, 2)):
            result, data = self.draw("sheet.PDF", "--count", count)
            self.assertEqual((result["drawn"], result["left"]), (count, 70 - count))
            self.assertTrue(data.startswith(b"%PDF"))
            self.assertEqual(int(re.search(rb"/Count (\d+)", with_inflated_streams(data)).group(1)), pages)
            self.assertEqual(len(re.findall(rb"/Subtype /Image", data)), pages)
            self.assertGreater(len(data), 500 * count)  # drawings, not an empty page

    def test_other_files(self):
        molecule = Chem.MolFromSmiles("CCO")
        molecule.SetProp("_Name", "from a file")
        with Chem.SDWriter(str(self.folder / "one.sdf")) as writer:
            writer.write(molecule)
        self.table = self.folder / "one.sdf"
        self.assertEqual(self.draw("sheet.svg")[0]["drawn"], 1)
        self.table = self.write("list.smi", "CCO a b\nCCN\n")
        self.assertEqual(self.draw("sheet.svg")[0]["drawn"], 2)
        # The same text again.
        self.assertEqual(self.draw("sheet.svg")[1], self.draw("again.svg")[1])

    def test_bad_input(self):
        draw = lambda *words: refusal_of("draw", *words)
        sheet = self.folder / "sheet"
        self.assert_says(draw(self.table, "-o", f"{sheet}.jpg"), ".svg, .png or .pdf", "sheet.jpg")
        self.assert_says(draw(self.table, "-o", f"{sheet}.svg", "--labels", "nam"), "'nam'", "smiles, name, value")
        self.assert_says(draw(self.folder / "none.csv", "-o", f"{sheet}.svg"), "none.csv")
        self.assert_says(draw(self.write("bad.csv", "smiles\nnot one\n"), "-o", f"{sheet}.svg"), "no molecule", "bad.csv")
        done = run("draw", self.table, "-o", f"{sheet}.svg", "--columns", "0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("table.csv, line 4: 'not one' is left out",
                      run("draw", self.table, "-o", self.folder / "ok.svg").stderr)
        self.assertFalse((self.folder / "sheet.svg").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
