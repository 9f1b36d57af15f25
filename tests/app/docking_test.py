"""Docking with AutoDock Vina, as a user has it: a receptor from a PDB file, the scorer alone with good and bad
molecules, and a run with one worker whose poses come out as an SD file and in the report.

Usage: docking_test.py FRAGFLOW SOURCE_FOLDER
"""

import itertools
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings

try:
    from rdkit import Chem
    from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers
    from rdkit.Chem.MolStandardize import rdMolStandardize
except ImportError:
    print("skipped: needs python3-rdkit")
    sys.exit(77)
COMPLEX = pathlib.Path("/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb")
for needed, package in ((shutil.which("vina"), "autodock-vina"), (shutil.which("obabel"), "openbabel"),
                        (COMPLEX.exists(), "rdkit-data")):
    if not needed:
        print(f"skipped: needs {package}")
        sys.exit(77)

SOURCE = pathlib.Path(sys.argv[2])
VINA = SOURCE / "data/examples/vina"
LIGAND = "SKE"


def place_of(line):
    return [float(line[start:start + 8]) for start in (30, 38, 46)]


def pocket_lines(reach=5.0):
    """Whole residues around the ligand: a receptor for which docking takes half a second."""
    lines = [line for line in COMPLEX.read_text().splitlines() if line.startswith(("ATOM", "HETATM"))]
    ligand = [place_of(line) for line in lines if line[17:20] == LIGAND]
    near = {line[17:27] for line in lines if min(math.dist(place_of(line), place) for place in ligand) < reach}
    return [line for line in lines if line[17:27] in near]


POCKET = pocket_lines()


def prepare(*arguments, **options):
    return subprocess.run([VINA / "prepare_receptor", *map(str, arguments)], capture_output=True, text=True, **options)


def flat(smiles):
    """Without stereo and charges."""
    molecule = rdMolStandardize.Uncharger().uncharge(Chem.MolFromSmiles(smiles))
    return Chem.MolToSmiles(molecule, isomericSmiles=False)


