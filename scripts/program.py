"""What the studies ask of the program under test."""

import csv
import json
import pathlib
import re
import subprocess
import time


def run_json(command, threads=None):
    """The JSON object on the last line of the output, and the seconds that it took. threads: None
    for the command's own choice."""
    start = time.time()
    command = [*command, "--quiet", "--json", *(["--threads", threads] if threads else [])]
    output = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE,
                            text=True).stdout
    return json.loads(output.strip().splitlines()[-1]), time.time() - start


def commit_of(fragflow):
    """The commit it was built from, a + behind it if the tree had changes. Not that of this tree."""
    done = subprocess.run([fragflow, "--version"], check=True, capture_output=True, text=True)
    return re.search(r"\((.*?)\)", done.stdout).group(1)


def against_target(fragflow, folder, draws, threads, moves=3000):
    """How near the run in `folder` is to R / Z: the figures of `fragflow evaluate --target-draws` on
    the first 2,000 rows of its samples.csv, which are plain draws in the order in which they were made,
    and the last row of its metrics. Where the file `draws` is missing it draws it, by 64 chains, seed
    100: no policy has a part in it."""
    draws = pathlib.Path(draws)
    if not draws.exists():
        run_json([fragflow, "target", folder, "-n", 2000, "--chains", 64, "--moves", moves, "--seed", 100, "-o", draws],
                 threads)
    own = pathlib.Path(f"{folder}_own.csv")
    own.write_text("\n".join((pathlib.Path(folder) / "samples.csv").read_text().splitlines()[:2001]) + "\n")
    result, _ = run_json([fragflow, "evaluate", own, "--run", folder, "--target-draws", draws, "--no-properties"], threads)
    with open(pathlib.Path(folder) / "metrics.csv", newline="") as lines:
        last = list(csv.DictReader(lines))[-1]
    return {"trajectories": int(last["trajectories"]), "reward_calls": int(last["reward_calls"]),
            "top_100": float(last["top_100"]), "modes": int(last["modes"]), **result["fidelity"]}
