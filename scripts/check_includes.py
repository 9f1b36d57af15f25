#!/usr/bin/env python3
"""Fails on an include that goes up the ladder of folders, or on a library outside its folders.

usage: check_includes.py [TREE]
"""
import pathlib
import re
import sys

BASE = {"src/base"}
POOL = BASE | {"src/pool"}
CHEM = BASE | {"src/chem"}
ENVS = CHEM | {"envs"}
MODELS = ENVS | {"models"}
REWARD = MODELS | POOL | {"src/reward"}
GFN = REWARD | {"src/gfn"}
RUN = GFN | {"src/tasks", "src/eval", "src/report", "src/config", "src/run"}
MAY_INCLUDE = {
    "src/base": BASE,
    "src/pool": POOL,
    "src/chem": CHEM,
    "envs": ENVS,
    "src/eval": CHEM | {"src/eval"},
    "src/report": CHEM | {"src/eval", "src/report"},
    "models": MODELS,
    "src/reward": REWARD,
    "src/ranks": REWARD | {"src/ranks"},
    "src/tasks": REWARD | {"src/tasks"},
    "src/gfn": GFN,
    "src/config": BASE | {"src/config"},
    "src/run": RUN,
    "src/design": RUN | {"src/design"},
    "src/campaign": RUN | {"src/design", "src/campaign"},
    "src/app": RUN | {"src/design", "src/campaign", "src/ranks", "src/app"},
    "src/library": RUN | {"src/library"},
}
LIBRARIES = {
    "RDKit": (
        re.compile(r"<(GraphMol|RDGeneral|DataStructs|Geometry|SimDivPickers)/"),
        {"src/chem", "src/reward", "src/eval", "src/report"},
    ),
    "LibTorch": (
        re.compile(r"<(torch|ATen|c10)/"),
        {"models", "src/reward", "src/ranks", "src/gfn", "src/run", "src/app"},
    ),
    "SQLite": (re.compile(r"<sqlite3"), {"src/pool"}),
    "cpp-httplib": (re.compile(r"<httplib"), {"src/pool", "src/app"}),
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"][^>"]+[>"])')


def problems(tree):
    for folder, allowed in MAY_INCLUDE.items():
        for path in sorted((tree / folder).rglob("*.[ch]pp")):
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, start=1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                name = match.group(1)
                place = f"{path.relative_to(tree)}:{number}: {name}"
                target = next((f for f in MAY_INCLUDE if name.startswith(f'"{f}/')), None)
                if target and target not in allowed:
                    yield f"{place}: {folder} may not include {target}"
                if name.startswith('"tests/'):
                    yield f"{place}: nothing outside tests may include them"
                for library, (pattern, folders) in LIBRARIES.items():
                    if pattern.match(name) and folder not in folders:
                        yield f"{place}: {library} belongs in {', '.join(sorted(folders))}"


def main():
    tree = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]
    found = list(problems(tree))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
