from datetime import UTC, datetime

import pytest

from bot.intake.reader import read
from bot.intake.variables import filled, quoted_output

HEADER = 'curl -H "Authorization: Bearer $T" https://a.example/x'
QUOTED = [
    "T=$(curl -s $API/signin -d @login.json | jq .token)",
    'T=`curl -s https://a.example/token | jq ".access_token"`',
    "export T=$(az account get-access-token --query accessToken)",
]
RAW = [
    "T=$(cat token.json | jq -r .token)",
    "T=$(cat token.json | jq --raw-output .token)",
    "T=$(cat token.json | jq .token | tr -d '\"')",
    "T=$(az account get-access-token --query accessToken -o tsv)",
    "T=$(cat token.txt)",
]


def test_addresses_stand_in_place_of_the_variables_that_hold_them() -> None:
    text = "curl $API/courts ${API}/x %API%/y $APIS/z\nAPI=https://a.example/api, last run 18:47"
    assert filled(text).startswith(
        "curl https://a.example/api/courts https://a.example/api/x https://a.example/api/y $APIS/z\nAPI=https://"
    )
    assert filled("curl $API/courts") == "curl $API/courts"


@pytest.mark.parametrize("line", QUOTED)
def test_a_string_of_json_keeps_its_quotes(line: str) -> None:
    assert quoted_output(f"{line}\n{HEADER}") == "T"
    assert quoted_output(f"{line}\necho $T") is None


@pytest.mark.parametrize("line", RAW)
def test_a_raw_string_has_none(line: str) -> None:
    assert quoted_output(f"{line}\n{HEADER}") is None


@pytest.mark.parametrize(
    "text, path",
    [
        ("PATCH https://ns.example.test/zones/a.test. , 401", "/zones/a.test."),
        ("401 at https://ns.example.test/zones/a.test. Why?", "/zones/a.test"),
        ("B=https://ns.example.test/api\ncurl -f $B/zones\ngives 401", "/api/zones"),
    ],
)
def test_the_address_is_what_the_writer_means(text: str, path: str) -> None:
    assert read(text, posted_at=datetime(2026, 11, 30, tzinfo=UTC)).path == path
