#!/usr/bin/env python3
"""The program settles the libraries' environment before they are loaded, and leaves the user's alone.

Usage: startup_test.py FRAGFLOW
"""

import json
import os
import subprocess
import sys
import unittest

NAMES = ("OPENBLAS_CORETYPE", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def doctor(**settings):
    """What the program finds in its environment, started without settings but for these."""
    environment = {k: v for k, v in os.environ.items() if k not in NAMES} | settings
    done = subprocess.run([PROGRAM, "doctor", "--json", "--quiet", "--threads", "1"], check=True,
                          capture_output=True, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


class Startup(unittest.TestCase):
    def test_kernels_are_those_of_the_processor(self):
        found = doctor()
        expected = "SkylakeX" if found["avx512"] else "Haswell" if found["avx2_fma"] else "not set"
        self.assertEqual(found["OPENBLAS_CORETYPE"], expected)
        self.assertEqual(found["GOMP_SPINCOUNT"], "5000")
        if found["blas"].startswith("OpenBLAS") and expected != "not set":
            self.assertEqual(found["blas"], "OpenBLAS " + expected)

    def test_what_the_user_sets_stays(self):
        found = doctor(OPENBLAS_CORETYPE="Nehalem", GOMP_SPINCOUNT="7")
        self.assertEqual((found["OPENBLAS_CORETYPE"], found["GOMP_SPINCOUNT"]), ("Nehalem", "7"))
        self.assertEqual(doctor(OMP_WAIT_POLICY="passive")["GOMP_SPINCOUNT"], "not set")


PROGRAM = sys.argv.pop(1)
if __name__ == "__main__":
    unittest.main()
