"""Documents: drafts, lists, downloads."""

import io
import zipfile

from emulator import pdf
from flows import flow, holds, same
from sdk import ANN, GUID, NOBODY, completed, definition, document, ds, looks, refused


@flow
def draft_documents(session):
    """Documents of a draft: add by base64 and by raw bytes, remove, send."""
    envelope = session.create(definition("created"))
    more = ds.EnvelopeDefinition(documents=[document("Appendix", number="2", name="Appendix")])
    (row,) = session.call("update_documents", envelope, envelope_definition=more).envelope_documents
    same((row.document_id, row.name), ("2", "Appendix"), "added by base64")
    # The SDK sends only text in a body that is not JSON; the sample is plain ASCII.
    row = session.call("update_document", "3", envelope, pdf("Raw bytes").decode("ascii"))
    same(row.document_id, "3", "added by raw bytes")
    gone = ds.EnvelopeDefinition(documents=[ds.Document(document_id="2")])
    session.call("delete_documents", envelope, envelope_definition=gone)
    session.call("update", envelope, envelope=ds.Envelope(status="sent"))
    rows = session.call("list_documents", envelope).envelope_documents
    same([row.document_id for row in rows], ["1", "3", "certificate"], "documents")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("update_documents", envelope, envelope_definition=more)


@flow
def documents(session):
    """Documents: rows with pages, the certificate as the last."""
    two = [document(), document("Appendix A", number="7", name="Appendix")]
    envelope = session.create(definition(documents=two))
    answer = session.call("list_documents", envelope)
    same(answer.envelope_id, envelope, "envelopeId")
    contract, appendix, certificate = answer.envelope_documents
    same(
        (contract.document_id, contract.name, contract.type, contract.order),
        ("1", "Contract", "content", "1"),
        "first",
    )
    same((appendix.document_id, appendix.name), ("7", "Appendix"), "second")
    same(
        (certificate.document_id, certificate.type, certificate.order),
        ("certificate", "summary", "999"),
        "certificate",
    )
    same(contract.uri, f"/envelopes/{envelope}/documents/1", "uri")
    looks(contract.document_id_guid, GUID, "documentIdGuid")
    (page,) = contract.pages
    same((page.sequence, page.width, page.height, page.dpi), ("1", "612", "792", "72"), "page")


@flow
def downloads(session):
    """Downloads: single document, combined with and without certificate, certificate, archive."""
    two = [document(), document("Appendix A", number="7", name="Appendix")]
    envelope = completed(session, documents=two)
    sizes = {}
    for name, named in {
        "1": {},
        "7": {},
        "certificate": {},
        "combined": {"certificate": "false"},
        "whole": {"certificate": "true"},
    }.items():
        content = session.call("get_document", name if name != "whole" else "combined", envelope, **named)
        headers = session.headers
        same(headers["Content-Type"], "application/pdf", f"type of {name}")
        looks(
            headers["Content-Disposition"],
            r'file; filename="[^"]+\.pdf"; documentid="(\d|certificate|combined)"',
            name,
        )
        holds(content.startswith(b"%PDF-") and b"%%EOF" in content[-64:], f"{name} is no PDF")
        sizes[name] = len(content)
    holds(sizes["whole"] > sizes["combined"] > sizes["7"], f"sizes {sizes}")
    holds(
        sizes["1"] > len(pdf("Service agreement", "Signature: /sn1/")),
        "the signed document is no larger than the sent",
    )
    with zipfile.ZipFile(io.BytesIO(session.call("get_document", "archive", envelope))) as archive:
        same(session.headers["Content-Type"], "application/zip", "type of the archive")
        same(len(archive.namelist()), 3, f"files in the archive {archive.namelist()}")
        for name in archive.namelist():
            holds(name.endswith(".pdf") and archive.read(name).startswith(b"%PDF-"), f"{name} is no PDF")


@flow
def download_refusals(session):
    """Downloads that fail are JSON errors although Accept says PDF."""
    envelope = session.create(definition())
    with refused("DOCUMENT_DOES_NOT_EXIST", status=(400, 404)):
        session.call("get_document", "77", envelope)
    with refused("ENVELOPE_DOES_NOT_EXIST", status=(400, 404)):
        session.call("get_document", "combined", NOBODY)


@flow
def unreadable_document(session):
    """Other bytes without fileExtension cannot be loaded; with it they are converted."""
    word = document(name="Letter", extension=None, content=b"Dear Ann, yours Bob.")
    free = [ds.Signer(recipient_id="1", name="Ann Lee", email=ANN)]
    with refused("UNABLE_TO_LOAD_DOCUMENT"):
        session.create(definition(documents=[word], signers=free))
    word.file_extension = "txt"
    envelope = session.create(definition(documents=[word], signers=free))
    holds(session.call("get_document", "1", envelope).startswith(b"%PDF-"), "no PDF was made of the text")
