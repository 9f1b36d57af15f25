#!/usr/bin/env python3
"""Compares data/README.md with the files of data/, but for the configurations and examples: every
file has a line with its rows, and its SHA-256. Says what differs; exit code 1 then."""
import csv
import hashlib
import json
import pathlib
import re
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def rows_of(path):
    """Rows of a table, fragments of a vocabulary, reactions; None where only the program can count them."""
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            return sum(1 for _ in csv.DictReader(file))
    if path.suffix == ".json":
        content = json.loads(path.read_text())
        if isinstance(content, dict):
            content = content["fragments" if "fragments" in content else "reactions"]
        return len(content)
    return None


def main():
    text = (DATA / "README.md").read_text()
    lines = {name: rows for name, rows in re.findall(r"^\| `([^`]+)` \| ([\d,]*) \|", text, re.M)}
    checksums = {name: value for value, name in re.findall(r"^ +([0-9a-f]{64})  (\S+)$", text, re.M)}
    files = {path.relative_to(DATA).as_posix(): path for path in DATA.rglob("*")
             if path.is_file() and path.name != "README.md" and path.suffix != ".toml"
             and "examples" not in path.relative_to(DATA).parts}
    faults = [f"{name}: no such file" for name in sorted({*lines, *checksums} - {*files})]
    for name, path in sorted(files.items()):
        if name not in lines:
            faults.append(f"{name}: no line in the table")
            continue
        rows = rows_of(path)
        if rows is not None and lines[name].replace(",", "") != str(rows):
            faults.append(f"{name}: {rows} rows, the table says {lines[name]}")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if checksums.get(name) != found:
            faults.append(f"{name}: SHA-256 is {found}, listed is {checksums.get(name)}")
    print("\n".join(faults) if faults else f"{len(files)} files as listed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
