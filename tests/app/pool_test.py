"""Scoring by worker processes, through the binary: a run and its workers, what strangers and bad
settings get, and the store from the command line. Faults: tests/pool and scripts/pool_faults.

Usage: pool_test.py FRAGFLOW SOURCE_FOLDER
"""

import http.client
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest
import zlib

from command_line import CommandTest, refusal_of, result_of, rows_of, run, settings

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"
SHORT = settings("training.steps=2", "training.batch_size=8", "policy.width=8", "policy.layers=1",
                 "output.samples=8")
SCORER = """#!/usr/bin/env python3
import json, sys, zlib
names = sys.stdin.read().split()
values = [zlib.crc32(name.encode()) / 2**32 for name in names]
print(json.dumps({"version": 1, "smiles": names, "payload": {"score": values, "size": [1] * len(names)}}))
"""


def value_of(smiles):
    return zlib.crc32(smiles.encode()) / 2**32


class Pool(CommandTest):
    def setUp(self):
        super().setUp()
        scorer = self.write("scorer.py", SCORER)
        scorer.chmod(0o755)
        self.out = self.folder / "run"
        self.processes, self.num_configs = [], 0

    def tearDown(self):
        for process in self.processes:
            process.kill()
            process.communicate()
        super().tearDown()

    def config(self, *lines, components=1, command='["scorer.py"]'):
        text = "[environment]\nvocabulary = \"vocabulary_small.json\"\nmax_fragments = 3\n"
        for name in ("score", "size")[:components]:
            text += "\n".join(["[[reward.component]]", f'name = "{name}"', 'type = "pool"',
                               f"pool.command = {command}", f'pool.property = "{name}"',
                               'transform.type = "none"', *lines, ""])
        self.num_configs += 1
        return self.write(f"config_{self.num_configs}.toml", text)

    def start(self, *arguments, **options):
        process = subprocess.Popen([sys.argv[1], *map(str, arguments), "--threads", "1"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.processes.append(process)
        return process

    def wait_for(self, condition, what):
        end = time.time() + 120
        while not condition():
            self.assertLess(time.time(), end, f"no {what}")
            time.sleep(0.02)

    def test_a_run_its_workers_and_its_store(self):
        config = self.config(components=2)
        train = self.start("train", config, *SHORT, "--out", self.out)
        self.wait_for((self.out / "pool.json").exists, "address")
        self.assertEqual((self.out / "pool.token").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.out / "pool.json").stat().st_mode & 0o777, 0o600)
        self.check_strangers()
        worker = self.start("worker", self.out, "--json")
        _, errors = train.communicate(timeout=120)
        self.assertEqual(train.returncode, 0, errors)
        worker.send_signal(signal.SIGTERM)
        text, errors = worker.communicate(timeout=60)
        self.assertEqual(worker.returncode, 0, errors)
        samples = rows_of(self.out / "samples.csv")
        self.assertEqual(len(samples), 8)
        for row in samples:
            self.assertAlmostEqual(float(row["score_raw"]), value_of(row["smiles"]), 9)
            self.assertEqual(float(row["size_raw"]), 1)
        status = json.loads((self.out / "pool_status.json").read_text())
        self.assertEqual((status["waiting"], status["lent"], status["given_up"]), (0, 0, 0))
        store = self.out / "scores.sqlite"
        [scorer] = result_of("scores", "list", store)["scorers"]
        # Two components, one program: every molecule was scored once.
        self.assertEqual(scorer["scored"], json.loads(text)["molecules"])
        self.assertEqual(scorer["scored"], status["scored"])
        table = self.folder / "scores.csv"
        self.assertEqual(result_of("scores", "export", store, "-o", table)["rows"], scorer["scored"])
        for row in rows_of(table):
            self.assertAlmostEqual(float(row["score"]), value_of(row["smiles"]), 12)
        self.assertLessEqual({row["smiles"] for row in samples}, {row["smiles"] for row in rows_of(table)})
        # What is stored needs no worker: the same run from its beginning, and other commands.
        result_of("train", config, *SHORT, "--out", self.folder / "again",
                  *settings(f"reward.component.score.pool.store={store}",
                            f"reward.component.size.pool.store={store}"))
        self.assertEqual((self.folder / "again" / "samples.csv").read_bytes(),
                         (self.out / "samples.csv").read_bytes())
        self.assertFalse((self.folder / "again" / "pool.json").exists())
        self.assertEqual(result_of("score", "--run", self.out, table, "-o", self.folder / "x.csv")["scored"],
                         scorer["scored"])

    def check_strangers(self):
        address = json.loads((self.out / "pool.json").read_text())
        self.assertEqual(address["host"], "127.0.0.1")
        token = (self.out / "pool.token").read_text().strip()

        def status_of(given, host="127.0.0.1"):
            connection = http.client.HTTPConnection("127.0.0.1", address["port"], timeout=10)
            question = json.dumps({"worker": "w", "name": "w", "version": "other"})
            connection.request("POST", "/take", question, {"Host": host, "Authorization": given})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

        self.assertEqual(status_of("")[0], 401)
        self.assertEqual(status_of("Bearer " + "0" * 32)[0], 401)
        self.assertEqual(status_of("Bearer " + token, host="evil.example")[0], 403)
        status, text = status_of("Bearer " + token)
        self.assertEqual(status, 400)
        self.assertIn("pool.version", text)
        # With the address alone, the token of somebody else.
        wrong = self.write("wrong.token", "0" * 32 + "\n")
        wrong.chmod(0o600)
        message = refusal_of("worker", "--connect", f"127.0.0.1:{address['port']}", "--token", wrong,
                             "--patience", "0", "--", self.folder / "scorer.py")
        self.assertIn("The token is not this run's", message)

    def test_training_goes_on_from_memory_while_it_waits(self):
        self.write("scorer.py", SCORER.replace("print(", "import time; time.sleep(0.3)\nprint("))
        ahead = settings("training.steps=40", "training.batch_size=4", "policy.width=8", "policy.layers=1",
                         "output.samples=4", "training.checkpoint_every=10", "training.log_every=5",
                         "exploration.replay.batch_size=4", "exploration.replay.ahead=5")
        # The worker may be there before the folder of the run.
        worker = self.start("worker", self.out, "--patience", "60")
        self.assertIn("there is no folder", worker.stderr.readline())
        train = self.start("train", self.config(), *ahead, "--out", self.out)
        # Killed and resumed; nothing is scored twice.
        self.wait_for(lambda: (self.out / "metrics.csv").exists() and
                      len(rows_of(self.out / "metrics.csv")) > 2, "rows")
        train.kill()
        train.communicate()
        train = self.start("train", "--resume", "--out", self.out)
        _, errors = train.communicate(timeout=120)
        self.assertEqual(train.returncode, 0, errors)
        rows = rows_of(self.out / "metrics.csv")
        self.assertEqual([int(row["step"]) for row in rows], list(range(5, 41, 5)))
        alone = json.loads((self.out / "run.json").read_text())["steps_from_memory_alone"]
        self.assertGreater(alone, 10)
        # Each step either saw a batch of four new ones or none.
        self.assertEqual(int(rows[-1]["trajectories"]), 4 * (40 - alone))
        [scorer] = result_of("scores", "list", self.out / "scores.sqlite")["scorers"]
        self.assertGreaterEqual(scorer["scored"], int(rows[-1]["reward_calls"]))
        self.assertRegex(refusal_of("train", self.config(), *ahead, "--out", self.folder / "x", *settings(
            "exploration.replay.batch_size=0")), "replay.ahead needs exploration.replay.batch_size")
        self.assertRegex(refusal_of("train", self.config(), *ahead, "--out", self.folder / "x", *settings(
            "objective.name=fl_db")), "replay.ahead and objective.name.*unfinished")

    def test_interrupted_and_resumed_with_a_worker_by_address(self):
        train = self.start("train", self.config('pool.version = "v 1"'), *SHORT, "--out", self.out)
        self.wait_for((self.out / "pool.json").exists, "address")
        port = json.loads((self.out / "pool.json").read_text())["port"]
        train.send_signal(signal.SIGINT)
        _, errors = train.communicate(timeout=60)
        self.assertNotIn("error", errors)
        self.assertTrue((self.out / "checkpoint.safetensors").exists())
        worker = self.start("worker", "--connect", f"127.0.0.1:{port}", "--token", self.out / "pool.token",
                            "--scorer-version", "v 1", "--patience", "60", "--json", "--",
                            self.folder / "scorer.py", cwd="/")
        # Where workers are and how long they may take is no part of what is trained.
        config = self.out / "config.toml"
        text = config.read_text()
        config.write_text(text.replace("lease = 30.0", "lease = 20.0"))
        self.assertNotEqual(config.read_text(), text)
        self.assertTrue(result_of("train", "--resume", "--out", self.out)["finished"])
        self.assertIsNone(worker.poll())
        # Interrupted while it waits for scores that the store does not have.
        (self.out / "scores.sqlite").unlink()
        worker.send_signal(signal.SIGTERM)
        text, errors = worker.communicate(timeout=60)
        self.assertEqual(worker.returncode, 0, errors)
        self.assertGreater(json.loads(text)["molecules"], 0)
        sample = self.start("sample", self.out, "-n", "4", "-o", self.folder / "samples.csv")
        self.wait_for(lambda: (self.out / "scores.sqlite").exists(), "store")
        time.sleep(0.5)
        sample.send_signal(signal.SIGINT)
        sample.communicate(timeout=60)
        self.assertFalse((self.folder / "samples.csv").exists())

    def test_refusals(self):
        nothing = self.write("nothing.token", "abc\n")
        nothing.chmod(0o600)
        for arguments, parts in (
                (["worker"], ["--connect HOST:PORT"]),
                (["worker", self.folder, "--patience", "0"], ["pool.json", "--patience"]),
                (["worker", self.folder / "no", "--patience", "0"], ["there is no folder", "--patience"]),
                (["worker", self.folder, "--token", "x"], ["go with --connect"]),
                (["worker", "--connect", "here:1"], ["--token FILE"]),
                (["worker", "--connect", "here:1", "--token", nothing], ["-- PROGRAM"]),
                (["worker", "--connect", "h:1", "--token", nothing, "--", "cat"], ["holds no token"]),
                (["worker", "--connect", "h:1", "--token", nothing, "--", "no-such"], ["no-such"]),
                (["scores", "list", nothing], ["is no score store"]),
                (["train", self.config(command="[]"), "--out", self.out], ["pool.command"]),
                (["train", self.config("pool.lease = 0"), "--out", self.out], ["lease"]),
                (["train", self.config(), "--set", "metrics.exact=true", "--out", self.out],
                 ["metrics.exact", "pool"]),
                (["score", "--config", self.config(), self.write("a.smi", "CCO\n"), "-o", self.out],
                 ["pool.folder"])):
            self.assert_says(refusal_of(*arguments), *parts)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
