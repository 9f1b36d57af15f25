#!/usr/bin/env python3
"""A program outside of the project finds the installed library, and the Python module works.

Usage: library_test.py BUILD_FOLDER CMAKE SOURCE_FOLDER [PYTHON]
Without PYTHON there is no module, and that part is left out.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap

PYTHON_CHECKS = """
    import math, os, signal, sys, threading
    import fragflow, numpy
    folder, source = sys.argv[1:]
    config = f'''
        [environment]
        vocabulary = "{source}/data/vocabulary_small.json"
        max_fragments = 3
        [training]
        steps = 30
        batch_size = 16
        [reward]
        floor = 0.01
        [[reward.component]]
        type = "short"
        [output]
        samples = 50
    '''
    asked = []
    def short(smiles):
        asked.extend(smiles)
        return numpy.array([1 / len(s) for s in smiles])
    figures = fragflow.train(folder + "/run", config_text=config, scores={"short": short})
    assert figures["finished"] and figures["steps"] == 30, figures
    assert asked and len(asked) == len(set(asked)), "a molecule was scored twice"
    sampler = fragflow.Sampler(folder + "/run")
    drawn = sampler.sample(40, seed=3)
    assert drawn["smiles"] == sampler.sample(40, seed=3)["smiles"]
    assert isinstance(drawn["score"], numpy.ndarray) and drawn["score"].dtype == float
    for smiles, score in zip(drawn["smiles"], drawn["score"]):
        assert math.isclose(score, max(0.01, 1 / len(smiles))), (smiles, score)
    # p is exact: over all that can be built it sums to 1, and no molecule falls short of its share.
    log_p = sampler.log_likelihood(drawn["smiles"] + ["not a molecule", "C1CCCCCCCCCCC1"])
    assert (log_p[:40] < 0).all() and numpy.isnan(log_p[40:]).all(), log_p
    assert (log_p[:40] >= drawn["log_pf"] - 1e-4).all(), "a trajectory is likelier than its object"
    again = sampler.score(drawn["smiles"])
    assert numpy.allclose(again, [1 / len(s) for s in drawn["smiles"]])

    def refused(call, kind, *words):
        try:
            call()
        except kind as error:
            assert all(word in str(error) for word in words), error
        else:
            raise AssertionError("no error")
    refused(lambda: fragflow.Sampler(folder + "/nothing"), fragflow.Error, "nothing")
    refused(lambda: fragflow.train(folder + "/run", config_text=config), fragflow.Error, "run")
    refused(lambda: fragflow.train(folder + "/b", config_text="[reward]\\nbet = 3"), ValueError, "beta")
    refused(lambda: fragflow.train(folder + "/c", config_text=config,
                                   scores={"short": lambda smiles: [1.0]}), ValueError, "values")
    def broken(smiles):
        raise KeyError("own trouble")
    refused(lambda: fragflow.train(folder + "/d", config_text=config, scores={"short": broken}),
            KeyError, "own trouble")
    # Ctrl-C leaves a run that resumes.
    calls = []
    def slow(smiles):
        calls.append(len(smiles))
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return short(smiles)
    refused(lambda: fragflow.train(folder + "/e", config_text=config, scores={"short": slow}),
            KeyboardInterrupt)
    resumed = fragflow.train(folder + "/e", resume=True, scores={"short": short})
    assert resumed["finished"] and resumed["steps"] == 30
    whole = fragflow.Sampler(folder + "/e").sample(40, seed=3)
    assert whole["smiles"] == drawn["smiles"], "a resumed run is another one"
    print("module ok")
"""


def run(command, **options):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if result.returncode != 0:
        sys.exit(f"{command}\n{result.stdout}\n{result.stderr}")
    return result.stdout


def main():
    build, cmake, source = (pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        run([cmake, "--install", build, "--prefix", prefix])
        run([cmake, "-G", "Ninja", "-S", source / "examples", "-B", folder / "examples",
             f"-DCMAKE_PREFIX_PATH={prefix}"])
        run([cmake, "--build", folder / "examples"])
        said = run([folder / "examples" / "own_reward", folder / "own"])
        lines = said.splitlines()
        assert lines[0].startswith("trained 150 steps"), said
        # Three nitrogens or more score 1, two score 2 / 3: asked for were scores of .9 at least.
        assert len(lines) == 6 and all(line.split()[0].count("N") >= 3 for line in lines[1:]), said
        assert (folder / "own" / "run" / "report.html").exists()
        if len(sys.argv) > 4:
            python = sys.argv[4]
            environment = dict(os.environ, PYTHONPATH=str(prefix / "lib/python3/dist-packages"))
            run([python, "-c", textwrap.dedent(PYTHON_CHECKS), folder, source], env=environment)
            said = run([python, source / "examples" / "own_reward.py", folder / "example"],
                       env=environment)
            assert "mean score" in said and "correlation" in said, said
    print("ok")


if __name__ == "__main__":
    main()
