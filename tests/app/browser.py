"""A headless Chromium for tests of the pages that the program writes. Importing this ends the test as
skipped where Chromium, its driver or Selenium is missing (scripts/install --checks)."""

import pathlib
import shutil
import sys
import time

try:
    from selenium import webdriver
except ImportError:
    print("skipped: needs python3-selenium")
    sys.exit(77)
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    print("skipped: needs chromium and chromium-driver")
    sys.exit(77)


class Browser:
    """One window; downloads go into a folder of its own."""

    def __init__(self, folder):
        self.downloads = pathlib.Path(folder) / "downloads"
        self.downloads.mkdir()
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        # Nothing may be fetched: every name leads nowhere. Where the page scrolls smoothly, clicks go
        # to where a button was.
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--lang=en-US", "--force-prefers-reduced-motion",
                         "--host-resolver-rules=MAP * 0.0.0.0", f"--user-data-dir={folder}/profile", "--window-size=1300,1000"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=webdriver.chrome.service.Service(DRIVER), options=options)
        self.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def run(self, script, *arguments):
        """The value of a JavaScript expression; the arguments are arguments[0] and so on."""
        return self.driver.execute_script(f"return {script}", *arguments)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def find_all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def click(self, target):
        """An element or its selector, in the middle of the window: bars at its edges may cover others."""
        element = self.find(target) if isinstance(target, str) else target
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def until(self, condition, seconds=20):
        """Waits for what the page does later."""
        end = time.time() + seconds
        while not condition():
            assert time.time() < end, "the page never did it"
            time.sleep(0.05)

    def messages(self):
        """What the page has written to the console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def downloaded(self, name, seconds=20):
        """The file as bytes, once it is complete; it is removed."""
        path = self.downloads / name
        end = time.monotonic() + seconds
        while not path.exists() or list(self.downloads.glob("*.crdownload")):
            assert time.monotonic() < end, f"{name} was not downloaded"
            time.sleep(0.05)
        data = path.read_bytes()
        path.unlink()
        return data

    def dark(self, on):
        self.command("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def width(self, pixels):
        """As a phone of that width; 0: as a window again."""
        if pixels:
            self.command("Emulation.setDeviceMetricsOverride", width=pixels, height=844,
                         deviceScaleFactor=1, mobile=True)
        else:
            self.command("Emulation.clearDeviceMetricsOverride")

    def close(self):
        self.driver.quit()
