"""Requests and answers as tools print them."""

import json
import shlex
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Attachment, read
from bot.intake.findings import collect
from bot.intake.shell import commands
from bot.model import Presented, Report

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)


def report(text: str, **files: bytes) -> Report:
    named = [Attachment(name.replace("_", "."), data) for name, data in files.items()]
    return read(text, posted_at=POSTED, attachments=named)


def only(text: str) -> Presented:
    (credential,) = report(text).presented
    return credential


VALUES = (
    st.text(
        alphabet=st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="\\"), min_size=1, max_size=40
    )
    .map(str.strip)
    .filter(bool)
)


@given(
    st.sampled_from(["X-Api-Key", "X-Note", "Accept"]),
    VALUES,
    st.sampled_from(["-H", "--header"]),
    st.booleans(),
    st.booleans(),
)
def test_a_command_is_read_as_a_shell_reads_it(name: str, value: str, flag: str, broken: bool, first: bool) -> None:
    header = [flag, f"{name}: {value}"]
    words = [
        "curl",
        "-sS",
        *([] if first else header),
        "https://api.shop.test/v1/x?a=1&b=2",
        *(header if first else []),
    ]
    line = (" \\\n  " if broken else " ").join(shlex.quote(word) for word in words)
    (exchange,) = commands(f"I ran\n$ {line}\nand it failed")
    assert exchange.url == "https://api.shop.test/v1/x?a=1&b=2"
    assert exchange.request_headers == ((name, value),)


@given(st.text(alphabet="curl -HXdu'\"\\\n$`^{}|;&>https://a.test :", max_size=120))
def test_no_quoting_breaks_the_reader(text: str) -> None:
    assert all(e.url for e in commands(f"curl {text}"))


COMMANDS = {
    "curl -X DELETE https://a.test/x": "DELETE https://a.test/x",
    "curl -d a=b a.test/x": "POST http://a.test/x",
    "curl -G -d a=b https://a.test/x": "GET https://a.test/x",
    "curl -I https://a.test/x": "HEAD https://a.test/x",
    'curl.exe -XPUT ^\n  "https://a.test/x"': "PUT https://a.test/x",
    "wget -O - --post-data=x 'https://a.test/x'": "POST https://a.test/x",
    "http PUT a.test/x A:b c=d": "PUT http://a.test/x",
    "fetch('https://a.test/x', {method: 'PATCH'})": "PATCH https://a.test/x",
    "await axios.post(`https://a.test/x`, body)": "POST https://a.test/x",
    "requests.put('https://a.test/x', json=d)": "PUT https://a.test/x",
    'Invoke-RestMethod -Method Post -Uri "https://a.test/x" `\n -Headers @{"Accept"="*/*"}': "POST https://a.test/x",
    "Request URL: https://a.test/x\nRequest Method: OPTIONS\nStatus Code: 401 Unauthorized": "OPTIONS https://a.test/x",
    "POST /x HTTP/1.1\nHost: a.test\nAccept: */*\n\nHTTP/1.1 401 Unauthorized\nServer: x\n": "POST https://a.test/x",
}


@pytest.mark.parametrize("text", COMMANDS)
def test_the_request_of_many_tools(text: str) -> None:
    found = report(f"see:\n{text}\n-> 401")
    assert f"{found.method} {found.url}" == COMMANDS[text]


@pytest.mark.parametrize(
    "text", ["curl with that user works", "an http 401 from here", "I use wget", "fetch is broken", "curl"]
)
def test_words_about_tools_are_no_commands(text: str) -> None:
    assert report(text).exchanges == ()


def test_a_command_and_its_output_are_one_exchange() -> None:
    text = (
        "$ curl -H 'X-Webauth-User: admin' -D- http://g.test:3000/ping\nHTTP/1.1 401 Unauthorized\nDate: Fri, 20 "
        'Nov 2026 23:41:00 GMT\n\n{"message":"no"}\n$ curl http://g.test:3000/org\n'
    )
    first, second = report(text).exchanges
    assert (first.method, first.url, first.status) == ("GET", "http://g.test:3000/ping", 401)
    assert first.request_headers == (("X-Webauth-User", "admin"),)
    assert first.header("date") == "Fri, 20 Nov 2026 23:41:00 GMT"
    assert first.body == '{"message":"no"}'
    assert (second.url, second.status) == ("http://g.test:3000/org", None)


