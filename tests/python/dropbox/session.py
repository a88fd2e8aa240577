"""The official Python SDK of Dropbox Sign, unmodified, pointed at the emulator."""

import contextlib
import json
import re
import ssl
import urllib.request

import flows
from emulator import pdf

try:
    from dropbox_sign import ApiClient, ApiException, Configuration, apis, models
except ImportError:
    flows.lacking("the Python package dropbox-sign (tests/python/requirements.txt)")

ANN, BOB = "ann@example.com", "bob@example.com"
# A signature request has 40 hex digits, a signature 32.
REQUEST_ID, SIGNATURE_ID = r"[0-9a-f]{40}", r"[0-9a-f]{32}"
NOBODY = "0" * 40
# So many calls a minute that the suite never meets the limit.
PLENTY = {"standard": 100_000, "high": 100_000, "test": 100_000}


class Session:
    """The SDK with the account's API key, over TLS."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.own = emulator.ready["providers"]["dropbox-sign"]
        self.limits(**PLENTY)
        client = self.client(username=self.own["api_key"])
        self.account = apis.AccountApi(client)
        self.requests = apis.SignatureRequestApi(client)
        self.embedded = apis.EmbeddedApi(client)
        self.templates = apis.TemplateApi(client)

    def client(self, **credentials):
        """A client of the API with these credentials."""
        host = self.own["base_url_tls"] + "/v3"
        return ApiClient(
            Configuration(host=host, ssl_ca_cert=self.emulator.ready["ca_file"], **credentials)
        )

    def oauth(self):
        """The SDK's OAuth calls; they go to another host than the API."""
        return apis.OAuthApi(
            ApiClient(
                Configuration(
                    host=self.own["auth_url_tls"],
                    ssl_ca_cert=self.emulator.ready["ca_file"],
                    ignore_operation_servers=True,
                )
            )
        )

    def limits(self, **limits):
        """Sets the rate limits."""
        self.emulator.control("dropbox-sign/limits", limits)

    def pass_time(self, seconds):
        """Moves the emulator's clock, past conversion, indexing and queued cancellations."""
        self.emulator.control("clock", {"advance_seconds": seconds})

    def call(self, api, method, *arguments, **named):
        """One call, its answer mapped without loss: the SDK drops what its models do not know."""
        answer = getattr(api, method + "_with_http_info")(*arguments, **named)
        flows.same(answer.status_code, 200, f"{method}: status")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        # The name on the wire, which is not the one in the published file.
        flows.holds("x-ratelimit-limit-remaining" in headers, f"{method}: no rate limit in {headers}")
        if hasattr(answer.data, "to_dict"):
            kept(json.loads(answer.raw_data), answer.data.to_dict(), method)
        return answer.data

    def request(self, method, *arguments, **named):
        """One call of the signature request API that answers a signature request."""
        return self.call(self.requests, method, *arguments, **named).signature_request

    def send(self, **more):
        """Sends a request by mail: Ann, one document, one signature field, test mode."""
        return self.request("signature_request_send", models.SignatureRequestSendRequest(**usual(more)))

    def create_embedded(self, **more):
        """The same to be signed within the application."""
        more = usual(more) | {"client_id": self.own["client_id"]}
        return self.request(
            "signature_request_create_embedded", models.SignatureRequestCreateEmbeddedRequest(**more)
        )

    def read(self, request):
        """The signature request as it is now."""
        return self.request("signature_request_get", request.signature_request_id)

    def state(self, request):
        """What the emulator knows of it."""
        return self.emulator.control(f"envelopes/{request.signature_request_id}", method="GET")

    def act(self, request, who=ANN, action="sign", reason=None):
        """Acts as a signer."""
        self.emulator.act(request.signature_request_id, who, action, reason)

    def completed(self, **more):
        """A signature request that everyone has signed."""
        request = self.send(**more)
        self.act(request)
        return request

    def open(self, address):
        """Opens an address of the emulator; trusts its authority alone."""
        trust = ssl.create_default_context(cafile=self.emulator.ready["ca_file"])
        return urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        ).open(address)


def usual(more):
    """What most requests carry, but for `more`."""
    own = {
        "title": "Service agreement",
        "signers": signers(ANN),
        "files": [pdf("Service agreement")],
        "form_fields_per_document": [field()],
        "test_mode": True,
    }
    return {name: value for name, value in (own | more).items() if value is not None}


def signers(*emails, ordered=False, **more):
    """Signers with these addresses, in order if asked."""
    return [
        models.SubSignatureRequestSigner(
            name=email.split("@")[0].title(),
            email_address=email,
            order=position if ordered else None,
            **more,
        )
        for position, email in enumerate(emails)
    ]


def field(kind="Signature", api_id="sig", type="signature", y=200, signer="0", **more):
    """A form field of the first signer on the first page."""
    place = {"document_index": 0, "page": 1, "x": 100, "y": y, "width": 160, "height": 30, "required": True}
    model = getattr(models, f"SubFormFieldsPerDocument{kind}")
    return model(**(place | {"api_id": api_id, "type": type, "signer": signer} | more))


def kept(wire, model, where):
    """Everything of the answer is in the SDK's model, with the same value."""
    if isinstance(wire, dict):
        for name, value in wire.items():
            # On the wire though the published file does not have it.
            if value is None or (name == "client_id" and name not in model):
                continue
            flows.holds(name in model, f"{where}.{name} is unknown to the SDK")
            kept(value, model[name], f"{where}.{name}")
    elif isinstance(wire, list):
        flows.same(len(model), len(wire), f"{where}: length")
        for position, value in enumerate(wire):
            kept(value, model[position], f"{where}[{position}]")
    else:
        flows.same(model, wire, where)


def looks(value, pattern, what):
    """The text has this form."""
    fits = isinstance(value, str) and re.fullmatch(pattern, value)
    flows.holds(fits, f"{what}: {value!r} is no {pattern}")


@contextlib.contextmanager
def refused(status, name, path=None):
    """The call fails as the SDK's user sees it: status, `error_name` and, where given, `error_path`."""
    try:
        yield
    except ApiException as error:
        flows.same(error.status, status, f"status of {error.body}")
        own = error.data.error
        flows.same((own.error_name, own.error_path), (name, path or own.error_path), "error")
        flows.holds(own.error_msg, "an error without message")
        return
    raise AssertionError(f"the call went well instead of {status} {name}")
