"""What software says: every pattern against its own sample, its neighbours' samples and lines that mean nothing bad."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.messages import PLACES, Hit, match, patterns
from knowledge.messages.reader import matches, normalise, read

GOOD = (Path(__file__).parent / "good.log").read_text(encoding="utf-8").splitlines()
TEXTS = {kind.id: kind.text for kind in findings().values()}
ALL = patterns()


OF = {name: [pattern for pattern in ALL if pattern.software == name] for name in {p.software: None for p in ALL}}


@pytest.mark.parametrize("software", OF)
def test_a_sample_gives_its_own_finding_and_no_other(software: str) -> None:
    for pattern in OF[software]:
        for place in pattern.where:
            given = {hit.finding for hit in match(pattern.sample, place)}
            assert given <= {pattern.finding} | pattern.also, f"{pattern.id}, {place}: {match(pattern.sample, place)}"
            assert pattern.finding in given or (given and pattern.vague), pattern.id


@pytest.mark.parametrize("software", OF)
def test_what_is_near_does_not_match(software: str) -> None:
    assert not [(pattern.id, near) for pattern in OF[software] for near in pattern.near if matches(pattern, near)]


@pytest.mark.parametrize("software", OF)
def test_a_pattern_speaks_in_a_whole_sentence_of_bounded_length(software: str) -> None:
    for pattern in OF[software]:
        found = pattern.regex.search(normalise(pattern.sample))
        assert found is not None, pattern.id
        sentence = pattern.sentence(found)
        assert 10 < len(sentence) < 320, pattern.id
        assert "{" not in sentence, pattern.id
        assert pattern.source, pattern.id


@pytest.mark.parametrize("place", PLACES)
def test_good_lines_say_nothing(place: str) -> None:
    hits = [(line, hit) for line in GOOD for hit in match(line, place)]
    assert [(line, hit.pattern) for line, hit in hits if hit.finding != "says.service_started"] == []


def test_there_are_many_good_lines() -> None:
    assert len(set(GOOD)) >= 150


def test_more_than_sixty_kinds_of_software_are_known() -> None:
    assert len({p.software for p in ALL}) > 60


def test_every_says_finding_has_a_pattern() -> None:
    assert {name for name in TEXTS if name.startswith("says.")} == {p.finding for p in ALL}


@pytest.mark.parametrize(
    "wrap", [lambda s: json.dumps({"msg": s}), lambda s: s.replace('"', "&quot;")], ids=["json", "html"]
)
def test_escaped_quotes_do_not_hide_a_message(wrap) -> None:  # type: ignore[no-untyped-def]
    line = 'error authenticating user "old-ci": authentication failure'
    assert [hit.finding for hit in match(wrap(line), "log")] == ["says.login_failed"]


def test_a_hit_tells_the_values_but_cuts_long_ones() -> None:
    hit = match(f'user "{"x" * 500}" was not found in "/etc/nginx/ht.repo"', "log")[0]
    assert hit == Hit(
        pattern="nginx.user_not_found",
        software="nginx",
        finding="says.user_unknown",
        text=f"nginx did not find the user {'x' * 79}… in its password file /etc/nginx/ht.repo",
        vague=False,
    )


def test_vague_words_give_way_to_precise_ones() -> None:
    body = (
        '{"detail":"Given token not valid for any token type","code":"token_not_valid",'
        '"messages":[{"token_class":"AccessToken","token_type":"access","message":"Token has wrong type"}]}'
    )
    assert [hit.finding for hit in match(body, "body")] == ["says.token_wrong_type"]
    assert [h.finding for h in match('{"detail":"Token is invalid","code":"token_not_valid"}', "body")] == [
        "says.token_invalid"
    ]


def test_a_named_software_goes_before_the_shared_wording() -> None:
    hits = match('Bearer error="invalid_token", error_description="No bearer token found in the request"', "challenge")
    assert [hit.software for hit in hits] == ["mod_auth_openidc"]


def test_the_place_counts() -> None:
    page = "You need a valid user and password to access this content."
    assert match(page, "body")
    assert not match(page, "log")


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("software: a\nsource: s\npatterns:\n  - id: x\n", r"a.yaml:4: needs finding, needle, sample"),
        ("software: a\nsurce: s\npatterns: []\n", r"a.yaml:2: unknown key 'surce'"),
        ("- 1\n", r"a.yaml:1: needs 'software'"),
        ("software: [\n", r"a.yaml: is not YAML"),
    ],
)
def test_a_broken_file_is_named_with_its_line(yaml: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        read(Path("a.yaml"), yaml, TEXTS)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("finding", "says.nothing", "a.yaml:5: unknown finding 'says.nothing'"),
        ("needle", "Upper", "a needle is lower case"),
        ("needle", "not there", "the pattern does not match its own sample"),
        ("match", "'('", "is not a regular expression"),
        ("match", "'jwt.*'", "bound the dots"),
        ("match", "'jwt (?P<token>ex)'", "the group 'token' could show a secret"),
        ("says", "'It says {kid}'", "'match' has no group for"),
        ("where", "[nowhere]", "unknown place 'nowhere'"),
        ("also", "[says.nothing]", "unknown finding 'says.nothing'"),
        ("near", "['jwt expired']", "matches what it must not"),
    ],
)
def test_a_broken_pattern_is_refused_with_the_reason(field: str, value: str, says: str) -> None:
    fields = {"finding": "says.token_expired", "needle": "jwt expired", "sample": "error jwt expired"} | {field: value}
    body = "".join(f"    {key}: {text}\n" for key, text in fields.items())
    with pytest.raises(KnowledgeError, match=re.escape(says)):
        read(Path("a.yaml"), f"software: a\nsource: s\npatterns:\n  - id: x\n{body}", TEXTS)


def test_an_id_may_be_used_once() -> None:
    one = "  - id: x\n    finding: says.token_expired\n    needle: jwt expired\n    sample: jwt expired\n"
    with pytest.raises(KnowledgeError, match=r"a.yaml:8: the id 'a.x' is used twice"):
        read(Path("a.yaml"), f"software: a\nsource: s\npatterns:\n{one}{one}", TEXTS)


PIECES = st.sampled_from([p.needle for p in ALL] + [p.sample for p in ALL])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=12), st.sampled_from(PLACES))
def test_no_text_makes_it_stumble(parts: list[str], place: str) -> None:
    for hit in match(" ".join(parts), place):
        assert hit.finding in TEXTS
        assert len(hit.text) < 400


@pytest.mark.parametrize("filler", ["a", " ", '"', "'", "token ", "user ", "1", ": ", "(", "\\", "key="])
def test_a_long_text_of_one_kind_ends(filler: str) -> None:
    for pattern in ALL:
        long = (pattern.needle + filler * 40) * 40
        pattern.regex.search(long[:4000])


def test_letters_that_json_escapes_are_read() -> None:
    escaped = '{"msg":"\\u4ee4\\u724c\\u8fc7\\u671f"}'
    assert [hit.finding for hit in match(escaped, "body")] == ["says.token_expired"]
    kept = "\\ud83d\\udd11 \\u0041 \\u12"
    assert normalise(f"{kept} \\u00FCber") == f"{kept} über"
