"""Who signs: identity workflows, signature providers, in person, and who only has to open."""

from flows import flow, holds, same
from sdk import ANN, definition, ds, refused, signer, view


@flow
def identity_verification(session):
    """Identity verification: workflows of the account are listed, and one is chosen by its id."""
    api = ds.AccountsApi(session.client)
    listed = session.call("get_account_identity_verification", api=api).identity_verification
    names = {own.default_name: own for own in listed}
    check, phone = names["Emulated document check"], names["Emulated phone code"]
    same([own.option_name for own in phone.input_options], ["phone_number_list"], "what it asks for")
    chosen = ds.RecipientIdentityVerification(workflow_id=check.workflow_id)
    envelope = session.create(definition(signers=[signer(identity_verification=chosen)]))
    (read,) = session.call("list_recipients", envelope).signers
    same(read.identity_verification.workflow_id, check.workflow_id, "workflow")
    number = ds.RecipientIdentityPhoneNumber(country_code="48", number="600100200")
    option = ds.RecipientIdentityInputOption(
        name="phone_number_list", value_type="PhoneNumberList", phone_number_list=[number]
    )
    coded = ds.RecipientIdentityVerification(workflow_id=phone.workflow_id, input_options=[option])
    new = ds.Recipients(signers=[ds.Signer(recipient_id="1", identity_verification=coded)])
    (row,) = session.call("update_recipients", envelope, recipients=new).recipient_update_results
    same(row.error_details, None, "correction of the workflow")
    (read,) = session.call("list_recipients", envelope).signers
    (option,) = read.identity_verification.input_options
    same(option.phone_number_list[0].number, "600100200", "number")
    for wrong in (
        ds.RecipientIdentityVerification(workflow_id="00000000-0000-8000-8000-00000000dead"),
        ds.RecipientIdentityVerification(workflow_id=phone.workflow_id),
    ):
        with refused("INVALID_REQUEST_PARAMETER"):
            session.create(definition(signers=[signer(identity_verification=wrong)]))
    session.emulator.control("docusign/plan", {"identity_verification": False})
    same(session.call("get_account_identity_verification", api=api).identity_verification, [], "not in the plan")
    with refused("PLAN_ITEM_NOT_ENABLED"):
        session.create(definition(signers=[signer(identity_verification=chosen)]))
    session.emulator.control("docusign/plan", {"identity_verification": True})


@flow
def signature_providers(session):
    """Signature providers: listed by name; a signer is given one by its name."""
    api = ds.AccountsApi(session.client)
    listed = session.call("list_signature_providers", api=api).signature_providers
    names = [own.signature_provider_name for own in listed]
    holds("emulated_advanced" in names, f"providers {names}")

    def certified(name):
        provider = ds.RecipientSignatureProvider(signature_provider_name=name)
        return definition(signers=[signer(recipient_signature_providers=[provider])])

    envelope = session.create(certified("emulated_advanced"))
    same(session.call("get_envelope", envelope).is_signature_provider_envelope, "true", "envelope")
    (read,) = session.call("list_recipients", envelope).signers
    same(read.recipient_signature_providers[0].signature_provider_name, "emulated_advanced", "recipient")
    with refused("SIGNATURE_PROVIDER_INVALID_NAME"):
        session.create(certified("nobody"))
    session.emulator.control("docusign/plan", {"signature_providers": False})
    with refused("ACCOUNT_LACKS_PERMISSIONS"):
        session.create(certified("emulated_advanced"))
    session.emulator.control("docusign/plan", {"signature_providers": True})
    same(session.call("get_envelope", session.create(definition())).is_signature_provider_envelope, "false", "plain")


def in_person_signer(**more):
    tabs = ds.Tabs(sign_here_tabs=[ds.SignHere(anchor_string="/sn1/")])
    return ds.InPersonSigner(
        recipient_id="1",
        host_name="Erika Sender",
        host_email="sender@example.com",
        signer_name="Cy Poe",
        signer_email="cy@example.com",
        tabs=tabs,
        **more,
    )


@flow
def in_person(session):
    """In person: the host is asked and opens the session; the signer signs in it."""
    envelope = session.create(definition(recipients=ds.Recipients(in_person_signers=[in_person_signer()])))
    state = session.emulator.control(f"envelopes/{envelope}", method="GET")
    same([mail["to"] for mail in state["mails"]], ["sender@example.com"], "mails")
    session.emulator.act(envelope, "sender@example.com", "view")
    (read,) = session.call("list_recipients", envelope).in_person_signers
    same((read.status, read.host_name, read.signer_name), ("delivered", "Erika Sender", "Cy Poe"), "opened")
    session.emulator.act(envelope, "cy@example.com", "sign")
    same(session.call("get_envelope", envelope).status, "completed", "at the end")
    embedded = ds.Recipients(in_person_signers=[in_person_signer(client_user_id="u-1")])
    envelope = session.create(definition(recipients=embedded))
    with refused("UNKNOWN_ENVELOPE_RECIPIENT"):
        signers = view("https://app.example/", "u-1", "Cy Poe", "cy@example.com")
        session.call("create_recipient_view", envelope, recipient_view_request=signers)
    hosts = view("https://app.example/", "u-1", "Erika Sender", "sender@example.com")
    holds(session.call("create_recipient_view", envelope, recipient_view_request=hosts, expect=201).url, "no link")


@flow
def certified_delivery(session):
    """Certified delivery: who has to open holds up the next turn, and signs nothing."""
    ed = ds.CertifiedDelivery(recipient_id="2", routing_order="1", name="Ed", email="ed@example.com")
    people = ds.Recipients(signers=[signer(order="2")], certified_deliveries=[ed])
    envelope = session.create(definition(recipients=people))

    def statuses():
        read = session.call("list_recipients", envelope)
        return read.certified_deliveries[0].status, read.signers[0].status

    same(statuses(), ("sent", "created"), "at the start")
    session.emulator.act(envelope, "ed@example.com", "view")
    same(statuses(), ("completed", "sent"), "opened")
    session.emulator.act(envelope, ANN, "sign")
    same(session.call("get_envelope", envelope).status, "completed", "at the end")
