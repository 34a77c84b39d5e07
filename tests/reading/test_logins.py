"""The names by which a log may know who wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.match import names_user, names_writer
from bot.model import Entry, Report
from bot.reading.logins import MOST, logins
from tests.reading.scenes import NOON


def told(text: str) -> tuple[str, ...]:
    return logins(Report(text=text, posted_at=NOON))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Zettel geht nicht, 09:32, H. Schulz. Fehlt mir ein Recht?", "form of hschulz not taken"),
        ("Markus Weber, Lager: komme nicht rein", "login mweber from 10.1.1.1 refused"),
        ("Ich bin Karin Weber, seit September hier", "kein Konto zu k.weber@schule.test"),
        ("Jürgen Bäcker, Schichtleiter", "jbaecker abgewiesen"),
        ("Hej! Åsa Öberg här", "asa.oberg nekades"),
        ("Hallo, Jan de Vries hier.", "pas van j.devries"),
        ("Tom Abara here. I cannot open it", "Kept Tom Abara out of the drawer"),
        ("Chloé Moreau (vie scolaire)", "Chloé Moreau renvoyée"),
        ("Kasse 3 im Hofladen meldet 401", "kasse3 nicht hereingelassen"),
        ("La báscula 12 del patio", "bascula-12 devuelta"),
        ("Hi, Bergwerk AG here", "bergwerk: key was cut for another ring"),
        ("Our customer Nordlys ApS cannot log in", "refused key of nordlys"),
        ("We are Müller GmbH", "consumer=mueller rejected"),
        ("Station K7's uploads are refused", "Sent station K7 away"),
    ],
)
def test_a_line_names_who_wrote(text: str, line: str) -> None:
    assert names_writer(line, told(text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("H. Schulz", "form of hschulze not taken"),
        ("Markus Weber, Lager", "mweber2 refused, and x/mweber too"),
        ("we get 401 on Error 401 at Step 2", "answered 401 at step 20"),
        ("since 24 November 2026 at 9", "Nov 24 09:00:01 host app: started"),
        ("nothing with a name", "nothing at all"),
        ("Nordlys ApS", "nordlyset refused, x/nordlys too"),
        ("the key as we got it", "key the refused"),
        ("Viele Grüße", "vgruße refused"),
        ("Grafana Loki", "gloki refused"),
    ],
)
def test_another_line_does_not(text: str, line: str) -> None:
    assert not names_writer(line, told(text))


@pytest.mark.parametrize(
    ("name", "login", "same"),
    [
        ("Karim", "karim", True),
        ("Karim", "karim_haddad", True),
        ("Irène", "moreau-irene", True),
        ("Karim", "karimov_h", False),
        ("Jo", "jo_berg", False),
        ("a3", "a3_berg", False),
    ],
)
def test_a_first_name_is_a_part_of_a_login(name: str, login: str, same: bool) -> None:
    line = Entry(file="x", offset=0, time=NOON, format="plain", text="refused", user=login)
    assert names_user(line, name) is same


@given(st.text(alphabet=st.sampled_from("ABcd .'-éß09\n"), max_size=400))
def test_of_any_words_a_bounded_number_of_names_is_made(text: str) -> None:
    assert len(told(text)) <= MOST
