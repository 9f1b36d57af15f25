#!/usr/bin/python3
"""The importer of the sEH task on clones made here, and on the published data where it is at hand."""
import gzip
import json
import os
import pathlib
import pickle
import struct
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)

FRAGFLOW, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SCRIPT = SOURCE / "scripts" / "import_bengio2021.py"
SHARED = SOURCE.parent / "shared" / "bengio2021"
SHAPES = [(64, 71), (64,), (64, 64), (64,), (128, 4), (128,), (4096, 128), (4096,), (192, 64),
          (192, 64), (192,), (192,), (512, 64), (512,), (6, 512), (6,), (256, 128), (256, 64), (256,),
          (256,), (1, 128), (1,)]
# One block per choice of the joining atom: CO joins at its C or its O, and then has the rest free.
BLOCKS = [("CO", [0, 1]), ("CO", [1, 0, 0, 0]), ("F", [0]), ("C1CCNCC1", [0, 3]),
          ("C1CCNCC1", [1, 0, 3]), ("C1CCNCC1", [3, 0])]


def make_clone(folder, blocks=BLOCKS, parameters=None, shapes=SHAPES):
    data = folder / "mols" / "data"
    (data / "pretrained_proxy").mkdir(parents=True, exist_ok=True)
    (data / "blocks_PDB_105.json").write_text(json.dumps({
        "block_name": {str(i): smiles for i, (smiles, _) in enumerate(blocks)},
        "block_smi": {str(i): smiles for i, (smiles, _) in enumerate(blocks)},
        "block_r": {str(i): atoms for i, (_, atoms) in enumerate(blocks)}}))
    if parameters is None:
        random = numpy.random.default_rng(3)
        parameters = [random.normal(0, 0.1, shape).astype("float32") for shape in shapes]
    with gzip.open(data / "pretrained_proxy" / "best_params.pkl.gz", "wb") as stream:
        pickle.dump(parameters, stream)
    return parameters


def run(clone, output, *options):
    return subprocess.run([sys.executable, str(SCRIPT), str(clone), "-o", str(output), *options],
                          capture_output=True, text=True)


def read_safetensors(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: numpy.frombuffer(data[8 + size:][slice(*entry["data_offsets"])],
                                   "<f4").reshape(entry["shape"]) for name, entry in header.items()}


def fragments_of(folder):
    return json.loads((folder / "seh_vocabulary.json").read_text())["fragments"]


def check_synthetic(work):
    parameters = make_clone(work / "clone")
    result = run(work / "clone", work / "out")
    assert result.returncode == 0, result.stderr
    assert fragments_of(work / "out") == [{"smiles": "C1CCNCC1", "slots": [0, 1, 3]},
                                          {"smiles": "CO", "slots": [0, 1]},
                                          {"smiles": "F", "slots": [0]}]
    arrays = read_safetensors(work / "out" / "seh_proxy.safetensors")
    assert len(arrays) == 18
    assert (arrays["conv.root.weight"] == parameters[2]).all()
    assert (arrays["set2set.lstm.weight_ih"] == parameters[16]).all()
    assert (arrays["out.weight"] == parameters[20]).all()
    assert run(work / "clone", work / "repeated", "--repeated-slots").returncode == 0
    assert fragments_of(work / "repeated")[1] == {"smiles": "CO", "slots": [0, 0, 0, 1]}
    # The folder trains as it is.
    command = [FRAGFLOW, "train", str(work / "out" / "seh.toml"), "--out", str(work / "run"),
               "--threads", "1", "--quiet"]
    for setting in ("training.steps=2", "training.batch_size=8", "output.samples=8",
                    "policy.width=16"):
        command += ["--set", setting]
    trained = subprocess.run(command, capture_output=True, text=True)
    assert trained.returncode == 0, trained.stderr
    assert (work / "run" / "report.html").exists()


def check_failures(work):
    def message(**changes):
        make_clone(work / "bad", **changes)
        result = run(work / "bad", work / "bad_out")
        assert result.returncode == 1 and "Traceback" not in result.stderr, result.stderr
        assert not (work / "bad_out").exists()
        return result.stderr

    class Shell:
        def __reduce__(self):
            return os.system, (f"touch {work}/harm",)

    shapes = list(SHAPES)
    shapes[16] = (256, 127)
    assert "set2set.lstm.weight_ih" in message(shapes=shapes)
    assert "at least 22 arrays, not 5" in message(shapes=SHAPES[:5])
    assert "system" in message(parameters=[Shell()])
    assert not (work / "harm").exists()
    assert "lin0.weight" in message(parameters=[[1.0]] * 22)
    assert "6 blocks" not in message(blocks=BLOCKS[:5]) and "5" in message(blocks=BLOCKS[:5])
    assert "atoms that join" in message(blocks=[("CO", [])])
    make_clone(work / "bad")
    (work / "bad" / "mols/data/pretrained_proxy/best_params.pkl.gz").write_bytes(b"no gzip")
    assert "not a gzip" in run(work / "bad", work / "bad_out").stderr
    assert "is missing" in run(work / "nowhere", work / "bad_out").stderr


def check_published(work):
    if not SHARED.exists():
        print("not compared with the published data, which is not here:", SHARED)
        return
    table = json.loads((SHARED / "blocks_PDB_105.json").read_text())
    blocks = [(table["block_smi"][key], table["block_r"][key]) for key in table["block_smi"]]
    published = read_safetensors(SHARED / "seh_proxy.safetensors")
    arrays = list(published.values())
    head = [numpy.zeros(shape, "float32") for shape in ((512, 64), (512,), (105, 512), (105,))]
    make_clone(work / "published", blocks, arrays[:12] + head + arrays[12:])
    result = run(work / "published", work / "seh")
    assert result.returncode == 0, result.stderr
    assert "105 blocks, 72 fragments, 127 slots" in result.stdout, result.stdout
    expected = json.loads((SHARED / "fragments_72.json").read_text())
    for fragment in expected:
        fragment["slots"].sort()
    assert fragments_of(work / "seh") == expected
    written = read_safetensors(work / "seh" / "seh_proxy.safetensors")
    assert written.keys() == published.keys()
    assert all((written[name] == published[name]).all() for name in published)


def main():
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        check_synthetic(work)
        check_failures(work)
        check_published(work)
    print("ok")


if __name__ == "__main__":
    main()
