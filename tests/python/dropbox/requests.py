"""Signature requests: sending, finding, reminding, changing, ending."""

import uuid

from dropbox.session import (
    ANN,
    BOB,
    NOBODY,
    REQUEST_ID,
    SIGNATURE_ID,
    looks,
    models,
    refused,
    signers,
)
from emulator import pdf
from flows import flow, holds, same


@flow
def send(session):
    """Send files in multipart: ids, texts, states, and the metadata as it was given."""
    metadata = {"case": "42", "count": 5}
    sent = session.send(subject="Please sign", message="By Friday", metadata=metadata)
    looks(sent.signature_request_id, REQUEST_ID, "signature_request_id")
    same((sent.title, sent.subject, sent.message), ("Service agreement", "Please sign", "By Friday"), "texts")
    same((sent.test_mode, sent.metadata), (True, metadata), "echo")
    same((sent.is_complete, sent.is_declined, sent.has_error), (False, False, False), "states")
    (ann,) = sent.signatures
    looks(ann.signature_id, SIGNATURE_ID, "signature_id")
    same((ann.signer_email_address, ann.status_code), (ANN, "awaiting_signature"), "signature")
    same(session.state(sent)["documents"][0]["length"], len(pdf("Service agreement")), "bytes that arrived")


@flow
def send_two_files(session):
    """Send two files: both arrive, in their order."""
    one, two = pdf("One"), pdf("Two", "of two")
    sent = session.send(files=[one, two])
    same([own["length"] for own in session.state(sent)["documents"]], [len(one), len(two)], "documents")


@flow
def send_addresses(session):
    """Send addresses of files as JSON; files and addresses together are refused."""
    address = ["https://files.example/contract.pdf"]
    sent = session.send(files=None, file_urls=address)
    same([own["name"] for own in session.state(sent)["documents"]], ["contract.pdf"], "documents")
    with refused(400, "bad_request"):
        session.send(file_urls=address)


@flow
def incomplete(session):
    """A wrong address names its parameter; without files or signers nothing is sent."""
    with refused(400, "bad_request", "cc_email_addresses[0]"):
        session.send(cc_email_addresses=["nobody"])
    with refused(400, "bad_request"):
        session.send(files=None)
    with refused(400, "bad_request"):
        session.send(signers=[])
    with refused(400, "bad_request"):
        session.send(metadata={f"key{number}": "v" for number in range(11)})


@flow
def expiry(session):
    """Expiry: cut to the hour, within 90 days; then the signatures are expired."""
    now = session.send().created_at
    asked = now + 2 * 86_400 + 1_234
    sent = session.send(expires_at=asked)
    same(sent.expires_at, asked - asked % 3_600, "expires_at")
    with refused(400, "bad_request"):
        session.send(expires_at=now + 91 * 86_400)
    session.pass_time(3 * 86_400)
    same([own.status_code for own in session.read(sent).signatures], ["expired"], "status")


@flow
def get(session):
    """Get: as it was sent; an unknown id is not found."""
    sent = session.send(cc_email_addresses=["boss@example.com"])
    read = session.read(sent)
    same((read.signature_request_id, read.created_at), (sent.signature_request_id, sent.created_at), "read")
    same((read.cc_email_addresses, read.response_data), (["boss@example.com"], []), "copies and answers")
    with refused(404, "not_found"):
        session.requests.signature_request_get(NOBODY)


@flow
def list_requests(session):
    """List: the newest first, in pages."""
    ids = [session.send().signature_request_id for _ in range(3)]
    found = [
        session.call(session.requests, "signature_request_list", page=page, page_size=2) for page in (1, 2)
    ]
    info = found[0].list_info
    same((info.page, info.page_size, info.num_pages >= 2), (1, 2, True), "list_info")
    rows = [own.signature_request_id for page in found for own in page.signature_requests]
    same(rows[:3], ids[::-1], "rows")


@flow
def query(session):
    """List by what the metadata holds: that one and no other."""
    mark = uuid.uuid4().hex
    sent, _ = session.send(metadata={"reference": mark}), session.send()
    session.pass_time(2)
    found = session.call(session.requests, "signature_request_list", query=f"metadata:{mark}")
    same(
        [own.signature_request_id for own in found.signature_requests],
        [sent.signature_request_id],
        "found",
    )