class Docking(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.receptor = pathlib.Path(cls.shared.name) / "receptor.pdbqt"
        pdb = pathlib.Path(cls.shared.name) / "pocket.pdb"
        pdb.write_text("\n".join(POCKET) + "\n")
        done = prepare(pdb, "--ligand", LIGAND, "--padding", 3, "-o", cls.receptor)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def dock(self, smiles, *options, receptor=None, path=None):
        """Affinities in the order of the molecules, and standard error."""
        environment = dict(os.environ, PATH=f"{path}:{os.environ['PATH']}") if path else None
        done = subprocess.run([VINA / "dock.py", "--receptor", receptor or self.receptor, "--exhaustiveness", "1",
                               *map(str, options)], input="\n".join(smiles), capture_output=True, text=True,
                              env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["smiles"], smiles)
        return answer["payload"]["affinity"], done.stderr

    def poses_of(self, folder):
        return {pose.GetProp("smiles"): pose for path in folder.glob("*.sdf")
                for pose in Chem.SDMolSupplier(str(path), removeHs=False)}

    def counting_vina(self):
        """A folder with a vina that notes each call; it is the real one."""
        folder = self.folder / "bin"
        folder.mkdir()
        script = folder / "vina"
        script.write_text(f"#!/bin/sh\necho x >> {self.folder}/calls\nexec {shutil.which('vina')} \"$@\"\n")
        script.chmod(0o755)
        return folder

    def calls(self):
        path = self.folder / "calls"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def test_receptor(self):
        lines = [line for line in self.receptor.read_text().splitlines() if line.startswith("ATOM")]
        protein = [line for line in POCKET if line.startswith("ATOM")]
        heavy = [line for line in lines if line.split()[-1] not in ("H", "HD")]
        # Every atom where it was, in its residue; hydrogens that can be donated, and no others.
        self.assertEqual(sorted((line[12:16].strip(), line[17:26], line[30:54]) for line in heavy),
                         sorted((line[12:16].strip(), line[17:26], line[30:54]) for line in protein))
        hydrogens = [line for line in lines if line.split()[-1] == "HD"]
        self.assertGreater(len(hydrogens), len(heavy) // 10)
        for line in hydrogens:
            bonded = min(heavy, key=lambda other: math.dist(place_of(other), place_of(line)))
            self.assertIn(bonded.split()[-1][0], "NOS")
            self.assertEqual(bonded[17:26], line[17:26])
        box = dict(line.split(" = ") for line in self.receptor.with_suffix(".box.txt").read_text().splitlines())
        ligand = [place_of(line) for line in POCKET if line[17:20] == LIGAND]
        for k, axis in enumerate("xyz"):
            low, high = min(place[k] for place in ligand), max(place[k] for place in ligand)
            self.assertAlmostEqual(float(box["center_" + axis]), (low + high) / 2, 3)
            self.assertAlmostEqual(float(box["size_" + axis]), high - low + 6, 3)

    def test_choices_of_the_receptor(self):
        # The second chain's copies; a water that is kept; the likelier of two places; a modified residue.
        copy = [line[:21] + "B" + line[22:30] + f"{float(line[30:38]) + 60:8.3f}" + line[38:] for line in POCKET]
        strange = POCKET[0].replace("ATOM  ", "HETATM")[:17] + "MSE" + POCKET[0][20:]
        other = POCKET[1][:16] + "B" + POCKET[1][17:30] + f"{float(POCKET[1][30:38]) + 0.5:8.3f}" + POCKET[1][38:54] + "  0.70" + POCKET[1][60:]
        first = POCKET[1][:16] + "A" + POCKET[1][17:54] + "  0.30" + POCKET[1][60:]
        pdb = self.write("two.pdb", "\n".join([strange, first, other, *POCKET[2:], *copy]) + "\n")
        out = self.folder / "out.pdbqt"
        done = prepare(pdb, "--ligand", LIGAND, "--keep", "HOH", "--chains", "A", "-o", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 copies of SKE: SKE:A:401, SKE:B:401; the box is around the first", done.stdout)
        text = out.read_text()
        self.assertIn("HOH A", text)
        self.assertIn("MSE A", text)
        self.assertNotIn("SKE", text)
        self.assertEqual({line[21] for line in text.splitlines()}, {"A"})
        self.assertIn(other[30:54], text)
        self.assertNotIn(first[30:54], text)
        second = prepare(pdb, "--ligand", "SKE:B", "--size", 18, 19, 20, "-o", out)
        self.assertNotIn("copies", second.stdout)
        box = out.with_suffix(".box.txt").read_text()
        self.assertIn("size_y = 19.000", box)
        self.assertGreater(float(box.splitlines()[0].split()[-1]), 50)

    def test_what_makes_no_receptor(self):
        pdb = self.write("pocket.pdb", "\n".join(POCKET) + "\n")
        uranium = self.write("uranium.pdb", "\n".join(
            [*POCKET, "HETATM 9999  U   IUM A 900      -5.000 -32.000   5.500  1.00 20.00           U  "]) + "\n")
        noise = self.write("noise.pdb", "not a structure\n")
        broken = self.write("broken.pdb", POCKET[0][:30] + "   here " + POCKET[0][38:] + "\n")
        for arguments, parts in (
                ([pdb], ["--ligand RESIDUE", "--center", "--size"]),
                ([pdb, "--center", 1, 2, 3], ["--center X Y Z and --size X Y Z"]),
                ([pdb, "--ligand", "SKE", "--center", 1, 2, 3, "--size", 9, 9, 9], ["not both"]),
                ([pdb, "--ligand", "ATP"], ["no residue 'ATP'", "SKE"]),
                ([pdb, "--ligand", "SKE:C"], ["no 'SKE:C'", "SKE:A:401"]),
                ([pdb, "--ligand", "SKE", "--chains", "Q"], ["no chain Q"]),
                ([pdb, "--ligand", "SKE", "--keep", "ZN"], ["--keep", "ZN"]),
                ([pdb, "--center", 500, 0, 0, "--size", 20, 20, 20], ["no atom of the receptor is in the box"]),
                ([pdb, "--ligand", "SKE", "--size", 400, 20, 20], ["size_x = 400"]),
                ([uranium, "--ligand", "SKE", "--keep", "IUM"], ["Vina has no parameters for 'U'"]),
                ([noise, "--ligand", "SKE"], ["no ATOM or HETATM"]),
                ([broken, "--ligand", "SKE"], ["line 1", "coordinates"]),
                ([self.folder / "gone.pdb", "--ligand", "SKE"], ["cannot read"]),
                ([pdb, "--ligand", "SKE", "-o", self.folder / "no/out.pdbqt"], ["cannot write"])):
            before = sorted(self.folder.iterdir())
            options = [] if "-o" in arguments else ["-o", self.folder / "out.pdbqt"]
            done = prepare(*arguments, *options)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            for part in parts:
                self.assertIn(part, done.stderr)
            self.assertEqual(sorted(self.folder.iterdir()), before)

    def test_values_and_poses_stand_with_their_molecules(self):
        # An acid, a base, open stereo (a centre and a double bond), a charge that stays; and what cannot be docked.
        good = ["O=C(O)c1ccc(Cl)s1", "CCN(C)C", "CC=CC(F)Br", "Cc1cc[n+]([O-])cc1"]
        bad = ["c1ccccc", "OB(O)c1ccccc1", "C" * 61]
        batch = [bad[0], good[0], bad[1], *good[1:], bad[2]]
        folder = self.folder / "poses"
        values, errors = self.dock(batch, "--poses", folder)
        self.assertEqual([value is None for value in values], [True, False, True, False, False, False, True])
        for smiles, reason in zip(bad, ("cannot read", "no parameters for B", "61 heavy atoms, more than 60"), strict=True):
            self.assertIn(smiles, errors)
            self.assertIn(reason, errors)
        self.assertEqual(len(errors.splitlines()), 3)
        value_of = dict(zip(batch, values, strict=True))
        # Another order, other company, another way of writing, a salt: the same values.
        isomers = sorted(Chem.MolToSmiles(isomer) for isomer in EnumerateStereoisomers(Chem.MolFromSmiles(good[2])))
        self.assertEqual(len(isomers), 4)
        again, _ = self.dock(["CN(C)CC", *isomers[:2], "Clc1ccc(s1)C(O)=O.[Na+].[Cl-]"])
        self.assertEqual([again[0], again[3]], [value_of[good[1]], value_of[good[0]]])
        # Of two stereoisomers the better one counts.
        self.assertNotEqual(again[1], again[2])
        self.assertEqual(value_of[good[2]], min(again[1:3]))
        poses = self.poses_of(folder)
        self.assertEqual(sorted(poses), sorted(good))
        for smiles in good:
            self.check_pose(smiles, value_of[smiles], poses[smiles])
        self.assertIn("C(=O)[O-]", poses[good[0]].GetProp("docked_smiles").replace("O=C([O-])", "C(=O)[O-]"))
        self.assertIn("[NH+]", poses[good[1]].GetProp("docked_smiles"))
        self.assertEqual(poses[good[2]].GetProp("docked_smiles"), isomers[again[1:3].index(min(again[1:3]))])
        self.assertTrue(poses[good[2]].GetProp("start").endswith("of 2"))

    def check_pose(self, smiles, value, pose):
        """The molecule with all of its hydrogens, in the box, where Vina's own value of it is the same."""
        self.assertEqual(flat(Chem.MolToSmiles(Chem.RemoveAllHs(pose))), flat(smiles))
        self.assertEqual(float(pose.GetProp("affinity")), value)
        self.assertTrue(all(atom.GetNumImplicitHs() + atom.GetNumExplicitHs() == 0 for atom in pose.GetAtoms()))
        place = pose.GetConformer().GetPositions()
        for bond in pose.GetBonds():
            ends = bond.GetBeginAtom(), bond.GetEndAtom()
            length = math.dist(*(place[atom.GetIdx()] for atom in ends))
            low, high = (0.9, 1.2) if 1 in [atom.GetAtomicNum() for atom in ends] else (1.15, 2.05)
            self.assertTrue(low < length < high, (smiles, length))
        box = dict(line.split(" = ") for line in self.receptor.with_suffix(".box.txt").read_text().splitlines())
        for k, axis in enumerate("xyz"):
            far = max(abs(place[:, k] - float(box["center_" + axis])))
            self.assertLess(far, float(box["size_" + axis]) / 2 + 1.5)
        self.assertAlmostEqual(self.score_of(pose), value, delta=0.02)

    def score_of(self, pose):
        """Vina's own value of the pose as it stands, from the SD file by another way."""
        ligand, start = self.folder / "pose.pdbqt", self.folder / "pose.sdf"
        start.write_text(Chem.MolToMolBlock(pose) + "$$$$\n")
        subprocess.run(["obabel", start, "-O", ligand], check=True, capture_output=True)
        done = subprocess.run(["vina", "--receptor", self.receptor, "--ligand", ligand, "--score_only", "--autobox"],
                              capture_output=True, text=True)
        for line in done.stdout.splitlines():
            if line.startswith("Estimated Free Energy of Binding"):
                return float(line.split(":")[1].split()[0])
        self.fail(done.stdout + done.stderr)

    def test_nothing_is_docked_twice(self):
        counting, poses = self.counting_vina(), self.folder / "poses"
        values, _ = self.dock(["CCO"], "--poses", poses, path=counting)
        self.assertEqual(self.calls(), 1)
        files = {path: path.read_bytes() for path in poses.iterdir()}
        # The program is killed before it answers and asked again: what it had done counts.
        again, _ = self.dock(["CCO"], "--poses", poses, path=counting)
        self.assertEqual((again, self.calls()), (values, 1))
        self.assertEqual({path: path.read_bytes() for path in poses.iterdir()}, files)
        # Damaged, or of other options: docked.
        next(poses.glob("*.sdf")).write_text("damaged")
        self.assertEqual(self.dock(["CCO"], "--poses", poses, path=counting)[0], values)
        self.assertEqual(self.calls(), 2)
        self.dock(["CCO"], "--poses", poses, "--ph", 0, path=counting)
        self.assertEqual(self.calls(), 3)

    def test_time_limit(self):
        poses, counting = self.folder / "poses", self.counting_vina()
        # A search that takes a minute, and a second for it.
        slow = ["Oc1ccccc1"], "--poses", poses, "--exhaustiveness", 200
        values, errors = self.dock(*slow, "--time-limit", 0.5, path=counting)
        self.assertEqual(values, [None])
        self.assertIn("not docked in 0.5 processor seconds", errors)
        self.assertEqual(self.calls(), 1)
        values, errors = self.dock(*slow, "--time-limit", 0.5, path=counting)
        self.assertEqual((values, self.calls()), ([None], 1))
        self.assertIn("before", errors)
        # With more time it is tried.
        self.assertEqual(self.dock(*slow, "--time-limit", 1, path=counting)[0], [None])
        self.assertEqual(self.calls(), 2)

    def test_what_is_missing_is_said_once(self):
        def said(receptor, *options, path=os.environ["PATH"]):
            done = subprocess.run([sys.executable, VINA / "dock.py", "--receptor", receptor, *options], input="CCO\nCCN\n",
                                  capture_output=True, text=True, env=dict(os.environ, PATH=path))
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            return done.stderr

        self.assertIn("apt-get install autodock-vina", said(self.receptor, path=""))
        self.assertIn("cannot read the receptor", said(self.folder / "receptor.pdbqt"))
        lonely = self.folder / "lonely.pdbqt"
        shutil.copy(self.receptor, lonely)
        self.assertIn("prepare_receptor writes it", said(lonely))
        lonely.with_suffix(".box.txt").write_text("center_x = 1\n")
        self.assertIn("lacks center_y, center_z, size_x", said(lonely))
        self.assertIn("is the PDBQT of a ligand", said(self.write("l.pdbqt", "ROOT\n"), "--box",
                                                       str(self.receptor.with_suffix(".box.txt"))))

    def config(self):
        for name in ("dock.py", "ligand.py", "receptor.py"):
            shutil.copy(VINA / name, self.folder)
        for suffix in (".pdbqt", ".box.txt"):
            shutil.copy(self.receptor.with_suffix(suffix), self.folder)
        text = (VINA / "docking.toml").read_text().replace('"vocabulary.json"', '"vocabulary_small.json"')
        return self.write("docking.toml", text.replace('"--exhaustiveness", "4"', '"--exhaustiveness", "1", "--isomers", "1"'))

    def test_a_run_with_a_worker_and_its_poses(self):
        config, out = self.config(), self.folder / "run"
        short = settings("training.steps=1", "training.batch_size=4", "policy.width=8", "policy.layers=1",
                         "environment.max_fragments=2", "output.samples=4")
        out.mkdir()  # workers wait for a run, not for its folder
        worker = subprocess.Popen([sys.argv[1], "worker", out, "--threads", "1", "--patience", "120"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            result_of("train", config, *short, "--out", out)
            self.check_poses(out)
            self.check_page(out)
            # Asked for by the user, in the order of the samples; nothing is docked for it.
            table, sdf = self.folder / "shortlist.csv", self.folder / "shortlist_poses.sdf"
            said = result_of("sample", out, "-n", 2, "--unique", "-o", table, "--poses", sdf)
        finally:
            worker.terminate()
            worker.communicate(timeout=60)
        poses = list(Chem.SDMolSupplier(str(sdf), removeHs=False))
        self.assertEqual(said["num_poses"], len(poses))
        self.assertEqual([pose.GetProp("smiles") for pose in poses], [row["smiles"] for row in rows_of(table)])
        self.check_what_is_lost(out)
        self.check_refusals(out, table)

    def check_poses(self, out):
        """top_poses.sdf follows top.sdf; the report has the same poses, and what is near them."""
        top = [pose.GetProp("smiles") for pose in Chem.SDMolSupplier(str(out / "top.sdf"))]
        poses = list(Chem.SDMolSupplier(str(out / "top_poses.sdf"), removeHs=False))
        self.assertEqual([pose.GetProp("smiles") for pose in poses], top)
        scores = {row["smiles"]: row for row in rows_of(out / "samples.csv")}
        for rank, pose in enumerate(poses, 1):
            row = scores[pose.GetProp("smiles")]
            self.assertEqual((pose.GetProp("rank"), pose.GetProp("pose_of")), (str(rank), "docking"))
            self.assertEqual(float(pose.GetProp("affinity")), float(row["docking_raw"]))
            self.assertEqual(pose.GetProp("score"), row["score"])
            self.assertEqual(flat(Chem.MolToSmiles(Chem.RemoveAllHs(pose))), flat(row["smiles"]))
        [shown] = self.shown_poses(out)
        self.assertEqual({pose["smiles"] for pose in shown["poses"]} - set(scores), set())
        self.assertGreater(len(shown["poses"]), 0)
        near, places = set(), []
        for pose in shown["poses"]:
            self.assertEqual(pose["value"], float(scores[pose["smiles"]]["docking_raw"]))
            molecule = Chem.MolFromMolBlock(pose["record"])
            places += list(molecule.GetConformer().GetPositions())
        for line in POCKET:
            if line.startswith("ATOM") and min(math.dist(place_of(line), place) for place in places) <= 6:
                near.add(f"{line[17:20]} {line[22:26].strip()} A")
        self.assertEqual(set(shown["residues"]), near)
        # Bonds as chemistry has them: every residue's own and peptide bonds, none across the pocket.
        self.assertTrue(all(0.9 < math.dist(shown["atoms"][i][1:4], shown["atoms"][j][1:4]) < 2.1 for i, j in shown["bonds"]))
        self.assertGreater(len(shown["bonds"]), 0.9 * (len(shown["atoms"]) - len(near)))

    def shown_poses(self, out):
        page = (out / "report.html").read_text()
        start = '<script type="application/json" id="poses-data">'
        return json.loads(page.split(start)[1].split("</script>")[0])["sets"] if start in page else []

    def check_page(self, out):
        """In a browser, where there is one: drawn, turned with keys, another molecule, saved."""
        try:
            import selenium  # noqa: F401
        except ImportError:
            return
        if not shutil.which("chromium") or not shutil.which("chromedriver"):
            return
        from browser import Browser

        [shown] = self.shown_poses(out)
        browser = Browser(self.folder)
        try:
            browser.driver.get((out / "report.html").resolve().as_uri())
            # How many pixels have a colour, and the picture.
            drawn = "(() => { const c = document.querySelector('.pose-view canvas'), d = c.getContext('2d')" \
                    ".getImageData(0, 0, c.width, c.height).data; return [d.filter((x, i) => i % 4 === 3 && x > 0).length, " \
                    "c.toDataURL()]; })()"
            browser.until(lambda: browser.run(drawn)[0] > 500)
            canvas = browser.find(".pose-view canvas")
            first = browser.run(drawn)[1]
            self.assertIn(f"Pose of molecule {shown['poses'][0]['rank']}. docking", canvas.get_attribute("aria-label"))
            browser.driver.execute_script("arguments[0].focus()", canvas)
            canvas.send_keys("\ue012")  # the left arrow
            self.assertNotEqual(browser.run(drawn)[1], first)
            canvas.send_keys("0")
            self.assertEqual(browser.run(drawn)[1], first)
            browser.dark(True)
            browser.until(lambda: browser.run(drawn)[1] != first)
            browser.dark(False)
            buttons = browser.find_all(".pose-list button")
            self.assertEqual(len(buttons), len(shown["poses"]))
            browser.click(buttons[-1])
            last = shown["poses"][-1]
            self.assertIn(f"Pose of molecule {last['rank']}. docking {last['value']:.2f}", canvas.get_attribute("aria-label"))
            browser.click(".pose-tools a")
            self.assertEqual(browser.downloaded(f"pose_{last['rank']}.sdf").decode(), last["record"])
            browser.width(390)
            self.assertEqual(browser.run("document.documentElement.scrollWidth"), 390)
            # Reading pixels as this test does earns a remark.
            self.assertEqual([message for message in browser.messages() if "getImageData" not in message], [])
        finally:
            browser.close()

    def check_what_is_lost(self, out):
        """A pose that is gone, of another molecule or of another docking is said, not shown."""
        files = sorted((self.folder / "poses").glob("*.sdf"))
        [before] = self.shown_poses(out)
        names = {path: path.read_text().splitlines()[0] for path in files}
        shown = [path for path, smiles in names.items() if smiles in {pose["smiles"] for pose in before["poses"]}]
        texts = {path: path.read_text() for path in shown}
        self.assertGreaterEqual(len(shown), 2)
        for text, part in ((texts[shown[1]], "another molecule"), ("damaged", "no SD file"),
                           (texts[shown[0]].replace(">  <affinity>\n", ">  <affinity>\n1"), "another docking")):
            shown[0].write_text(text)
            notes = " ".join(result_of("report", out)["notes"])
            self.assertIn(part, notes)
            self.assertNotIn(names[shown[0]], {pose["smiles"] for pose in self.shown_poses(out)[0]["poses"]})
        shutil.rmtree(self.folder / "poses")
        notes = " ".join(result_of("report", out)["notes"])
        self.assertIn("No pose of 'docking' is in", notes)
        self.assertEqual(self.shown_poses(out), [])

    def check_refusals(self, out, table):
        self.assert_says(refusal_of("sample", out, "-n", 3, "-o", table, "--poses", self.folder / "x.mol2"), ".sdf")
        done = run("sample", out, "-n", "3", "-o", table, "--poses", self.folder / "x.sdf", "--no-scores")
        self.assertIn("excludes", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
