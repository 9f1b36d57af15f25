#!/usr/bin/python3
"""Writes the tables of grid.md, exactness.md and compare.md in docs and docs/notes from docs/results.

    scripts/make_tables.py

Tables stand between <!-- name: begin --> and <!-- name: end -->; nothing else is touched. A cell
without a result says "not run". With python3-rdkit the molecules of docs/notes/exactness.md are drawn
into docs/img.
"""

import json
import math
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results"
NOT_RUN = "not run"
SEEDS = [0, 1, 2]


def replace_section(page, name, text):
    path = ROOT / "docs" / page
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = path.read_text().split(begin)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}")


def load(folder, name):
    path = RESULTS / folder / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def each(runs, value):
    """One entry a seed."""
    return ", ".join(NOT_RUN if run is None else value(run) for run in runs)


def count(number):
    return f"{number:,}"


def grid_tables():
    rows, curves = [], []
    for grid, name in [("8x8", "8x8"), ("8^4", "8p4"), ("16^2", "16p2")]:
        for floor in ["0.1", "0.01", "0.001"]:
            runs = [load("grid", f"{name}_r{floor}_seed{seed}") for seed in SEEDS]
            done = [run for run in runs if run]
            if not done:
                rows.append([grid, floor] + [NOT_RUN] * 6)
                continue
            rows.append([
                grid, floor, count(done[0]["trajectories"]),
                each(runs, lambda r: f"{r['tv']:.2g}"),
                each(runs, lambda r: f"{r['l1_sum']:.4f}"),
                f"{done[0]['floor_l1_sum']:.4f}",
                each(runs, lambda r: f"{r['log_z'] - r['log_z_exact']:+.1g}"),
                each(runs, lambda r: f"{r['modes_found']}/{r['modes_total']}"),
            ])
            first = done[0]
            points = first["curve_trajectories_tv"]
            marks = [points[min(len(points) - 1, i)] for i in (0, 3, 7, 15, 23, 31, 39)]
            curves.append([grid, floor] + [f"{tv:.2g} at {count(n)}" for n, tv in marks])
    replace_section("grid.md", "grid", table(
        ["grid", "R0", "trajectories", "exact TV (seeds 0, 1, 2)", "L1 of 200,000 samples",
         "the same of a perfect sampler", "log Z error", "modes found"], rows))
    replace_section("grid.md", "grid curves", table(
        ["grid", "R0", "", "", "", "", "", "", ""], curves))


def space_table():
    rows = []
    for name in ["small", "middle", "large"]:
        run = load("spaces", name)
        if run is None:
            rows.append([name] + [NOT_RUN] * 8)
            continue
        rows.append([
            name, count(run["states"]), count(run["terminals"]), count(run["molecules"]),
            f"{run['max_trees_per_molecule']} / {run['mean_trees_per_molecule']:.4f}",
            count(run["edges"]), f"{run['log_z']:.6f}", f"{run['seconds']:.1f}",
            f"{run['peak_memory_mb']:.0f} MB"])
    replace_section("exactness.md", "spaces", table(
        ["space", "states", "terminals", "molecules", "trees a molecule (max / mean)", "edges",
         "log Z", "seconds", "peak memory"], rows))


