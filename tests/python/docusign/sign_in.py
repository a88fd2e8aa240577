"""Signing in: the JWT grant, consent, tokens, accounts and rate limits."""

import json
import urllib.parse
import uuid

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from flows import flow, holds, same
from sdk import NOBODY, ApiException, browser, ds, looks, refused, way_back


def oauth_error(session, **other):
    """The body of a JWT grant that is refused with 400."""
    try:
        session.sign_in(ds.ApiClient(), **other)
    except ApiException as error:
        same(error.status, 400, "status of a refused grant")
        return json.loads(error.body)
    raise AssertionError("a token was given")


@flow
def jwt_grant(session):
    """JWT grant: a bearer token for an hour, no refresh token."""
    token = session.token
    same((token.token_type, int(token.expires_in)), ("Bearer", 3600), "token")
    holds(token.access_token, "no access token")
    same(token.refresh_token, None, "refresh token")


@flow
def user_info(session):
    """User info: the account and the base URI of its API."""
    info = session.client.get_user_info(session.token.access_token)
    same(info.sub, session.emulator.docusign["user_id"], "sub")
    same(info.name, f"{info.given_name} {info.family_name}", "name")
    looks(info.email, r"[^@\s]+@[^@\s]+", "email")
    # Recorded without a zone.
    looks(info.created, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", "created")
    (account,) = info.accounts
    same((account.account_id, account.is_default), (session.account, "True"), "account")
    same(account.base_uri, session.emulator.docusign["base_url_tls"], "base_uri")
    client = ds.ApiClient(host=account.base_uri + "/restapi")
    client.set_default_header("Authorization", f"Bearer {session.token.access_token}")
    listed = ds.EnvelopesApi(client).list_status_changes(session.account, from_date="2020-01-01")
    holds(listed.total_set_size is not None, "base_uri with /restapi appended does not lead to the API")


@flow
def consent(session):
    """A user without consent gets consent_required until he allows it on the page."""
    email = f"{uuid.uuid4()}@example.com"
    user = session.emulator.control("docusign/users", {"name": "New User", "email": email})["user_id"]
    same(oauth_error(session, user_id=user)["error"], "consent_required", "before consent")
    session.emulator.control("docusign/consent", {"user": user, "scopes": ["signature"]})
    same(oauth_error(session, user_id=user)["error"], "consent_required", "with one scope of two")
    address = session.client.get_authorization_uri(
        session.emulator.docusign["integration_key"],
        ["signature", "impersonation"],
        "https://app.example/back",
        "code",
        "s-1",
    )
    # The person at the browser is the one who signed in there; a hint stands in for that.
    address += "&" + urllib.parse.urlencode({"login_hint": email})
    with browser(session).open(address) as page:
        holds("impersonation" in page.read().decode(), "the page does not show what is asked for")
    back = urllib.parse.urlsplit(way_back(session, address, b"consent=allow"))
    same(f"{back.scheme}://{back.netloc}{back.path}", "https://app.example/back", "redirect")
    query = urllib.parse.parse_qs(back.query)
    same((query["state"], len(query["code"])), (["s-1"], 1), "redirect's query")
    same(session.sign_in(ds.ApiClient(), user_id=user).token_type, "Bearer", "after consent")


@flow
def wrong_key(session):
    """A key that is not registered, an unknown user, an unknown integration key."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    for wrong, description in (
        ({"private_key_bytes": stranger}, "no_valid_keys_or_signatures"),
        ({"user_id": NOBODY}, "user_not_found"),
        ({"client_id": NOBODY}, "issuer_not_found"),
    ):
        expected = {"error": "invalid_grant", "error_description": description}
        same(oauth_error(session, **wrong), expected, f"answer to a wrong {', '.join(wrong)}")


@flow
def dead_token(session):
    """A revoked token: 401 of the API, and user info's odd 401."""
    client = ds.ApiClient(host=session.client.host)
    client.set_oauth_host_name(session.auth_host)
    token = session.sign_in(client).access_token
    session.emulator.control("docusign/tokens", {"token": token}, "DELETE")
    with refused("AUTHORIZATION_INVALID_TOKEN", status=(401,)):
        ds.EnvelopesApi(client).list_status_changes(session.account, from_date="2020-01-01")
    try:
        client.get_user_info(token)
        raise AssertionError("user info takes a revoked token")
    except ApiException as error:
        same((error.status, json.loads(error.body)["error"]), (401, "internal_server_error"), "user info")


@flow
def wrong_account(session):
    """Another account is refused."""
    with refused("USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT", status=(400, 401, 403)):
        session.call("list_status_changes", from_date="2020-01-01", account=NOBODY)


@flow
def rate_limit(session):
    """The hourly limit is HTTP 400 with its own code and headers; it ends on the full hour."""
    session.emulator.control("docusign/limits", {"hourly": 2, "burst": 500})
    try:
        session.call("list_status_changes", from_date="2020-01-01")
        headers = session.headers
        same((headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]), ("2", "1"), "headers")
        looks(headers["X-RateLimit-Reset"], r"\d{10}", "X-RateLimit-Reset")
        same(int(headers["X-RateLimit-Reset"]) % 3600, 0, "second of the hour of the reset")
        session.call("list_status_changes", from_date="2020-01-01")
        with refused("HOURLY_APIINVOCATION_LIMIT_EXCEEDED"):
            session.call("list_status_changes", from_date="2020-01-01")
    finally:
        session.emulator.control("docusign/limits", {"hourly": 3000, "burst": 500})
