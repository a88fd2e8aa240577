"""The official SDK (dropbox-sign) drives the emulator, as an application of the world would.

Every flow makes its own requests and asserts what the published specification and recorded traffic say of the answer.
Run: python tests/python/dropbox_sign_sdk.py
"""

import urllib.error
import urllib.request

import flows
from emulator import Emulator, pdf
from flows import flow, holds, same

try:
    from dropbox_sign import ApiClient, ApiException, Configuration, apis, models
except ImportError:
    flows.lacking("dropbox-sign")

ANN = "ann@example.com"
BOB = "bob@example.com"


class Session:
    """The unmodified SDK, pointed at the emulator's port for Dropbox Sign."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.own = emulator.ready["providers"]["dropbox-sign"]
        self.host = f"{self.own['base_url']}/v3"
        client = ApiClient(Configuration(username=self.own["api_key"], host=self.host))
        self.requests = apis.SignatureRequestApi(client)
        self.embedded = apis.EmbeddedApi(client)
        self.account = apis.AccountApi(client)
        self.templates = apis.TemplateApi(client)

    def send(self, **changes):
        """A request in test mode with one signer and one signature field."""
        values = {
            "title": "NDA",
            "signers": [signer("Ann", ANN)],
            "files": [pdf("A contract")],
            "test_mode": True,
            "form_fields_per_document": [models.SubFormFieldsPerDocumentSignature(**place("sig"))],
        }
        request = models.SignatureRequestSendRequest(**(values | changes))
        return self.requests.signature_request_send(request).signature_request

    def get(self, request):
        return self.requests.signature_request_get(request.signature_request_id).signature_request

    def act(self, request, email=ANN, action="sign", reason=None):
        return self.emulator.act(request.signature_request_id, email, action, reason)

    def later(self):
        """Lets happen what is queued: conversion, cancellation, the index."""
        self.emulator.control("clock", {"advance_seconds": 5})


def signer(name, email, order=0):
    return models.SubSignatureRequestSigner(name=name, email_address=email, order=order)


def place(name, **changes):
    """A signature field as the specification wants it; its position in 72 dpi."""
    values = {"document_index": 0, "api_id": name, "type": "signature", "required": True, "signer": "0"}
    return values | {"page": 1, "x": 100, "y": 200, "width": 160, "height": 40} | changes


def content(file):
    """The bytes of a download, however the SDK hands them over."""
    return bytes(file.read()) if hasattr(file, "read") else bytes(file)


def refused(status, name, call):
    """The call is refused with this status and the specification's error name."""
    try:
        call()
    except ApiException as error:
        same(error.status, status, "status")
        holds(name in str(error.body), f"the error is named {name}: {error.body}")
        return
    raise AssertionError(f"{name} was expected")


@flow
def account(session):
    """The account tells what is left of its quotas"""
    holds(session.account.account_get().account.quotas.api_signature_requests_left > 0, "requests are left")


@flow
def metadata(session):
    """A request with files keeps title, test mode and metadata"""
    sent = session.send(metadata={"case": "42"})
    same((sent.title, sent.test_mode, sent.metadata), ("NDA", True, {"case": "42"}), "the request")


@flow
def two_files(session):
    """Several files make one request"""
    holds(session.send(files=[pdf("One"), pdf("Two")]).signature_request_id, "an id")


@flow
def reading(session):
    """A request that was sent awaits its signature"""
    seen = session.get(session.send())
    same((seen.is_complete, seen.signatures[0].status_code), (False, "awaiting_signature"), "the state")


@flow
def listing(session):
    """The list holds what was sent, newest first"""
    sent = session.send()
    listed = session.requests.signature_request_list(page_size=5)
    same(listed.signature_requests[0].signature_request_id, sent.signature_request_id, "the newest")
    holds(listed.list_info.num_pages >= 1, "a page")


@flow
def searching(session):
    """A query finds metadata once it is indexed"""
    session.send(metadata={"ref": "needle-7"})
    session.later()
    found = session.requests.signature_request_list(query="metadata:needle-7")
    same(len(found.signature_requests), 1, "requests found")


@flow
def signed_pdf(session):
    """A signed request is complete and downloads as a PDF"""
    sent = session.send()
    session.act(sent)
    holds(session.get(sent).is_complete, "it is complete")
    file = session.requests.signature_request_files(sent.signature_request_id, file_type="pdf")
    same(content(file)[:4], b"%PDF", "the file")


@flow
def signed_zip(session):
    """A signed request downloads as an archive"""
    sent = session.send()
    session.act(sent)
    file = session.requests.signature_request_files(sent.signature_request_id, file_type="zip")
    same(content(file)[:2], b"PK", "the file")


@flow
def data_uri(session):
    """A signed request comes as a data URI"""
    sent = session.send()
    session.act(sent)
    answer = session.requests.signature_request_files_as_data_uri(sent.signature_request_id)
    holds(answer.data_uri.startswith("data:"), "a data URI")


@flow
def file_url(session):
    """A signed request comes as a link, and the link answers"""
    sent = session.send()
    session.act(sent)
    answer = session.requests.signature_request_files_as_file_url(sent.signature_request_id)
    same(urllib.request.urlopen(answer.file_url).read(4), b"%PDF", "the file")


