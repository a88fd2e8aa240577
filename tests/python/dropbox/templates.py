"""Templates: making, reading, using, deleting."""

from dropbox.files import content
from dropbox.session import ANN, BOB, field, models, refused
from emulator import pdf
from flows import flow, holds, same


def create(session, **more):
    """The id of a template with one role to sign."""
    usual = {
        "title": "Standard contract",
        "files": [pdf("Standard contract")],
        "test_mode": True,
        "signer_roles": [models.SubTemplateRole(name="Client", order=0)],
        "form_fields_per_document": [field()],
    }
    asked = models.TemplateCreateRequest(**(usual | more))
    return session.call(session.templates, "template_create", asked).template.template_id


def client(role="Client"):
    """Ann in the template's role."""
    return [models.SubSignatureRequestTemplateSigner(role=role, name="Ann", email_address=ANN)]


@flow
def read_template(session):
    """A template: roles and fields as they were made, found in the list."""
    made = create(session, cc_roles=["Manager"])
    own = session.call(session.templates, "template_get", made).template
    same((own.template_id, own.title), (made, "Standard contract"), "template")
    same([(role.name, role.order) for role in own.signer_roles], [("Client", 0)], "signer roles")
    same([role.name for role in own.cc_roles], ["Manager"], "copy roles")
    same([(one.api_id, one.type) for one in own.documents[0].form_fields], [("sig", "signature")], "fields")
    listed = session.call(session.templates, "template_list").templates
    holds(made in [one.template_id for one in listed], "the template is not listed")


@flow
def send_with_template(session):
    """Send from a template: by role; a role that does not exist is refused."""
    made = create(session, cc_roles=["Manager"])

    def ask(**more):
        usual = {"template_ids": [made], "signers": client(), "test_mode": True}
        return models.SignatureRequestSendWithTemplateRequest(**(usual | more))

    copy = [models.SubCC(role="Manager", email_address="boss@example.com")]
    sent = session.request("signature_request_send_with_template", ask(ccs=copy))
    same((sent.template_ids, sent.signatures[0].signer_role), ([made], "Client"), "request")
    same((sent.title, sent.cc_email_addresses), ("Standard contract", ["boss@example.com"]), "from where")
    session.act(sent)
    same([one.api_id for one in session.read(sent).response_data], ["sig"], "the template's fields")
    # Roles are case-sensitive, and a copy role has to be filled.
    for wrong in (ask(ccs=copy, signers=client("client")), ask()):
        with refused(400, "bad_request"):
            session.requests.signature_request_send_with_template(wrong)


@flow
def embedded_with_template(session):
    """Embedded from a template: the signer gets a link."""
    asked = models.SignatureRequestCreateEmbeddedWithTemplateRequest(
        client_id=session.own["client_id"],
        template_ids=[create(session)],
        signers=client(),
        test_mode=True,
    )
    sent = session.request("signature_request_create_embedded_with_template", asked)
    signature = sent.signatures[0].signature_id
    link = session.call(session.embedded, "embedded_sign_url", signature).embedded
    holds(signature in link.sign_url, f"link {link.sign_url}")


@flow
def delete_template(session):
    """Delete a template: an empty answer, then it is not found."""
    made = create(session)
    same(session.call(session.templates, "template_delete", made), None, "answer")
    with refused(404, "not_found"):
        session.templates.template_get(made)


@flow
def merged_values(session):
    """A template's merge field: told as a custom field, filled by name when it is sent."""
    merge = field("TextMerge", "merge", "text-merge", 440, signer="sender", name="Company")
    made = create(
        session,
        form_fields_per_document=[field(), merge],
        merge_fields=[models.SubMergeField(name="Company", type="text")],
    )
    (custom,) = session.call(session.templates, "template_get", made).template.documents[0].custom_fields
    same((custom.name, custom.type), ("Company", "text"), "custom field")
    asked = models.SignatureRequestSendWithTemplateRequest(
        template_ids=[made],
        signers=client(),
        test_mode=True,
        custom_fields=[models.SubCustomField(name="Company", value="Acme")],
    )
    sent = session.request("signature_request_send_with_template", asked)
    same([(one.name, one.value) for one in sent.custom_fields], [("Company", "Acme")], "values")


@flow
def two_templates(session):
    """Two templates make one request: documents and roles of both."""
    witness = [models.SubTemplateRole(name="Witness", order=1)]
    made = [create(session), create(session, signer_roles=witness)]
    asked = models.SignatureRequestSendWithTemplateRequest(
        template_ids=made,
        signers=client()
        + [models.SubSignatureRequestTemplateSigner(role="Witness", name="Bob", email_address=BOB)],
        test_mode=True,
    )
    sent = session.request("signature_request_send_with_template", asked)
    same([own.signer_role for own in sent.signatures], ["Client", "Witness"], "roles")
    same(len(session.state(sent)["documents"]), 2, "documents")


@flow
def template_files(session):
    """A template's files: PDF, archive, text and address."""
    made = create(session)
    for kind, magic in (("pdf", b"%PDF"), ("zip", b"PK")):
        got = session.call(session.templates, "template_files", made, file_type=kind)
        same(content(got)[: len(magic)], magic, kind)
    uri = session.call(session.templates, "template_files_as_data_uri", made).data_uri
    holds(uri.startswith("data:application/pdf;base64,"), f"text {uri[:40]}")
    answer = session.call(session.templates, "template_files_as_file_url", made)
    with session.open(answer.file_url) as file:
        same(file.read(4), b"%PDF", "file")


@flow
def template_pages(session):
    """Templates in pages: the newest first."""
    made = [create(session) for _ in range(3)]
    pages = [session.call(session.templates, "template_list", page=page, page_size=2) for page in (1, 2)]
    rows = [own.template_id for page in pages for own in page.templates]
    same(rows[:3], made[::-1], "rows")


@flow
def template_later(session):
    """A template that is being made is a conflict, and there afterwards."""
    session.emulator.control("dropbox-sign/delays", {"template_ms": 60_000})
    try:
        made = create(session)
        with refused(409, "conflict"):
            session.templates.template_files(made)
        session.pass_time(61)
        same(session.call(session.templates, "template_get", made).template.template_id, made, "template")
    finally:
        session.emulator.control("dropbox-sign/delays", {"template_ms": 0})
