#!/usr/bin/env python3
"""A run killed at any moment ends as one that was never stopped: kill -9 and Ctrl-C, then --resume.

The kill times come from a printed seed. Checkpoint, metrics and samples must be equal in every byte.
"""
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

FRAGFLOW, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SEED = 20261122
OPTIONS = ["--quiet", "--threads", "1"]
SETTINGS = [option for value in ("training.steps=120", "training.checkpoint_every=20",
                                 "policy.width=32", "output.samples=200",
                                 "output.trajectories=true")
            for option in ("--set", value)]
CONDITIONED = [option for value in ("condition.beta_min=1", "condition.beta_max=8",
                                    "objective.name=vargrad") for option in ("--set", value)]
COMPARED = ["checkpoint.safetensors", "metrics.csv", "trajectories.csv", "samples.csv", "config.toml"]


def start(folder, fresh, extra):
    config = [str(SOURCE / "data/configs/space_small.toml"), *SETTINGS, *extra] if fresh else ["--resume"]
    return subprocess.Popen([FRAGFLOW, "train", *config, "--out", str(folder), *OPTIONS],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(process):
    _, errors = process.communicate()
    assert process.returncode == 0, errors


def check_stops(work, kinds, times, extra):
    """The number of runs that were stopped while training."""
    begin = time.time()
    finish(start(work / "whole", True, extra))
    duration = time.time() - begin
    interruptions = 0
    for number, kind in enumerate(kinds):
        folder = work / f"stopped{number}"
        process = start(folder, True, extra)
        time.sleep(times.uniform(0.3, 0.8) * duration)
        process.send_signal(kind)
        process.communicate()
        if not (folder / "checkpoint.safetensors").exists():
            process = start(folder, True, extra)  # stopped before there was anything to resume
        else:
            interruptions += not (folder / "samples.csv").exists()
            process = start(folder, False, extra)
        finish(process)
        for file in COMPARED:
            assert (work / "whole" / file).read_bytes() == (folder / file).read_bytes(), \
                f"{file} differs after stop {number} ({kind.name})"
    return interruptions


def main():
    print("seed", SEED)
    times = random.Random(SEED)
    interruptions = 0
    for kinds, extra in (([signal.SIGKILL, signal.SIGINT, signal.SIGKILL], []),
                         ([signal.SIGKILL], CONDITIONED)):
        with tempfile.TemporaryDirectory() as name:
            interruptions += check_stops(pathlib.Path(name), kinds, times, extra)
    assert interruptions > 0, "every run was stopped too late; nothing was tested"
    print("ok,", interruptions, "runs were stopped while training")


if __name__ == "__main__":
    main()
