"""Addresses that strangers have made others ask: none may be dialled, whether typed or redirected to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.probe.client import Client
from bot.probe.gate import Policy
from bot.probe.outcome import Answer
from bot.probe.rate import RateLimit
from bot.probe.walk import walk

START = "http://front.example.com/"
FRONT = "93.184.216.34"
INNER = """127.0.0.1 10.0.0.1 10.255.255.254 172.16.0.1 192.168.1.1 169.254.169.254 100.100.100.200 192.0.0.192
168.63.129.16 0.0.0.0"""
SPECIAL = """0.0.0.1 100.64.0.1 127.1.2.3 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.250 255.255.255.255"""
V6 = """::1 :: ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:7f00:1 ::127.0.0.1 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:a9fe:a9fe::1 2001:0:7f00:1:: 2001:db8::1 fc00::1
fd00:ec2::254 fd20:ce::254 fe80::1 fec0::1 ff02::1 100::1 5f00::1 3fff::1 4000::1 0:0:0:0:0:0:0:1
0000:0000:0000:0000:0000:0000:0000:0001 2606:4700::5efe:7f00:1 fe80::1%lo ::1%25lo ::ffff:0:127.0.0.1
::FFFF:127.0.0.1"""
FORMS = """2130706433 0x7f000001 0x7F.1 017700000001 0177.0.0.1 0177.0.0.01 127.1 127.0.1 127.0.0.1.
0x7f.0x0.0x0.0x1 00000177.0.0.1 127.0.0.0x1 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518
169.16689662 4294967296 018.0.0.1 1.2.3.4.5 256.256.256.256 127.0.0.1.1 0 00 0x 0x0 1 127 -1 127.0.0.-1
1e3 ١٢٧.٠.٠.١ 127．0．0．1 127。0。0。1 127｡0｡0｡1 ①②⑦.⓪.⓪.① ⑯⑨。②⑤④。⑯⑨｡②⑤④ １２７.0.0.1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ʟocalhost.
ⅼocalhost ℓocalhost ﹗localhost 127%2e0%2e0%2e1 %31%32%37.0.0.1 %6cocalhost"""
NAMES = """localhost LOCALHOST localhost. localhost.localdomain foo.localhost a.b.localhost ip6-localhost
ip6-loopback broadcasthost kubernetes kubernetes.default kubernetes.default.svc
kubernetes.default.svc.cluster.local metadata metadata.google.internal METADATA.GOOGLE.INTERNAL
metadata.google.internal. instance-data instance-data.ec2.internal computeMetadata host.docker.internal
gateway.docker.internal consul.service.consul vault.service.consul router.lan printer.local nas.home
db.corp wiki.intranet x.home.arpa 1.0.0.127.in-addr.arpa redis postgres elasticsearch web_1 _dns.test
-a.example.com a-.example.com a..example.com .example.com example..com a_b.example.com xn-- xn--a
xn--example- xn--80ak6aa92e.xn--zz exam\u00adple.com exa\u200dmple.com \u202eexample.com
examp\u0000le.com example.com\u2028 ex\u0430mple\uff0ecom ss\u00df\u0130.local \ud800.com a,b.com
a;b.com a!b.com a*b.com $(id).com `id`.com {a,b}.com a'b.com a"b.com <a>.com a|b.com a^b.com a~b.com
a=b.com a&b.com a+b.com"""
REBOUND = {
    "rebind.example.com": ("127.0.0.1",),
    "imds.example.com": ("169.254.169.254",),
    "mixed.example.com": (FRONT, "10.0.0.5"),
    "mixed6.example.com": (FRONT, "::1"),
    "six.example.com": ("fe80::1%eth0",),
    "nat64.example.com": ("64:ff9b::7f00:1",),
    "mapped.example.com": ("::ffff:127.0.0.1",),
    "wire.example.com": ("168.63.129.16",),
    "none.example.com": (),
}
TRICKS = r"""http://127.0.0.1@example.com/ http://example.com@127.0.0.1/ http://example.com:80@127.0.0.1/
http://a:b@127.0.0.1:80/ http://example.com#@127.0.0.1/ http://127.0.0.1#.example.com/
http://127.0.0.1?.example.com/ http://127.0.0.1\.example.com/ http://example.com\@127.0.0.1/
http://127.0.0.1\@example.com/ http:\\127.0.0.1\ http:/127.0.0.1/ http:127.0.0.1 http:///127.0.0.1/
//127.0.0.1/ ///127.0.0.1 127.0.0.1 127.0.0.1:80 localhost:80 http://[::1] http://[::1]:80
http://[::1]@example.com/ http://[127.0.0.1]/ http://[localhost]/ http://[::1 http://::1/
http://::1]:80/ http://[[::1]]/ http://[::1]]/ http://[v1.127.0.0.1]/ http://[]/ http:// http://:80/
http://@/ http://./ http://../ http://127.0.0.1:0/ http://127.0.0.1:65536/ http://127.0.0.1:080/
http://127.0.0.1:+80/ http://127.0.0.1:8_0/ http://127.0.0.1:٨٠/ http://127.0.0.1:80:80/
http://127.0.0.1:/ http://127.0.0.1:-1/ http://127.0.0.1:22/ http://127.0.0.1:6379/
http://example.com:22/ http://example.com:25/ http://example.com:6379/ http://example.com:11211/
http://example.com:3306/ http://example.com:65535/ file:///etc/passwd file://localhost/etc/passwd
gopher://127.0.0.1:6379/_INFO ftp://127.0.0.1/ dict://127.0.0.1:11211/ ldap://127.0.0.1/
javascript:alert(1) data:text/html,x unix:///var/run/docker.sock
http+unix://%2Fvar%2Frun%2Fdocker.sock/info jar:http://127.0.0.1!/ ws://127.0.0.1/ httpſ://127.0.0.1/
hTTp://127.0.0.1/ http;//127.0.0.1/ http://127.0.0.1;example.com/ http://127.0.0.1,example.com/
http://127.0.0.1%00.example.com/ http://127.0.0.1%09.example.com/ http://127.0.0.1%2f@example.com/
http://example.com%40127.0.0.1/ http://example.com%5c127.0.0.1/ http://0/ http://0.0.0.0:80/
http://[0:0:0:0:0:0:0:0]/ http://127.127.127.127/ http://2130706433:80/ http://0x7f.1:80/"""


