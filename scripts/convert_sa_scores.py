#!/usr/bin/python3
"""Converts the fragment scores of RDKit's Contrib/SA_Score (Debian package rdkit-data, BSD licence)
into data/sa_fragment_scores.safetensors.

The source groups 705,292 Morgan environment numbers (unsigned 32-bit) by 3,549 distinct scores. The
groups are kept: scores[k] belongs to the next group_sizes[k] entries of ids.
"""
import argparse
import gzip
import json
import pickle
import struct

import numpy

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--input", default="/usr/share/RDKit/Contrib/SA_Score/fpscores.pkl.gz")
parser.add_argument("--output", default="data/sa_fragment_scores.safetensors")
arguments = parser.parse_args()

# The pickle comes from the distribution's own package.
with gzip.open(arguments.input) as source:
    groups = sorted((group[0], sorted(group[1:])) for group in pickle.load(source))

tensors = {
    "group_sizes": ("I32", numpy.array([len(ids) for _, ids in groups], dtype="<i4")),
    # Bit patterns of unsigned numbers: the file format of this project has no U32.
    "ids": ("I32", numpy.concatenate([numpy.array(ids, dtype="<u4") for _, ids in groups])),
    "scores": ("F32", numpy.array([score for score, _ in groups], dtype="<f4")),
}
header = {"__metadata__": {"source": "RDKit Contrib/SA_Score/fpscores.pkl.gz", "licence": "BSD-3"}}
offset = 0
for name, (dtype, values) in tensors.items():
    end = offset + values.nbytes
    header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [offset, end]}
    offset = end
text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open(arguments.output, "wb") as output:
    output.write(struct.pack("<Q", len(text)) + text)
    for _, values in tensors.values():
        output.write(values.tobytes())
