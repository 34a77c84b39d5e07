import re
from pathlib import Path

import pytest
import yaml

from knowledge.causes import USERS, KnownCause, causes
from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.questions import for_users, questions

SHARED = Path(__file__).parents[3] / "shared" / "causes.yaml"
GOOD = {
    "id": "token_expired",
    "title": "t",
    "owner": "caller",
    "prior": "common",
    "means": "m",
    "evidence": {"usually": ["says.token_expired"]},
    "fix": {"caller": ["do"], "visitor": ["do"], "app": ["do"]},
    "sentence": {"caller": ["it is", "do"], "visitor": ["it is", "do"], "service": ["it is", "do"]},
}


@pytest.mark.skipif(not SHARED.exists(), reason="the list of causes stands beside the checkout")
def test_the_causes_are_the_closed_list() -> None:
    wanted = {entry["id"]: entry["owner"] for entry in yaml.safe_load(SHARED.read_text())}
    assert {cause.id: cause.owner for cause in causes().values()} == wanted


def test_every_cause_tells_its_owner_what_to_do() -> None:
    for cause in causes().values():
        assert cause.fix[0][0] == cause.owner, cause.id
        assert all(step.strip().endswith((".", "`", ":")) for _, steps in cause.fix for step in steps), cause.id
        assert cause.why and cause.sure and cause.references, cause.id


JARGON = re.compile(
    r"`|\b(?:tokens?|headers?|credentials?|scopes?|claims?|audience|issuer|jwts?|endpoints?|preflight|cors|oauth|proxy|"
    r"redirects?|signatures?|kid|jwks|csrf|challenge|realm|api|requests?|40[13]|clients?)\b",
    re.IGNORECASE,
)
OF_A_PAGE = re.compile(r"\b(?:browsers?|pages?|sites?|tabs?|cookies?|reload|private window)\b", re.IGNORECASE)


@pytest.mark.parametrize("cause", causes().values(), ids=causes())
def test_users_of_a_page_and_of_an_app_are_told_each_in_their_words(cause: KnownCause) -> None:
    told = {
        who: [*cause.sentence[who], *(said for step in cause.users[who] for said in (step.text, *step.known))]
        for who in USERS
    }
    for who, parts in told.items():
        assert 1 <= len(cause.users[who]) <= 4 and not [part for part in parts if JARGON.search(part)], who
    assert not [part for part in told["app"] if OF_A_PAGE.search(part)]
    assert not [part for part in told["visitor"] if re.search(r"\b(?:in|update) the app\b", part)]
    assert not re.search(r"\byour (?!service|servers)", " ".join(cause.sentence["service"]), re.IGNORECASE)
    assert not re.search(r"\b(?:visitor|the app\b)", " ".join(step for _, steps in cause.fix for step in steps))


def test_every_finding_serves_some_cause_or_is_only_told() -> None:
    used = {name for cause in causes().values() for name in {*cause.evidence, *cause.proves, *cause.rules_out}}
    assert len(findings().keys() & used) > 0.75 * len(findings())


def test_questions_have_answers_that_mean_something() -> None:
    asked = [question for name, question in questions().items() if not name.startswith(("which_", "shown"))]
    for question in asked:
        assert len(question.answers) >= 2
        assert any(finding for _, finding in question.answers)
    assert not [one for one in for_users().values() if one.kind == "test" or JARGON.search(one.text + one.why)]
    assert len(for_users()) >= 5


def broken(folder: Path, **changes: object) -> Path:
    entry = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    (folder / "token_expired.yaml").write_text(yaml.safe_dump(entry, sort_keys=False))
    return folder


@pytest.mark.parametrize(
    ("changes", "line", "word"),
    [
        ({"owner": "nobody"}, 3, "nobody"),
        ({"prior": "often"}, 4, "often"),
        ({"evidence": {"usually": ["says.token_expird"]}}, 7, "says.token_expird"),
        ({"evidence": {"mostly": []}}, 7, "mostly"),
        ({"fix": {"everyone": ["x"]}}, 10, "everyone"),
        ({"fix": {"caller": ["x"], "app": ["x"]}}, 10, "visitor"),
        ({"sentence": {"caller": ["it is", "do"], "visitor": "it is", "service": ["it is", "do"]}}, 20, "two texts"),
        ({"titel": "x"}, 26, "titel"),
        ({"title": None}, 1, "title"),
        ({"proves": ["nothing.such"]}, 26, "nothing.such"),
    ],
)
def test_a_typo_names_file_and_line(tmp_path: Path, changes: dict[str, object], line: int, word: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        causes(broken(tmp_path, **changes))
    assert f"token_expired.yaml:{line}: " in str(caught.value)
    assert word in str(caught.value)


def test_what_is_no_yaml_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: a\nfix: [")
    with pytest.raises(KnowledgeError, match=r"a\.yaml:\d"):
        causes(tmp_path)
