"""What prepare_receptor writes and dock.py reads: a rigid receptor (PDBQT) and the box beside it."""

import os
import pathlib
import tempfile

BOX_KEYS = [f"{what}_{axis}" for what in ("center", "size") for axis in "xyz"]
# AutoDock's atom types that Vina 1.2 knows, and the elements behind those that are no element.
ELEMENTS = {"A": "C", "OA": "O", "NA": "N", "SA": "S", "HD": "H"}
TYPES = {*ELEMENTS, "H", "C", "N", "O", "F", "P", "S", "Cl", "Br", "I", "Si", "Mg", "Mn", "Zn", "Ca",
         "Fe", "Cu", "Na", "K", "Hg", "Co", "Cd", "Ni"}
LARGEST_BOX = 40.0  # angstrom; beyond it a search finds little, and Vina's grids become large


class Refused(Exception):
    """What the user gave cannot be used: the message says what is wrong and what would be right."""


def write_whole(path, text):
    """All of the file or nothing: written beside it, then put in its place."""
    path = pathlib.Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="." + path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        raise Refused(f"cannot write '{path}': {error.strerror}") from None


def box_file(receptor):
    """receptor.pdbqt -> receptor.box.txt"""
    return pathlib.Path(receptor).with_suffix(".box.txt")


def box_text(box):
    return "".join(f"{key} = {box[key]:.3f}\n" for key in BOX_KEYS)


def check_box(box, where):
    missing = [key for key in BOX_KEYS if key not in box]
    if missing:
        raise Refused(f"{where}: the box lacks {', '.join(missing)}; it needs center_x, center_y, "
                      "center_z, size_x, size_y and size_z (angstrom)")
    for key in BOX_KEYS[3:]:
        if not 1 <= box[key] <= LARGEST_BOX:
            raise Refused(f"{where}: {key} = {box[key]:g}; a box's sides are 1 to {LARGEST_BOX:g} angstrom")


def read_box(path):
    """The six numbers of a Vina configuration; other keys of it are not read."""
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"cannot read the box '{path}': {error.strerror}; prepare_receptor writes it "
                      "beside the receptor") from None
    box = {}
    for line in text.splitlines():
        key, equals, value = line.partition("#")[0].partition("=")
        if key.strip() in BOX_KEYS and equals:
            try:
                box[key.strip()] = float(value)
            except ValueError:
                raise Refused(f"'{path}': '{line.strip()}' is no number") from None
    check_box(box, f"'{path}'")
    return box


def place_of(line):
    return tuple(float(line[start:start + 8]) for start in (30, 38, 46))


def pdbqt_atoms(text):
    """Atom type, place and line of every atom."""
    return [(line.split()[-1], place_of(line), line) for line in text.splitlines()
            if line.startswith(("ATOM", "HETATM"))]


def check_receptor(text, box, where):
    """Throws Refused for what Vina would refuse, or dock into nothing, for every molecule."""
    if any(line.startswith(("ROOT", "BRANCH")) for line in text.splitlines()):
        raise Refused(f"{where} is the PDBQT of a ligand (it has ROOT or BRANCH), not of a rigid receptor")
    try:
        atoms = pdbqt_atoms(text)
    except (ValueError, IndexError):
        raise Refused(f"{where} is no PDBQT file: an atom has no coordinates") from None
    if not atoms:
        raise Refused(f"{where} has no atoms")
    for kind, _, line in atoms:
        if kind not in TYPES:
            raise Refused(f"{where}: Vina has no parameters for '{kind}' ({line[:26].strip()}); leave "
                          "that residue out")
    near = [place for kind, place, _ in atoms
            if all(abs(place[k] - box["center_" + axis]) <= box["size_" + axis] / 2
                   for k, axis in enumerate("xyz"))]
    if not near:
        raise Refused(f"{where}: no atom of the receptor is in the box around "
                      f"({', '.join(format(box['center_' + axis], '.1f') for axis in 'xyz')})")


def pdb_text(pdbqt):
    """The receptor as PDB, for those who look at it: element instead of AutoDock's type."""
    lines = []
    for kind, _, line in pdbqt_atoms(pdbqt):
        element = ELEMENTS.get(kind, kind).upper()
        lines.append(f"{line[:54]}  1.00  0.00          {element:>2}\n")
    return "".join(lines) + "END\n"
