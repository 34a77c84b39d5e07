"""What each cause means to the person who is locked out: one sentence on what happened, one on what to do.

Plain words for somebody who may never have heard of a token. A cause that is not listed here is told by its title.
"""

from __future__ import annotations

from collections.abc import Mapping

PLAIN: Mapping[str, tuple[str, str]] = {
    "no_credentials": (
        "The request carried no credentials: nothing to sign in with reached the server",
        "Sign in, or set the key or token in the client, and send it again",
    ),
    "header_stripped": (
        "Your credentials were sent, but something between you and the service dropped them",
        "Whoever runs the proxy in between has to let the Authorization header through",
    ),
    "redirect_dropped_auth": (
        "A redirect led your client to another address, and it left the credentials behind",
        "Call the final address directly",
    ),
    "preflight_rejected": (
        "The browser's CORS preflight was refused, so your real request was never sent",
        "The service has to answer OPTIONS without asking for credentials",
    ),
    "cookie_not_sent": (
        "Your browser did not send the session cookie with this request",
        "The service has to set the cookie so that it reaches this address",
    ),
    "malformed_header": (
        "Your credentials arrived, but not in a form that the server can read",
        "Mend the header and send it again",
    ),
    "wrong_header": (
        "Your credential arrived in a place where the service does not look",
        "Send it in the header that the service expects",
    ),
    "wrong_scheme": (
        "The request signs in another way than this service takes",
        "Send the kind of credential that it asks for",
    ),
    "malformed_token": (
        "The token that arrived is not whole, so the service cannot read it",
        "Copy or fetch it again, all of it",
    ),
    "signed_url_altered": (
        "The link was cut off or changed on its way, so its signature no longer fits",
        "Get the link again and open it unchanged",
    ),
    "token_expired": ("Your token has expired", "Sign in again or refresh it"),
    "session_expired": ("Your session has ended", "Sign in again"),
    "clock_skew": (
        "Two clocks disagree, so something freshly issued looks too new or too old",
        "Whoever runs the machines has to set their clocks",
    ),
    "signed_url_expired": ("The link has expired", "Ask for a fresh one"),
    "refresh_failed": (
        "Your sign-in could not be renewed: the refresh token was refused",
        "Sign in again from the start",
    ),
    "bad_password": ("The user name or the password is not right", "Check both, or reset the password"),
    "bad_api_key": (
        "The service does not know this API key",
        "Compare it with the one you were given, or get a new one",
    ),
    "credential_revoked": ("This credential used to work and has been revoked", "Get a new one"),
    "account_blocked": (
        "The account is disabled or locked, so signing in again will not help",
        "Ask whoever runs the service to open it",
    ),
    "step_up_required": (
        "The service wants a stronger or more recent sign-in than yours",
        "Sign in again with the second factor or single sign-on",
    ),
    "bad_signature": (
        "The token's signature does not fit the key that the service checks it with",
        "Whoever runs the service has to bring the two together",
    ),
    "unknown_signing_key": (
        "Your token is signed with a key that the service does not know",
        "Whoever runs the service has to load the issuer's current keys",
    ),
    "wrong_algorithm": (
        "Your token is signed in a way that the service does not accept",
        "Issuer and service have to agree on one algorithm",
    ),
    "wrong_audience": (
        "Your token is made for another service than this one",
        "Ask for a token with this service as its audience",
    ),
    "wrong_issuer": (
        "Your token comes from another issuer than the one this service trusts",
        "Get it from the issuer that the service names",
    ),
    "wrong_environment": (
        "This credential belongs to another environment than the address you called",
        "Use the credential and the address of the same environment",
    ),
    "missing_scope": (
        "You are signed in, but your token lacks a right that this call needs",
        "Ask for a token with that scope or role",
    ),
    "missing_claim": (
        "Your token lacks something that this service requires in it",
        "Get a token that holds the missing claim",
    ),
    "proof_missing": (
        "The service wants proof that the credential is yours, and the proof is missing or stale",
        "Send a fresh proof (DPoP, client certificate or nonce) with each request",
    ),
    "request_signature_mismatch": (
        "The signature on your request does not match what the service computed",
        "Sign exactly the bytes that are sent, with the right secret",
    ),
    "csrf_mismatch": (
        "The page's anti-forgery token was missing or out of date",
        "Reload the page and try again",
    ),
    "client_auth_failed": (
        "The sign-in service does not recognise this OAuth client",
        "Check the client id, its secret and how they are sent",
    ),
    "identity_provider_down": (
        "This is not about your credentials: the service could not reach what checks them",
        "Whoever runs the service has to bring that back; then try again",
    ),
    "service_misconfigured": (
        "This is not about your credentials: the service's own sign-in settings are wrong",
        "Whoever runs the service has to mend them",
    ),
    "upstream_rejected": (
        "Your credentials were accepted; a system behind the service refused the service's own",
        "Whoever runs the service has to renew those",
    ),
    "network_blocked": (
        "A firewall refused the request before the service saw it",
        "Whoever runs the network has to let your address or client through",
    ),
    "proxy_auth_required": (
        "Not the service but a proxy on the way asks for credentials",
        "Sign in to the proxy, or go around it",
    ),
    "cached_401": (
        "A cache in between is repeating an old 401",
        "Whoever runs the cache has to empty it and stop storing such answers",
    ),
    "wrong_url": ("The address is not the one you meant", "Check host, path, version and method"),
    "forbidden_not_401": (
        "You are signed in, but not allowed to do this; that is a 403, not a 401",
        "Ask for the right to do it",
    ),
    "not_reproduced": (
        "The address answers normally now",
        "Try again; if it fails once more, tell me the time and the request id",
    ),
}
"""cause id: (what happened, what to do), each without its full stop."""


