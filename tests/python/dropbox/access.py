"""Who may call: API key, OAuth, account, plan and rate limits."""

from dropbox.session import NOBODY, PLENTY, ApiException, apis, models, refused
from flows import flow, holds, same


@flow
def account(session):
    """Account: the address and the quotas."""
    own = session.call(session.account, "account_get").account
    holds(own.account_id and "@" in own.email_address, f"account {own}")
    holds(own.quotas.api_signature_requests_left > 0, "no requests left")


@flow
def verify_account(session):
    """Verify: an account that exists, and an empty object for one that does not."""
    email = session.call(session.account, "account_get").account.email_address
    asked = models.AccountVerifyRequest(email_address=email)
    same(session.call(session.account, "account_verify", asked).account.email_address, email, "known")
    asked = models.AccountVerifyRequest(email_address="nobody@example.com")
    same(session.call(session.account, "account_verify", asked).account, None, "unknown")


@flow
def wrong_key(session):
    """A wrong API key and a wrong token are unauthorized."""
    for credentials in ({"username": "wrong"}, {"access_token": "wrong"}):
        with refused(401, "unauthorized"):
            apis.AccountApi(session.client(**credentials)).account_get()


@flow
def access_token(session):
    """An access token calls the API, but removes nothing: that takes an API key."""
    tokens = session.emulator.control("dropbox-sign/tokens", {})
    client = session.client(access_token=tokens["access_token"])
    holds(apis.AccountApi(client).account_get().account.account_id, "no account")
    request = session.completed()
    # As the published file asks, the SDK sends no token with this call.
    with refused(401, "unauthorized"):
        apis.SignatureRequestApi(client).signature_request_remove(request.signature_request_id)


@flow
def refresh_token(session):
    """Refreshing: a new access token, the refresh token stays."""
    tokens = session.emulator.control("dropbox-sign/tokens", {})
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "client_id": session.own["client_id"],
        "client_secret": session.own["client_secret"],
    }
    fresh = session.oauth().oauth_token_refresh(models.OAuthTokenRefreshRequest(**asked))
    same((fresh.token_type, fresh.expires_in, fresh.state), ("Bearer", 86400, None), "token")
    same(fresh.refresh_token, tokens["refresh_token"], "refresh token")
    holds(fresh.access_token != tokens["access_token"], "the access token is the old one")
    client = session.client(access_token=fresh.access_token)
    holds(apis.AccountApi(client).account_get().account.account_id, "no account")
    try:
        session.oauth().oauth_token_refresh(
            models.OAuthTokenRefreshRequest(**(asked | {"refresh_token": NOBODY}))
        )
        raise AssertionError("an unknown refresh token is taken")
    except ApiException as error:
        holds(error.status in (400, 401) and "invalid_grant" in error.body, f"refusal {error.body}")


@flow
def plan(session):
    """Outside of test mode a request counts; without a paid plan it is refused."""

    def left():
        return session.call(session.account, "account_get").account.quotas.api_signature_requests_left

    before = left()
    session.send()
    same(left(), before, "requests left after a test")
    same(session.send(test_mode=False).test_mode, False, "test_mode")
    same(left(), before - 1, "requests left")
    session.emulator.control("dropbox-sign/plan", {"paid": False})
    try:
        with refused(402, "payment_required"):
            session.send(test_mode=False)
        same(session.send().test_mode, True, "a test without a plan")
    finally:
        session.emulator.control("dropbox-sign/plan", {"paid": True})


@flow
def rate_limit(session):
    """Ten calls a minute in test mode; then 429, without Retry-After."""
    session.limits(tier="strict")
    try:
        for _ in range(10):
            session.send()
        try:
            session.send()
            raise AssertionError("the eleventh call is taken")
        except ApiException as error:
            same((error.status, error.data.error.error_name), (429, "exceeded_rate"), "refusal")
            headers = {name.lower(): value for name, value in error.headers.items()}
            same(headers["x-ratelimit-limit"], "10", "limit")
            holds("retry-after" not in headers, "Retry-After is there")
            holds(headers["x-ratelimit-reset"].isdigit(), "no reset time")
    finally:
        session.limits(**PLENTY)
