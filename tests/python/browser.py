"""Headless Chromium as a person uses it, and an application to return to."""

import contextlib
import http.server
import json
import pathlib
import shutil
import sys
import tempfile
import threading
import time

import flows
from flows import holds, same

try:
    from selenium import webdriver
    from selenium.common.exceptions import NoSuchElementException, WebDriverException
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.wait import WebDriverWait
except ImportError:
    flows.lacking("the Python package selenium (tests/python/requirements.txt)")

DESKTOP, PHONE = (1280, 900), (390, 844)
# The folder that gets pictures, if any is named.
SHOWN = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
# The share of red among the pixels of a picture.
REDNESS = """
const [picture, done] = arguments, image = new Image()
image.onload = () => {
  const canvas = document.createElement('canvas')
  canvas.width = image.width, canvas.height = image.height
  const paper = canvas.getContext('2d')
  paper.drawImage(image, 0, 0)
  const pixels = paper.getImageData(0, 0, image.width, image.height).data
  let red = 0
  for (let at = 0; at < pixels.length; at += 4)
    red += pixels[at] > 200 && pixels[at + 1] < 60 && pixels[at + 2] < 60
  done(4 * red / pixels.length)
}
image.src = 'data:image/png;base64,' + picture
"""


class Application(http.server.BaseHTTPRequestHandler):
    """The page of the application that the signer returns to."""

    def do_GET(self):
        # An empty icon, or the browser asks for one.
        body = b"<!doctype html><title>Back</title><link rel=icon href='data:,'><p id=back>Back"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def application():
    """Serves the application's page; gives the address to return to."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/done?case=1"
    finally:
        server.shutdown()


class Person:
    """Someone at a browser."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, address):
        self.driver.get(address)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def has(self, selector):
        try:
            return self.find(selector).is_displayed()
        except NoSuchElementException:
            return False

    def text(self):
        return self.find("body").text

    def type(self, selector, text):
        self.find(selector).send_keys(text)

    def click(self, selector):
        """Clicks what leads to another page and waits until that has come."""
        element = self.find(selector)
        self.driver.execute_script("window.before = true")
        element.click()
        arrived = "return !window.before && document.readyState === 'complete'"
        # A script that is asked in the very moment of the change fails.
        wait = WebDriverWait(self.driver, 10, ignored_exceptions=[WebDriverException])
        wait.until(lambda driver: driver.execute_script(arrived), f"{selector} leads nowhere")

    def red(self, element):
        """The share of red in what the element shows."""
        return self.driver.execute_async_script(REDNESS, element.screenshot_as_base64)

    def landed(self, return_url, event):
        """The browser is back at the application, with this event added to the query."""
        same(self.driver.current_url, f"{return_url}&event={event}", "address")
        holds(self.has("#back"), "the application's page is not shown")

    def picture(self, name):
        """Leaves pictures of the page at desktop and phone width, and checks that it fits both."""
        for kind, (width, height) in (("phone", PHONE), ("desktop", DESKTOP)):
            # A window cannot be as narrow as a phone; its emulation can.
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": kind == "phone"}
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            wide = self.driver.execute_script("return document.documentElement.scrollWidth")
            holds(wide <= width, f"{name} is {wide} pixels wide on a {kind} of {width}")
            if SHOWN:
                # The viewer of documents paints in its own time.
                time.sleep(1)
                self.driver.save_screenshot(str(SHOWN / f"{name}-{kind}.png"))
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def requests(self):
        """The addresses the browser asked for since the last time."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [
            own["params"]["request"]["url"]
            for own in messages
            if own["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self):
        """The console's errors since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@contextlib.contextmanager
def person():
    """A fresh browser without memory."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    with tempfile.TemporaryDirectory(prefix="signbridge-chromium-", ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", f"--user-data-dir={profile}",
            f"--window-size={DESKTOP[0]},{DESKTOP[1]}",
        ):  # fmt: skip
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            yield Person(browser)
        finally:
            browser.quit()