def test_a_pasted_answer_belongs_to_the_failing_call() -> None:
    found = report(
        "POST https://a.test/x fails:\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer "
        'error="invalid_token"\n<\n{"error":"no"}'
    )
    (exchange,) = found.exchanges
    assert (exchange.method, exchange.url, exchange.status, exchange.body) == (
        "POST",
        "https://a.test/x",
        401,
        '{"error":"no"}',
    )


def test_behind_the_end_of_a_json_body_the_writer_speaks_again() -> None:
    read_ = report(
        '< HTTP/1.1 401 Unauthorized\n< Content-Type: application/json\n{"error":\n "not admitted"}\n'
        "url https://claims.acme.test/files/7\ntoken too old? we refresh every 10 min"
    )
    assert (read_.host, read_.path) == ("claims.acme.test", "/files/7")
    assert not any(f.id.startswith("says.") for f in collect(read_).findings)
    assert read_.exchanges[0].body.endswith('"not admitted"}')


@pytest.mark.parametrize(
    ("statement", "name", "scheme"),
    [
        ("session.headers['Authorization'] = f'Token {KEY}'", "Authorization", "Token"),
        ('req.Header.Set("Authorization", fmt.Sprintf("Basic: %s", b64))', "Authorization", "Basic:"),
        ('http.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);', "Authorization", "Bearer"),
        ('conn.setRequestProperty("X-Api-Key", key);', "X-Api-Key", None),
        ("axios.defaults.headers.common['Authorization'] = `Bearer ${t}`", "Authorization", "Bearer"),
    ],
)
def test_a_statement_that_sets_a_header_shows_how_the_credential_goes(
    statement: str, name: str, scheme: str | None
) -> None:
    credential = only(f"401 on https://api.acme.test/items, the code:\n   {statement}\n")
    assert (credential.name, credential.scheme, "computed" in credential.faults) == (name, scheme, True)


def test_a_quoted_body_belongs_to_the_failing_call() -> None:
    (exchange,) = report('https://a.test/x gives 401 {"detail":"User is inactive","code":"user_inactive"}').exchanges
    assert (exchange.url, exchange.status) == ("https://a.test/x", 401)
    assert "user_inactive" in exchange.body


def test_headers_after_the_words_response_headers_are_those_of_the_answer() -> None:
    found = report(
        "POST https://a.test/x is 401. response headers of the POST:\nX-CSRF-Token: Required\nContent-Length: 746"
    )
    assert found.exchanges[0].response_headers == (("X-CSRF-Token", "Required"), ("Content-Length", "746"))


def har(*entries: dict[str, object], creator: str = "Firefox") -> bytes:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": creator}, "entries": entries}}).encode()


def entry(url: str, status: int, headers: dict[str, str], answer: dict[str, str] | None = None) -> dict[str, object]:
    return {
        "startedDateTime": "2026-11-20T23:41:08.936Z",
        "request": {
            "method": "GET",
            "url": url,
            "headers": [{"name": k, "value": v} for k, v in headers.items()],
            "cookies": [],
        },
        "response": {
            "status": status,
            "headers": [{"name": k, "value": v} for k, v in (answer or {}).items()],
            "content": {"text": '{"e":1}'},
        },
    }


AXIOS = """[22:13:59] AxiosError: Request failed with status code 401
  config: { method: 'post', url: 'https://a.test/quotes', auth: { username: 'till', password: 'f00tball-pw' },
    headers: { Authorization: 'Bearer eyJhbGciOiJIUzI1NiIs…' } },
  response: { status: 401, headers: { 'x-request-id': '8911e4f221' }, data: {"error": "unauthorized"} }
[22:14:03] AxiosError: Request failed with status code 404
  config: { url: 'https://a.test/quotes/undefined', method: 'get' },
  response: { status: 404, headers: { 'x-request-id': '656c7dded5' }, data: {"error": "no such quote"} }
"""
NSERROR = """Error Domain=LSNetworkErrorDomain Code=401 "account required" UserInfo={
    NSErrorFailingURLKey=https://a.test/v3/times/4411,
    LSResponseHeaders={
        Date = "Fri, 20 Nov 2026 17:29:05 GMT";
        "Www-Authenticate" = Bearer;
        "X-Request-Id" = 75e523223c564e;
    },
    NSLocalizedDescription=account required
}
"""


