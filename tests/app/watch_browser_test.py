"""The page of `fragflow watch` in a headless Chromium: it changes while a run trains.

Usage: watch_browser_test.py FRAGFLOW SOURCE_FOLDER
"""

import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from browser import Browser
from command_line import result_of, settings
from watch_test import Watch

SPACE = pathlib.Path(sys.argv[2]) / "data/configs/space_small.toml"


class WatchInBrowser(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.watched = self.folder / "run"
        self.watched.mkdir()
        self.browser = Browser(self.folder)

    def tearDown(self):
        self.browser.close()
        self.temporary.cleanup()

    def last_point(self, chart="curve-0"):
        return self.browser.run(f"Chart.getChart('{chart}').data.datasets[0].data.at(-1).x")

    def test_the_page_changes_while_the_run_trains(self):
        state = lambda: self.browser.find("#run-state").text
        with Watch(self.watched) as watch:
            self.browser.driver.get(watch.printed["url"])
            self.browser.until(lambda: "waiting for the first record" in state(), 60)
            train = subprocess.Popen(
                [sys.argv[1], "train", str(SPACE), "--quiet", "--threads", "1", "--out", str(self.watched),
                 *settings("training.steps=100000", "training.batch_size=8", "policy.width=16",
                           "training.log_every=2", "training.checkpoint_every=20", "output.samples=8")],
                stdout=subprocess.DEVNULL)
            self.browser.until(lambda: self.browser.find_all("#molecules .molecule svg"), 60)
            self.assertIn("of 100,000", state())
            self.assertIn("last record", self.browser.find("#run-age").text)
            before, canvas = self.last_point(), self.browser.find("#curve-0")
            self.browser.until(lambda: self.last_point() > before, 60)
            self.assertEqual(self.browser.find("#curve-0"), canvas)  # the same chart goes on
            self.assertFalse(self.browser.find("#run-report").is_displayed())
            train.send_signal(signal.SIGINT)
            train.wait()
            result_of("train", "--resume", "--out", self.watched, "--set", "stop.reward_calls=1")
            self.browser.until(lambda: state().startswith("finished after step"), 60)
            self.assertEqual(self.browser.find("#run-age").text, "")
            self.browser.width(390)
            self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), 390)
            self.browser.width(0)
            self.browser.click("#run-report a")
            self.browser.until(lambda: self.browser.find_all("#provenance"), 60)
            self.assertEqual(self.browser.messages(), [])
            self.browser.driver.back()
            self.browser.until(lambda: state().startswith("finished"), 60)
            self.assertEqual(self.browser.messages(), [])
        self.browser.until(lambda: "fragflow watch has ended" in state())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
