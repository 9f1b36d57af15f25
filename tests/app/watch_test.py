"""`fragflow watch`: what it serves while a run trains, to whom, and how it ends.

Usage: watch_test.py FRAGFLOW SOURCE_FOLDER
"""

import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from command_line import CommandTest, SHORT, refusal_of, result_of, settings

SOURCE = pathlib.Path(sys.argv[2])
SPACE = SOURCE / "data/configs/space_small.toml"


class Watch:
    """`fragflow watch FOLDER` as a context; it ends as with Ctrl-C."""

    def __init__(self, folder, *options):
        self.process = subprocess.Popen([sys.argv[1], "watch", str(folder), "--json", *map(str, options)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.printed = json.loads(line)
        self.url = urllib.parse.urlsplit(self.printed["url"])
        self.token = self.url.path.strip("/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end(signal.SIGINT)

    def end(self, number):
        """Its exit code and what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors

    def ask(self, path, method="GET", host=None, body=None):
        """The answer with its body read, as it is without a browser's tidying of paths."""
        connection = http.client.HTTPConnection("127.0.0.1", self.url.port, timeout=20)
        connection.putrequest(method, path, skip_host=host is not None)
        if host:
            connection.putheader("Host", host)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.text = answer.read().decode("utf-8")
        connection.close()
        return answer

    def data(self, have=-1):
        return json.loads(self.ask(f"/{self.token}/data.json?have={have}").text)

    def until(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition(data := self.data()):
            assert time.monotonic() < end, f"it never came: {data}"
            time.sleep(0.1)
        return data


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class WatchedRun(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.done = pathlib.Path(cls.shared.name) / "run"
        result_of("train", SPACE, *SHORT, *settings("training.log_every=1"), "--out", cls.done)

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def test_a_finished_run(self):
        before = contents(self.done)
        with Watch(self.done) as watch:
            page = watch.ask(f"/{watch.token}/")
            self.assertEqual((page.status, page.getheader("Content-Type")), (200, "text/html; charset=utf-8"))
            self.assertIn("fragflow watch: run", page.text)
            self.assertNotIn("https://", page.text.split("<script>")[0])
            data = watch.data()
            self.assertEqual((data["state"], data["text"], data["report"]),
                             ("finished", "finished after step 4", True))
            curves = {chart["id"]: chart for chart in data["charts"]}
            self.assertEqual(len(curves["curve-0"]["series"][0]["x"]), 4)
            self.assertIn("Best molecules so far", data["molecules"])
            self.assertIn("<svg", data["molecules"])
            self.assertIn("log Z", data["summary"])
            again = watch.data(have=data["version"])  # nothing new: not sent again
            self.assertEqual((again["version"], "charts" in again), (data["version"], False))
            report = watch.ask(f"/{watch.token}/report.html")
            self.assertEqual(report.text, (self.done / "report.html").read_text(encoding="utf-8"))
        self.assertEqual(watch.process.returncode, 0)
        self.assertEqual(contents(self.done), before)  # it wrote nothing

    def test_who_is_answered(self):
        with Watch(self.done) as watch:
            page, port = f"/{watch.token}/", watch.url.port
            for path, status in ((page, 200), ("/", 403), ("", 403), ("/data.json", 403), (f"/{watch.token}", 404),
                                 (f"/{'0' * 32}/", 403), (f"/{watch.token[:-1]}/", 403),
                                 (f"/{watch.token}0/", 403), (f"//{watch.token}/", 403),
                                 (page + "config.toml", 404), (page + "../config.toml", 404),
                                 (page + "..%2f..%2fetc/passwd", 404), (page + "/etc/passwd", 404),
                                 (page + "checkpoint.safetensors", 404), (page + "report.html/", 404)):
                answer = watch.ask(path)
                self.assertEqual(answer.status, status, path)
                if status != 200:
                    self.assertNotIn("[training]", answer.text)
            for host, status in (("localhost", 200), ("127.0.0.1", 200), (f"localhost:{port}", 200),
                                 ("evil.example", 403), (f"evil.example:{port}", 403), ("127.0.0.1.evil.example", 403),
                                 (f"localhost:{port + 1}", 403), ("0.0.0.0", 403)):
                self.assertEqual(watch.ask(page, host=host).status, status, host)
            for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"):
                answer = watch.ask(page, method, body=b"x=1" if method in ("POST", "PUT") else None)
                self.assertEqual((answer.status, answer.getheader("Allow")), (405, "GET"), method)
            headers = watch.ask(page)
            self.assertIn("default-src 'none'", headers.getheader("Content-Security-Policy"))
            self.assertEqual(headers.getheader("Cache-Control"), "no-store")
            with socket.create_connection(("127.0.0.1", port)) as raw:  # HTTP 1.0 without a Host
                raw.sendall(f"GET {page} HTTP/1.0\r\n\r\n".encode())
                self.assertIn(b" 403 ", raw.makefile("rb").readline())
            # Other addresses of this machine are not served.
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.2", port), timeout=5).close()
            self.assertEqual(len(watch.token), 32)
            with Watch(self.done) as other:
                self.assertNotEqual(other.token, watch.token)
                self.assertEqual(other.ask(page).status, 403)

    def test_ports(self):
        with Watch(self.done) as watch:
            message = refusal_of("watch", self.done, "--port", watch.url.port)
            self.assert_says(message, f"port {watch.url.port}", "--port", "0 for a free one")
            port = watch.url.port
        with Watch(self.done, "--port", port) as again:  # given back at once
            self.assertEqual(again.url.port, port)
            self.assertEqual(again.data()["state"], "finished")

    def test_signals_end_it(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            watch = Watch(self.done)
            self.assertEqual(watch.end(number), (0, ""))

    def test_what_is_no_run(self):
        self.assert_says(refusal_of("watch", self.folder / "nowhere"), "there is no run folder", "nowhere")
        (self.folder / "notes").mkdir()
        self.write("notes/diary.txt", "no run")
        self.assert_says(refusal_of("watch", self.folder / "notes"), "neither a run nor a design", "diary.txt")

    def test_it_waits_for_the_first_record_and_follows_the_training(self):
        folder = self.folder / "run"
        folder.mkdir()
        with Watch(folder) as watch:
            data = watch.data()
            self.assertEqual((data["state"], data["age"], data["charts"]), ("waiting", None, []))
            self.assertEqual(watch.ask(f"/{watch.token}/report.html").status, 404)
            train = subprocess.Popen(
                [sys.argv[1], "train", str(SPACE), "--quiet", "--threads", "1", "--out", str(folder),
                 *settings("training.steps=100000", "training.batch_size=8", "policy.width=16",
                           "training.log_every=2", "training.checkpoint_every=20", "output.samples=8")],
                stdout=subprocess.DEVNULL)
            first = watch.until(lambda data: data["state"] == "training" and data["molecules"])
            self.assertIn("of 100,000", first["text"])
            second = watch.until(lambda data: data["version"] > first["version"])
            self.assertGreater(second["charts"][0]["series"][0]["x"][-1], first["charts"][0]["series"][0]["x"][-1])
            self.assertFalse(second["report"])
            self.assertLess(second["age"], 60)
            train.send_signal(signal.SIGINT)
            train.wait()
            self.assertEqual(train.returncode, 0)
            result_of("train", "--resume", "--out", folder, "--set", "stop.reward_calls=1")
            self.assertTrue(watch.until(lambda data: data["state"] == "finished")["report"])
            # A row that is being written is not shown, damage is said, and neither ends the page.
            with open(folder / "metrics.csv", "a") as metrics:
                metrics.write("999999,9")
            self.assertNotIn("999,999", watch.data()["text"])
            (folder / "checkpoint.safetensors").write_bytes(b"nothing")
            data = watch.data()
            self.assertEqual(data["state"], "damaged")
            self.assertIn("checkpoint.safetensors", data["text"])

    def test_a_design_is_watched_by_its_folder(self):
        design = self.folder / "design"
        design.mkdir()
        (design / "design.json").write_text("{}")
        with Watch(design) as watch:
            self.assertEqual(watch.data()["state"], "waiting")
            (design / "run").symlink_to(self.done)
            data = watch.until(lambda data: data["state"] == "finished")
            self.assertFalse(data["report"])  # that of the design is not there yet
            (design / "report.html").write_text("<p>of the design</p>")
            self.assertTrue(watch.data()["report"])
            self.assertEqual(watch.ask(f"/{watch.token}/report.html").text, "<p>of the design</p>")

    def test_a_grid_has_cells(self):
        out = self.folder / "cells"
        result_of("train", SOURCE / "data/configs/grid_8.toml", *SHORT, "--out", out)
        with Watch(out) as watch:
            data = watch.data()
            self.assertIn("Best so far", data["molecules"])
            self.assertIn("<td>", data["molecules"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