def test_a_printed_axios_error_is_a_request_and_its_answer() -> None:
    found = read(AXIOS, posted_at=POSTED)
    first, second = found.exchanges
    assert (first.method, first.url, first.status) == ("POST", "https://a.test/quotes", 401)
    assert (first.body, first.header("x-request-id")) == ('{"error": "unauthorized"}', "8911e4f221")
    assert (second.method, second.url, second.status) == ("GET", "https://a.test/quotes/undefined", 404)
    assert (found.method, found.url, found.ids, found.users) == ("POST", first.url, ("8911e4f221",), ("till",))
    assert found.at and (found.at.hour, found.at.minute) == (22, 13)
    assert "f00tball" not in repr(found)


OKHTTP = """2026-11-20 22:31:02.118  4021-4102  okhttp.OkHttpClient  com.a  I  --> POST https://a.test/orders
2026-11-20 22:31:02.119  4021-4102  okhttp.OkHttpClient  com.a  I  Authorization: Bearer null
2026-11-20 22:31:02.119  4021-4102  okhttp.OkHttpClient  com.a  I  --> END POST (123-byte body)
2026-11-20 22:31:02.344  4021-4102  okhttp.OkHttpClient  com.a  I  <-- 401 https://a.test/orders (225ms)
2026-11-20 22:31:02.345  4021-4102  okhttp.OkHttpClient  com.a  I  x-request-id: 7d9e2c10ab34
2026-11-20 22:31:02.346  4021-4102  okhttp.OkHttpClient  com.a  I  {"error":"missing token"}
"""


@pytest.mark.parametrize("text", [OKHTTP, "".join(f"D/OkHttp: {line[67:]}\n" for line in OKHTTP.splitlines())])
def test_what_okhttp_prints_is_a_request_and_its_answer(text: str) -> None:
    found = read(text, posted_at=POSTED)
    (exchange,) = found.exchanges
    assert (exchange.method, exchange.url, exchange.status) == ("POST", "https://a.test/orders", 401)
    assert [(p.name, p.faults) for p in exchange.presented] == [("Authorization", ("literal",))]
    assert (exchange.header("x-request-id"), exchange.body) == ("7d9e2c10ab34", '{"error":"missing token"}')
    assert found.user_agent == "okhttp"


def test_headers_that_a_statement_takes_from_a_variable_are_not_known() -> None:
    told = 'Invoke-RestMethod -Uri "https://a.test/x" -Headers $h -Method Get\n(401) Unauthorized'
    assert "request.no_credentials" not in {f.id for f in collect(read(told, posted_at=POSTED)).findings}


def test_of_several_refusals_the_last_is_meant_with_its_id() -> None:
    pasted = "".join(
        f"> GET /{path} HTTP/1.1\n> Host: a.test\n>\n< HTTP/1.1 {status} No\n< X-Request-Id: {id_}\n<\n"
        for path, status, id_ in (("y", 403, "aaa111bbb222"), ("z", 401, "ccc333ddd444"))
    )
    found = read(pasted, posted_at=POSTED)
    assert (found.url, found.request_id, found.status) == ("https://a.test/z", "ccc333ddd444", 401)


def test_a_printed_nserror_is_an_answer() -> None:
    found = read(NSERROR, posted_at=POSTED)
    (exchange,) = found.exchanges
    assert (exchange.url, exchange.status, exchange.header("www-authenticate")) == (
        "https://a.test/v3/times/4411",
        401,
        "Bearer",
    )
    assert (found.request_id, found.at) == ("75e523223c564e", datetime(2026, 11, 20, 17, 29, 5, tzinfo=UTC))
    assert found.users == ()


@given(st.lists(st.sampled_from([*AXIOS.split("\n"), *NSERROR.split("\n"), "{", "}", "'", '"']), max_size=12))
def test_broken_dumps_are_no_trouble(lines: list[str]) -> None:
    read("\n".join(lines), posted_at=POSTED)


