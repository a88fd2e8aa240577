"""What a sender does with an envelope besides sending it: locks, pages, schedules, purging, the account."""

import contextlib
import datetime
import json
import urllib.parse

from flows import flow, holds, same
from sdk import ANN, BOB, TIME, ApiException, completed, definition, ds, looks, refused, signer, way_back


@contextlib.contextmanager
def holding(session, token):
    """All calls show that they hold the lock."""
    session.client.set_default_header("X-DocuSign-Edit", json.dumps({"LockToken": token}))
    try:
        yield
    finally:
        del session.client.default_headers["X-DocuSign-Edit"]


@flow
def locks(session):
    """Locks: taken, shown, prolonged, freed; who does not hold it changes nothing."""
    envelope = session.create(definition())
    asked = ds.LockRequest(lock_duration_in_seconds="600", locked_by_app="flows", lock_type="edit")
    lock = session.call("create_lock", envelope, lock_request=asked, expect=201)
    same((lock.locked_by_app, lock.lock_duration_in_seconds, lock.lock_type), ("flows", "600", "edit"), "lock")
    same(lock.locked_by_user.user_id, session.emulator.docusign["user_id"], "holder")
    looks(lock.locked_until_date_time, TIME, "lockedUntilDateTime")
    same(session.call("get_lock", envelope).locked_by_app, "flows", "who holds it")
    with refused("EDIT_LOCK_ENVELOPE_ALREADY_LOCKED"):
        session.call("create_lock", envelope, lock_request=asked)
    change = ds.Recipients(signers=[ds.Signer(recipient_id="1", name="Ann Ray")])
    with refused("EDIT_LOCK_NOT_LOCK_OWNER"):
        session.call("update_recipients", envelope, recipients=change)
    with holding(session, "another's"), refused("EDIT_LOCK_NOT_LOCK_OWNER"):
        session.call("delete_lock", envelope)
    with holding(session, lock.lock_token):
        session.call("update_recipients", envelope, recipients=change)
        longer = ds.LockRequest(lock_duration_in_seconds="900")
        same(
            session.call("update_lock", envelope, lock_request=longer).lock_duration_in_seconds,
            "900",
            "prolonged",
        )
        session.call("delete_lock", envelope)
    with refused("EDIT_LOCK_ENVELOPE_NOT_LOCKED"):
        session.call("get_lock", envelope)
    session.call("update_recipients", envelope, recipients=change)


@flow
def correct_mails(session):
    """Correct: a new name mails nobody, an e-mail address does, even when it is the same."""
    envelope = session.create(definition())

    def mails():
        state = session.emulator.control(f"envelopes/{envelope}", method="GET")
        return [(mail["kind"], mail["to"]) for mail in state["mails"]]

    renamed = ds.Recipients(signers=[ds.Signer(recipient_id="1", name="Ann Ray")])
    session.call("update_recipients", envelope, recipients=renamed)
    same(mails(), [("invitation", ANN)], "after another name")
    same_address = ds.Recipients(signers=[ds.Signer(recipient_id="1", email=ANN)])
    session.call("update_recipients", envelope, recipients=same_address)
    same(mails()[1:], [("correction", ANN)], "after the same address")


@flow
def resend_to_one(session):
    """Resend: one recipient is mailed again, the other is not."""
    envelope = session.create(definition(signers=[signer(), signer("Bob Ray", BOB, "2", "1")]))
    only = ds.Recipients(signers=[ds.Signer(recipient_id="2")])
    session.call("update_recipients", envelope, recipients=only, resend_envelope="true")
    state = session.emulator.control(f"envelopes/{envelope}", method="GET")
    again = [mail["to"] for mail in state["mails"] if mail["kind"] == "resent"]
    same(again, [BOB], "mailed again")


@flow
def sender_view(session):
    """Sender view: a page for a draft; what was sent has a page that corrects."""
    draft = session.create(definition("created"))
    asked = ds.EnvelopeViewRequest(return_url="https://app.example/done?case=1", view_access="envelope")
    link = session.call("create_sender_view", draft, envelope_view_request=asked, expect=201).url
    holds(link.startswith(session.emulator.docusign["base_url_tls"]), f"link {link}")
    same(way_back(session, link), "https://app.example/done?case=1&event=cancel", "nobody edits it here")
    same(way_back(session, link), "https://app.example/done?case=1&event=sessionEnd", "a used link")
    fix = ds.EnvelopeViewRequest(return_url="https://app.example/done")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("create_correct_view", draft, envelope_view_request=fix)
    session.call("update", draft, envelope=ds.Envelope(status="sent"))
    holds(session.call("create_correct_view", draft, envelope_view_request=fix, expect=201).url, "no link")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("create_sender_view", draft, envelope_view_request=asked)


@flow
def correct_view(session):
    """Correct view: while its page is open the envelope is `correct`; leaving or revoking it ends that."""
    envelope = session.create(definition())
    fix = ds.CorrectViewRequest(return_url="https://app.example/done")

    def status():
        return session.call("get_envelope", envelope).status

    def opened():
        link = session.call("create_correct_view", envelope, envelope_view_request=fix, expect=201).url
        same(status(), "sent", "a link that nobody opened")
        base = session.emulator.docusign["base_url_tls"]
        page = urllib.parse.urljoin(base, way_back(session, link))
        same(status(), "correct", "while the page is open")
        return link, page

    link, page = opened()
    same(session.call("list_status_changes", from_date="2020-01-01", status="correct").result_set_size, "1", "list")
    with refused("ENVELOPE_CANNOT_VOID_INVALID_STATE"):
        session.call("update", envelope, envelope=ds.Envelope(status="voided", voided_reason="no"))
    same(way_back(session, page, b"event=send"), "https://app.example/done?event=send", "left by sending")
    same(status(), "sent", "after the page was left")
    link, _ = opened()
    session.call("delete_envelope_correct_view", envelope, correct_view_request=fix)
    same(status(), "sent", "after the page was revoked")
    session.emulator.act(envelope, ANN, "sign")
    same(status(), "completed", "at the end")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("create_correct_view", envelope, envelope_view_request=fix)


