#!/usr/bin/python3
"""The picture of docs/report.md: the shortlist of a design's report in headless Chromium.

usage: report_screenshot.py REPORT.html OUTPUT.png     (needs chromium-driver and python3-selenium)
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/app"))
from browser import Browser


def main():
    report, output = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        browser.driver.set_window_size(1300, 1330)
        browser.driver.get(pathlib.Path(report).resolve().as_uri())
        for rank in (2, 3):
            browser.click(f"[aria-label='select candidate {rank}']")
        browser.find("[aria-label='note on candidate 2']").send_keys("make first")
        browser.run("document.getElementById('shortlist').scrollIntoView()")
        browser.run("document.activeElement.blur()")
        browser.driver.save_screenshot(output)
        browser.close()


if __name__ == "__main__":
    main()
