"""What the machine refuses: a full disk, a folder that cannot be written, memory that is not there. Each
with the message shown; what was there before stays, and nothing half-written does.

Usage: limits_test.py FRAGFLOW SOURCE_FOLDER
"""

import os
import pathlib
import resource
import signal
import stat
import sys
import unittest

from command_line import CommandTest, SHORT, refusal_of, result_of, run, settings

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"
PROXY = SOURCE / "data/proxy_default.safetensors"
TABLE = SOURCE / "data/chembl2321810.csv"
NOBODY = 65534


def no_room(limit):
    """A limit on the size of files stands for the full disk: write() fails in the same place."""
    def set_limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return {"preexec_fn": set_limit}


def no_memory(limit):
    """The timeout: libraries may wait for ever for what is refused to them."""
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
            "timeout": 120}


class Limits(CommandTest):
    def contents(self, folder):
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
                if path.is_file() and path.name != ".lock"}

    def train(self, name="run", *more):
        folder = self.folder / name
        result_of("train", SPACE, "--out", folder, *SHORT, *more)
        return folder

    # --- full disk ---

    def test_full_disk_while_training(self):
        folder = self.train()
        before = self.contents(folder)
        longer = ["train", "--resume", "--out", folder, "--set", "training.steps=8"]
        message = refusal_of(*longer, **no_room(4096))
        self.assert_says(message, "cannot write", folder, "File too large")
        # No temporary file stays, and what was there still works.
        self.assertEqual(self.contents(folder).keys(), before.keys())
        self.assertEqual((folder / "checkpoint.safetensors").read_bytes(),
                         before[pathlib.Path("checkpoint.safetensors")])
        self.assertEqual(result_of(*longer)["steps"], 8)
        # Room for the checkpoint, none for the report: the samples are there and the run goes on.
        narrow = settings("policy.width=4")
        small = self.train("small", *narrow)
        room = (small / "checkpoint.safetensors").stat().st_size + 1000
        self.assertLess(room, (small / "report.html").stat().st_size)
        refusal_of("train", SPACE, "--out", self.folder / "new", *SHORT, *narrow, **no_room(room))
        result_of("train", "--resume", "--out", self.folder / "new")

    def test_full_disk_at_the_start_of_a_run(self):
        folder = self.folder / "run"
        self.assert_says(refusal_of("train", SPACE, "--out", folder, *SHORT, **no_room(100)),
                         "cannot write", "config.toml")
        self.assertEqual(self.train(), folder)  # with room, the same command starts it

    def test_full_disk_for_a_table(self):
        run_folder = self.train()
        molecules = self.write("many.smi", "CCO\n" * 200)
        out = self.write("out.csv", "earlier result\n")
        for command in (["sample", run_folder, "-n", "300", "-o", out],
                        ["score", "--proxy", PROXY, molecules, "-o", out],
                        ["fragments", "extract", TABLE, "-o", out],
                        ["enumerate", SPACE, "-o", out]):
            self.assert_says(refusal_of(*command, **no_room(1024)), "cannot write", out)
            self.assertEqual(out.read_text(), "earlier result\n", command)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["many.smi", "out.csv", "run"])

    def test_full_disk_in_a_design(self):
        out = self.folder / "design"
        command = ["design", TABLE, "--out", out, "--stage", "table"]
        self.assert_says(refusal_of(*command, **no_room(4096)), "cannot write", out)
        self.assertFalse(list(out.rglob("*.tmp")))
        result_of(*command)

    # --- a folder that cannot be written ---

    def test_a_path_below_a_file(self):
        blocked = self.write("file", "") / "inside"  # not even root can write there
        molecules = self.write("one.smi", "CCO\n")
        for command in (["train", SPACE, "--out", blocked, *SHORT],
                        ["grid", "--preset", "standard-8", "--out", blocked],
                        ["design", TABLE, "--out", blocked],
                        ["score", "--proxy", PROXY, molecules, "-o", blocked],
                        ["enumerate", SPACE, "-o", blocked]):
            self.assert_says(refusal_of(*command), blocked)

    def test_a_read_only_folder(self):
        """Root may write everywhere, so that the commands run as nobody."""
        plain = {"preexec_fn": lambda: os.setuid(NOBODY)} if os.geteuid() == 0 else {}
        self.folder.chmod(0o755)
        try:
            started = run("--version", **plain).returncode == 0
        except OSError:
            started = False
        if not started:
            self.skipTest("nobody may not run the program where it is")
        run_folder = self.train()
        molecules = self.write("one.smi", "CCO\n")
        for folder in (run_folder, self.folder):
            folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        before = self.contents(self.folder)
        try:
            for command in (["train", SPACE, "--out", self.folder / "new", *SHORT],
                            ["train", "--resume", "--out", run_folder],
                            ["train", SPACE, "--overwrite", "--out", run_folder, *SHORT],
                            ["sample", run_folder, "-n", "2", "-o", self.folder / "samples.csv"],
                            ["score", "--proxy", PROXY, molecules, "-o", self.folder / "out.csv"],
                            ["report", run_folder],
                            ["design", TABLE, "--out", self.folder / "design"]):
                self.assert_says(refusal_of(*command, **plain), "Permission denied", self.folder)
            self.assertEqual(self.contents(self.folder), before)
        finally:
            self.folder.chmod(0o755)
            run_folder.chmod(0o755)

    # --- memory ---

    def smallest_that_starts(self):
        """Address space (MB) that starting takes; with less the message says so."""
        too_small, enough = 100, 3000
        while enough - too_small > 10:
            limit = (too_small + enough) // 2
            done = run("config", SPACE, **no_memory(limit << 20))
            if done.returncode == 0:
                enough = limit
                continue
            too_small = limit
            # 127: the system's loader could not even map the libraries.
            self.assertIn(done.returncode, (2, 127), done.stderr)
            self.assertRegex(done.stderr, "ulimit -v|error: out of memory" if done.returncode == 2
                             else "shared libraries")
        self.assertLess(enough, 3000)
        return enough

    def test_out_of_memory(self):
        run_folder = self.train()
        before = self.contents(run_folder)
        molecules = self.write("many.smi", "".join(f"{'C' * (1 + i % 60)}O\n" for i in range(400_000)))
        large = self.write("large.smi", "".join(f"{'C' * (1 + i % 150)}O{'C' * (1 + i // 150)}\n"
                                                for i in range(20_000)))
        out = self.write("out.csv", "earlier result\n")
        start = self.smallest_that_starts()
        huge = ["--set", "training.batch_size=65536", "--set", "policy.width=512"]
        for command in (["train", SPACE, *huge, "--out", self.folder / "new"],
                        ["score", "--proxy", PROXY, molecules, "-o", out],
                        ["evaluate", large]):
            for room in (0, 20, 40):  # it fails in other places
                limit = no_memory((start + room) << 20)
                self.assert_says(refusal_of(*command, **limit), "out of memory")
        self.assertEqual(out.read_text(), "earlier result\n")
        self.assertEqual(self.contents(run_folder), before)

    def test_no_room_for_threads(self):
        limit = no_memory((self.smallest_that_starts() + 100) << 20)
        done = run("config", SPACE, "--threads", "1000", **limit)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assert_says(done.stderr, "cannot start 2000 threads", "--threads")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