def test_the_environment_of_a_job_is_no_header() -> None:
    job = "2026-11-20T20:44:02.1Z env:\n"
    job += "2026-11-20T20:44:02.1Z   GITHUB_TOKEN: ***\n2026-11-20T20:44:02.2Z   NPM_TOKEN: \n"
    found = read("401 on PUT https://r.test/x", posted_at=POSTED, attachments=[Attachment("job.txt", job.encode())])
    assert found.presented == ()
    assert "report.credential_unset" in {f.id for f in collect(found).findings}


def test_a_variable_within_double_quotes_is_filled_by_the_shell() -> None:
    (presented,) = read('args+=(-H "Authorization: Bearer $TOKEN")', posted_at=POSTED).presented
    assert (presented.kind, presented.faults) == ("masked", ())


def test_a_transcript_within_a_job_log_is_read() -> None:
    stamp = "2026-06-18T09:14:47.6120348Z ##[debug]"
    log = f"""{stamp}GET https://api.a.test/installation
{stamp}HTTP/1.1 401 Unauthorized
{stamp}Date: Thu, 18 Jun 2026 09:14:09 GMT
{stamp}X-GitHub-Request-Id: C8F1:3D2B1:9A01F2
{stamp}{{"message":"bad iat"}}
2026-06-18T09:14:48.1Z ##[error]Unexpected error when running action
"""
    found = read(
        "401 again", posted_at=POSTED.replace(month=6, day=18), attachments=[Attachment("job.txt", log.encode())]
    )
    exchange = found.exchanges[0]
    assert (exchange.method, exchange.url, exchange.status) == ("GET", "https://api.a.test/installation", 401)
    assert exchange.body == '{"message":"bad iat"}'
    assert found.request_id == "C8F1:3D2B1:9A01F2"
    assert found.at == datetime(2026, 6, 18, 9, 14, 9, tzinfo=UTC)


def test_a_har_tells_the_call_that_failed() -> None:
    data = har(
        entry("https://a.test/ok", 200, {}),
        entry(
            "https://a.test/x",
            401,
            {"Authorization": "Bearer undefined", "Origin": "https://w.test"},
            {"X-Request-Id": "b4c81944956b516c"},
        ),
    )
    found = report("401, see HAR", x_har=data)
    assert (found.method, found.url, found.origin, found.request_id) == (
        "GET",
        "https://a.test/x",
        "https://w.test",
        "b4c81944956b516c",
    )
    assert found.at == datetime(2026, 11, 20, 23, 41, 8, 936000, tzinfo=UTC)
    assert found.presented[0].kind == "literal"


def test_a_har_that_leaves_credentials_out_says_nothing_of_them() -> None:
    found = report("401", x_har=har(entry("https://a.test/x", 401, {"Accept": "*/*"}), creator="WebInspector"))
    assert found.exchanges[0].request_headers is None


@pytest.mark.parametrize(
    "data",
    [
        b'{"log": {"entries": [',
        b'{"log": {"entries": {}}}',
        b'{"log": {"entries": [1, {"request": 2}]}}',
        b"\x89PNG" + bytes(2000),
    ],
)
def test_broken_files_are_no_trouble(data: bytes) -> None:
    assert report("https://a.test/x 401", x_har=data).url == "https://a.test/x"


