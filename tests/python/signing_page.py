"""A person in headless Chromium: reads, signs and declines on the emulator's pages.

Envelopes are made with the official SDK. Run: python tests/python/signing_page.py [FOLDER]; with a
folder, pictures of the pages are left there.
"""

import shutil
import urllib.parse

import flows
from browser import By, WebDriverWait, application, person
from emulator import OPENER, Emulator, pdf
from flows import flow, holds, same
from sdk import Session, definition, document, ds, signer, view

# A red square of 200 points, to tell that the document is painted.
SQUARE = "1 0 0 rg 72 300 200 200 re f"


class World:
    """What the flows share."""

    def __init__(self, emulator, someone, return_url):
        self.emulator, self.person, self.return_url = emulator, someone, return_url
        # Over the plain listener, so that links are http and need no trust in the browser.
        self.session = Session(emulator, tls=False)

    def embedded(self, documents=None, **more):
        """An envelope with an embedded signer: its id and the signer's link."""
        documents = documents or [document()]
        signers = [signer(client_user_id="u-17", **more)]
        envelope = self.session.create(definition(documents=documents, signers=signers))
        return envelope, self.link(envelope)

    def link(self, envelope):
        asked = view(self.return_url, "u-17")
        return self.session.call(
            "create_recipient_view", envelope, recipient_view_request=asked, expect=201
        ).url

    def read(self, envelope):
        """The envelope's status and its first signer, as the SDK reads them."""
        read = self.session.call("get_envelope", envelope, include="recipients")
        return read.status, read.recipients.signers[0]


@flow
def sign(world):
    """An embedded signer reads the document, signs with a click and returns; the envelope completes."""
    person = world.person
    content = pdf("Service agreement", "Signature: /sn1/", drawing=SQUARE)
    envelope, link = world.embedded(documents=[document(content=content)])
    person.open(link)
    holds(
        "Please sign" in person.text() and "Ann Lee" in person.text(), "neither subject nor signer is shown"
    )
    viewer = person.find("object[type='application/pdf']")
    holds(viewer.is_displayed() and viewer.size["height"] > 300, f"the document has no room: {viewer.size}")
    WebDriverWait(person.driver, 20).until(lambda _: person.red(viewer) > 0.02, "the document is not painted")
    (paper,) = person.driver.find_elements(By.CSS_SELECTOR, ".paper .title a")
    with OPENER.open(paper.get_attribute("href")) as answer:
        same(
            (answer.headers["Content-Type"], answer.read(5)),
            ("application/pdf", b"%PDF-"),
            "the document's link",
        )
    same(world.read(envelope)[0], "delivered", "status while reading")
    person.picture("signing")
    person.click("#sign")
    person.landed(world.return_url, "signing_complete")
    status, ann = world.read(envelope)
    same((status, ann.status), ("completed", "completed"), "status after signing")


@flow
def decline(world):
    """Another declines with a reason typed on the page; the reason arrives."""
    person = world.person
    envelope, link = world.embedded()
    person.open(link)
    holds(not person.has("#decline-reason"), "the reason is asked for before declining")
    person.find("#decline").click()
    person.type("#decline-reason", 'Price "too" high & <late>\nÜber 100 €')
    person.picture("declining")
    person.click("#decline-confirm")
    person.landed(world.return_url, "decline")
    status, ann = world.read(envelope)
    same((status, ann.status), ("declined", "declined"), "status")
    # Browsers send a line break of a form as CR LF.
    same(ann.declined_reason.replace("\r\n", "\n"), 'Price "too" high & <late>\nÜber 100 €', "declinedReason")


@flow
def mailbox(world):
    """A mailed signer opens the mail in the inbox and signs."""
    person = world.person
    envelope = world.session.create(definition(email_subject="Lease of the garden"))
    inbox = world.emulator.ready["listening"] + "/"
    person.open(inbox)
    person.picture("inbox")
    mail = f"//article[.//code[text()='{envelope}']]"
    holds("Lease of the garden" in person.driver.find_element(By.XPATH, mail).text, "the mail has no subject")
    person.driver.find_element(By.XPATH, mail + "//li[contains(., 'Ann Lee')]//a").click()
    WebDriverWait(person.driver, 10).until(lambda _: person.has("#sign"))
    holds("Lease of the garden" in person.text(), "the page has no subject")
    person.click("#sign")
    holds("You have signed" in person.text(), f"the page says {person.text()!r}")
    person.picture("finished")
    same(world.read(envelope)[0], "completed", "status")
    person.open(inbox)
    links = person.driver.find_elements(By.XPATH, mail + "//a")
    same(
        (len(links), "completed" in person.driver.find_element(By.XPATH, mail).text),
        (0, True),
        "mail of the signed",
    )


