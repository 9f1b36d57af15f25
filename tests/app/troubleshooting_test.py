"""Every message that docs/troubleshooting*.md explain is one that the program has.

Usage: troubleshooting_test.py SOURCE_FOLDER
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])
SHORTEST = 8  # letters of a piece that is looked for
LONG = 11  # letters of a text between two placeholders that make it recognisable


def literals():
    """The texts in the source, neighbouring ones joined, with one kind of space."""
    text = ""
    for folder in ("src", "envs", "models"):
        for path in sorted((SOURCE / folder).rglob("*.[ch]pp")):
            code = re.sub(r'"\s*\n\s*"', "", path.read_text())
            text += "\n".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)) + "\n"
    return text.replace('\\"', '"')


def pieces(message):
    """What of a message does not depend on names and numbers."""
    parts = re.split(r"'[^']*'|\b[A-Z]{1,9}\b|\b\d[\d.,]*|\.\.\.|[;:]", message)
    return [part.strip(" ,()") for part in parts if len(part.strip(" ,()")) >= SHORTEST]


def main():
    pages = sorted((SOURCE / "docs").glob("troubleshooting*.md"))
    assert len(pages) == 2, pages
    messages = [message for page in pages
                for message in re.findall(r"^\*\*`(.+?)`\*\*", page.read_text(), re.M)]
    assert len(messages) > 40, messages
    known = literals()
    constants = {part.strip(" :;,'()") for line in known.splitlines() for part in line.split("{}")}
    constants = [part for part in constants if len(part) >= LONG]
    missing = [(message, piece) for message in messages for piece in pieces(message)
               if piece not in known and not any(part in piece for part in constants)]
    assert not missing, "\n".join(f"'{piece}' of: {message}" for message, piece in missing)
    print("ok,", len(messages), "messages")


if __name__ == "__main__":
    main()
