"""Envelopes: creating, sending, finding, voiding, ending."""

import uuid

from emulator import pdf
from flows import flow, holds, same
from sdk import (
    ANN,
    BOB,
    GUID,
    NOBODY,
    TIME,
    ApiException,
    completed,
    definition,
    ds,
    looks,
    refused,
    signer,
)


@flow
def create_sent(session):
    """Create with base64 documents and send at once."""
    summary = session.call("create_envelope", envelope_definition=definition(), expect=201)
    looks(summary.envelope_id, GUID, "envelopeId")
    same((summary.status, summary.uri), ("sent", f"/envelopes/{summary.envelope_id}"), "summary")
    looks(summary.status_date_time, TIME, "statusDateTime")
    state = session.emulator.control(f"envelopes/{summary.envelope_id}", method="GET")
    same(
        state["documents"][0]["length"],
        len(pdf("Service agreement", "Signature: /sn1/")),
        "bytes that arrived",
    )


@flow
def draft_then_send(session):
    """Create a draft, then send it; a second sending is refused."""
    envelope = session.create(definition("created"))
    same(session.call("get_envelope", envelope).status, "created", "status of a draft")
    same(session.emulator.control(f"envelopes/{envelope}", method="GET")["mailCount"], 0, "mails of a draft")
    answer = session.call("update", envelope, envelope=ds.Envelope(status="sent"))
    same(answer.envelope_id, envelope, "envelopeId")
    sent = session.call("get_envelope", envelope)
    same(sent.status, "sent", "status")
    looks(sent.sent_date_time, TIME, "sentDateTime")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("update", envelope, envelope=ds.Envelope(status="sent"))


@flow
def read_envelope(session):
    """Get: times, sender, addresses, and what include asks for."""
    envelope = session.create(
        definition(email_blurb="By Friday, please", transaction_id="b9a7c2f0-0000-4000-8000-000000000001")
    )
    plain = session.call("get_envelope", envelope)
    same((plain.envelope_id, plain.status), (envelope, "sent"), "envelope")
    same((plain.email_subject, plain.email_blurb), ("Please sign", "By Friday, please"), "texts")
    same(plain.sender.user_id, session.emulator.docusign["user_id"], "sender")
    same(plain.transaction_id, "b9a7c2f0-0000-4000-8000-000000000001", "transactionId")
    same((plain.recipients, plain.envelope_documents), (None, None), "what was not asked for")
    for name in (
        "created_date_time",
        "sent_date_time",
        "status_changed_date_time",
        "last_modified_date_time",
    ):
        looks(getattr(plain, name), TIME, name)
    for name, tail in {
        "documents": "documents",
        "recipients": "recipients",
        "documents_combined": "documents/combined",
        "certificate": "documents/certificate",
        "custom_fields": "custom_fields",
    }.items():
        same(getattr(plain, name + "_uri"), f"/envelopes/{envelope}/{tail}", name + "_uri")
    full = session.call("get_envelope", envelope, include="recipients,documents,custom_fields,tabs")
    same(full.recipients.signers[0].email, ANN, "recipient")
    same(len(full.recipients.signers[0].tabs.sign_here_tabs), 1, "tabs")
    same(full.envelope_documents[0].name, "Contract", "document")
    same(full.custom_fields.text_custom_fields, [], "no custom field")


@flow
def list_envelopes(session):
    """List: pages, status filter, ids, and the search by a custom field."""
    mark = str(uuid.uuid4())
    fields = ds.CustomFields(text_custom_fields=[ds.TextCustomField(name="case_id", value=mark)])
    ids = [session.create(definition(custom_fields=fields)) for _ in range(3)]
    session.emulator.act(ids[0], ANN, "sign")
    find = {"from_date": "2020-01-01T00:00:00Z", "custom_field": f"case_id={mark}"}
    page = session.call("list_status_changes", count="2", order="asc", order_by="created", **find)
    same([own.envelope_id for own in page.envelopes], ids[:2], "first page")
    same((page.result_set_size, page.total_set_size), ("2", "3"), "sizes")
    same((page.start_position, page.end_position), ("0", "1"), "positions")
    holds(
        page.next_uri.startswith("/envelopes?"), f"nextUri {page.next_uri!r} is not relative to the account"
    )
    rest = session.call(
        "list_status_changes", count="2", start_position="2", order="asc", order_by="created", **find
    )
    same([own.envelope_id for own in rest.envelopes], ids[2:], "second page")
    holds(not rest.next_uri, "the last page leads on")
    done = session.call("list_status_changes", status="completed", **find)
    same([own.envelope_id for own in done.envelopes], ids[:1], "status filter")
    named = session.call("list_status_changes", envelope_ids=",".join(ids[1:]))
    same({own.envelope_id for own in named.envelopes}, set(ids[1:]), "by ids")
    none = session.call("list_status_changes", from_date="2020-01-01", custom_field="case_id=nowhere")
    same((none.result_set_size, none.envelopes or []), ("0", []), "nothing found")
    with refused("INVALID_REQUEST_PARAMETER"):
        session.call("list_status_changes")