@flow
def fields(world):
    """Fields are filled in on the page; a required one is not left out."""
    person = world.person
    place = {"document_id": "1", "page_number": "1", "x_position": "72"}
    tabs = ds.Tabs(
        sign_here_tabs=[ds.SignHere(anchor_string="/sn1/")],
        text_tabs=[ds.Text(y_position="200", tab_label="Town", required="true", **place)],
        checkbox_tabs=[ds.Checkbox(y_position="240", tab_label="Newsletter", required="false", **place)],
        date_signed_tabs=[ds.DateSigned(y_position="280", **place)],
    )
    envelope, link = world.embedded(tabs=tabs)
    person.open(link)
    asked = [own.get_attribute("name") for own in person.driver.find_elements(By.CSS_SELECTOR, "form input:not([type=hidden])")]
    same(asked, ["field:Town", "field:Newsletter"], "fields in the order of reading")
    town = person.find("input[type=text]")
    person.find("#sign").click()
    holds(
        not person.driver.execute_script("return arguments[0].validity.valid", town), "an empty town is taken"
    )
    holds(person.has("#sign"), "the page has gone")
    same(world.read(envelope)[0], "delivered", "status without the town")
    person.picture("fields")
    town.send_keys("Köln")
    person.find("input[type=checkbox]").click()
    person.click("#sign")
    person.landed(world.return_url, "signing_complete")
    data = world.session.call("get_form_data", envelope)
    same({row.name: row.value for row in data.form_data if row.name in ("Town", "Newsletter")},
         {"Town": "Köln", "Newsletter": "X"}, "form data")  # fmt: skip


@flow
def later(world):
    """Who leaves for later returns with cancel and can come back by a new link."""
    person = world.person
    envelope, link = world.embedded()
    person.open(link)
    person.click("#later")
    person.landed(world.return_url, "cancel")
    same(world.read(envelope)[0], "delivered", "status")
    person.open(world.link(envelope))
    person.click("#sign")
    person.landed(world.return_url, "signing_complete")


@flow
def access_code(world):
    """Access code: a wrong one is told, the right one shows the document."""
    person = world.person
    envelope, link = world.embedded(access_code="K7P2")
    person.open(link)
    holds(person.has("#access-code") and not person.has("object"), "the document is shown without a code")
    holds(not person.has("#decline"), "what was not read can be declined")
    same(world.read(envelope)[0], "sent", "status before the code")
    person.picture("locked")
    person.type("#access-code", "wrong")
    person.click("#sign")
    holds(
        person.has("#error") and person.has("#access-code") and not person.has("object"),
        "a wrong code is taken",
    )
    holds(complaint_of_status(person, 403), "a wrong code is no 403")
    person.type("#access-code", "K7P2")
    person.click("#sign")
    holds(person.has("object") and not person.has("#access-code"), "the right code shows no document")
    same(world.read(envelope)[0], "delivered", "status after the code")
    person.click("#sign")
    person.landed(world.return_url, "signing_complete")
    same(world.read(envelope)[0], "completed", "status")


@flow
def access_code_failed(world):
    """Access code: three wrong ones lead back with access_code_failed."""
    person = world.person
    envelope, link = world.embedded(access_code="K7P2")
    person.open(link)
    for _ in range(3):
        person.type("#access-code", "wrong")
        person.click("#sign")
    person.landed(world.return_url, "access_code_failed")
    person.complaints()
    same(world.read(envelope)[0], "sent", "status")


@flow
def used_link(world):
    """A link opens once: a second time it leads back with ttl_expired."""
    person = world.person
    _, link = world.embedded()
    person.open(link)
    holds(person.has("#sign"), "the first time")
    person.open(link)
    person.landed(world.return_url, "ttl_expired")


@flow
def old_link(world):
    """A link lives five minutes: after that it leads back with ttl_expired."""
    person = world.person
    envelope, link = world.embedded()
    world.emulator.control("clock", {"advance_seconds": 5 * 60 + 1})
    person.open(link)
    person.landed(world.return_url, "ttl_expired")
    same(world.read(envelope)[0], "sent", "status")


@flow
def foreign_link(world):
    """A link that never existed says so."""
    person = world.person
    person.open(world.emulator.ready["listening"] + "/Signing/MTRedeem/v1/none?slt=none")
    holds("no longer valid" in person.text(), f"the page says {person.text()!r}")
    person.picture("gone")
    holds(complaint_of_status(person, 410), "an unknown link is no 410")


@flow
def several_documents(world):
    """Two documents stand one below the other, each to read."""
    person = world.person
    two = [document(), document("Price list", number="2", name="Prices " + "and more prices " * 6)]
    blurb = "Please sign by Friday.\nThanks!"
    signers = [signer(client_user_id="u-17")]
    envelope = world.session.create(definition(documents=two, signers=signers, email_blurb=blurb))
    person.open(world.link(envelope))
    same(len(person.driver.find_elements(By.CSS_SELECTOR, "object")), 2, "documents")
    holds("Please sign by Friday." in person.text(), "the message is not shown")
    person.picture("several")
    person.click("#sign")
    person.landed(world.return_url, "signing_complete")


def complaint_of_status(person, status):
    """Chromium tells every error answer of a page on the console; takes the one expected."""
    complaints = person.complaints()
    return complaints and all(f"status of {status}" in text for text in complaints)


def quiet(function):
    """A flow that ends without an error on the console and without a request to elsewhere."""

    def watched(world):
        world.person.complaints()
        function(world)
        same(world.person.complaints(), [], "errors on the console")
        for address in world.person.requests():
            parts = urllib.parse.urlsplit(address)
            own = parts.scheme in ("data", "chrome", "chrome-extension") or parts.hostname == "127.0.0.1"
            holds(own, f"a request to elsewhere: {address}")

    watched.__doc__ = function.__doc__
    return watched


if __name__ == "__main__":
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        flows.lacking("chromium with chromedriver")
    flows.FLOWS[:] = [quiet(function) for function in flows.FLOWS]
    with Emulator() as emulator, application() as return_url, person() as someone:
        flows.run(World(emulator, someone, return_url))
