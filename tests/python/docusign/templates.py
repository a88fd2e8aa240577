"""Templates: made, listed, read; envelopes from one by roles, and composed of several."""

from flows import flow, holds, same
from sdk import ANN, BOB, GUID, NOBODY, TIME, document, ds, looks, refused

# A field of the tenant, at a place of the document.
PLACE = {"document_id": "1", "page_number": "1", "x_position": "72"}


def template(session, name="Lease", label="rent"):
    """A template with a tenant who signs and fills a text, and an agency that gets a copy."""
    tabs = ds.Tabs(
        sign_here_tabs=[ds.SignHere(y_position="600", tab_label="sign", **PLACE)],
        text_tabs=[ds.Text(y_position="300", tab_label=label, **PLACE)],
    )
    tenant = ds.Signer(recipient_id="1", role_name="Tenant", routing_order="1", tabs=tabs)
    agency = ds.CarbonCopy(recipient_id="2", role_name="Agency", routing_order="2")
    made = ds.EnvelopeTemplate(
        name=name,
        description="For flats",
        email_subject=f"Please sign: {name}",
        documents=[document(name)],
        recipients=ds.Recipients(signers=[tenant], carbon_copies=[agency]),
    )
    api = ds.TemplatesApi(session.client)
    return session.call("create_template", api=api, envelope_template=made, expect=201)


def role(name, person, email, **more):
    """A person for a role."""
    return ds.TemplateRole(role_name=name, name=person, email=email, **more)


@flow
def make_and_read(session):
    """Template: made, listed by its name, read with roles and fields."""
    api = ds.TemplatesApi(session.client)
    summary = template(session, "Made and read")
    looks(summary.template_id, GUID, "templateId")
    same((summary.name, summary.uri), ("Made and read", f"/templates/{summary.template_id}"), "summary")
    found = session.call("list_templates", api=api, search_text="made and READ", count="10")
    same([own.template_id for own in found.envelope_templates], [summary.template_id], "found by its name")
    same((found.result_set_size, found.next_uri), ("1", None), "the last page leads nowhere")
    read = session.call("get", summary.template_id, api=api, include="documents,recipients,tabs")
    same((read.name, read.description), ("Made and read", "For flats"), "template")
    (tenant,), (agency,) = read.recipients.signers, read.recipients.carbon_copies
    same((tenant.role_name, agency.role_name), ("Tenant", "Agency"), "roles")
    same([tab.tab_label for tab in tenant.tabs.text_tabs], ["rent"], "fields")
    same([own.document_id for own in read.documents], ["1"], "documents")
    looks(read.last_modified_date_time, TIME, "lastModifiedDateTime")
    with refused("RESOURCE_NOT_FOUND", status=(400, 404)):
        session.call("get", NOBODY, api=api)


@flow
def by_roles(session):
    """From a template: roles by name, a value by the field's label, sent and signed."""
    made = template(session).template_id
    rent = ds.Tabs(text_tabs=[ds.Text(tab_label="rent", value="900")])
    envelope = session.create(
        ds.EnvelopeDefinition(
            status="sent",
            template_id=made,
            template_roles=[role("Tenant", "Ann Lee", ANN, tabs=rent), role("Agency", "Bob Ray", BOB)],
        )
    )
    read = session.call("get_envelope", envelope, include="recipients,tabs")
    same(read.email_subject, "Please sign: Lease", "the template's subject")
    (ann,) = read.recipients.signers
    same((ann.name, ann.email, ann.role_name, ann.status), ("Ann Lee", ANN, "Tenant", "sent"), "tenant")
    same([tab.value for tab in ann.tabs.text_tabs], ["900"], "value")
    session.emulator.act(envelope, ANN, "sign")
    data = session.call("get_form_data", envelope)
    holds(("rent", "900") in [(row.name, row.value) for row in data.form_data], "form data")
    same(session.call("get_envelope", envelope).status, "completed", "status")


