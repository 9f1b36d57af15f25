#!/usr/bin/python3
"""Imports the sEH reference task from a clone of GFNOrg/gflownet (Bengio et al., NeurIPS 2021).

    git clone https://github.com/GFNOrg/gflownet
    scripts/import_bengio2021.py gflownet -o seh
    fragflow train seh/seh.toml --out runs/seh

Writes into DIR: seh_vocabulary.json (the blocks merged into fragments with slots),
seh_proxy.safetensors (weights of the docking proxy) and seh.toml (the task, a copy of
data/configs/seh.toml). Needs numpy; runs no code from the clone: of its pickle only numpy arrays
are read.
"""

import argparse
import collections
import gzip
import io
import json
import pathlib
import pickle
import shutil
import struct
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCKS = "mols/data/blocks_PDB_105.json"
PARAMETERS = "mols/data/pretrained_proxy/best_params.pkl.gz"
MAX_BYTES = 64 << 20  # of the unpacked pickle; the published one has 3 MB

# The pickle is the list of the network's arrays in the order of their creation. An empty name: an
# array of the head for single slots, which the score does not use.
ARRAYS = [
    ("lin0.weight", (64, 71)),
    ("lin0.bias", (64,)),
    ("conv.root.weight", (64, 64)),
    ("conv.bias", (64,)),
    ("conv.edge.0.weight", (128, 4)),
    ("conv.edge.0.bias", (128,)),
    ("conv.edge.2.weight", (4096, 128)),
    ("conv.edge.2.bias", (4096,)),
    ("gru.weight_ih", (192, 64)),
    ("gru.weight_hh", (192, 64)),
    ("gru.bias_ih", (192,)),
    ("gru.bias_hh", (192,)),
    ("", None),
    ("", None),
    ("", None),
    ("", None),
    ("set2set.lstm.weight_ih", (256, 128)),
    ("set2set.lstm.weight_hh", (256, 64)),
    ("set2set.lstm.bias_ih", (256,)),
    ("set2set.lstm.bias_hh", (256,)),
    ("out.weight", (1, 128)),
    ("out.bias", (1,)),
]


class ImportFailure(Exception):
    """What the user can mend; the message says where and what."""


class ArrayUnpickler(pickle.Unpickler):
    """Reads numpy arrays in lists and nothing else."""

    ALLOWED = {(module, name) for module, name in [
        ("numpy", "ndarray"), ("numpy", "dtype"), ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct")]}

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise ImportFailure(f"asks for {module}.{name}; only numpy arrays are read")
        return super().find_class(module, name)


def read_blocks(path):
    """[(SMILES, atoms)] of the blocks: the atom that joins, then the atoms of its free stems."""
    try:
        table = json.loads(path.read_text())
        smiles, atoms = table["block_smi"], table["block_r"]
        blocks = [(smiles[key], atoms[key]) for key in smiles]
        is_complete = blocks and all(
            isinstance(text, str) and text and isinstance(joins, list) and joins
            and all(isinstance(atom, int) and atom >= 0 for atom in joins)
            for text, joins in blocks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImportFailure(f"{path}: not the table of blocks: {error!r}") from error
    if not is_complete:
        raise ImportFailure(f"{path}: a block needs a SMILES and the atoms that join")
    return blocks


def merge_blocks(blocks, repeated):
    """Blocks of one SMILES become one fragment with every atom at which any of them joins.

    repeated: an atom that one block lists several times is a slot as many times.
    """
    counts = collections.defaultdict(collections.Counter)
    for smiles, atoms in blocks:
        for atom, count in collections.Counter(atoms).items():
            counts[smiles][atom] = max(counts[smiles][atom], count if repeated else 1)
    return [{"smiles": smiles, "slots": sorted(counts[smiles].elements())}
            for smiles in sorted(counts)]


def read_parameters(path):
    """The list of arrays in the pickle."""
    try:
        with gzip.open(path) as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ImportFailure(f"unpacks to more than {MAX_BYTES} bytes")
        return ArrayUnpickler(io.BytesIO(data)).load()
    except ImportFailure as error:
        raise ImportFailure(f"{path}: {error}") from error
    except Exception as error:  # a damaged pickle raises whatever it meets
        raise ImportFailure(f"{path}: not a gzip-compressed pickle of arrays: {error!r}") from error


def name_arrays(parameters, path, num_blocks):
    """{name: float32 array} of what the score uses. Raises for anything that does not fit."""
    if not isinstance(parameters, list) or len(parameters) < len(ARRAYS):
        found = len(parameters) if isinstance(parameters, list) else type(parameters).__name__
        raise ImportFailure(f"{path}: expected a list of at least {len(ARRAYS)} arrays, not {found}")
    named = {}
    for index, (name, shape) in enumerate(ARRAYS):
        array = parameters[index]
        label = f"{path}: array {index} ({name or 'head for slots, unused'})"
        if not isinstance(array, numpy.ndarray) or array.dtype.kind != "f":
            raise ImportFailure(f"{label} is not an array of floating-point numbers")
        if shape is not None and array.shape != shape:
            raise ImportFailure(f"{label} has shape {array.shape}, expected {shape}")
        if not name:
            continue
        if not numpy.isfinite(array).all():
            raise ImportFailure(f"{label} has values that are not finite")
        named[name] = numpy.ascontiguousarray(array, dtype="<f4")
    if parameters[15].shape != (num_blocks,):
        raise ImportFailure(f"{path}: the network was made for {parameters[15].shape} blocks, but "
                            f"there are {num_blocks}")
    return named


def write_safetensors(path, arrays, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text
                     + b"".join(array.tobytes() for array in arrays.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=pathlib.Path, help="folder of the clone")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="DIR",
                        help="folder to write into; made if it is missing")
    parser.add_argument("--repeated-slots", action="store_true",
                        help="an atom that a block lists several times may join as many times "
                             "(default: once, as the tools of today do)")
    arguments = parser.parse_args()
    blocks_path, parameters_path = arguments.clone / BLOCKS, arguments.clone / PARAMETERS
    for path in (blocks_path, parameters_path):
        if not path.is_file():
            raise ImportFailure(f"{path} is missing: '{arguments.clone}' is not a clone of "
                                "github.com/GFNOrg/gflownet")
    blocks = read_blocks(blocks_path)
    arrays = name_arrays(read_parameters(parameters_path), parameters_path, len(blocks))
    fragments = merge_blocks(blocks, arguments.repeated_slots)
    output = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    (output / "seh_vocabulary.json").write_text(
        json.dumps({"fragments": fragments}, indent=1) + "\n")
    write_safetensors(output / "seh_proxy.safetensors", arrays,
                      {"source": "GFNOrg/gflownet " + PARAMETERS})
    shutil.copyfile(ROOT / "data" / "configs" / "seh.toml", output / "seh.toml")
    num_slots = sum(len(fragment["slots"]) for fragment in fragments)
    print(f"{len(blocks)} blocks, {len(fragments)} fragments, {num_slots} slots; "
          f"written to {output}: seh_vocabulary.json, seh_proxy.safetensors, seh.toml")


if __name__ == "__main__":
    try:
        main()
    except ImportFailure as failure:
        sys.exit(f"error: {failure}")
