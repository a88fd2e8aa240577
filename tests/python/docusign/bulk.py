"""Bulk send: a list, the test of it, and the sending."""

import uuid

from flows import flow, holds, same
from sdk import ANN, BOB, GUID, ds, looks, refused

from .templates import template


def bulk_list(session, *people, role="Tenant"):
    """A list with one copy for each person."""
    mark = str(uuid.uuid4())
    copies = []
    for name, email, rent in people:
        tenant = ds.BulkSendingCopyRecipient(
            role_name=role,
            name=name,
            email=email,
            tabs=[ds.BulkSendingCopyTab(tab_label="rent", initial_value=rent)],
        )
        agency = ds.BulkSendingCopyRecipient(role_name="Agency", name="Cy Poe", email="cy@example.com")
        fields = [ds.BulkSendingCopyCustomField(name="batch", value=mark)]
        copies.append(
            ds.BulkSendingCopy(
                recipients=[tenant, agency], custom_fields=fields, email_subject=f"Lease for {name}"
            )
        )
    api = ds.BulkEnvelopesApi(session.client)
    asked = ds.BulkSendingList(name="Tenants", bulk_copies=copies)
    made = session.call("create_bulk_send_list", api=api, bulk_sending_list=asked, expect=201)
    return made, mark


@flow
def list_and_test(session):
    """Bulk list: made, read, and tested against a template."""
    api = ds.BulkEnvelopesApi(session.client)
    made, _ = bulk_list(session, ("Ann Lee", ANN, "900"), ("Bob Ray", BOB, "800"))
    looks(made.list_id, GUID, "listId")
    same(len(session.call("get_bulk_send_list", made.list_id, api=api).bulk_copies), 2, "copies")
    source = ds.BulkSendRequest(envelope_or_template_id=template(session).template_id)
    good = session.call(
        "create_bulk_send_test_request", made.list_id, api=api, bulk_send_request=source, expect=201
    )
    same((good.can_be_sent, good.validation_errors), (True, []), "a list that fits")
    wrong, _ = bulk_list(session, ("Ann Lee", ANN, "900"), role="Landlord")
    bad = session.call(
        "create_bulk_send_test_request", wrong.list_id, api=api, bulk_send_request=source, expect=201
    )
    same((bad.can_be_sent, len(bad.validation_error_details)), (False, 1), "a list with a wrong role")


@flow
def send(session):
    """Bulk send: an envelope for each copy, with its own values and custom fields."""
    api = ds.BulkEnvelopesApi(session.client)
    made, mark = bulk_list(session, ("Ann Lee", ANN, "900"), ("Bob Ray", BOB, "800"))
    asked = ds.BulkSendRequest(envelope_or_template_id=template(session).template_id, batch_name="june")
    batch = session.call(
        "create_bulk_send_request", made.list_id, api=api, bulk_send_request=asked, expect=201
    )
    same((batch.batch_name, batch.batch_size, batch.total_queued), ("june", "2", "2"), "batch")
    status = session.call("get_bulk_send_batch_status", batch.batch_id, api=api)
    same((status.sent, status.queued, status.failed), ("2", "0", "0"), "status")
    found = session.call(
        "list_status_changes", from_date="2020-01-01", custom_field=f"batch={mark}", include="recipients,tabs"
    )
    rents = {
        own.email_subject: own.recipients.signers[0].tabs.text_tabs[0].value for own in found.envelopes
    }
    same(rents, {"Lease for Ann Lee": "900", "Lease for Bob Ray": "800"}, "envelopes")
    session.emulator.act(found.envelopes[0].envelope_id, found.envelopes[0].recipients.signers[0].email, "sign")
    holds(session.call("get_envelope", found.envelopes[0].envelope_id).status == "completed", "not completed")
    with refused("RESOURCE_NOT_FOUND", status=(400, 404)):
        session.call("get_bulk_send_batch_status", made.list_id, api=api)
