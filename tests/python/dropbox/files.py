"""Files: the PDF, the archive, text and address."""

import base64
import io
import zipfile

from dropbox.session import refused
from emulator import pdf
from flows import flow, holds, same


def content(file):
    """The bytes of what the SDK hands out."""
    return file.read() if hasattr(file, "read") else bytes(file)


@flow
def files_pdf(session):
    """Files as PDF: the signed document."""
    sent = session.completed()
    got = content(
        session.call(session.requests, "signature_request_files", sent.signature_request_id, file_type="pdf")
    )
    holds(got.startswith(b"%PDF") and len(got) > len(pdf("Service agreement")), f"no PDF: {got[:20]!r}")


@flow
def files_zip(session):
    """Files as archive: it opens, and PDFs are in it."""
    sent = session.completed(files=[pdf("One"), pdf("Two")])
    got = session.call(
        session.requests, "signature_request_files", sent.signature_request_id, file_type="zip"
    )
    with zipfile.ZipFile(io.BytesIO(content(got))) as archive:
        same(archive.testzip(), None, "broken member")
        inside = [archive.read(name)[:4] for name in archive.namelist()]
    holds(len(inside) >= 2 and set(inside) == {b"%PDF"}, f"members {inside}")


@flow
def files_data_uri(session):
    """Files as text: the same PDF in base64."""
    sent = session.completed()
    uri = session.call(
        session.requests, "signature_request_files_as_data_uri", sent.signature_request_id
    ).data_uri
    head, _, text = uri.partition(",")
    same(head, "data:application/pdf;base64", "head")
    holds(base64.b64decode(text, validate=True).startswith(b"%PDF"), "no PDF")


@flow
def files_address(session):
    """Files as address: it needs no credentials and names when it ends."""
    sent = session.completed()
    got = session.call(session.requests, "signature_request_files_as_file_url", sent.signature_request_id)
    holds(got.expires_at > sent.created_at, f"expires_at {got.expires_at}")
    with session.open(got.file_url) as file:
        holds(file.read().startswith(b"%PDF"), "no PDF")


@flow
def files_early(session):
    """Files still in conversion: conflict, to be tried again."""
    sent = session.send()
    with refused(409, "conflict"):
        session.requests.signature_request_files(sent.signature_request_id)
    session.pass_time(2)
    holds(
        content(session.requests.signature_request_files(sent.signature_request_id)).startswith(b"%PDF"),
        "no PDF",
    )


@flow
def broken_file(session):
    """A file that cannot be read: accepted first, then the signature and the request say so."""
    sent = session.send(files=[b"%PDF-1.4 and nothing more"], form_fields_per_document=None)
    same(sent.has_error, False, "has_error at first")
    session.pass_time(2)
    read = session.read(sent)
    same((read.has_error, read.signatures[0].status_code), (True, "error_file"), "later")
