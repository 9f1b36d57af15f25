"""What the studies ask of the program under test."""

import json
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
