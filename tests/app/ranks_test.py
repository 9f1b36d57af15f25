"""A run shared by several processes: the same bits as in one, whatever happens to the processes.

Usage: ranks_test.py FRAGFLOW SOURCE_FOLDER
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"
GRID = SOURCE / "data/configs/grid_8.toml"
DEMO = SOURCE / "data/configs/demo.toml"
SMALL = settings("training.steps=12", "training.batch_size=16", "training.blocks=4",
                 "training.checkpoint_every=4", "training.log_every=2", "policy.width=16",
                 "policy.layers=1", "output.samples=30")
# So long that it does not end before it is disturbed.
LONG = settings("training.steps=150")
FILES = ("metrics.csv", "samples.csv", "best.csv", "config.toml")
ENDS_WITHIN = 30  # seconds after a process is lost


def tensors_of(path):
    """The tensors of a safetensors file, as one text of bytes (metadata names threads)."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    header.pop("__metadata__")
    return json.dumps(header, sort_keys=True).encode() + content[8 + length:]


def alive(pids):
    return [pid for pid in pids if pathlib.Path(f"/proc/{pid}/stat").exists()
            and pathlib.Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"]


class Ranks(CommandTest):
    shared = whole = None  # the folder of a run that nothing happened to

    @classmethod
    def tearDownClass(cls):
        if cls.shared is not None:
            cls.shared.cleanup()

    def start(self, ranks, *arguments, **options):
        """A launch, or the command alone for no ranks."""
        launch = ["launch", "-n", str(ranks), "--"] if ranks else []
        return subprocess.Popen([sys.argv[1], *launch, "train", *map(str, arguments)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def train(self, ranks, *arguments):
        process = self.start(ranks, *arguments, "--quiet")
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 0, errors)

    def assert_same(self, first, second, what):
        for name in FILES:
            self.assertTrue((first / name).read_bytes() == (second / name).read_bytes(),
                            f"{name} differs: {what}")
        self.assertTrue(tensors_of(first / "checkpoint.safetensors")
                        == tensors_of(second / "checkpoint.safetensors"), f"checkpoint: {what}")

    def assert_any_number_gives_the_same(self, config, numbers, *extra):
        # Of equal threads a process: with more, sums of the linear algebra are rounded differently.
        extra = (*extra, "--threads", "1")
        alone = self.folder / "alone"
        self.train(0, config, "--out", alone, *SMALL, *extra)
        for ranks in numbers:
            folder = self.folder / f"ranks{ranks}"
            self.train(ranks, config, "--out", folder, *SMALL, *extra)
            self.assert_same(alone, folder, f"{ranks} processes")
            self.assertTrue(json.loads((folder / "run.json").read_text())["finished"])

    def test_a_grid(self):
        self.assert_any_number_gives_the_same(GRID, (2,), *settings("output.top=5"))

    def test_a_molecule_space(self):
        self.assert_any_number_gives_the_same(SPACE, (1, 4), *settings("metrics.exact=true"))

    def test_the_demo_with_its_proxy_and_memory(self):
        self.assert_any_number_gives_the_same(
            DEMO, (2,), *settings("exploration.replay.batch_size=5", "output.training_data=",
                            "output.check_proxy=", "training.steps=3"))

    def started_run(self, ranks, *extra):
        """A launch of a long run that has its first checkpoints, and the processes of its ranks."""
        folder = self.folder / "run"
        process = self.start(ranks, SPACE, "--out", folder, *SMALL, *LONG, *extra)
        while not (folder / "metrics.csv").exists() or len(rows_of(folder / "metrics.csv")) < 4:
            self.assertIsNone(process.poll(), "it ended too soon")
            time.sleep(0.01)
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        pids = [int(pid) for pid in children.split()]
        self.assertEqual(len(pids), ranks)
        return folder, process, pids

    def assert_resumes_to_the_same_bits(self, folder, *ranks):
        """With these numbers of processes, against a run in one that nothing happened to."""
        self.assertFalse((folder / "samples.csv").exists(), "it was disturbed too late")
        if self.whole is None:
            type(self).shared = tempfile.TemporaryDirectory()
            type(self).whole = pathlib.Path(self.shared.name) / "whole"
            self.train(0, SPACE, "--out", self.whole, *SMALL, *LONG)
        for number in ranks:
            copy = self.folder / f"resumed{number}"
            shutil.copytree(folder, copy)
            self.train(number, "--resume", "--out", copy)
            self.assert_same(self.whole, copy, f"resumed with {number}")

    def ended(self, process, pids):
        """Its messages; the launch and all ranks are gone in time."""
        begin = time.time()
        _, errors = process.communicate(timeout=ENDS_WITHIN)
        self.assertLess(time.time() - begin, ENDS_WITHIN)
        self.assertEqual(alive(pids), [])
        return errors

    def test_a_rank_is_killed(self):
        folder, process, pids = self.started_run(3)
        os.kill(pids[2], signal.SIGKILL)
        errors = self.ended(process, pids)
        self.assertEqual(process.returncode, 1)
        self.assert_says(errors, "rank 2 of 3 ended with signal 9", "train --resume")
        self.assert_resumes_to_the_same_bits(folder, 2)

    def test_rank_0_is_killed(self):
        folder, process, pids = self.started_run(2)
        os.kill(pids[0], signal.SIGKILL)
        errors = self.ended(process, pids)
        self.assertEqual(process.returncode, 1)
        self.assert_says(errors, "rank 0 of 2 ended with signal 9")
        self.assert_resumes_to_the_same_bits(folder, 0)

    def test_a_rank_hangs(self):
        for rank in (1,):
            shutil.rmtree(self.folder / "run", ignore_errors=True)
            _, process, pids = self.started_run(2)
            os.kill(pids[rank], signal.SIGSTOP)
            errors = self.ended(process, pids)
            self.assertNotEqual(process.returncode, 0)
            self.assertRegex(errors, "no sign of life|not reached each other")

    def test_the_launch_is_killed(self):
        """Its processes are asked to stop: they leave a checkpoint of the last step."""
        folder, process, pids = self.started_run(2)
        process.kill()
        process.communicate()
        end = time.time() + ENDS_WITHIN
        while alive(pids) and time.time() < end:
            time.sleep(0.05)
        self.assertEqual(alive(pids), [])
        self.assert_resumes_to_the_same_bits(folder, 1)

    def test_asked_to_stop(self):
        folder, process, pids = self.started_run(2)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=ENDS_WITHIN)
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(output.count("stopped at step"), 1)
        self.assertEqual(alive(pids), [])
        self.assertTrue((folder / "checkpoint.safetensors").exists())

    def test_one_rank_is_asked_to_stop(self):
        folder, process, pids = self.started_run(2)
        os.kill(pids[1], signal.SIGTERM)
        _, errors = process.communicate(timeout=ENDS_WITHIN)
        self.assertEqual(process.returncode, 0, errors)
        self.assertFalse((folder / "samples.csv").exists())

    def test_by_the_variables_of_torchrun(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        alone, folder = self.folder / "alone", self.folder / "run"
        self.train(0, SPACE, "--out", alone, *SMALL)
        processes = [
            self.start(0, SPACE, "--out", folder, *SMALL, "--threads", "1",
                       env={**os.environ, "RANK": str(rank), "WORLD_SIZE": "2",
                            "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)})
            for rank in (1, 0)]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)
        self.assert_same(alone, folder, "by a port")

    def refusal(self, ranks, *arguments):
        """The one message of a launch that must end as a user error."""
        done = run("launch", "-n", ranks, "--", *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        errors = [line for line in done.stderr.splitlines() if "error: " in line]
        self.assertEqual(len(errors), 1, done.stderr)
        return errors[0]

    def test_what_is_refused(self):
        out = self.folder / "run"
        self.assert_says(self.refusal(4, "train", SPACE, "--out", out),
                         "training.blocks = 1", "--set training.blocks=4")
        self.assert_says(self.refusal(2, "train", self.folder / "none.toml", "--out", out), "none.toml")
        self.assert_says(self.refusal(2, "train", SPACE, "--out", out, *SMALL,
                                      *settings("method.name=ppo", "training.blocks=1")), "ppo")
        self.assert_says(self.refusal(2, "train", SPACE, "--out", out, *SMALL,
                                      *settings("objective.name=fm")), "fm", "training.blocks")
        self.assert_says(refusal_of("train", SPACE, "--out", out,
                                    *settings("training.blocks=5", "training.batch_size=4")), "5", "4")
        done = run("train", SPACE, "--out", out, *SMALL,
                   env={**os.environ, "RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "127.1"})
        self.assertEqual(done.returncode, 2)
        self.assert_says(done.stderr, "GLOO_SOCKET_IFNAME")
        two = self.write("two.toml", SPACE.read_text() + """
[[reward.component]]
name = "one"
type = "process"
process.command = ["cat"]
process.property = "a"
[[reward.component]]
name = "two"
type = "process"
process.command = ["cat"]
process.property = "b"
""")
        self.assert_says(refusal_of("train", two, "--out", out, *SMALL), "'two'", "training.blocks")
        self.assertFalse(out.exists())
        self.train(0, SPACE, "--out", out, *SMALL)
        self.assert_says(self.refusal(2, "train", SPACE, "--out", out, *SMALL), out)
        self.assert_says(self.refusal(8, "train", "--resume", "--out", out), "training.blocks = 4")
        self.assert_says(refusal_of("train", SPACE, "--out", out, "--overwrite",
                                    env={**os.environ, "RANK": "5", "WORLD_SIZE": "2"}), "RANK = '5'")
        for arguments, part in ((["launch", "-n", "2", "--", "sample", "x"], "--shard"),
                                (["launch", "-n", "0", "--", "train"], "--processes")):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assert_says(done.stderr, part)
        done = run("launch", "-n", "2", "--", "train", SPACE, "--out", out, "--no-such-option")
        self.assertEqual((done.returncode, done.stderr.count("--no-such-option")), (2, 1), done.stderr)


class Shards(CommandTest):
    def test_the_parts_are_the_whole(self):
        out = self.folder / "run"
        result_of("train", SPACE, "--out", out, *SMALL)
        whole = self.folder / "whole.csv"
        result_of("sample", out, "-n", "1700", "--seed", "3", "-o", whole)
        lines = whole.read_text().splitlines()
        self.assertEqual(len(lines), 1701)
        for count in (3,):
            parts, files = [], []
            for index in range(1, count + 1):
                files.append(self.folder / f"part{index}.csv")
                said = result_of("sample", out, "-n", "1700", "--seed", "3", "--shard",
                                 f"{index}/{count}", "-o", files[-1])
                part = files[-1].read_text().splitlines()
                self.assertEqual(part[0], lines[0])
                self.assertEqual(said["samples"], len(part) - 1)
                parts += part[1:]
            self.assertEqual(parts, lines[1:], f"{count} parts")
            full = [file for file in files if len(file.read_text().splitlines()) > 1]
            expected, together = result_of("evaluate", whole), result_of("evaluate", *full)
            expected.pop("file")
            if count > 1:
                self.assertEqual(together.pop("files"), [str(file) for file in full])
            else:
                together.pop("file")
            self.assertEqual(together, expected)

    def test_what_is_refused(self):
        out = self.folder / "run"
        result_of("train", SPACE, "--out", out, *SMALL)
        for shard in ("0/4", "5/4", "a/b"):
            message = refusal_of("sample", out, f"--shard={shard}", "-o", self.folder / "x.csv")
            self.assert_says(message, f"'{shard}'", "i/n")
        self.assertFalse((self.folder / "x.csv").exists())
        for option in ("--unique", "--exact"):
            done = run("sample", out, "--shard", "1/2", option, "-o", self.folder / "x.csv")
            self.assertEqual(done.returncode, 2)
            self.assert_says(done.stderr, "--shard")
        samples = out / "samples.csv"
        self.assert_says(refusal_of("evaluate", samples, samples), "twice")
        self.assert_says(refusal_of("evaluate", samples, samples.parent / "none.csv"), "none.csv")
        bare = self.write("bare.csv", "smiles\nCCO\n")
        self.assert_says(refusal_of("evaluate", samples, bare), "bare.csv", "score")
        self.assert_says(refusal_of("evaluate", samples, bare, "--run", out), "--run")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