def corpus() -> list[str]:
    hosts = [
        *INNER.split(),
        *SPECIAL.split(),
        *FORMS.split(),
        *NAMES.split(),
        *(f"[{a}]" for a in V6.split()),
        *REBOUND,
    ]
    urls = [f"http://{host}/latest/meta-data/" for host in hosts] + TRICKS.split()
    urls += [f"https://{host}:8443/" for host in INNER.split()] + [f"http://x:y@{host}/" for host in INNER.split()]
    urls += [
        "http://127.0.0.1\t/",
        "http://127.0.0.1\r\nHost: x/",
        " http://127.0.0.1/",
        "http://127.0.0.1 /",
        "\ufeffhttp://127.0.0.1/",
    ]
    return [*urls, "http://127.0.0.1/\x00", "http://" + "a" * 100_000, "http://" + "a." * 500 + "com/", ""]


async def resolver(name: str) -> tuple[str, ...]:
    host = name.removesuffix(".")
    if host in ("front.example.com", "example.com"):
        return (FRONT,)
    # What is not public gets the worst of answers.
    return REBOUND.get(host, ("127.0.0.1",))


def client(dialler: Any, policy: Policy) -> Client:
    limit = RateLimit(burst=10_000)
    return Client(policy, deadline_s=60, resolver=resolver, dialler=dialler, limit=limit)


def test_the_corpus_is_large() -> None:
    assert len(set(corpus())) >= 250


async def test_no_hostile_url_dials_a_forbidden_address(dialler: Callable[..., Any]) -> None:
    counting = dialler()
    async with client(counting, Policy(any_public_host=True)) as asking:
        for url in corpus():
            assert not isinstance(await asking.ask("GET", url), Answer)
    assert set(counting.dialled) <= {FRONT}


async def test_in_slack_nothing_is_dialled_at_all(dialler: Callable[..., Any]) -> None:
    counting = dialler()
    async with client(counting, Policy(hosts=frozenset({"api.acme.test"}))) as asking:
        for url in corpus():
            await asking.ask("GET", url)
    assert counting.dialled == []


async def test_no_redirect_leads_to_a_forbidden_address(
    serve: Any, reply: Callable[..., bytes], dialler: Callable[..., Any]
) -> None:
    locations = [url for url in corpus() if url.isascii() and url.isprintable() and url and len(url) < 2000]

    def redirect(line: str, headers: dict[str, str]) -> bytes:
        return reply("302 Found", f"Location: {locations.pop()}") if locations else reply("200 OK")

    async with serve(redirect) as port:
        counting = dialler(**{FRONT.replace(".", "_"): port})
        async with client(counting, Policy(any_public_host=True)) as asking:
            while locations:
                first = await asking.ask("GET", START)
                assert isinstance(first, Answer)
                await walk(asking, "GET", START, first)
    assert set(counting.dialled) == {FRONT}
