"""The first sentence where something of the case is known: one part on what happened, one on what to do.

What each cause means in general stands in `knowledge/causes/`, by who reads it. These are for whoever sends the
request; an owner is told the first part, as the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping

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
        (
            "Your token is made for another service: this one wants “{audience_wanted}”",
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
            "Your token is good, but it lacks “{scope_wanted}”, which this call needs",
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
            "Two clocks disagree: the date in your token lies {token_ahead} after the request",
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
        ("Your credential arrived in a place where the service does not look", "Send it as {header}"),
    ),
    "malformed_header": (
        ("Your credentials arrived in a form that the server cannot read: {header_fault}", "Send exactly {header}"),
    ),
    "malformed_token": (("What arrived is no token: {header_fault}", "Send the token itself, all of it"),),
}
"""cause id: (what happened, what to do), best first, each without its full stop (facts: `knowledge.steps`)."""