@flow
def roles_left_empty(session):
    """From a template: a role left empty is not sent, an unknown one is refused, a draft may wait."""
    made = template(session).template_id
    with refused("ENVELOPE_IS_INCOMPLETE"):
        session.create(
            ds.EnvelopeDefinition(
                status="sent", template_id=made, template_roles=[role("Tenant", "Ann Lee", ANN)]
            )
        )
    with refused("INVALID_REQUEST_PARAMETER"):
        session.create(
            ds.EnvelopeDefinition(
                status="created", template_id=made, template_roles=[role("Landlord", "Ann Lee", ANN)]
            )
        )
    draft = session.create(ds.EnvelopeDefinition(status="created", template_id=made))
    with refused("ENVELOPE_IS_INCOMPLETE"):
        session.call("update", draft, envelope=ds.Envelope(status="sent"))


def composite(made, number, tenant=True):
    """A template of the account with its people laid over it."""
    ann = ds.Signer(recipient_id="1", role_name="Tenant", name="Ann Lee", email=ANN)
    bob = ds.CarbonCopy(recipient_id="2", role_name="Agency", name="Bob Ray", email=BOB, routing_order="2")
    people = ds.Recipients(signers=[ann] if tenant else None, carbon_copies=[bob])
    fields = ds.CustomFields(text_custom_fields=[ds.TextCustomField(name=f"part_{number}", value=number)])
    return ds.CompositeTemplate(
        composite_template_id=number,
        server_templates=[ds.ServerTemplate(sequence="1", template_id=made)],
        inline_templates=[ds.InlineTemplate(sequence="2", recipients=people, custom_fields=fields)],
    )


@flow
def composed(session):
    """Composite: two templates and a document are one envelope, each person once."""
    first, second = template(session), template(session, "Annex", "annex_rent")
    initial = ds.Tabs(initial_here_tabs=[ds.InitialHere(y_position="20", **PLACE)])
    ann = ds.Signer(recipient_id="1", role_name="Tenant", name="Ann Lee", email=ANN, tabs=initial)
    rules = ds.CompositeTemplate(
        composite_template_id="3",
        document=document("House rules", name="Rules"),
        inline_templates=[ds.InlineTemplate(sequence="1", recipients=ds.Recipients(signers=[ann]))],
    )
    envelope = session.create(
        ds.EnvelopeDefinition(
            status="sent",
            email_subject="Lease and annex",
            composite_templates=[
                composite(first.template_id, "1"),
                composite(second.template_id, "2"),
                rules,
            ],
        )
    )
    read = session.call("get_envelope", envelope, include="recipients,tabs,documents,custom_fields")
    names = [own.name for own in read.envelope_documents if own.type == "content"]
    same(names, ["Contract", "Contract", "Rules"], "documents in the order of the composites")
    (ann,) = read.recipients.signers
    same((read.recipients.recipient_count, ann.email), ("2", ANN), "each person once")
    same([tab.document_id for tab in ann.tabs.sign_here_tabs], ["1", "2"], "signatures, each on its document")
    same([tab.document_id for tab in ann.tabs.initial_here_tabs], ["3"], "initials on the third")
    fields = {own.name: own.value for own in read.custom_fields.text_custom_fields}
    same(fields, {"part_1": "1", "part_2": "2"}, "custom fields of the inline templates")
    session.emulator.act(envelope, ANN, "sign")
    same(session.call("get_envelope", envelope).status, "completed", "status")


@flow
def composite_document(session):
    """Composite: a document stands for the template's own and takes its fields."""
    part = composite(template(session).template_id, "1")
    part.document = document("Another lease", name="Other")
    envelope = session.create(
        ds.EnvelopeDefinition(status="sent", email_subject="Other", composite_templates=[part])
    )
    read = session.call("get_envelope", envelope, include="recipients,tabs,documents")
    same([own.name for own in read.envelope_documents if own.type == "content"], ["Other"], "document")
    same(len(read.recipients.signers[0].tabs.sign_here_tabs), 1, "the template's field")
    loose = ds.CustomFields(text_custom_fields=[ds.TextCustomField(name="case_id", value="42")])
    with refused("INVALID_REQUEST_PARAMETER"):
        session.create(
            ds.EnvelopeDefinition(
                status="sent", email_subject="Other", composite_templates=[part], custom_fields=loose
            )
        )
