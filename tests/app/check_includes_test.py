"""scripts/check_includes.py accepts the tree as it is and refuses one planted fault of each kind."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def check(tree):
    command = [sys.executable, str(ROOT / "scripts" / "check_includes.py"), str(tree)]
    return subprocess.run(command, capture_output=True, text=True)


class CheckIncludes(unittest.TestCase):
    def refused(self, path, line):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(f"#pragma once\n{line}\n", encoding="utf-8")
            result = check(folder)
            if result.returncode != 0:
                self.assertIn(f"{path}:2: ", result.stdout)
            return result.returncode != 0

    def test_the_tree_is_clean(self):
        self.assertEqual(check(ROOT).stdout, "")

    def test_upward_includes(self):
        self.assertTrue(self.refused("src/base/a.hpp", '#include "src/chem/b.hpp"'))
        self.assertTrue(self.refused("envs/a.cpp", '#  include "models/b.hpp"'))
        self.assertTrue(self.refused("src/eval/a.cpp", '#include "envs/b.hpp"'))
        self.assertTrue(self.refused("src/gfn/a.cpp", '#include "src/app/b.hpp"'))
        self.assertTrue(self.refused("src/app/a.cpp", '#include "tests/b.hpp"'))
        self.assertFalse(self.refused("src/app/a.cpp", '#include "src/eval/b.hpp"'))
        self.assertFalse(self.refused("envs/a.cpp", '#include "src/chem/b.hpp"'))

    def test_libraries(self):
        self.assertTrue(self.refused("envs/a.cpp", "#include <GraphMol/ROMol.h>"))
        self.assertTrue(self.refused("src/chem/a.cpp", "#include <torch/torch.h>"))
        self.assertFalse(self.refused("src/chem/a.cpp", "#include <GraphMol/ROMol.h>"))
        self.assertFalse(self.refused("models/a.hpp", "#include <torch/torch.h>"))


if __name__ == "__main__":
    unittest.main()
