"""A Gaussian process of `fragflow proxy train` in plain Python: its predictions, and what each atom adds."""

import json
import struct

import numpy
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator, rdMolDescriptors


def read_safetensors(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    kinds = {"F64": numpy.float64, "F32": numpy.float32, "U8": numpy.uint8, "I64": numpy.int64}
    tensors = {name: numpy.frombuffer(data[8 + size:][slice(*one["data_offsets"])], kinds[one["dtype"]])
               for name, one in header.items()}
    return metadata, tensors


def morgan(molecule):
    """For every feature the atoms of each place where it occurs."""
    info, places = {}, {}
    rdMolDescriptors.GetHashedMorganFingerprint(molecule, 2, 2048, bitInfo=info)
    for feature, centres in info.items():
        for centre, radius in centres:
            bonds = Chem.FindAtomEnvironmentOfRadiusN(molecule, radius, centre) if radius else []
            ends = [(molecule.GetBondWithIdx(b).GetBeginAtomIdx(), molecule.GetBondWithIdx(b).GetEndAtomIdx())
                    for b in bonds]
            places.setdefault(feature, []).append({centre}.union(*ends))
    return places


def atom_pairs(molecule):
    output = rdFingerprintGenerator.AdditionalOutput()
    output.AllocateBitInfoMap()
    generator = rdFingerprintGenerator.GetAtomPairGenerator(countSimulation=False, fpSize=8192)
    generator.GetCountFingerprint(molecule, additionalOutput=output)
    return {feature: [set(pair) for pair in pairs] for feature, pairs in output.GetBitInfoMap().items()}


FEATURES = {"morgan_bits": morgan, "morgan_counts": morgan, "atom_pairs": atom_pairs}


class GaussianProcess:
    def __init__(self, path):
        metadata, tensors = read_safetensors(path)
        self.smiles = bytes(tensors["gp.smiles"]).decode().split("\n")
        self.noise, self.mean = tensors["gp.noise_and_mean"]
        self.kernels = list(zip(metadata["features"].split(","), tensors["gp.weights"], strict=True))
        self.known = {name: [self.counts(name, smiles)[1] for smiles in self.smiles] for name, _ in self.kernels}
        covariance = sum(weight * numpy.array([[self.parts(a, b)[0] for b in self.known[name]]
                                               for a in self.known[name]]) for name, weight in self.kernels)
        self.alpha = numpy.linalg.solve(covariance + self.noise * numpy.eye(len(self.smiles)),
                                        tensors["gp.targets"] - self.mean)

    @staticmethod
    def counts(name, smiles):
        places = FEATURES[name](Chem.MolFromSmiles(smiles))
        return places, {feature: 1 if name == "morgan_bits" else min(30, len(found))
                        for feature, found in places.items()}

    @staticmethod
    def parts(a, b):
        """The similarity, and what each feature has in it."""
        either = sum(max(a.get(f, 0), b.get(f, 0)) for f in a.keys() | b.keys())
        parts = {f: min(a[f], b[f]) / either for f in a.keys() & b.keys()}
        return sum(parts.values()), parts

    def attribution(self, smiles):
        """What each atom adds to the mean of the process."""
        atoms = numpy.zeros(Chem.MolFromSmiles(smiles).GetNumAtoms())
        for name, weight in self.kernels:
            places, counts = self.counts(name, smiles)
            for alpha, known in zip(self.alpha, self.known[name], strict=True):
                for feature, part in self.parts(counts, known)[1].items():
                    for found in places[feature]:
                        for atom in found:
                            atoms[atom] += weight * alpha * part / len(places[feature]) / len(found)
        return atoms
