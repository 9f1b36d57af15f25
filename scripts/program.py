"""What the studies ask of the program under test."""

import re
import subprocess


def commit_of(fragflow):
    """The commit it was built from, a + behind it if the tree had changes. Not that of this tree."""
    done = subprocess.run([fragflow, "--version"], check=True, capture_output=True, text=True)
    return re.search(r"\((.*?)\)", done.stdout).group(1)
