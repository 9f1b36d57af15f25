#!/usr/bin/env python3
"""What bash offers to complete is what the program takes."""

import re
import subprocess
import sys
import tempfile
import unittest

from command_line import run


def offered(*words):
    """What bash offers for the last of the words."""
    script = ('source "$0"; COMP_WORDS=(fragflow "$@"); COMP_CWORD=$#; _fragflow; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, SCRIPT.name, *words], capture_output=True, text=True,
                          check=True)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


class Completion(unittest.TestCase):
    def test_the_script_can_be_sourced_from_the_program(self):
        done = subprocess.run(["bash", "-c", 'source <("$0" completion); complete -p fragflow', sys.argv[1]],
                              capture_output=True, text=True, check=True)
        self.assertIn("_fragflow", done.stdout)

    def test_commands_at_every_level(self):
        self.assertEqual(offered("tra"), ["train"])
        self.assertEqual(offered("proxy", "t"), ["train"])
        self.assertEqual(offered("campaign", ""), ["start", "propose", "add", "status", "replay"])
        self.assertEqual(offered("scores", ""), ["list", "export", "retry"])
        self.assertEqual(offered("--threads", "2", "fragments", ""), ["extract", "check"])
        commands = re.findall(r"^  (\w+)  ", run("--help").stdout.split("Subcommands:")[1], re.M)
        self.assertGreater(len(commands), 10)
        self.assertEqual(sorted(offered("")), sorted(commands))

    def test_options_are_those_of_help(self):
        for words in (["train"], ["design"], ["proxy", "train"], ["fragments", "extract"],
                      ["campaign", "start"], ["campaign", "propose"], ["campaign", "add"],
                      ["campaign", "status"], ["campaign", "replay"], ["blocks", "build"], ["route"],
                      ["worker"], ["scores", "export"]):
            known = set(re.findall(r"(--[a-z0-9-]+)", run(*words, "--help").stdout.split("\nEx")[0]))
            self.assertLessEqual({"--threads", "--help"}, known)
            self.assertLessEqual(set(offered(*words, "--")), known)
            self.assertIn("--quiet", offered(*words, "data.csv", "--qu"))
        self.assertIn("--resume", offered("train", "--re"))

    def test_keys_of_the_configuration_follow_set(self):
        self.assertEqual(offered("train", "--set", "training.batch"), ["training.batch_size="])
        self.assertIn("exploration.replay.capacity=", offered("train", "--set", "exploration.r"))
        defaults = run("config", "--defaults").stdout
        for key in offered("train", "--set", ""):  # every one is known
            self.assertRegex(defaults, rf"(?m)^{key.rstrip('=').split('.')[-1]} = ")

    def test_file_names_are_left_to_the_shell(self):
        self.assertEqual(offered("train", "data/conf"), [])


with tempfile.NamedTemporaryFile("w", suffix=".bash") as SCRIPT:
    SCRIPT.write(run("completion").stdout)
    SCRIPT.flush()
    unittest.main(argv=sys.argv[:1])