@flow
def too_early(session):
    """Files that are being prepared are a conflict"""
    sent = session.send()
    refused(409, "conflict", lambda: session.requests.signature_request_files(sent.signature_request_id))


@flow
def update(session):
    """A new address is a new signature"""
    sent = session.send()
    session.later()
    change = models.SignatureRequestUpdateRequest(
        signature_id=sent.signatures[0].signature_id, email_address="new@example.com", name="New"
    )
    changed = session.requests.signature_request_update(sent.signature_request_id, change).signature_request
    same(changed.signatures[0].signer_email_address, "new@example.com", "the address")
    holds(changed.signatures[0].signature_id != sent.signatures[0].signature_id, "another signature id")


@flow
def cancel(session):
    """A canceled request is gone"""
    sent = session.send()
    session.later()
    session.requests.signature_request_cancel(sent.signature_request_id)
    session.later()
    refused(410, "deleted", lambda: session.get(sent))


@flow
def remove(session):
    """A complete request can be removed from one's own account"""
    sent = session.send()
    session.act(sent)
    session.requests.signature_request_remove(sent.signature_request_id)
    refused(404, "not_found", lambda: session.get(sent))


@flow
def embedded(session):
    """An embedded signer gets a link, and the link answers"""
    request = models.SignatureRequestCreateEmbeddedRequest(
        client_id=session.own["client_id"], title="NDA", signers=[signer("Ann", ANN)], files=[pdf("A")], test_mode=True
    )
    sent = session.requests.signature_request_create_embedded(request).signature_request
    session.later()
    link = session.embedded.embedded_sign_url(sent.signatures[0].signature_id).embedded
    holds(link.expires_at > 0, "it ends")
    same(urllib.request.urlopen(link.sign_url).status, 200, "the page")


@flow
def fields(session):
    """Fields of several kinds are filled and read back"""
    kinds = [
        models.SubFormFieldsPerDocumentSignature(**place("sig")),
        models.SubFormFieldsPerDocumentText(**place("text", type="text", y=260, required=False)),
        models.SubFormFieldsPerDocumentCheckbox(
            **place("box", type="checkbox", y=300, required=False, is_checked=True, width=18, height=18)
        ),
        models.SubFormFieldsPerDocumentDateSigned(**place("date", type="date_signed", y=340)),
        models.SubFormFieldsPerDocumentInitials(**place("initials", type="initials", y=420)),
    ]
    sent = session.send(form_fields_per_document=kinds)
    session.act(sent)
    data = session.get(sent).response_data
    same({one.api_id for one in data}, {"sig", "text", "box", "date", "initials"}, "fields read back")


@flow
def order(session):
    """The second signer waits for the first"""
    sent = session.send(signers=[signer("Ann", ANN, 0), signer("Bob", BOB, 1)])
    try:
        session.act(sent, BOB)
    except urllib.error.HTTPError as error:
        same(error.code, 409, "the refusal")
    else:
        raise AssertionError("Bob signed before his turn")
    session.act(sent, ANN)
    session.act(sent, BOB)
    holds(session.get(sent).is_complete, "it is complete")


@flow
def decline(session):
    """A declined request says so, with the reason"""
    sent = session.send(allow_decline=True)
    session.act(sent, action="decline", reason="too expensive")
    seen = session.get(sent)
    same((seen.is_declined, seen.signatures[0].status_code), (True, "declined"), "the state")
    same(seen.signatures[0].decline_reason, "too expensive", "the reason")


@flow
def template(session):
    """A template gives its roles to signers"""
    role = models.SubTemplateRole(name="Client", order=0)
    place_of = models.SubFormFieldsPerDocumentSignature(**place("sig"))
    request = models.TemplateCreateRequest(
        title="T", files=[pdf("T")], test_mode=True, signer_roles=[role], form_fields_per_document=[place_of]
    )
    made = session.templates.template_create(request).template.template_id
    same(session.templates.template_get(made).template.signer_roles[0].name, "Client", "the role")
    holds(any(one.template_id == made for one in session.templates.template_list().templates), "it is listed")
    person = models.SubSignatureRequestTemplateSigner(role="Client", name="Ann", email_address=ANN)
    send = models.SignatureRequestSendWithTemplateRequest(template_ids=[made], signers=[person], test_mode=True)
    sent = session.requests.signature_request_send_with_template(send).signature_request
    same(sent.template_ids, [made], "the template of the request")
    session.templates.template_delete(made)


@flow
def wrong_address(session):
    """A wrong address is a bad request"""
    refused(400, "bad_request", lambda: session.send(cc_email_addresses=["nobody"]))


@flow
def wrong_key(session):
    """A wrong key is unauthorized"""
    client = ApiClient(Configuration(username="wrong", host=session.host))
    refused(401, "unauthorized", lambda: apis.AccountApi(client).account_get())


@flow
def unknown(session):
    """An unknown id is not found"""
    refused(404, "not_found", lambda: session.requests.signature_request_get("nope"))


@flow
def rate_headers(session):
    """Every answer tells what is left of the rate"""
    answer = session.requests.signature_request_get_with_http_info(session.send().signature_request_id)
    holds("x-ratelimit-limit-remaining" in {name.lower() for name in answer.headers}, "the header is there")


if __name__ == "__main__":
    with Emulator() as emulator:
        flows.run(Session(emulator))