@flow
def remind(session):
    """Remind: once an hour, and only a signer of the request."""
    sent = session.send()
    session.pass_time(2)
    ask = models.SignatureRequestRemindRequest(email_address=ANN)
    (ann,) = session.request("signature_request_remind", sent.signature_request_id, ask).signatures
    holds(ann.last_reminded_at >= sent.created_at, f"last_reminded_at {ann.last_reminded_at}")
    with refused(400, "invalid_reminder"):
        session.requests.signature_request_remind(sent.signature_request_id, ask)
    session.pass_time(3_601)
    (again,) = session.request("signature_request_remind", sent.signature_request_id, ask).signatures
    holds(again.last_reminded_at > ann.last_reminded_at, "the second reminder left no time")
    with refused(400, "invalid_recipient"):
        session.requests.signature_request_remind(
            sent.signature_request_id, models.SignatureRequestRemindRequest(email_address=BOB)
        )


@flow
def update(session):
    """Update: a new address is a new signature with its own id."""
    sent = session.send()
    old = sent.signatures[0].signature_id
    change = models.SignatureRequestUpdateRequest(signature_id=old, email_address=BOB, name="Bob")
    (bob,) = session.request("signature_request_update", sent.signature_request_id, change).signatures
    same((bob.signer_email_address, bob.signer_name), (BOB, "Bob"), "signer")
    holds(bob.signature_id != old, "the signature kept its id")
    looks(bob.signature_id, SIGNATURE_ID, "signature_id")
    with refused(400, "bad_request"):
        session.requests.signature_request_update(sent.signature_request_id, change)


@flow
def update_end(session):
    """Update: a new end goes with a name, is cut to the hour, and keeps the signature's id."""
    sent = session.send(expires_at=session.send().created_at + 3 * 86_400)
    old, end = sent.signatures[0].signature_id, sent.created_at + 20 * 86_400 + 77
    change = models.SignatureRequestUpdateRequest(signature_id=old, name="Ann", expires_at=end)
    changed = session.request("signature_request_update", sent.signature_request_id, change)
    same((changed.expires_at, changed.signatures[0].signature_id), (end - end % 3_600, old), "update")


@flow
def update_barred(session):
    """Update: not where a signature page was appended, nor for who has signed."""
    page = session.send(form_fields_per_document=None)
    done = session.completed()
    for sent in (page, done):
        change = models.SignatureRequestUpdateRequest(signature_id=sent.signatures[0].signature_id, name="Eve")
        with refused(400, "bad_request"):
            session.requests.signature_request_update(sent.signature_request_id, change)


@flow
def cancel(session):
    """Cancel: queued with an empty answer, later reads say deleted."""
    sent = session.send()
    same(
        session.call(session.requests, "signature_request_cancel", sent.signature_request_id), None, "answer"
    )
    session.pass_time(2)
    with refused(410, "deleted"):
        session.requests.signature_request_get(sent.signature_request_id)
    done = session.completed()
    with refused(400, "signature_request_cancel_failed"):
        session.requests.signature_request_cancel(done.signature_request_id)


@flow
def remove(session):
    """Remove: only what is complete, and then it is out of reach."""
    sent = session.send()
    with refused(400, "signature_request_remove_failed"):
        session.requests.signature_request_remove(sent.signature_request_id)
    session.act(sent)
    same(
        session.call(session.requests, "signature_request_remove", sent.signature_request_id), None, "answer"
    )
    with refused(404, "not_found"):
        session.requests.signature_request_get(sent.signature_request_id)


@flow
def attachments_and_pin(session):
    """Attachments and a pin: the answer says that there are some."""
    ask = models.SubAttachment(name="Passport", signer_index=0, required=True)
    sent = session.send(signers=signers(ANN, pin="24680"), attachments=[ask])
    same((sent.attachments[0].name, sent.attachments[0].required), ("Passport", True), "attachment")
    same((sent.signatures[0].has_pin, sent.signatures[0].has_sms_auth), (True, False), "factors")
