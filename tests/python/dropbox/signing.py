"""Signing: order, fields, declining, and the links of embedded signers."""

import urllib.error

from dropbox.session import ANN, BOB, NOBODY, field, models, refused, signers
from flows import flow, holds, same


@flow
def sign(session):
    """Signing completes the request and leaves its time."""
    sent = session.send(signers=signers(ANN, BOB))
    session.act(sent, BOB)
    half = session.read(sent)
    same(
        {own.signer_email_address: own.status_code for own in half.signatures},
        {ANN: "awaiting_signature", BOB: "signed"},
        "half way",
    )
    same(half.is_complete, False, "half way complete")
    session.act(sent, ANN)
    done = session.read(sent)
    same((done.is_complete, done.signing_url), (True, None), "done")
    holds(all(own.signed_at >= sent.created_at for own in done.signatures), "no signed_at")


@flow
def order(session):
    """Signing order: counted from 0, the second waits for the first."""
    sent = session.send(signers=signers(ANN, BOB, ordered=True))
    same([own.order for own in sent.signatures], [0, 1], "order")
    try:
        session.act(sent, BOB)
        raise AssertionError("the second signed before the first")
    except urllib.error.HTTPError as error:
        same(error.code, 409, "out of turn")
    session.act(sent, ANN)
    session.act(sent, BOB)
    same(session.read(sent).is_complete, True, "is_complete")


@flow
def decline(session):
    """Decline: the reason is kept, the request is over."""
    sent = session.send(allow_decline=True)
    session.act(sent, action="decline", reason="Wrong price")
    read = session.read(sent)
    same((read.is_declined, read.is_complete), (True, False), "states")
    (ann,) = read.signatures
    same((ann.status_code, ann.decline_reason), ("declined", "Wrong price"), "signature")


@flow
def fields(session):
    """Form fields of each kind: their answers, and the sender's merged text."""
    own = [
        field(),
        field("Text", "text", "text", 240, required=False),
        field("Checkbox", "check", "checkbox", 280, required=False, is_checked=True, width=18, height=18),
        field("DateSigned", "date", "date_signed", 320),
        field("Dropdown", "choice", "dropdown", 360, options=["red", "blue"], content="red"),
        field("Initials", "initials", "initials", 400),
        field("TextMerge", "merge", "text-merge", 440, signer="sender", name="Company"),
    ]
    sent = session.send(
        form_fields_per_document=own,
        custom_fields=[models.SubCustomField(name="Company", value="Acme")],
        signing_options=models.SubSigningOptions(
            draw=True, type=True, upload=True, phone=False, default_type="draw"
        ),
        field_options=models.SubFieldOptions(date_format="DD - MM - YYYY"),
    )
    session.act(sent)
    read = session.read(sent)
    answers = {one.api_id: one for one in read.response_data}
    same(
        {name: one.type for name, one in answers.items()},
        {one.api_id: one.type for one in own if one.signer != "sender"},
        "types",
    )
    same((answers["check"].value, answers["choice"].value), (True, "red"), "values")
    same(answers["sig"].is_signed, True, "is_signed")
    same({one.signature_id for one in read.response_data}, {read.signatures[0].signature_id}, "signer")
    same([(one.name, one.value) for one in read.custom_fields], [("Company", "Acme")], "custom_fields")


@flow
def sign_url(session):
    """Embedded: no mail, a link that lives an hour and opens once."""
    sent = session.create_embedded()
    same(session.state(sent)["mailCount"], 0, "mails")
    (ann,) = sent.signatures
    link = session.call(session.embedded, "embedded_sign_url", ann.signature_id).embedded
    holds(ann.signature_id in link.sign_url and "&amp;" not in link.sign_url, f"link {link.sign_url}")
    holds(3_590 <= link.expires_at - sent.created_at <= 3_610, f"expires_at {link.expires_at}")
    with session.open(link.sign_url) as page:
        holds(b"Dropbox Sign" in page.read(), "no signing page")
    try:
        with session.open(link.sign_url) as page:
            holds(b"Service agreement" not in page.read(), "the link opens twice")
    except urllib.error.HTTPError as error:
        holds(400 <= error.code < 500, f"the second opening answers {error.code}")


@flow
def no_sign_url(session):
    """No link for an unknown signature, nor for the id of the request; no reminder for the embedded."""
    sent = session.create_embedded()
    for wrong in (NOBODY, sent.signature_request_id):
        with refused(400, "bad_request"):
            session.embedded.embedded_sign_url(wrong)
    with refused(400, "invalid_reminder"):
        session.requests.signature_request_remind(
            sent.signature_request_id, models.SignatureRequestRemindRequest(email_address=ANN)
        )
