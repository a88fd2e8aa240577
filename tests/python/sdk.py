"""The official Python SDK, unmodified, pointed at the emulator."""

import base64
import contextlib
import json
import pathlib
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request

import flows
from emulator import pdf

try:
    import docusign_esign as ds
    from docusign_esign.client.api_exception import ApiException
except ImportError:
    flows.lacking("the Python package docusign-esign (tests/python/requirements.txt)")

ANN, BOB = "ann@example.com", "bob@example.com"
NOBODY = "00000000-0000-4000-8000-000000000000"
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# REST times: UTC with seven digits of the second.
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z"
# What every user of an integration consents to.
SCOPES = ("signature", "impersonation")


class Session:
    """One signed-in user of the SDK; `tls` says over which listener the REST calls go."""

    def __init__(self, emulator, tls=True):
        self.emulator = emulator
        own = emulator.docusign
        # The SDK's configuration is one object for the whole process and is read by each new client.
        ds.Configuration().ssl_ca_cert = emulator.ready["ca_file"]
        self.auth_host = urllib.parse.urlsplit(own["auth_url_tls"]).netloc
        self.key = pathlib.Path(own["private_key_file"]).read_bytes()
        self.account = own["account_id"]
        self.client = ds.ApiClient(host=own["base_url_tls" if tls else "base_url"] + "/restapi")
        self.client.set_oauth_host_name(self.auth_host)
        self.token = self.sign_in(self.client)
        self.envelopes = ds.EnvelopesApi(self.client)

    def sign_in(self, client, **other):
        """The SDK's JWT grant; it puts the very host it posts to, port included, into `aud`."""
        own = self.emulator.docusign
        usual = {
            "client_id": own["integration_key"],
            "user_id": own["user_id"],
            "oauth_host_name": self.auth_host,
            "private_key_bytes": self.key,
            "expires_in": 3600,
            "scopes": SCOPES,
        }
        return client.request_jwt_user_token(**(usual | other))

    def call(self, method, *arguments, expect=200, account=None, api=None, **named):
        """One call of the envelopes API (or another), its answer mapped without loss.

        The SDK drops what its models do not know and turns any value into text, so the answer it
        got is held against the model that it made of it.
        """
        answer, status, headers = getattr(api or self.envelopes, method + "_with_http_info")(
            account or self.account, *arguments, **named
        )
        flows.same(status, expect, f"{method}: status")
        flows.holds(headers.get("X-DocuSign-TraceToken"), f"{method}: no X-DocuSign-TraceToken")
        if answer is None:
            flows.holds(not self.client.last_response.data, f"{method}: an answer that the SDK drops")
        elif not isinstance(answer, bytes):
            mapped(json.loads(self.client.last_response.data), type(answer).__name__, method)
        return answer

    @property
    def headers(self):
        """The headers of the last answer."""
        return self.client.last_response.getheaders()

    def create(self, envelope):
        """Creates an envelope and answers its id."""
        return self.call("create_envelope", envelope_definition=envelope, expect=201).envelope_id


def mapped(value, kind, where):
    """The JSON value has the SDK's type, down to the last property."""
    inner = re.fullmatch(r"list\[(.*)\]", kind)
    if inner:
        flows.holds(isinstance(value, list), f"{where} is no list: {value!r}")
        for position, item in enumerate(value):
            mapped(item, inner[1], f"{where}[{position}]")
    elif kind == "str":
        flows.holds(isinstance(value, str), f"{where} is no text: {value!r}")
    elif kind in ("bool", "int", "float"):
        flows.same(type(value).__name__, kind, f"{where}: type")
    else:
        flows.holds(isinstance(value, dict), f"{where} is no object: {value!r}")
        model = getattr(ds, kind)()
        kinds = {key: model.swagger_types[name] for name, key in model.attribute_map.items()}
        for key, item in value.items():
            flows.holds(key in kinds, f"{where}.{key} is unknown to the SDK's {kind}")
            mapped(item, kinds[key], f"{where}.{key}")


def looks(value, pattern, what):
    """The text has this form."""
    fits = isinstance(value, str) and re.fullmatch(pattern, value)
    flows.holds(fits, f"{what}: {value!r} is no {pattern}")


@contextlib.contextmanager
def refused(*expected, status=(400,)):
    """The call fails as the SDK's user sees it: status, trace token and this `errorCode`."""
    try:
        yield
    except ApiException as error:
        body = json.loads(error.body)
        flows.same(body.get("errorCode"), *expected, "errorCode")
        flows.holds(error.status in status, f"status {error.status} is none of {status}")
        flows.holds(body.get("message"), "an error without message")
        flows.holds(error.trace_token, "an error without X-DocuSign-TraceToken")
        return
    raise AssertionError(f"the call went well instead of {expected}")


def document(*lines, number="1", name="Contract", extension="pdf", content=None):
    """A document for the SDK, its bytes as base64."""
    content = content or pdf(*(lines or ("Service agreement", "Signature: /sn1/")))
    return ds.Document(
        document_id=number,
        name=name,
        file_extension=extension,
        document_base64=base64.b64encode(content).decode(),
    )


def signer(name="Ann Lee", email="ann@example.com", number="1", order="1", tabs=None, **more):
    """A signer with one signature at the anchor `/sn1/` unless told otherwise."""
    tabs = tabs or ds.Tabs(
        sign_here_tabs=[
            ds.SignHere(
                anchor_string="/sn1/", anchor_units="pixels", anchor_x_offset="60", anchor_y_offset="0"
            )
        ]
    )
    return ds.Signer(recipient_id=number, routing_order=order, name=name, email=email, tabs=tabs, **more)


def definition(status="sent", signers=None, **more):
    """An envelope with one document."""
    more.setdefault("documents", [document()])
    recipients = ds.Recipients(signers=signers or [signer()], carbon_copies=more.pop("copies", None))
    return ds.EnvelopeDefinition(
        **({"email_subject": "Please sign", "status": status, "recipients": recipients} | more)
    )


def view(return_url, client_user_id, name="Ann Lee", email="ann@example.com", **more):
    """What asks for an embedded signer's link."""
    return ds.RecipientViewRequest(
        return_url=return_url,
        authentication_method="none",
        client_user_id=client_user_id,
        user_name=name,
        email=email,
        **more,
    )


def completed(session, **more):
    """A completed envelope's id."""
    envelope = session.create(definition(**more))
    session.emulator.act(envelope, ANN, "sign")
    return envelope


def browser(session, *handlers):
    """Opens addresses of the emulator; trusts its authority alone."""
    trust = ssl.create_default_context(cafile=session.emulator.ready["ca_file"])
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust), *handlers
    )


def way_back(session, address, body=None):
    """Where an address of the emulator leads; nobody follows."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        browser(session, Stay).open(address, body)
    except urllib.error.HTTPError as answer:
        flows.same(answer.code, 302, f"{address}: status")
        return answer.headers["Location"]
    raise AssertionError(f"{address} leads nowhere")