@flow
def many_statuses(session):
    """Status of many envelopes in one call, by ids and by transaction ids."""
    known, unknown = str(uuid.uuid4()), str(uuid.uuid4())
    first, second = session.create(definition(transaction_id=known)), session.create(definition("created"))
    asked = ds.EnvelopeIdsRequest(envelope_ids=[first, second])
    found = session.call("list_status", envelope_ids="request_body", envelope_ids_request=asked)
    same(
        {own.envelope_id: own.status for own in found.envelopes}, {first: "sent", second: "created"}, "by ids"
    )
    asked = ds.EnvelopeIdsRequest(transaction_ids=[known, unknown])
    found = session.call("list_status", transaction_ids="request_body", envelope_ids_request=asked)
    rows = {row.transaction_id: row for row in found.envelope_transaction_statuses}
    same((rows[known].envelope_id, rows[known].status), (first, "sent"), "the known transaction")
    same(rows[unknown].envelope_id, None, "the unknown transaction")
    holds(rows[unknown].error_details.error_code, "the unknown transaction carries no error")


@flow
def void(session):
    """Void: the reason is kept; without a reason it is refused."""
    envelope = session.create(definition())
    with refused("INVALID_REQUEST_PARAMETER"):
        session.call("update", envelope, envelope=ds.Envelope(status="voided"))
    answer = session.call(
        "update", envelope, envelope=ds.Envelope(status="voided", voided_reason="Wrong price")
    )
    same(answer.envelope_id, envelope, "envelopeId")
    read = session.call("get_envelope", envelope)
    same((read.status, read.voided_reason), ("voided", "Wrong price"), "envelope")
    looks(read.voided_date_time, TIME, "voidedDateTime")


@flow
def void_too_late(session):
    """Void of a completed envelope is refused, and so is that of a draft."""
    for envelope in (completed(session), session.create(definition("created"))):
        with refused("ENVELOPE_CANNOT_VOID_INVALID_STATE"):
            session.call("update", envelope, envelope=ds.Envelope(status="voided", voided_reason="Too late"))


@flow
def recycle(session):
    """Moving to the recycle bin discards a draft and voids what was sent."""
    draft, sent = session.create(definition("created")), session.create(definition())
    folders = ds.FoldersApi(session.client)

    def move(folder, envelope):
        asked = ds.FoldersRequest(envelope_ids=[envelope])
        return session.call("move_envelopes", folder, api=folders, folders_request=asked)

    move("recyclebin", draft)
    move("recyclebin", sent)
    same(session.call("get_envelope", sent).status, "voided", "status of the sent")
    same(
        session.emulator.control(f"envelopes/{draft}", method="GET")["deleted"],
        True,
        "the draft is discarded",
    )
    # Recorded: a success whose item carries the error.
    answer = move("no-such-folder", session.create(definition()))
    details = [
        row.error_details for row in (answer.envelopes or []) + (answer.folders or []) if row.error_details
    ]
    same([own.error_code for own in details], ["INVALID_FOLDER_ID"], "an unknown folder")


@flow
def decline(session):
    """Decline: the envelope ends, the reason stands at the recipient."""
    envelope = session.create(definition())
    session.emulator.act(envelope, ANN, "decline", "Price too high")
    read = session.call("get_envelope", envelope, include="recipients")
    same(read.status, "declined", "status")
    (ann,) = read.recipients.signers
    same((ann.status, ann.declined_reason), ("declined", "Price too high"), "recipient")
    looks(ann.declined_date_time, TIME, "declinedDateTime")


@flow
def resend(session):
    """Resend: whose turn it is gets another mail, nobody else."""
    envelope = session.create(definition(signers=[signer(), signer("Bob Ray", BOB, "2", "2")]))
    session.call("update", envelope, resend_envelope="true", envelope=ds.Envelope())
    mails = session.emulator.control(f"envelopes/{envelope}", method="GET")["mails"]
    same([mail["to"] for mail in mails], [ANN, ANN], "mails")