PRESENTED = {
    "Authorization: Bearer undefined": ("Bearer", "literal", ("literal",)),
    "Authorization: Bearer": ("Bearer", "empty", ("empty",)),
    "Authorization: Bearer Bearer 8fj39dk20fjw93kd": ("Bearer", "opaque", ("doubled_scheme",)),
    'Authorization: Bearer "8fj39dk20fjw93kd"': ("Bearer", "opaque", ("quoted",)),
    "Authorization: 8fj39dk20fjw93kd": (None, "opaque", ("no_scheme",)),
    "Authorization: Bearer: 8fj39dk20fjw93kd": ("Bearer:", "opaque", ("glued_scheme",)),
    "Authorization: Bearer8fj39dk20fjw93kd": ("Bearer", "opaque", ("glued_scheme",)),
    "Authorization: Bearer: <token>": ("Bearer:", "masked", ("no_scheme",)),
    "Authorization: Bearer YOUR_API_KEY": ("Bearer", "placeholder", ()),
    "Authorization: Bearer <token>": ("Bearer", "masked", ()),
    "Authorization: Bearer ey...": ("Bearer", "masked", ()),
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIi(cut)": ("Bearer", "masked", ()),
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIi[truncated]": ("Bearer", "masked", ()),
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiXXXX": ("Bearer", "masked", ()),
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIi": ("Bearer", "jwt", ()),
    "Authorization: Bearer sk-live-EXAMPLE(cut)": ("Bearer", "masked", ()),
    "Authorization: Bearer 8fj39dk20[gekürzt]": ("Bearer", "masked", ()),
    "Authorization: Basic dXNlcjpwYXNzd29yZA==": ("Basic", "basic", ()),
    "Authorization: Basic dXNlcjpwYXNzd29yZAo=": ("Basic", "basic", ("line_end",)),
    "Authorization: Basic dXNlcg==": ("Basic", "basic", ("no_colon",)),
    "Authorization: Basic user:password1": ("Basic", "basic", ("bad_base64",)),
    "Authorization: Token 8fj39dk20fjw93kd": ("Token", "api_key", ()),
    "Authorization: Bearer {{access_token}}": ("Bearer", "literal", ("literal",)),
}


@pytest.mark.parametrize("line", PRESENTED)
def test_how_a_credential_was_presented(line: str) -> None:
    found = only(f"https://a.test/x is 401, we send\n{line}")
    assert (found.scheme, found.kind, found.faults) == PRESENTED[line]


def test_a_variable_that_the_shell_fills_is_hidden_and_one_that_it_does_not_is_a_literal() -> None:
    assert only('curl -H "Authorization: Bearer $TOKEN" https://a.test').kind == "masked"
    assert only("curl -H 'Authorization: Bearer $TOKEN' https://a.test").kind == "literal"


@pytest.mark.parametrize(
    ("command", "scheme"),
    [
        ("curl -u ann:8fj39dk https://a.test", "Basic"),
        ("curl --digest -u ann:8fj39dk https://a.test", "Digest"),
        ("curl https://a.test --ntlm -u ann:8fj39dk", "NTLM"),
        ("curl --anyauth -u ann:8fj39dk https://a.test", None),
        ("http -A digest -a ann:8fj39dk https://a.test", "Digest"),
    ],
)
def test_a_login_is_sent_as_the_command_says(command: str, scheme: str | None) -> None:
    assert {p.scheme for p in report(command).presented} == {scheme}


def test_a_key_in_the_query_and_one_in_a_header_of_its_own() -> None:
    assert (only("https://a.test/x?api_key=8fj39dk20fjw is 401").place, only("X-Api-Key: 8fj39dk20fjw").place) == (
        "query",
        "header",
    )


def test_a_value_that_the_writer_left_out_is_not_empty() -> None:
    shown = read("POST http://a.test/api/play?api_password=<password> is 401", posted_at=POSTED).presented
    assert [(p.place, p.kind) for p in shown] == [("query", "masked")]


def test_windows_keeps_a_password_from_plain_http() -> None:
    told = "Netzlaufwerk verbinden mit {}://a.test/dav klappt nicht, 401"
    for scheme, withheld in (("http", True), ("https", False)):
        found = {f.id for f in collect(read(told.format(scheme), posted_at=POSTED)).findings}
        assert ("request.withheld_by_client" in found) is withheld


def test_the_remark_behind_a_header_is_no_part_of_it() -> None:
    assert only("Authorization: Bearer 8fj39dk20fjw   (typed from paper, nothing masked)").kind == "opaque"


def test_vendors_are_told_by_shape() -> None:
    assert only("Authorization: Bearer " + "ya29" + ".GluHBR4mzXq0madeUp").vendor == "Google OAuth access token"


def test_the_debug_output_of_http_client_is_a_request_and_its_answer() -> None:
    read_ = report(
        "client = Client(url='https://git.test', oauth_token=token)\n"
        "send: b'GET /api/v4/user HTTP/1.1\\r\\nHost: git.test\\r\\nAuthorization: Basic dXNlcjpwYXNz\\r\\n\\r\\n'\n"
        "reply: 'HTTP/1.1 401 Unauthorized\\r\\n'\nheader: Server: nginx\nheader: Content-Type: application/json\n"
    )
    (exchange,) = read_.exchanges
    assert (exchange.method, exchange.url, exchange.status) == ("GET", "https://git.test/api/v4/user", 401)
    assert exchange.header("server") == "nginx"
    assert "request.scheme_replaced" in {f.id for f in collect(read_).findings}