@flow
def console_view(session):
    """Console view: a link to the web application, at an envelope or where it begins."""
    envelope = session.create(definition())
    for asked in (
        ds.ConsoleViewRequest(return_url="https://app.example/done", envelope_id=envelope),
        ds.ConsoleViewRequest(return_url="https://app.example/done"),
    ):
        link = session.call("create_console_view", console_view_request=asked, expect=201).url
        holds(link.startswith(session.emulator.docusign["base_url_tls"]), f"link {link}")
        same(way_back(session, link), "https://app.example/done", "the way back")
    unknown = ds.ConsoleViewRequest(
        return_url="https://app.example/done", envelope_id="00000000-0000-8000-8000-00000000dead"
    )
    with refused("ENVELOPE_DOES_NOT_EXIST"):
        session.call("create_console_view", console_view_request=unknown)
    with refused("INVALID_REQUEST_PARAMETER"):
        session.call("create_console_view", console_view_request=ds.ConsoleViewRequest(envelope_id=envelope))


@flow
def purge(session):
    """Purge: only what has ended is queued; it can be taken out again."""
    running = session.create(definition())
    queued = ds.Envelope(purge_state="documents_queued")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("update", running, envelope=queued)
    ended = completed(session)
    same(session.call("get_envelope", ended).purge_state, "unpurged", "before")
    session.call("update", ended, envelope=queued)
    same(session.call("get_envelope", ended).purge_state, "documents_queued", "queued")
    session.call("update", ended, envelope=ds.Envelope(purge_state="documents_dequeued"))
    same(session.call("get_envelope", ended).purge_state, "unpurged", "taken out")
    with refused("INVALID_REQUEST_PARAMETER"):
        session.call("update", ended, envelope=ds.Envelope(purge_state="everything"))


@flow
def scheduled(session):
    """Scheduled sending: nobody is mailed until the time comes; a time that is over is refused."""
    now = datetime.datetime.fromisoformat(session.emulator.control("clock", method="GET")["now"])

    def workflow(days):
        rule = ds.EnvelopeDelayRule(resume_date=(now + datetime.timedelta(days=days)).isoformat())
        return ds.Workflow(scheduled_sending=ds.ScheduledSending(rules=[rule]))

    envelope = session.create(definition(workflow=workflow(2)))
    read = session.call("get_envelope", envelope, include="workflow")
    same(read.workflow.scheduled_sending.status, "started", "schedule")
    state = session.emulator.control(f"envelopes/{envelope}", method="GET")
    same(state["mailCount"], 0, "mails before its time")
    session.emulator.control("clock", {"advance_seconds": 2 * 86400 + 60})
    session.token = session.sign_in(session.client)
    same(session.call("get_envelope", envelope).status, "sent", "in its time")
    for days in (-1, 60):
        with refused("INVALID_REQUEST_PARAMETER"):
            session.create(definition(workflow=workflow(days)))


@flow
def paused(session):
    """Workflow: it pauses before a step and goes on when told."""
    step = ds.WorkflowStep(action="pause_before", trigger_on_item="routing_order", item_id="2")
    two = [signer(), signer("Bob Ray", BOB, "2", "2")]
    envelope = session.create(definition(signers=two, workflow=ds.Workflow(workflow_steps=[step])))
    session.emulator.act(envelope, ANN, "sign")
    read = session.call("get_envelope", envelope, include="workflow,recipients")
    same(read.workflow.workflow_status, "paused", "workflow")
    same(read.recipients.signers[1].status, "created", "the second signer")
    go_on = ds.Envelope(workflow=ds.Workflow(workflow_status="in_progress"))
    session.call("update", envelope, envelope=go_on, resend_envelope="true")
    read = session.call("get_envelope", envelope, include="workflow,recipients")
    same((read.workflow.workflow_status, read.recipients.signers[1].status), ("in_progress", "sent"), "goes on")
    with refused("WORKFLOW_UPDATE_NOT_ALLOWED"):
        session.call("update", envelope, envelope=go_on, resend_envelope="true")


@flow
def account(session):
    """Account: plan, and the envelopes sent in the period."""
    api = ds.AccountsApi(session.client)
    before = session.call("get_account_information", api=api)
    holds(before.plan_name, "no planName")
    session.create(definition())
    after = session.call("get_account_information", api=api)
    same(
        int(after.billing_period_envelopes_sent) - int(before.billing_period_envelopes_sent), 1, "envelopes sent"
    )


@flow
def bad_schedule(session):
    """Scheduled sending has exactly one rule."""
    try:
        session.create(definition(workflow=ds.Workflow(scheduled_sending=ds.ScheduledSending(rules=[]))))
        raise AssertionError("a schedule without a rule is taken")
    except ApiException as error:
        same(error.status, 400, "status")