@flow
def notification(session):
    """Notification: reminders and expiry in days, given at creation and changed."""
    rules = ds.Notification(
        use_account_defaults="false",
        reminders=ds.Reminders(reminder_enabled="true", reminder_delay="2", reminder_frequency="3"),
        expirations=ds.Expirations(expire_enabled="true", expire_after="30", expire_warn="3"),
    )
    envelope = session.create(definition(notification=rules))
    read = session.call("get_notification_settings", envelope)
    reminders, expirations = read.reminders, read.expirations
    same(read.use_account_defaults, "false", "useAccountDefaults")
    same(
        (reminders.reminder_enabled, reminders.reminder_delay, reminders.reminder_frequency),
        ("true", "2", "3"),
        "reminders",
    )
    same(
        (expirations.expire_enabled, expirations.expire_after, expirations.expire_warn),
        ("true", "30", "3"),
        "expiry",
    )
    later = ds.EnvelopeNotificationRequest(
        use_account_defaults="false",
        expirations=ds.Expirations(expire_enabled="true", expire_after="10", expire_warn="1"),
    )
    answer = session.call("update_notification_settings", envelope, envelope_notification_request=later)
    same(answer.expirations.expire_after, "10", "changed expiry")
    whole = session.call("get_envelope", envelope)
    same((whole.expire_enabled, whole.expire_after), ("true", "10"), "expiry of the envelope")
    looks(whole.expire_date_time, TIME, "expireDateTime")


@flow
def expiry(session):
    """An envelope past its expiry reads as voided; the clock is moved for it."""
    rules = ds.Notification(
        use_account_defaults="false",
        expirations=ds.Expirations(expire_enabled="true", expire_after="2", expire_warn="0"),
    )
    envelope = session.create(definition(notification=rules))
    session.emulator.control("clock", {"advance_seconds": 2 * 86400 + 60})
    # The token has died meanwhile.
    session.token = session.sign_in(session.client)
    read = session.call("get_envelope", envelope)
    same(read.status, "voided", "status")
    holds(read.voided_reason, "no voidedReason")
    with refused("ENVELOPE_CANNOT_VOID_INVALID_STATE"):
        session.call("update", envelope, envelope=ds.Envelope(status="voided", voided_reason="again"))


@flow
def custom_fields(session):
    """Custom fields: given at creation, added, changed, removed."""
    given = ds.CustomFields(text_custom_fields=[ds.TextCustomField(name="case_id", value="42", show="false")])
    envelope = session.create(definition(custom_fields=given))
    (case,) = session.call("list_custom_fields", envelope).text_custom_fields
    same((case.name, case.value, case.show, case.required), ("case_id", "42", "false", "false"), "given")
    more = ds.CustomFields(
        list_custom_fields=[ds.ListCustomField(name="colour", value="red", list_items=["red", "blue"])]
    )
    (colour,) = session.call(
        "create_custom_fields", envelope, custom_fields=more, expect=201
    ).list_custom_fields
    same((colour.value, colour.list_items), ("red", ["red", "blue"]), "added")
    holds(case.field_id and colour.field_id and case.field_id != colour.field_id, "field ids")
    change = ds.CustomFields(
        text_custom_fields=[ds.TextCustomField(field_id=case.field_id, name="case_id", value="43")]
    )
    (changed,) = session.call("update_custom_fields", envelope, custom_fields=change).text_custom_fields
    same((changed.field_id, changed.value), (case.field_id, "43"), "changed")
    gone = ds.CustomFields(list_custom_fields=[ds.ListCustomField(field_id=colour.field_id)])
    session.call("delete_custom_fields", envelope, custom_fields=gone)
    left = session.call("list_custom_fields", envelope)
    same(([own.value for own in left.text_custom_fields], left.list_custom_fields), (["43"], []), "left")


@flow
def audit_events(session):
    """Audit events: name-value fields of what happened, in order."""
    answer = session.call("list_audit_events", completed(session))
    rows = [{field.name: field.value for field in event.event_fields} for event in answer.audit_events]
    for row in rows:
        for name in (
            "logTime",
            "Source",
            "UserName",
            "UserId",
            "Action",
            "Message",
            "EnvelopeStatus",
            "ClientIPAddress",
            "Information",
            "InformationLocalized",
            "GeoLocation",
            "Language",
        ):
            holds(name in row, f"no {name} in {row}")
        looks(row["logTime"], TIME, "logTime")
    same(rows[0]["Action"], "Registered", "first action")
    holds(
        [row for row in rows if row["Action"] == "Signed" and row["UserName"] == "Ann Lee"],
        f"no signature in {rows}",
    )
    same(rows[-1]["EnvelopeStatus"], "completed", "last status")


@flow
def unknown_envelope(session):
    """An unknown envelope does not exist."""
    with refused("ENVELOPE_DOES_NOT_EXIST", status=(400, 404)):
        session.call("get_envelope", NOBODY)


@flow
def incomplete(session):
    """A sent envelope needs a valid address; a subject has at most 100 characters."""
    with refused("INVALID_EMAIL_ADDRESS_FOR_RECIPIENT"):
        session.create(definition(signers=[signer(email="ann at example.com")]))
    try:
        session.create(definition(email_subject="x" * 101))
        raise AssertionError("a subject of 101 characters is taken")
    except ApiException as error:
        same(error.status, 400, "status")
    session.create(definition(email_subject="x" * 100))
