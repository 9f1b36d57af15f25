"""The model, the acquisitions and the batches of a campaign against numpy: kernels from RDKit's own
fingerprints, the covariance inverted as a whole, every choice from all candidates anew.

Usage: campaign_reference_test.py FRAGFLOW SOURCE_FOLDER
Ends with 77, which skips it, where Python has no numpy, RDKit or scipy.
"""

import csv
import json
import pathlib
import struct
import sys
import unittest

try:
    import numpy
    from rdkit import Chem, DataStructs, RDLogger
    from rdkit.Chem import rdFingerprintGenerator
    from scipy.stats import norm
except ImportError as error:
    print(error)
    sys.exit(77)

from command_line import CommandTest, result_of, rows_of

SOURCE = pathlib.Path(sys.argv[2])
COUNT, KAPPA, SIMILARITY = 8, 1.3, 0.6
RDLogger.DisableLog("rdApp.*")


def read_model(path):
    """Metadata and arrays of a safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    arrays = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        kind = {"F64": numpy.float64, "U8": numpy.uint8}[entry["dtype"]]
        arrays[name] = numpy.frombuffer(data[8 + size + begin:8 + size + end], kind)
    return header["__metadata__"], arrays


GENERATORS = {
    "morgan_bits": lambda m: rdFingerprintGenerator.GetMorganGenerator(2, fpSize=2048).GetFingerprint(m),
    "morgan_counts": lambda m: rdFingerprintGenerator.GetMorganGenerator(2, fpSize=2048)
    .GetCountFingerprint(m),
    "atom_pairs": lambda m: rdFingerprintGenerator.GetAtomPairGenerator(
        countSimulation=False, fpSize=8192).GetCountFingerprint(m),
}


def kernel(feature, a, b):
    prints = [[GENERATORS[feature](Chem.MolFromSmiles(smiles)) for smiles in side] for side in (a, b)]
    return numpy.array([[DataStructs.TanimotoSimilarity(x, y) for y in prints[1]] for x in prints[0]])


class Model:
    def __init__(self, path):
        metadata, arrays = read_model(path)
        self.features = metadata["features"].split(",")
        self.smiles = bytes(arrays["gp.smiles"]).decode().split("\n")
        self.weights = arrays["gp.weights"]
        self.noise, self.mean = arrays["gp.noise_and_mean"]
        self.inverse = numpy.linalg.inv(self.covariance(self.smiles, self.smiles)
                                        + self.noise * numpy.eye(len(self.smiles)))
        self.targets = arrays["gp.targets"]

    def covariance(self, a, b):
        return sum(w * kernel(feature, a, b) for w, feature in zip(self.weights, self.features))

    def posterior(self, smiles):
        cross = self.covariance(smiles, self.smiles)
        mean = self.mean + cross @ self.inverse @ (self.targets - self.mean)
        return mean, self.covariance(smiles, smiles) - cross @ self.inverse @ cross.T


class Reference(CommandTest):
    def setUp(self):
        super().setUp()
        with open(SOURCE / "data/chembl2321810.csv", newline="") as file:
            rows = [(row["smiles"], row["pIC50"]) for row in csv.DictReader(file)][::9]
        self.library = [smiles for smiles, _ in rows[1::2]]
        self.out = self.folder / "campaign"
        for name, part, header in (("table.csv", rows[::2], ("smiles", "pIC50")),
                                   ("library.csv", [(s,) for s in self.library], ("smiles",))):
            with open(self.folder / name, "w", newline="") as file:
                csv.writer(file).writerows([header, *part])
        result_of("campaign", "start", self.folder / "table.csv", "--out", self.out)
        self.known = {row["smiles"] for row in rows_of(self.out / "measurements.csv")}

    def candidates(self):
        """As the program sees them: without stereo, sorted as bytes."""
        smiles = {Chem.MolToSmiles(Chem.MolFromSmiles(s), isomericSmiles=False) for s in self.library}
        return sorted(smiles - self.known)

    def choose(self, mean, covariance, noise, strategy, best, alike, pending=()):
        """Positions and acquisitions, by plain loops over the whole covariance."""
        covariance = covariance.copy()

        def observe(i):
            nonlocal covariance, best
            covariance = covariance - numpy.outer(covariance[:, i], covariance[i]) / (
                covariance[i, i] + noise)
            best = max(best, mean[i])

        for i in pending:
            observe(i)
        chosen, values = [], []
        while len(chosen) < COUNT:
            deviation = numpy.sqrt(numpy.maximum(numpy.diag(covariance), 0))
            if strategy == "ei":
                z = (mean - best) / deviation
                value = deviation * (z * norm.cdf(z) + norm.pdf(z))
            else:
                value = mean + (KAPPA if strategy == "ucb" else 0) * deviation
            value = value.copy()
            for i in range(len(mean)):
                if i in chosen or i in pending or any(alike[i, c] >= SIMILARITY for c in chosen):
                    value[i] = -numpy.inf
            chosen.append(int(numpy.argmax(value)))
            values.append(value[chosen[-1]])
            observe(chosen[-1])
        return chosen, values

    def test_plates(self):
        taken = set()
        for number, strategy in enumerate(("exploit", "ucb", "ei"), start=1):
            result_of("campaign", "propose", self.out, "-n", COUNT, "--from", self.folder / "library.csv",
                      "--strategy", strategy, "--kappa", KAPPA, "--similarity", SIMILARITY, "--more")
            plate = rows_of(self.out / f"round_{number}/plate.csv")
            model = Model(self.out / f"round_{number}/proxy.safetensors")
            pending = sorted(taken)
            smiles = [s for s in self.candidates() if s not in taken] + pending
            mean, covariance = model.posterior(smiles)
            alike = kernel("morgan_bits", smiles, smiles)
            places = range(len(smiles) - len(pending), len(smiles))
            chosen, values = self.choose(mean, covariance, model.noise, strategy,
                                         max(model.targets), alike, places)
            self.assertEqual([row["smiles"] for row in plate], [smiles[i] for i in chosen], strategy)
            for row, i, value in zip(plate, chosen, values):
                self.assertAlmostEqual(float(row["predicted"]), mean[i], places=3)
                self.assertAlmostEqual(float(row["deviation"]),
                                       numpy.sqrt(covariance[i, i] + model.noise), places=3)
                self.assertAlmostEqual(float(row["acquisition"]) / value, 1, places=3)
                nearest = kernel("morgan_bits", [row["smiles"]], sorted(self.known))[0]
                self.assertAlmostEqual(float(row["nearest_similarity"]), max(nearest), places=4)
            taken |= {row["smiles"] for row in plate}


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
