"""The planner's page in headless Chromium: readable, sourced, accessible, and alone with itself.

Run: python tests/python/plan_page.py [FOLDER]; AXE names the file axe.min.js of the npm package axe-core.
"""

import functools
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

import flows
from browser import By, person
from emulator import ROOT
from flows import flow, holds, same

SCENARIOS = {
    "germany": ["--seats", "10", "--envelopes", "200", "--jurisdiction", "DE"],
    "small": ["--seats", "3", "--envelopes", "40", "--jurisdiction", "US", "--billing", "annual_prepaid"],
    "qualified": ["--seats", "5", "--envelopes", "20", "--jurisdiction", "DE", "--level", "qes", "--document-kind", "lease"],
    "api": ["--channel", "api", "--envelopes", "400", "--sms", "50", "--id-checks", "5", "--jurisdiction", "SG"],
}
# Every text with a digit, outside of scripts and styles, that no element around it gives a source or an input.
UNSOURCED = """
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = []
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement
  if (/[0-9]/.test(node.data) && !element.closest('script, style, [data-source], [data-input]')) found.push(node.data.trim())
}
return found
"""
# Sources that the page names and does not list.
UNLISTED = """
const ids = new Set([...document.querySelectorAll('[data-source]')].flatMap(own => own.dataset.source.split(' ')))
return [...ids].filter(id => !document.getElementById('source-' + id))
"""


class World:
    """The pages on a server of their own, and somebody to look at them."""

    def __init__(self, address, someone):
        self.address, self.person = address, someone

    def open(self, name):
        self.person.open(f"{self.address}/{name}.html")


@flow
def numbers(world):
    """Every number says what it rests on, and every source named is listed with its date."""
    for name in SCENARIOS:
        world.open(name)
        same(world.person.driver.execute_script(UNSOURCED), [], f"numbers without a source in {name}")
        same(world.person.driver.execute_script(UNLISTED), [], f"sources that {name} does not list")


@flow
def on_demand(world):
    """A number that is pressed shows its source, date and confidence; Escape ends that."""
    world.open("germany")
    driver = world.person.driver
    price = driver.find_element(By.CSS_SELECTOR, "#answer tbody td [data-source]")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", price)
    said = world.person.find("#says")
    holds(said.is_displayed() and "confidence" in said.text, f"it says: {said.text!r}")
    driver.find_element(By.TAG_NAME, "body").send_keys("\ue00c")
    holds(not said.is_displayed(), "it stays")


@flow
def charts(world):
    """Both charts are drawn at phone and desktop width, with the scenario's own number marked."""
    world.open("small")
    world.person.picture("plan")
    for figure in world.person.driver.find_elements(By.CSS_SELECTOR, "figure svg"):
        holds(figure.is_displayed() and figure.size["height"] > 100, f"a chart has no room: {figure.size}")
        lines = figure.find_elements(By.CSS_SELECTOR, "path.line")
        holds(lines and all(len(line.get_attribute("d")) > 10 for line in lines), "a chart has no line")
        holds(figure.find_elements(By.CSS_SELECTOR, "circle.mark"), "no break-even point is marked")


@flow
def dark(world):
    """The page follows a dark screen."""
    driver = world.person.driver
    colour = "return getComputedStyle(document.body).backgroundColor"
    seen = set()
    for scheme in ("light", "dark"):
        feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
        world.open("germany")
        seen.add(driver.execute_script(colour))
        accessible(world, f"germany, {scheme}")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    same(len(seen), 2, "backgrounds")


@flow
def access(world):
    """axe finds no fault of accessibility in any of the pages."""
    for name in SCENARIOS:
        world.open(name)
        accessible(world, name)


def accessible(world, name):
    driver = world.person.driver
    driver.execute_script(pathlib.Path(os.environ["AXE"]).read_text())
    found = driver.execute_async_script("axe.run().then(result => arguments[0](result.violations))")
    faults = [f"{own['id']}: {own['nodes'][0]['html'][:120]}" for own in found]
    same(faults, [], f"faults of accessibility in {name}")


@flow
def alone(world):
    """No page asks for anything else, and none complains on the console."""
    world.person.requests()
    world.person.complaints()
    for name in SCENARIOS:
        world.open(name)
    hosts = {urllib.parse.urlsplit(address).hostname for address in world.person.requests()}
    holds(hosts <= {"127.0.0.1", None}, f"requests to elsewhere: {hosts}")
    same(world.person.complaints(), [], "errors on the console")


def pages(folder):
    """Writes the page of every scenario."""
    subprocess.run(["cargo", "build", "-q", "-p", "signbridge-cli"], cwd=ROOT, check=True)
    metadata = subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT)
    program = f"{json.loads(metadata)['target_directory']}/debug/signbridge"
    for name, arguments in SCENARIOS.items():
        command = [program, "plan", *arguments, "--html", f"{folder}/{name}.html"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        flows.lacking("chromium with chromedriver")
    if not pathlib.Path(os.environ.get("AXE", "")).is_file():
        flows.lacking("axe-core (npm), its file axe.min.js named by AXE")
    with tempfile.TemporaryDirectory(prefix="signbridge-plan-") as folder, person() as someone:
        pages(folder)
        handler = functools.partial(Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        flows.run(World(f"http://127.0.0.1:{server.server_port}", someone))