def learned_table():
    rows = []
    for name in ["small", "middle"]:
        for actions in ["states", "labelled"]:
            runs = [load("validate", f"{name}_{actions}_seed{seed}") for seed in SEEDS]
            done = [run for run in runs if run]
            if not done:
                rows.append([name, actions] + [NOT_RUN] * 5)
                continue
            rows.append([
                name, actions, count(done[0]["trajectories"]),
                each(runs, lambda r: f"{r['tv']:.4f}"),
                f"{done[0]['tv_labelled_solution']:.4f}",
                each(runs, lambda r: f"{r['tv_to_labelled_solution']:.4f}"),
                each(runs, lambda r: f"{r['log_z'] - r['log_z_exact']:+.3f}"),
            ])
    replace_section("exactness.md", "learned", table(
        ["space", "moves counted by", "trajectories", "exact TV to R/Z (seeds 0, 1, 2)",
         "TV of the labelled solution to R/Z", "TV to the labelled solution",
         "log Z error"], rows))
    curves = []
    for name in ["small", "middle"]:
        for actions in ["states", "labelled"]:
            run = load("validate", f"{name}_{actions}_seed0")
            if run is None:
                continue
            points = run["curve_trajectories_tv"]
            marks = [points[min(len(points) - 1, i)] for i in (0, 3, 7, 15, 23, 31, 39)]
            curves.append([name, actions] + [f"{tv:.3f} at {count(n)}" for n, tv in marks])
    replace_section("notes/exactness.md", "learned curves", table(
        ["space", "moves counted by", "", "", "", "", "", "", ""], curves))


def draw(smiles, path):
    from rdkit import Chem
    from rdkit.Chem.Draw import rdMolDraw2D
    drawer = rdMolDraw2D.MolDraw2DSVG(160, 110)
    drawer.DrawMolecule(Chem.MolFromSmiles(smiles))
    drawer.FinishDrawing()
    path.write_text(drawer.GetDrawingText())


def bias_table():
    run = load("validate", "small_labelled_seed0")
    if run is None:
        replace_section("notes/exactness.md", "bias", NOT_RUN)
        return
    images = ROOT / "docs" / "img"
    images.mkdir(exist_ok=True)
    rows = []
    for kind in ["over", "under"]:
        for rank, item in enumerate(run[f"most_{kind}"]):
            path = images / f"bias_{kind}_{rank}.svg"
            try:
                draw(item["smiles"], path)
            except ImportError:
                pass  # the drawings that are there stay
            rows.append([
                f"![{item['smiles']}](../img/{path.name})", f"`{item['smiles']}`",
                f"{item['drawings']:g}",
                f"{math.exp(item['log_bias']):.3g}",
                f"{item['p_learned'] / item['p_exact']:.3g}"])
    replace_section("notes/exactness.md", "bias", table(
        ["", "molecule", "drawings", "predicted p / (R/Z)", "learned p / (R/Z)"], rows))


def tutorial_table():
    rows = []
    for gathered, name in [("20,000", "tutorial"), ("2,000", "tutorial_few")]:
        runs = [load("grid", f"{name}_seed{seed}") for seed in SEEDS]
        rows.append([gathered, each(runs, lambda r: f"{r['l1_sum_exact_before']:.4g}"),
                     each(runs, lambda r: f"{r['l1_sum_exact']:.2g}")])
    replace_section("grid.md", "tutorial",
                    table(["random trajectories in the table", "before", "after"], rows))


def spread(figure, digits):
    """The values of the seeds of one figure of compare.json."""
    if figure is None or figure["mean"] is None:
        return "-"
    return ", ".join("-" if v is None else f"{v:.{digits}g}" for v in figure["by_seed"])


def note(results):
    seeds = ", ".join(f"{seed:g}" for seed in results["seeds"])
    return (f"{count(results['budget'])} {results['budget_kind'].replace('_', ' ')} a run; a cell "
            f"lists seeds {seeds}. `{results['command']}`\n\n")


def methods_of(results):
    """Names in the comparison's configuration, so that one added since is seen as not run."""
    config = next(word for word in results["command"].split() if word.endswith(".toml"))
    return [method["name"] for method in tomllib.loads((ROOT / config).read_text())["method"]]


def compare_table(name, columns):
    results = load("compare", name)
    if results is None:
        replace_section("notes/compare.md", name, NOT_RUN)
        return
    rows = []
    for method in methods_of(results):
        figures = results["methods"].get(method)
        rows.append([method] + [spread(figures.get(key), digits) if figures else NOT_RUN
                                for key, _, digits in columns])
    replace_section("notes/compare.md", name,
                    note(results) + table(["method"] + [title for _, title, _ in columns], rows))


