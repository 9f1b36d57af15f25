"""The README's commands that take seconds work as they are written, from the root of a clone.

The run they speak of is a very short one of the same configuration. Commands that train for minutes
or draw until they have found good molecules are only looked for.

Usage: readme_test.py FRAGFLOW SOURCE_FOLDER
"""

import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

from command_line import result_of, settings

SOURCE = pathlib.Path(sys.argv[2])
QUICK = ("evaluate", "score", "likelihood", "enumerate")
LONG = ("train", "proxy", "fragments", "sample", "grid", "validate")


def commands():
    """The words of every `build/fragflow` command, continuation lines joined."""
    text = (SOURCE / "README.md").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.startswith("    build/fragflow ")]
    # Those that stand in a sentence.
    lines += [part for part in text.split("`") if part.startswith("fragflow ")
              and (".toml" in part or "--preset" in part)]
    return [shlex.split(line, comments=True) for line in lines]


def main():
    found = commands()
    kinds = {words[1] for words in found}
    assert kinds >= {*QUICK, *LONG}, kinds
    with tempfile.TemporaryDirectory() as temporary:
        clone = pathlib.Path(temporary)
        (clone / "data").symlink_to(SOURCE / "data")
        run = clone / "runs/demo"
        short = settings("training.steps=2", "output.samples=30", "output.top=5", "policy.width=16")
        result_of("train", *short, clone / "data/configs/demo.toml", "--out", run)
        result_of("sample", run, "-n", "20", "-o", clone / "candidates.csv")
        (clone / "heldout.smi").write_text("c1ccccc1-c1ccncc1\nCCOCC\n")
        for words in found:
            if words[1] not in QUICK:
                continue
            done = subprocess.run([sys.argv[1], *words[1:], "--threads", "1"], cwd=clone,
                                  capture_output=True, text=True)
            assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        report = (run / "report.html").read_text()
        for part in ("training compounds", "Second opinion", "Nearest known", "[environment]"):
            assert part in report, part
        assert json.loads((run / "run.json").read_text())["finished"]
    print("ok")


if __name__ == "__main__":
    main()
