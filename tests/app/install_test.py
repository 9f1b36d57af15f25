#!/usr/bin/env python3
"""An installed program finds its own data, wherever it was installed.

Usage: install_test.py FRAGFLOW BUILD_FOLDER CMAKE
"""

import json
import pathlib
import subprocess
import sys
import tempfile


def main():
    build, cmake = sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        prefix = pathlib.Path(name) / "else where"
        subprocess.run([cmake, "--install", build, "--prefix", prefix], check=True,
                       stdout=subprocess.DEVNULL)
        program, data = prefix / "bin/fragflow", prefix / "share/fragflow"
        # In a folder of its own, so that the vocabulary is looked up among the program's data.
        config = pathlib.Path(name) / "mine.toml"
        config.write_text((data / "configs/space_small.toml").read_text())
        # Another vocabulary under the same name shows that this copy of the data is read.
        ambiguous = (data / "vocabulary_ambiguous.json").read_text()
        (data / "vocabulary_small.json").write_text(ambiguous)

        def states():
            done = subprocess.run([program, "enumerate", config, "--json", "--quiet"], check=True,
                                  capture_output=True, text=True, cwd="/")
            return json.loads(done.stdout.splitlines()[-1])["states"]

        changed = states()
        # Without it the tree that the program was built from is the last resort.
        (data / "vocabulary_small.json").unlink()
        assert changed != states(), "the installed data were not read"
        completion = prefix / "share/bash-completion/completions/fragflow"
        assert "complete -o default -F _fragflow fragflow" in completion.read_text()
        assert (prefix / "share/doc/fragflow/docs/tutorial.md").exists()
    print("ok")


if __name__ == "__main__":
    main()