CONCRETE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "bad_api_key": (("The key that was sent is {key_kind}", "Put your own key in its place"),),
    "header_stripped": (
        (
            "Your header {header_underscore} was sent, and a proxy in between dropped it: many drop names with “_”",
            "Whoever runs the proxy has to let it through, or take a name with a dash",
        ),
    ),
    "wrong_audience": (
        (
            "Your token is made for “{audience_sent}”, and this service wants “{audience_wanted}”",
            "Ask for a token with that audience",
        ),
    ),
    "wrong_issuer": (
        (
            "Your token comes from “{issuer_sent}”, and this service trusts “{issuer_wanted}”",
            "Get it from there, spelled exactly so",
        ),
    ),
    "wrong_algorithm": (
        (
            "Your token is signed with {algorithm_sent}, and this service takes only {algorithms_allowed}",
            "Issuer and service have to agree on one algorithm",
        ),
    ),
    "missing_scope": (
        (
            "You are signed in, but your token lacks “{scope_wanted}”, which this call needs",
            "Ask for a token with that scope or role",
        ),
    ),
    "missing_claim": (
        ("Your token lacks “{claims_missing}”, which this service requires", "Get a token that holds it"),
    ),
    "redirect_dropped_auth": (
        (
            "The address redirects to {final_url}, and your client left the credentials behind",
            "Call that address directly",
        ),
    ),
    "signed_url_altered": (
        ("The link arrived without its “{link_missing}”, so it proves nothing", "Get the link again, all of it"),
    ),
    "clock_skew": (
        (
            "The server's clock is {clock_off}, so something freshly issued looks too new or too old",
            "Whoever runs the server has to set its clock",
        ),
        (
            "Two clocks disagree: your token's date lies {token_ahead} after the request",
            "Whoever runs the machines has to set their clocks",
        ),
    ),
    "cookie_not_sent": (
        (
            "Your browser kept the cookie {cookie_name} back, since {cookie_limit} keeps it from this address",
            "The service has to set it with {cookie_mended}",
        ),
    ),
    "proof_missing": (
        ("The service wants {proof_wanted}, and the request brought none that it takes", "Send it with each request"),
    ),
    "wrong_scheme": (
        ("You sent {token_kind} where this service wants an access token", "Send the access token of the same sign-in"),
        ("The request signs in with {scheme_sent}, and this service asks for {schemes_offered}", "Send {header}"),
        ("The request signs in another way than this service takes: it asks for {schemes_offered}", "Send {header}"),
    ),
    "wrong_header": (
        ("Your credential stood in {place_sent}, where the service does not look", "Send it as {header}"),
    ),
    "malformed_header": (
        ("Your credentials arrived in a form that the server cannot read: {header_fault}", "Send exactly {header}"),
    ),
    "malformed_token": (("What arrived is no token: {header_fault}", "Send the token itself, all of it"),),
}
"""cause id: the same with what is known of the case, best first (the facts are those of `knowledge.steps`)."""