def test_a_command_that_printed_data_was_let_in() -> None:
    text = "filebeat gets 401 from http://es.test:9200\n# curl http://es.test:9200/_cat --user elastic:{}\n{}\n"
    good = report(text.format("x7d82kls", '{"status":"yellow"}'))
    bad = report(text.format("x7d82kls", '{"error":"unauthorized"}'))
    assert [e.status for e in good.exchanges if e.url and e.url.endswith("_cat")] == [200]
    assert [e.status for e in bad.exchanges if e.url and e.url.endswith("_cat")] != [200]


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        ("* Connected to a.test (10.1.1.1) port 8080\n> GET /x HTTP/1.1\n> Host: a.test:8080\n", "http"),
        (
            "* Connected to a.test (1.1.1.1) port 8443\n* SSL connection using TLSv1.3\n> GET /x HTTP/1.1\n"
            "> Host: a.test:8443\n",
            "https",
        ),
        ("GET /x HTTP/1.1\nHost: 127.0.0.1:8080\nAccept: */*\n", "http"),
        ("see https://127.0.0.1:8080\n\nGET /x HTTP/1.1\nHost: 127.0.0.1:8080\nAccept: */*\n", "https"),
        ("GET /x HTTP/1.1\nHost: a.test\nAccept: */*\n", "https"),
    ],
)
def test_a_request_line_gets_the_scheme_that_the_paste_shows(lines: str, scheme: str) -> None:
    shown = report(f"{lines}\nHTTP/1.1 401 Unauthorized\nServer: x\n")
    assert [e.url.partition(":")[0] for e in shown.exchanges if e.url and e.url.endswith("/x")] == [scheme]


def test_the_address_under_a_refusal_fails_and_not_the_one_that_gave_the_token() -> None:
    shown = report(
        "A token from https://auth.test/token is refused on some pulls.\n\n"
        "    Got 401 response using newly granted token\n    GET https://registry.test/v2/x/manifests/latest\n"
    )
    assert shown.url == "https://registry.test/v2/x/manifests/latest"


SETTINGS = {
    "session.headers['X-Api-Key'] = f'{KEY}'": "X-Api-Key",
    'req.Header.Set("Authorization", "Bearer "+key)': "Authorization",
    "axios.defaults.headers.common['Authorization'] = 'Bearer ' + key": "Authorization",
    'client.DefaultRequestHeaders.Add("X-Api-Key", key);': "X-Api-Key",
    'request.setRequestHeader("X-Auth-Token", token)': "X-Auth-Token",
}


@pytest.mark.parametrize("statement", SETTINGS)
def test_a_header_that_a_statement_sets_for_calls_made_elsewhere(statement: str) -> None:
    assert only(f"401 on https://a.test/x\n{statement}\n").name == SETTINGS[statement]


def test_a_header_that_is_only_spoken_of_is_none_that_is_set() -> None:
    assert report("the headers [of my book] are blue, 401 on https://a.test/x").presented == ()


@pytest.mark.parametrize("name", ["private_token", "job-token", "access_key"])
def test_parameters_that_carry_credentials(name: str) -> None:
    credential = only(f'curl "https://a.test/x?page_token=3&{name}=8fj39dk20fjw93"')
    assert (credential.place, credential.name) == ("query", name)


MADE_GET = "> POST /login HTTP/1.1\n> Host: a.test\n< HTTP/1.1 301 Moved\n< Location: https://a.test{there}\n"


@pytest.mark.parametrize(("there", "lost"), [("/login", True), ("/home", False)])
def test_a_post_that_a_redirect_made_a_get_is_seen(there: str, lost: bool) -> None:
    """A sign-in that leads to another page is followed by GET on purpose."""
    then = f"> GET {there} HTTP/1.1\n> Host: a.test\n< HTTP/1.1 401 Unauthorized"
    found = collect(report(f"```\n{MADE_GET.format(there=there)}{then}\n```"))
    assert ("request.method_lost" in {f.id for f in found.findings}) is lost
