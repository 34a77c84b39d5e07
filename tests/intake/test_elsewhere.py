"""What is said of another address of the same service."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.intake import read
from bot.intake.findings import collect

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
BY_NUMBER = "report.works_by_number"
SAID = {
    "Saving on http://nas.local/api gets 401. With 192.168.1.30 instead of the name it works.": True,
    "PUT http://drucker-eg/config gibt 401. Über http://10.20.0.9/config lässt es sich speichern.": True,
    "No puedo guardar, 401 en http://router.casa/api. Con la IP 192.168.8.1 guarda bien.": True,
    "http://10.20.0.9/config is 401, http://drucker/config works": True,
    "http://nas.local/api gets 401. With 192.168.1.30 it is 401 too.": False,
    "http://nas.local/api gets 401. From my laptop 192.168.1.5 it works.": False,
    "https://api.shop.test/orders is 401. https://10.0.0.7/orders is 401 as well": False,
    "https://api.eu.shop.test/orders is 401. 10.0.0.7 works": False,
}


@pytest.mark.parametrize("text", SAID)
def test_by_its_number_it_works(text: str) -> None:
    found = {f.id for f in collect(read(text, posted_at=POSTED)).findings}
    assert (BY_NUMBER in found) == SAID[text]
