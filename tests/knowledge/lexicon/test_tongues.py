"""Refusals as teams log them in their own languages, and what each line says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from knowledge.lexicon import meanings

AT = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=1)))
SAYS = {
    "says.token_expired": (
        "bilet 8812 był ważny do wczoraj",
        "průkaz platil do 08:09",
        "kulkulupa vanhentui eilen",
        "adgangsbeviset er udløbet",
        "jetonun süresi doldu",
        "hasta=11:41:40 aqui=11:45:45 pase=7",
        "kortet, gjaldt til 24/11 11:29",
        "biletin süresi, 11:40'a kadar",
        "o bilhete já passou do prazo",
    ),
    "says.link_expired": (
        "länken gällde till i går",
        "odkaz vypršel",
        "linkki on vanhentunut",
        "Einladungslink galt bis gestern",
    ),
    "says.token_not_yet_valid": (
        "emitido=12:44:54 aqui=12:41:29",
        "Ausweis ausgestellt 12:07:10, Uhr hier 12:03:36",
        "bilet wydany 12:31:00, teraz 12:28:10",
    ),
    "says.token_revoked": (
        "clave ..a3f1 era válida, fue anulada",
        "nøglen er trukket tilbage",
        "klíč byl zrušen",
        "avain on peruutettu",
        "sleutel ..88 vervangen door ..91",
        "chiave ..12 sostituita ieri",
    ),
    "says.sessions_ended": ("jonas hat alle Geräte abgemeldet", "eva ukončila všechny relace"),
    "says.refresh_refused": (
        "fornyelse: familie 7 (ib@klub.test) kom med et brugt bevis",
        "Erneuerung abgelehnt, Beleg schon eingelöst",
        "obnovovací token již použit",
    ),
    "says.csrf_failed": (
        "formulierzegel 3fc6.. hoort niet bij sessie",
        "Formularsiegel fehlt",
        "formulärnyckeln stämmer inte",
        "lomaketunniste puuttuu",
        "pieczęć formularza nie pasuje",
    ),
    "says.step_up_required": (
        "boekingen vragen niveau 2, sessie heeft 1",
        "Tresor verlangt Stufe 3, Sitzung hat 1",
        "requires aal2, session is aal1",
        "nivel=1 pedido=2",
        "vahvistuskoodi vaaditaan",
    ),
    "says.scope_missing": (
        "kunden har läs, vägen vill skriv",
        "Nutzer hat lesen, verlangt schreiben",
        "ma odczyt, wymagany zapis",
        "chybí oprávnění",
        "käyttäjällä ei ole oikeutta, rooli puuttuu",
    ),
    "says.header_malformed": ('inicio="Bearer Bearer eyJ"', "begins with Basic Basic dXNl"),
    "says.key_unknown": ('pedida="k-2" tengo="k-1"', "podpisový klíč k2 neznáme"),
    "says.upstream_refused": (
        "il telecontrollo risponde 401 a noi",
        "Lagerdienst antwortete 401 an uns",
        "el almacén nos responde 401",
        "lagret svarade 401 till oss",
    ),
    "says.caller_blocked": ("adresa 10.9.8.7 není v seznamu povolených", "osoite ei ole sallittujen listalla"),
    "says.password_wrong": ("forkert adgangskode", "salasana väärä", "nesprávné heslo"),
    "says.session_expired": ("relace vypršela", "istunto vanhentunut", "sessionen er udløbet"),
    "says.idp_unreachable": ("ověřovací server neodpovídá", "tunnistuspalvelu ei vastaa", "logintjenesten svarer ikke"),
    "says.signature_invalid": ("podpis nesouhlasí", "allekirjoitus ei täsmää", "underskriften passer ikke"),
}
NOTHING = (
    "hasta=12:41:40 aqui=11:45:45 pase=7",
    "emitido=11:44:54 aqui=11:45:29",
    "relace otevřena do 13:00",
    "needs level 2, session has 2",
    "level=3 workers=5",
    "requires 2 files, has 1",
    "kunden har läs och skriv",
    "Token token=abc",
    "Bearer bearer is wrong in the docs",
    "il telecontrollo risponde 401",
    "returned 401 for ci job",
    "nogle brugere er her i dag",
    "user lasts long, last seen now",
    "une adresse pour la session",
    "Ausweis wird erneuert",
)


@pytest.mark.parametrize(("finding", "line"), [(f, line) for f, lines in SAYS.items() for line in lines])
def test_a_team_is_understood_in_its_own_language(finding: str, line: str) -> None:
    assert [m.finding for m in meanings(line, (), AT)] == [finding]


@pytest.mark.parametrize("line", NOTHING)
def test_what_is_well_or_speaks_of_something_else_means_nothing(line: str) -> None:
    assert meanings(line, (), AT) == ()


def test_a_time_without_a_zone_is_in_that_of_the_line() -> None:
    """Half past eleven on the wall is past at noon there, and yet to come at eleven UTC read as such."""
    assert [m.finding for m in meanings("pass good until 24/11 11:30", (), AT)] == ["says.token_expired"]
    assert meanings("pass good until 24/11 11:30", (), AT.astimezone(UTC)) == ()


def test_what_is_from_before_an_end_by_hand_ended_then() -> None:
    said = [m.finding for m in meanings("anna logged out all devices at 11:21:18, token of 11:10:14", (), AT)]
    assert "says.token_revoked" in said
    said = [m.finding for m in meanings("anna logged out all devices at 11:21:18, token of 11:30:14", (), AT)]
    assert "says.token_revoked" not in said
