"""The documentation keeps its lengths, and its links lead somewhere.

README has at most 150 lines, a page of docs 100 (docs/notes is not bound). Every relative link of
README, CONTRIBUTING, docs and docs/notes names a file that exists, and a heading of it. Code behind
a line <!-- from FILE --> stands in that file word for word.

Usage: docs_pages_test.py SOURCE_FOLDER
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])
README_LINES = 150
PAGE_LINES = 100


def prose(text):
    """Without code: fenced and indented blocks, and spans."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    text = re.sub(r"^ {4}.*$", "", text, flags=re.M)
    return re.sub(r"`[^`]*`", "code", text)


def anchors(text):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ +(.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def faults(page):
    text = page.read_text()
    name = page.relative_to(SOURCE)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists():
            yield f"{name}: no file {target}"
        elif anchor and anchor not in anchors(file.read_text()):
            yield f"{name}: no heading {target}"
    for source, code in re.findall(r"^<!-- from (\S+) -->\n```\w*\n(.*?)^```", text, re.M | re.S):
        if code not in (SOURCE / source).read_text():
            yield f"{name}: this code is not in {source}:\n{code}"


def main():
    pages = sorted((SOURCE / "docs").glob("*.md"))
    notes = sorted((SOURCE / "docs/notes").glob("*.md"))
    assert len(pages) > 20 and notes, (pages, notes)
    limits = {SOURCE / "README.md": README_LINES, **dict.fromkeys(pages, PAGE_LINES)}
    found = []
    for page, limit in limits.items():
        lines = len(page.read_text().splitlines())
        if lines > limit:
            found.append(f"{page.relative_to(SOURCE)}: {lines} lines, at most {limit}")
    everything = [*limits, SOURCE / "CONTRIBUTING.md", *notes]
    found += [fault for page in everything for fault in faults(page)]
    assert not found, "\n" + "\n".join(found)
    print("ok,", len(everything), "pages")


if __name__ == "__main__":
    main()
