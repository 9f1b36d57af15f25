#!/usr/bin/env python3
"""fragflow compare: every method on a small space; killed and continued it gives the same results.

Also: what does not fit is refused before anything is trained, and offline training reads tables.
"""
import csv
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

FRAGFLOW, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
TINY = SOURCE / "data/configs/compare_tiny.toml"
OPTIONS = ["--quiet", "--threads", "1", "--json"]


def command(folder, config=TINY, *more):
    return [FRAGFLOW, "compare", str(config), "--out", str(folder), *OPTIONS, *more]


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def refuse(words, *arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def check_results(folder, result):
    assert result["finished"] and result["runs"] == 20 == result["finished_runs"]
    report = (folder / "report.html").read_text()
    for method in result["methods"]:
        assert method in report, method
    for name, figures in result["methods"].items():
        for figure in ("trajectories", "top_10", "top_100", "tanimoto_10", "scaffolds", "tv",
                       "l1_visited", "reward_calls"):
            assert figure in figures and len(figures[figure]["by_seed"]) == 2, (name, figure)
        values = [v for v in figures["l1_visited"]["by_seed"]]
        assert figures["l1_visited"]["mean"] == sum(values) / 2
        assert (figures["tv"]["mean"] is None) == (name in ("MCMC", "MARS", "GA", "BRICS")), name
        if "local search" not in name:
            assert figures["trajectories"]["by_seed"] == [64, 64], name
    # The table of a run is that of its own files.
    best = list(csv.DictReader(open(folder / "runs/TB-seed0/best.csv")))
    scores = sorted((float(row["score"]) for row in best), reverse=True)
    assert len({row["smiles"] for row in best}) == len(best)
    top_10 = result["methods"]["TB"]["top_10"]["by_seed"][0]
    assert abs(top_10 - sum(scores[:10]) / 10) < 1e-9


def check_resuming(work, result):
    folder = work / "stopped"
    one_seed = command(folder, TINY, "--set", "seeds=[0]")
    rounds = 0
    for delay in (0.7, 1.2, 1.7):
        process = subprocess.Popen(one_seed, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL if rounds % 2 == 0 else signal.SIGINT)
        process.wait()
        rounds += 1
    again = run(*one_seed)
    assert again["finished"] and again["runs"] == 10
    for method, figures in again["methods"].items():
        for name, figure in figures.items():
            assert figure["by_seed"] == result["methods"][method][name]["by_seed"][:1], (method, name)
    for file in ("metrics.csv", "exact.csv", "samples.csv", "best.csv"):
        for run_folder in sorted((folder / "runs").iterdir()):
            assert (run_folder / file).read_bytes() == \
                (work / "whole/runs" / run_folder.name / file).read_bytes(), (run_folder.name, file)


def check_errors(work):
    def write(text):
        path = work / "bad.toml"
        path.write_text(f'base = "{SOURCE}/data/configs/space_small.toml"\n' + text)
        return path

    one = '[[method]]\nname = "a"\n'
    refuse(["no [[method]]"], *command(work / "x", write("")))
    refuse(["'a'"], *command(work / "x", write(one + one)))
    refuse(["objective.nam", "did you mean 'name'"],
           *command(work / "x", write(one + 'set = ["objective.nam=tb"]\n')))
    refuse(["training.ema", "ppo"],
           *command(work / "x", write(one + 'set = ["method.name=ppo", "training.ema=0.9"]\n')))
    refuse(["[dataset]", "replay"],
           *command(work / "x", write(
               one + 'set = ["dataset.gather=9", "exploration.replay.batch_size=4"]\n')))
    refuse(["exploration.genetic", "ga"],
           *command(work / "x", write(
               one + 'set = ["method.name=ga", "exploration.genetic.batch_size=4"]\n')))
    grid = '"environment.name=hypergrid"'
    refuse(["hypergrid", "does not read environment.vocabulary, environment.max_fragments"],
           *command(work / "x", write(one + f"set = [{grid}]\n")))
    grid += ', "environment.vocabulary=vocabulary.json", "environment.max_fragments=5"'  # as by default
    for method in ("method.name=ga", "method.name=brics", "exploration.genetic.batch_size=4"):
        refuse(["fragment_tree", method.split(".batch")[0].split("=")[-1]],
               *command(work / "x", write(one + f'set = [{grid}, "{method}"]\n')))
    assert not (work / "x").exists()
    refuse(["other settings"], *command(work / "whole", TINY, "--set", "budget=80"))


def check_offline(work):
    config = str(SOURCE / "data/configs/space_small.toml")
    table = work / "table.csv"
    train = [FRAGFLOW, "train", config, "--out", str(work / "offline"), *OPTIONS]
    for assignment in ("training.steps=3", "output.samples=10", "policy.width=16",
                       f"dataset.file={table}", "dataset.score_column=activity"):
        train += ["--set", assignment]
    table.write_text("smiles,activity\nCCCCCC,0.5\n")
    refuse(["none of 1 rows"], *train)
    smiles = [row["smiles"] for row in csv.DictReader(
        open(work / "whole/runs/random-seed0/best.csv"))][:5]
    table.write_text("smiles,activity\n" + "".join(f"{s},0.25\n" for s in smiles) + "CCCCCC,1\n")
    refuse(["score_colum"], *train, "--set", "dataset.score_colum=x")
    refuse(["potency"], *train, "--set", "dataset.score_column=potency")
    run(*train)
    rows = list(csv.DictReader(open(work / "offline/metrics.csv")))
    assert rows[-1]["reward_calls"] == "0" and float(rows[-1]["mean_score"]) == 0.25, rows[-1]


def main():
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        result = run(*command(work / "whole"))
        check_results(work / "whole", result)
        assert run(*command(work / "whole"))["methods"] == result["methods"]
        check_resuming(work, result)
        check_errors(work)
        check_offline(work)
    print("ok")


if __name__ == "__main__":
    main()
