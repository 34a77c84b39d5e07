from pathlib import Path

import pytest

from knowledge import reasons
from knowledge.errors import KnowledgeError

ALONE = [
    ("[lua] auth.lua:7: refused: key st-120 sign, client: 10.0.0.1", "sign"),
    ("PUT /messwerte von 203.0.113.4 abgewiesen (nbf)", "nbf"),
    ("deny GET /v2/jobs [exp]", "exp"),
    ("odrzucono wywolanie (iss)", "iss"),
    ("[auth] reject partner-3 digest id=77aa", "digest"),
    ("signin refused: no such member here", None),
    ("accepted GET /v2/jobs [exp]", None),
    ("node sig of 10.0.0.1 noted", None),
]
PERMISSIONS = [
    ("refused: pilar is without courts:block", "courts:block"),
    ("rechazado: a marco le falta pedidos:borrar", "pedidos:borrar"),
    ("turned down: token of relbot needs releases.publish", "releases.publish"),
    ("missing config.yaml", None),
    ("no user:password in the header", None),
    ("requires acr urn:mace:silver", None),
    ("no route to 10.0.0.1:443", None),
    ("lane courts:block is free", None),
]
LASTING = [
    ("signin sven, held since Mon Nov 30 18:46:52 2026", True),
    ("Anmeldung birgit abgewiesen, ausgesetzt seit 2026-11-30 10:03:10", True),
    ("connexion amelie refusée, mise en attente jusqu'à 10:33", True),
    ("login ok, token valid until 10:33:10", False),
    ("backup paused since 10:33:10", False),
]
SUCCESSORS = [
    ("key vw-07.1 valid until 2026-11-30 (see vw-07.2)", ("vw-07.1", "vw-07.2")),
    ("clé K-2025-3 refusée, voir K-2026-1", ("K-2025-3", "K-2026-1")),
    ("nyckel nyckel-7 avvisad, ersatt -> nyckel-12", ("nyckel-7", "nyckel-12")),
    ("key acme_v1 refused, see ticket-12", None),
    ("API v1 is gone, use v2", None),
    ("key vw-07.1 refused", None),
]


@pytest.mark.parametrize(
    "word, code", [("exp", "exp"), ("ERR_JWT_KID", "kid"), ("bad_sign", "sign"), ("badAud", "aud")]
)
def test_a_code_is_read_without_what_surrounds_codes(word: str, code: str) -> None:
    assert reasons.code(word) == code


@pytest.mark.parametrize("word", ["express", "3 retries", "sig exp", "", "e" * 99])
def test_what_is_more_or_less_than_a_code_is_none(word: str) -> None:
    assert reasons.code(word) is None


@pytest.mark.parametrize("text, code", ALONE)
def test_the_one_word_that_a_refusal_says_beside_whom_it_met_is_its_code(text: str, code: str | None) -> None:
    assert reasons.alone(text) == code


@pytest.mark.parametrize("text, permission", PERMISSIONS)
def test_a_permission_is_known_by_its_form_and_by_who_is_without_it(text: str, permission: str | None) -> None:
    assert reasons.permission(text) == permission


@pytest.mark.parametrize("text, lasts", LASTING)
def test_a_sign_in_that_is_refused_since_or_until_a_moment_tells_of_a_state(text: str, lasts: bool) -> None:
    assert bool(reasons.lasts(text)) == lasts


@pytest.mark.parametrize("text, pair", SUCCESSORS)
def test_a_key_that_follows_is_alike_but_for_its_numbers(text: str, pair: tuple[str, str] | None) -> None:
    assert reasons.successor(text) == pair


def test_a_code_with_two_meanings_or_for_no_finding_is_an_error(tmp_path: Path) -> None:
    text = reasons.FILE.read_text()
    for wrong in (text.replace("[aud, audience", "[aud, exp"), text.replace("says.key_unknown:", "says.nothing:")):
        path = tmp_path / f"{len(wrong)}.yaml"
        path.write_text(wrong)
        with pytest.raises(KnowledgeError, match=r"two meanings|no finding"):
            reasons.known(path)
