#!/usr/bin/python3
"""Docks molecules with AutoDock Vina: a program for reward components of type "pool" and "process".

Reads SMILES lines on standard input and answers on standard output

    {"version": 1, "smiles": [...], "payload": {"affinity": [...]}}

with Vina's affinity in kcal/mol for each molecule, the lower the better. A molecule that cannot be
prepared or docked has the value null; why stands on standard error. A value depends on the molecule and
the options alone. Needs vina, obabel and RDKit (Debian: autodock-vina openbabel python3-rdkit). What is
done to a molecule: docs/docking.md.

With --poses the best pose of every molecule is kept as an SD file, named by the SMILES
(pose_name); what is kept there for the same receptor and options is not docked again.
"""

import argparse
import hashlib
import json
import math
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from rdkit import Chem

import ligand
import receptor
from ligand import Failure
from receptor import Refused


def pose_name(smiles):
    """64-bit FNV-1a of the SMILES as it was sent, in hexadecimal: where fragflow looks for its pose."""
    digest = 0xCBF29CE484222325
    for byte in smiles.encode():
        digest = (digest ^ byte) * 0x100000001B3 % 2**64
    return f"{digest:016x}.sdf"


def children_seconds():
    """Processor seconds of the programs that were run."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Docking:
    def __init__(self, arguments):
        self.options = arguments
        self.receptor = pathlib.Path(arguments.receptor)
        for program, package in (("vina", "autodock-vina"), ("obabel", "openbabel")):
            if shutil.which(program) is None:
                raise Refused(f"{program} is not installed (Debian: apt-get install {package})")
        try:
            text = self.receptor.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"cannot read the receptor '{self.receptor}': {error}; prepare_receptor makes "
                          "one of a PDB file") from None
        self.box = receptor.read_box(arguments.box or receptor.box_file(self.receptor))
        receptor.check_receptor(text, self.box, f"'{self.receptor}'")
        self.settings = self.digest_of(text)
        self.poses = self.poses_folder(text) if arguments.poses else None

    def digest_of(self, text):
        """What values depend on beside the molecule."""
        options = {key: value for key, value in vars(self.options).items()
                   if key in ("exhaustiveness", "isomers", "conformers", "ph", "max_heavy_atoms")}
        return hashlib.sha256((text + json.dumps([self.box, options], sort_keys=True)).encode()).hexdigest()[:16]

    def poses_folder(self, text):
        folder = self.receptor.parent / self.options.poses  # beside the receptor, unless it is absolute
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"--poses: cannot make the folder '{folder}': {error.strerror}") from None
        surroundings = folder / "receptor.pdb"
        picture = receptor.pdb_text(text)
        if not surroundings.exists() or surroundings.read_text(encoding="utf-8") != picture:
            receptor.write_whole(surroundings, picture)
        return folder

    def affinity(self, smiles):
        """kcal/mol. Throws Failure."""
        if self.poses:
            kept = self.kept(smiles)
            if kept is not None:
                return kept
        begin, used = time.monotonic(), children_seconds()
        molecule = ligand.parsed(smiles, self.options.max_heavy_atoms)
        if self.options.ph > 0:
            molecule = ligand.protonated(molecule, self.options.ph)
        starts = ligand.starts(molecule, self.options.isomers, self.options.conformers)
        best, pose = None, None
        for number, start in enumerate(starts, 1):
            value, docked = self.dock(smiles, start, self.options.time_limit - (children_seconds() - used))
            if best is None or value < best:
                best, pose = value, docked
                pose.SetProp("start", f"{number} of {len(starts)}")
        if self.poses:
            self.keep(smiles, best, pose, time.monotonic() - begin)
        return best

    def dock(self, smiles, molecule, seconds):
        text, order = ligand.pdbqt_of(molecule)
        before = children_seconds()
        with tempfile.TemporaryDirectory(prefix="dock-") as folder:
            start, out = pathlib.Path(folder, "ligand.pdbqt"), pathlib.Path(folder, "out.pdbqt")
            start.write_text(text, encoding="utf-8")
            command = ["vina", "--receptor", str(self.receptor), "--ligand", str(start), "--out", str(out),
                       "--seed", "1", "--cpu", str(self.options.cpu), "--num_modes", "1", "--verbosity", "0",
                       "--exhaustiveness", str(self.options.exhaustiveness)]
            for key, value in self.box.items():
                command += ["--" + key, f"{value:.3f}"]
            allowed = max(1, math.ceil(seconds))
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 1)))
            if -done.returncode in (signal.SIGXCPU, signal.SIGKILL) and children_seconds() - before >= 0.9 * allowed:
                self.remember_failure(smiles)
                raise Failure(f"not docked in {self.options.time_limit:g} processor seconds")
            docked = out.read_text(encoding="utf-8") if out.exists() else ""
        if done.returncode != 0 or "REMARK VINA RESULT:" not in docked:
            said = (done.stderr + done.stdout).strip().splitlines() or ["nothing"]
            raise Failure(f"vina ended with status {done.returncode} and said: {said[-1]}")
        value = float(docked.split("REMARK VINA RESULT:")[1].split()[0])
        first = docked.split("ENDMDL")[0]
        places = [place for _, place, _ in receptor.pdbqt_atoms(first)]
        if len(places) != len(order):
            raise Failure("vina's pose has other atoms than the ligand")
        return value, ligand.with_pose(molecule, order, places)

    def keep(self, smiles, value, pose, seconds):
        pose.SetProp("_Name", smiles)
        properties = {"smiles": smiles, "affinity": f"{value:.3f}", "docked_smiles": ligand.smiles_of_pose(pose),
                      "start": pose.GetProp("start"), "receptor": self.receptor.name,
                      "seconds": f"{seconds:.1f}", "settings": self.settings}
        text = Chem.MolToMolBlock(pose)
        text += "".join(f">  <{key}>\n{entry}\n\n" for key, entry in properties.items()) + "$$$$\n"
        receptor.write_whole(self.poses / pose_name(smiles), text)

    def kept(self, smiles):
        """The affinity of a pose that is there already; None if there is none."""
        path = self.poses / pose_name(smiles)
        failed = path.with_suffix(".failed")
        try:
            if path.exists():
                pose = next(iter(Chem.SDMolSupplier(str(path))))
                if (pose.GetProp("smiles"), pose.GetProp("settings")) == (smiles, self.settings):
                    return float(pose.GetProp("affinity"))
            if failed.exists():
                before = json.loads(failed.read_text(encoding="utf-8"))
                if (before["smiles"], before["settings"]) == (smiles, self.settings) and (
                        before["seconds"] >= self.options.time_limit):
                    raise Failure(f"not docked in {before['seconds']:g} processor seconds before ({failed.name})")
        except (OSError, ValueError, KeyError, AttributeError, StopIteration):
            pass  # damaged: docked again
        return None

    def remember_failure(self, smiles):
        """Where poses are kept, as another try would take as long again."""
        if self.poses:
            text = json.dumps({"smiles": smiles, "settings": self.settings, "seconds": self.options.time_limit})
            receptor.write_whole((self.poses / pose_name(smiles)).with_suffix(".failed"), text + "\n")


def answer(docking, batch):
    values = []
    for smiles in batch:
        try:
            values.append(docking.affinity(smiles))
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(f"dock.py: no score for '{smiles}': {failure}", file=sys.stderr, flush=True)
            values.append(None)
    print(json.dumps({"version": 1, "smiles": batch, "payload": {"affinity": values}}), flush=True)


def positive(text):
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not above 0")
    return number


def whole(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receptor", required=True, help="PDBQT, by prepare_receptor")
    parser.add_argument("--box", help="center_x = ... size_z = ... (default: receptor.box.txt beside it)")
    parser.add_argument("--exhaustiveness", type=whole, default=8, help="of Vina's search (default: 8)")
    parser.add_argument("--cpu", type=whole, default=1, help="threads for a molecule (default: 1)")
    parser.add_argument("--isomers", type=whole, default=2, help="stereoisomers that are docked at most where "
                        "the SMILES leaves them open; the best counts (default: 2)")
    parser.add_argument("--conformers", type=whole, default=1, help="starts of each stereoisomer, as Vina turns "
                        "neither rings nor amides (default: 1, the one of the lowest energy)")
    parser.add_argument("--ph", type=float, default=7.4, help="for charges, by Open Babel; 0: as in the SMILES "
                        "(default: 7.4)")
    parser.add_argument("--max-heavy-atoms", type=whole, default=60, help="larger ones have no score (default: 60)")
    parser.add_argument("--time-limit", type=positive, default=300.0, help="processor seconds for a molecule, so that "
                        "it does not depend on what else the machine does (default: 300)")
    parser.add_argument("--poses", metavar="FOLDER", help="keep the best poses there (beside the receptor)")
    parser.add_argument("--stream", action="store_true", help="an empty line ends a batch (protocol = \"stream\")")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        docking = Docking(arguments)
        batch = []
        for line in map(str.strip, sys.stdin):
            if line:
                batch.append(line)
            elif arguments.stream:
                answer(docking, batch)
                batch = []
        if not arguments.stream:
            answer(docking, batch)
    except Refused as error:
        sys.exit(f"dock.py: {error}")


if __name__ == "__main__":
    main()