def compare_series(section, studies, methods, columns):
    """A table over several comparisons: studies is [(cells that name it, name of its file)]."""
    rows, first = [], None
    for cells, name in studies:
        results = load("compare", name)
        first = first or results
        for method in methods:
            figures = results["methods"][method] if results else None
            rows.append([*cells, method] + [spread(figures.get(key), digits) if figures else NOT_RUN
                                            for key, _, digits in columns])
    titles = ["H", "R0"][:len(studies[0][0])] + ["method"] + [title for _, title, _ in columns]
    replace_section("notes/compare.md", section, (note(first) if first else "") + table(titles, rows))


def compare_tables():
    grid = [("tv", "exact TV", 2), ("l1_visited", "L1 of visits", 2), ("l1_floor", "its floor", 2),
            ("modes_found", "modes found", 3), ("log_z_error", "log Z error", 2)]
    compare_table("grid_8", grid)
    compare_table("grid_8p4", grid)
    molecules = [
        ("reward_calls", "reward calls", 6), ("top_10", "top 10", 3), ("top_100", "top 100", 3),
        ("modes", "modes", 4), ("tanimoto_10", "Tanimoto of the top 10", 3),
        ("tanimoto_100", "of the top 100", 3), ("scaffolds", "scaffolds", 4)]
    compare_table("activity", molecules)
    compare_table("activity_sparse", molecules)
    compare_series("sparse", [([str(side)], f"sparse_{side}") for side in (8, 16, 32, 64, 128)],
                   ["TB", "GAFN edge", "GAFN joint", "GAFN node"],
                   [("modes_found", "goals found (of 3)", 3), ("tv", "exact TV", 2),
                    ("l1_visited", "L1 of visits", 2), ("l1_floor", "its floor", 2)])
    compare_series("sizes",
                   [([str(side), floor], f"sizes_{side}_{floor}")
                    for floor in ("1e-3", "1e-4") for side in (8, 16, 32, 64)],
                   ["TB", "DB", "SubTB"],
                   [("modes_found", "modes found (of 4)", 3), ("tv", "exact TV", 2),
                    ("log_z_error", "log Z error", 2)])


def compare_headlines():
    """The short tables of docs/compare.md."""
    studies = [("8 x 8, R0 = 0.1", "grid_8"), ("8^4, R0 = 0.1", "grid_8p4")]
    studies += [(f"{side} x {side}, R0 = 1e-3", f"sizes_{side}_1e-3") for side in (16, 32, 64)]
    methods = ["TB", "DB", "SubTB", "PPO", "random"]
    rows = []
    for title, name in studies:
        results = load("compare", name)
        of_method = results["methods"] if results else {}
        rows.append([title, count(results["budget"]) if results else NOT_RUN]
                    + [spread(of_method[method].get("tv"), 2) if method in of_method else NOT_RUN
                       for method in methods])
    replace_section("compare.md", "headline grids",
                    "Exact total variation distance (TV) to R / Z after training:\n\n"
                    + table(["grid", "trajectories", *methods], rows))
    columns = [("top_10", "mean score of the top 10", 3), ("top_100", "of the top 100", 3),
               ("modes", "modes", 4), ("tanimoto_100", "mean Tanimoto of the top 100", 3)]
    results = load("compare", "activity")
    rows = [[method] + [spread(results["methods"][method].get(key), digits)
                        for key, _, digits in columns]
            for method in ("VarGrad, replay", "VarGrad", "TB", "SubTB", "MCMC", "PPO", "random")]
    replace_section("compare.md", "headline activity", note(results)
                    + table(["method"] + [title for _, title, _ in columns], rows))


def main():
    grid_tables()
    space_table()
    learned_table()
    bias_table()
    compare_tables()
    compare_headlines()
    tutorial_table()


if __name__ == "__main__":
    main()
