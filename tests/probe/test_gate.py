from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.probe.connect_to import parse
from bot.probe.gate import Policy, Refusal, Target, check
from bot.probe.networks import why_not

PUBLIC = Policy(any_public_host=True)
SLACK = Policy(
    hosts=frozenset({"api.acme.test", "inner", "127.0.0.1:8443", "10.0.0.7", "[fd12::1]:8080", "odd.test:9200"})
)


def reason(url: str, policy: Policy = PUBLIC) -> str:
    refusal = check(url, policy)
    assert isinstance(refusal, Refusal), refusal
    assert "\n" not in refusal.reason
    return refusal.reason


def target(url: str, policy: Policy = PUBLIC) -> Target:
    passed = check(url, policy)
    assert isinstance(passed, Target), passed
    return passed


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.com/", "only http and https"),
        ("example.com/x", "not a full URL"),
        ("https://user:pw@example.com/", "user name or password"),
        ("https://example.com:22/", "port 22"),
        ("https://example.com:0/", "no port 0"),
        ("https://example.com:99999/", "no port 99999"),
        ("https://example.com:/", "cannot be read"),
        ("https://exa mple.com/", "a space"),
        ("https://example.com/\t", "a control character"),
        ("https://example.com\\@evil.test/", "backslash"),
        ("https://example%2ecom/", "percent sign"),
        ("https://example.com./", "ends in a dot"),
        ("https://ex\u200bample.com/", "invisible"),
        ("https://ｅxample.com/", "look-alike"),
        ("https://127。0。0。1/", "look-alike"),
        ("https://xn--a/", "IDNA"),
        ("https://0x7f000001/", "number"),
        ("https://2130706433/", "number"),
        ("https://010.0.0.1/", "number"),
        ("https://1.2.3/", "number"),
        ("https://localhost/", "single label"),
        ("https://metadata.google.internal/", "inner networks"),
        ("https://[::ffff:10.0.0.1]/", "inside IPv6"),
        ("https://[fe80::1%25eth0]/", "percent sign"),
        ("https://[::1/", "cannot be read"),
        ("https:///path", "names no host"),
        ("https://" + "a" * 2100, "characters long"),
    ],
)
def test_says_why_a_url_is_refused(url: str, says: str) -> None:
    assert says in reason(url)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("http://example.com:80/a?b=c#d", "http://example.com/a?b=c"),
        ("https://example.com:8443/ä b".replace(" ", ""), "https://example.com:8443/%C3%A4b"),
        ("https://bücher.example.com/", "https://xn--bcher-kva.example.com/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://api.v2.example.com/{id}", "https://api.v2.example.com/%7Bid%7D"),
    ],
)
def test_passes_public_addresses_in_canonical_form(url: str, canonical: str) -> None:
    assert target(url).url == canonical


@pytest.mark.parametrize(
    "url",
    [
        "http://api.acme.test/", "http://inner:8080/", "https://127.0.0.1:8443/x", "http://10.0.0.7/",
        "http://[fd12::1]:8080/", "http://odd.test:9200/_search",
    ],
)  # fmt: skip
def test_what_services_yaml_names_may_be_private(url: str) -> None:
    assert target(url, SLACK).reach == "named"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://example.com/", "services.yaml"),
        ("https://127.0.0.1/", "port 443 of 127.0.0.1"),
        ("https://odd.test/", "port 443 of odd.test"),
        ("http://api.acme.test:9200/", "add api.acme.test:9200"),
        ("http://evil.api.acme.test/", "not a host that services.yaml names"),
        ("http://169.254.169.254/", "link-local"),
    ],
)
def test_in_slack_only_named_hosts_and_ports(url: str, says: str) -> None:
    assert says in reason(url, SLACK)


def test_what_an_engineer_allows_for_a_case_must_be_public() -> None:
    policy = Policy(allowed=frozenset({"example.com", "10.0.0.1", "inner"}))
    assert target("https://example.com/", policy).reach == "public"
    for url in ("https://example.com:9200/", "http://10.0.0.1/", "http://inner/", "https://example.org/"):
        assert reason(url, policy)


def test_not_even_a_named_host_may_be_a_clouds_metadata() -> None:
    assert "metadata" in reason("http://169.254.169.254/", Policy(hosts=frozenset({"169.254.169.254"})))


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:3000/",
        "https://feeds.svc.local/",
        "http://user_db:9200/",
        "https://10.1.1.1:6443/x",
        "http://[::1]:4200/",
    ],
)
def test_connect_to_makes_inner_names_askable(url: str) -> None:
    passed = target(url, Policy(connect_to=(parse("::127.0.0.1:4000"),)))
    assert (passed.dial_host, passed.dial_port, passed.reach) == ("127.0.0.1", 4000, "typed")


def test_connect_to_is_for_its_host_and_port_alone() -> None:
    policy = Policy(connect_to=(parse("api.acme.test:443:[::1]:8443"),), any_public_host=True)
    assert target("https://api.acme.test/", policy).dial_host == "::1"
    assert target("https://api.acme.test:8443/", policy).dial_host == "api.acme.test"
    assert "single label" in reason("https://inner/", policy)


def test_connect_to_with_no_target_host_vouches_for_no_host() -> None:
    policy = Policy(connect_to=(parse(":::8081"),), any_public_host=True)
    assert target("http://example.com:9999/", policy).dial_port == 8081
    assert "loopback" in reason("http://127.0.0.1/", policy)


@pytest.mark.parametrize("text", ["", "a:b:c", "a:1:b:x", "a:1:b:70000", "::127.0.0.1:0", "::1:2:3:4", "a b:1:c:2"])
def test_a_wrong_connect_to_gets_one_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert len(caught.value.faults) == 1
    assert "\n" not in caught.value.faults[0]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.8.8.8", "168.63.129.16", "169.254.169.254",
        "172.31.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8",
        "64:ff9b::7f00:1", "64:ff9b:1::1",
        "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2606:4700::5efe:7f00:1",
    ],
)  # fmt: skip
def test_no_special_address_is_public(address: str) -> None:
    assert why_not(ip_address(address), "public")


@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_public(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global:
        assert why_not(address, "public")


HOSTS = st.one_of(
    st.from_regex(r"[a-z0-9.:\[\]%@_x-]{1,30}", fullmatch=True), st.text(max_size=20), st.ip_addresses().map(str)
)


@given(st.sampled_from(["http://", "https://", "HTTP:/", "", "//"]), HOSTS, st.text(max_size=20), st.booleans())
@settings(max_examples=300)
def test_any_text_is_judged_in_one_line(scheme: str, host: str, path: str, lead: bool) -> None:
    policy = Policy(connect_to=(parse("::127.0.0.1:1"),)) if lead else PUBLIC
    judged = check(f"{scheme}{host}/{path}", policy)
    if isinstance(judged, Refusal):
        assert judged.reason.isprintable()
        return
    assert judged.url.isascii()
    assert judged.url.isprintable()
    again = check(judged.url, policy)
    assert isinstance(again, Target)
    assert (again.host, again.port, again.url) == (judged.host, judged.port, judged.url)
