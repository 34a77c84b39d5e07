"""Who and with what: the users who are refused, the client and its address, the page's origin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.failing import CLAUSE, around, told
from bot.intake.phrases import praised
from bot.intake.signed import fares, own_names
from knowledge.messages import software

ORIGIN = re.compile(
    r"(?i)(?:from origin|\bconsole (?:of|on|at)) ['\"]?(?P<origin>https?://[^\s'\"<>,;/]{3,300})|(?m:^[ \t>]*origin:[ "
    r"\t]*(?P<header>https?://[^\s'\"]{3,300}))"
)
PRODUCT = re.compile(
    r"(?<![\w/.:@-])(?P<agent>(?:[A-Za-z][\w.+-]{1,40})/(?:v?\d+(?:\.\d+)*(?:[-.]\w+)*))(?![\w/:-]|\.\w)"
)
NOT_PRODUCTS = re.compile(
    r"(?i)^(?:nginx|apache|gunicorn|uvicorn|express|caddy|envoy|openresty|lighttpd|jetty|microsoft-iis|varnish)/|"
    r"^(?:http|tls|ssl|api|v\d|iso|rfc|oauth|page|step|part|phase|try|day|week|order|ticket)/|^[\w.-]*\.(?:test|"
    r"com|org|net|io)/"
)


def _acting(names: str) -> str:
    """A pattern for tools that are as often named as part of a set-up: as the one that asks or is refused."""
    acts = (
        r"(?:gets?|got|gives?|says?|said|reports?|shows?|sees?|fails?|failed|stop(?:s|ped)|scrapes?|keeps?|can(?:'?t|not)|complains?|"
        r"receives?|throws?|logs?|is (?:refused|rejected|denied|blocked)|bekommt|meldet|sagt|reçoit|recibe|recebe)"
    )
    with_it = r"(?<!\w)(?:with|via|using|by|from|mit|avec|con|com) (?:our |the |my |a )?"
    tool = rf"(?:{names})(?![\w@/.:-])"
    return rf"(?i:(?<![\w/=>-])(?<!> ){tool}(?= (?:\w+ )?{acts}(?!\w))|{with_it}{tool})"


CLIENTS: tuple[tuple[str, str], ...] = (
    (
        r"python[- ]requests|(?<!\w)requests\.(?:get|post|put|delete|request|Session|exceptions)|import requests",
        "python-requests",
    ),
    (r"(?<!\w)httpx(?!\w)", "python-httpx"),
    (r"(?<!\w)aiohttp(?!\w)", "aiohttp"),
    (r"urllib3?", "Python-urllib"),
    (r"(?i)ok-?http", "okhttp"),
    (r"(?i)(?<!\w)axios(?!\w)", "axios"),
    (r"(?i)postman", "PostmanRuntime"),
    (r"(?i)insomnia", "insomnia"),
    (r"(?i)(?<!\w)n8n(?!\w)", "n8n"),
    (r"(?i)(?<!\w)zapier(?!\w)", "Zapier"),
    (r"(?i)(?<!\w)wget(?!\w)", "Wget"),
    (r"(?i)(?<!\w)rclone(?!\w)", "rclone"),
    (r"(?i)(?<!\w)thunderbird(?!\w)", "Thunderbird"),
    (r"(?i)(?<!\w)davx5?(?:⁵)?(?!\w)", "DAVx5"),
    (r"(?i)(?<!\w)foobar(?:2000)?(?!\w)", "foobar2000"),
    (r"(?i)(?<!\w)vlc(?!\w)", "VLC"),
    (r"(?i)(?<!\w)ffmpeg(?!\w)", "Lavf"),
    (r"(?<!\w)twine(?= upload)", "twine"),
    (r"(?<!\w)cargo(?= (?:publish|build|install|fetch|login|update))", "cargo"),
    (r"(?<!\w)composer(?= (?:install|update|require))", "Composer"),
    (r"(?i)(?<!\w)curl(?!\w)", "curl"),
    (r"(?i)kubectl", "kubectl"),
    (
        rf"(?i)(?<!\w)(?:docker|podman)(?= (?:pull|push|login|build|run|manifest|search)(?!\w))"
        rf"|{_acting('docker|podman|containerd')}",
        "docker",
    ),
    (rf"(?i)(?<!\w)helm(?= (?:install|upgrade|pull|push|repo|registry|dependency)(?!\w))|{_acting('helm')}", "Helm"),
    (r"(?i)(?<!\w)gradle(?!\w)", "Gradle"),
    (r"(?i)(?<!\w)(?:maven|mvn)(?!\w)", "Apache-Maven"),
    (r"(?<!\w)npm(?= (?:ERR!|error|install|i|ci|publish|login|audit|whoami)(?!\w))", "npm"),
    (r"(?<!\w)pip3?(?: install)(?!\w)", "pip"),
    (r"(?<!\w)apt(?:-get)?(?= (?:update|install|upgrade))", "Debian APT"),
    (r"(?<!\w)git(?= (?:clone|pull|push|fetch))", "git"),
    (_acting("telegraf"), "Telegraf"),
    (_acting("prometheus"), "Prometheus"),
    (rf"(?i)(?<!\w)terraform(?= (?:init|plan|apply|login|destroy)(?!\w))|{_acting('terraform')}", "Terraform"),
    (r"(?i)(?<!\w)firefox(?!\w)", "Firefox"),
    (r"(?i)(?<!\w)(?:google )?chrome(?!\w)", "Chrome"),
    (r"(?i)(?<!\w)safari(?!\w)", "Safari"),
    (r"(?i)(?<!\w)(?:ms |microsoft )?edge(?= browser)", "Edg"),
    (r"(?i)(?<!\w)outlook(?!\w)", "Outlook"),
    (
        r"(?is)(?<!\w)(?:ios|iphone|ipad|testflight)(?!\w| ?[+,/]| and\b| or\b)(?=.*\b(?:app|screen|simulator"
        r"|tester|page)\b)|NSErrorFailingURL",
        "CFNetwork",
    ),
    (r"(?i)(?<![\w-])python(?![\w-])", "python"),
    (
        r"(?<!\w)(?:Go|golang)(?= (?:worker|service|client|program|app|code|job|sdk))|go-http-client|net/http",
        "Go-http-client",
    ),
    (r"(?<!\w)(?:Java|JVM|java)(?!\w)", "Java"),
    (r"(?i)(?<!\w)(?:\.net|dotnet|c#)(?!\w)", ".NET"),
    (r"(?i)(?<!\w)node(?:\.?js)?(?=[ )](?:app|script|service|client|fetch)|\))", "node"),
    (r"(?i)(?<!\w)powershell|Invoke-(?:RestMethod|WebRequest)", "PowerShell"),
    (r"(?i)(?<!\w)ruby|faraday|(?<!\w)rails(?!\w)", "Ruby"),
    (r"(?i)(?<!\w)guzzle|(?<!\w)php(?!\w)", "GuzzleHttp"),
)
ANSWERED = re.compile(r"(?im)^[ \t<>*]*(?:server|via|x-powered-by)\s*[:=].*$")
"""Header lines that name the server's software."""
LIBRARY = re.compile(r"(?<![\w/.-])[a-z]\w+(?:-[a-z]+)*-(?:client|sdk)(?:-[a-z]+)+(?![\w/-])")
"""A vendor's library, called as it is in a package index: `thing-client-python`."""
LANGUAGES = ("python", "Java", ".NET", "node", "Ruby", "CFNetwork")
"""Said of the program, they name a client only where nothing says it better."""
AGENT = re.compile(r"(?im)(?:user[- ]?agent)['\"]?[ \t]*[:=][ \t]*['\"]?(?P<agent>[^\n'\"]{2,300})")
ADDRESS = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]\d|/\d)"
CLIENT_IP = re.compile(
    rf"(?i)(?<!\w)(?:from|come from|coming from|client(?: ip)?|our (?:ip|address|egress(?: ip)?)|my (?:ip|address)"
    rf"|source(?: ip)?|caller|egress|node|host|runner|ip|von|depuis|desde|remote_addr)"
    rf"(?: address| adresse)?(?: is| was| ist)?[ :=]{{1,2}}\(?(?P<ip>{ADDRESS})"
)
CALLING_IP = re.compile(
    rf"(?i)(?<!\w)(?:builder|runner|agent|box|machine|laptop|workstation|worker|desktop|phone|pc|vm|till|scanner|device"
    rf"|rechner|maschine|gerät|kasse|poste|máquina|equipo|macchina|maskin)"
    rf"(?: (?:at|with|mit|con|avec))?[ :]{{1,2}}\(?(?P<ip>{ADDRESS})"
)
"""The machine that sends the requests, by what people call such."""
LONE_IP = re.compile(rf"[\w-] ?\((?P<ip>{ADDRESS})\)")
NAME = r"(?P<user>[A-Za-z][\w.+-]{0,40}(?:@[\w.-]{2,60})?|[a-z]{1,6}[-_]\d{1,9})"
MACHINE = (
    r"(?:install|pull|push|build|fetch|download|resolve|connect|reach|publish|deploy|clone|start|scrape|load)(?!\w)"
)
"""What programs cannot do when they are refused; of a person one says other things."""
CLOSING = (
    r"(?<!\w)(?:[Tt]hanks|[Tt]hank you|[Tt]hx|[Cc]heers|[Rr]egards|[Bb]est wishes|[Bb]est|VG|LG|MfG|mvh|[Mm]vh"
    r"|[Hh]ilsen|"
    r"[Gg]r(?:uß|üße|üßen)|[Mm]erci|[Cc]ordialement|[Gg]racias|[Ss]aludos?|[Oo]brigad[ao]|[Aa]braço|[Gg]roet(?:en|jes)?)"
)
GROUP = r"(?:Depot|Team|Support|Customer|Office|Store|Shop|Branch|Station|Platform|Sales|Front|Service|Help)"
USERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i)(?<!\w)(?:user(?:name)?|account|benutzer(?:in)?|konto|utilisateur|usuario|username)(?:\s+(?:named|"
        rf"called|=))?[ :=]{{1,2}}['\"`]?{NAME}['\"`]?(?![\w/(=])",
        rf"(?i)(?<!\w)(?:user ?name|user ?id|benutzername|login name) (?:is|was|ist|war) ['\"`]?{NAME}"
        r"['\"`]?(?![\w/(=])",
        r"(?<!\w)(?P<user>[a-z]{1,3}_\d{2,9})(?!\w)",
        rf"(?im)(?:^|[.!?][ ]{{1,3}})(?:hi,? )?{NAME} (?:here|again)(?!\w)",
        r"(?m)\A[ \t]{0,8}(?P<user>[A-Za-z][a-z]{1,15}(?:[-_]\d{1,6})?): (?=\S)",
        rf"(?im)(?:^|[.!?:;,(][ ]{{1,3}}|(?<!\w)(?:and|but|because|that) ){NAME} (?:(?:can'?t|can not"
        rf"|cannot)(?! {MACHINE})|gets|sees|is "
        rf"(?:locked|kicked|logged|thrown)|has been|was (?:locked|kicked|logged|thrown)|couldn't|reports)(?!\w)",
        rf"(?i)(?:kicked out|locked out|logged out|thrown out|blocked|e\.?g\.?|for example|affects?|including)"
        rf" {NAME}(?=[\s,.;:)]|$)",
        r"(?<=[\s.])-{1,2}[ ]?(?P<user>[A-Z][a-z]{1,20}|[a-z]{3,20})\s{0,8}\Z",
        r"(?<!\w)(?:[Mm]y name is|[Mm]ein Name ist|[Hh]ier ist|[Ss]oy|[Jj]e m'appelle|[Mm]e llamo|[Ss]ono|[Ss]ou [ao]) "
        r"(?P<user>[A-Z][a-zà-ÿ]{1,20})(?!\w)",
        rf"(?m)(?:^|[.!?,][ ]{{1,3}})(?:[Hh]i,? |[Hh]ello,? |[Tt]his is |[Ii]t is "
        rf"|[Ii]t's )?(?!{GROUP} )(?P<user>[A-Z][a-zà-ÿ]{{1,20}} [A-Z][a-zà-ÿ]{{1,25}}) here(?!\w)",
        r"(?i)(?<!\w)me \((?P<user>[a-z][\w.-]{1,30})\)",
        rf"(?i)(?:everyone's login|logins?|nobody|users?),? {NAME} and (?:me|others)",
        rf"(?m)(?:^|[ \t]){CLOSING}[,!.]?\s{{1,3}}"
        r"(?P<user>[A-Z][a-zà-ÿ]{1,20}(?: [A-Z][a-zà-ÿ]{1,25})?)(?=[ \t]*(?:$|[,(]))",
        r"(?m)(?:^[ \t]{0,4}|[.!?)] )(?P<user>[A-Z][a-zà-ÿ]{1,20})(?: \([^)\n]{1,60}\))?[ \t]*(?:\Z"
        r"|\n(?=\s*(?:\(|\Z)))",
        r"(?i)(?<!\w)(?:as|for) (?:user |account )?['\"`](?P<user>[\w.@+-]{2,60})['\"`]",
        r"(?<!\w)-u ['\"]?(?P<user>[A-Za-z][\w.-]{1,40}):",
    )
)
_NOT_USERS = """
ist sind jest on lub oder og eller
same fatal route config exception warn summary problem symptom question subject title hello dear support urgent bug
i we you he she it they user users all everyone anyone nobody somebody someone app api page the a an my our your
this that who which what is was has had gets get name names password id ids token tokens and or but for from with in
on at to of only again still already just now hi hello hey customer customers client clients team colleague
colleagues people partner admin's time path url error method status body response request headers header note edit
update steps logs log login now today one two both none also even job script service server browser there here
gateway proxy host code data url link question since because when while agent field fields management manager list
info details data type role roles group account accounts in cookie bug story experience interface output input key
format session widget console expected actual context environment version result example odd strange weird btw fyi
ps nb re warning info debug http https date thanks cheers regards best can could will would should information is ok
fine inactive disabled broken linking locked unknown invalid model models item items price answer answers file files
mail mailer team tab pages report reports system systems settings authentication authorization auth accounts store
pull push build run runs image images request_id rights call calls sync feed store every each by with it's that's
who's error: at access endpoint url: curl wget python java node go browser chrome firefox mobile android ios
something everything nothing anybody always sometimes never not works worked working fails failed failing gets needs
may exists expired seems says does did goes went locked enabled has had must should there's sees shows thx gruß
grüße merci gracias saludos unauthorized unauthorised forbidden required suspended closed deleted created far as fwd
fw re aw wg tr sv von betreff gesendet to sent de es é er und können kann konnte kommt bekommt bekommen werden wird
nicht mein meine benutzer benutzername gebruikersnaam usual administrator follows above below required correct right
wrong valid empty both sein als mit ohne für neu neue neuer weiterhin noch avec sans pour con sin para per senza
jako bez może ikke inte objet envoyé para asunto enviado docker mise npm helm bearer basic digest negotiate
"""
NOT_USERS = frozenset(_NOT_USERS.split())


def origin(text: str) -> str | None:
    """The page's origin, from a browser's CORS message or an Origin header line."""
    match = ORIGIN.search(text)
    return (match["origin"] or match["header"]).rstrip("/.:)") if match else None


def user_agent(text: str) -> str | None:
    """The client that the words name: a product with its version, else one that is known by name."""
    named = AGENT.search(text)
    if named:
        return named["agent"].strip()
    text = ANSWERED.sub("", text)
    products = [m["agent"] for m in islice(PRODUCT.finditer(text), 20) if not NOT_PRODUCTS.search(m["agent"])]
    if products:
        return products[0]
    if library := LIBRARY.search(text):
        return library[0]
    seen = [
        (_praised(text, m), name in LANGUAGES, m.start(), name)
        for pattern, name in CLIENTS
        if (m := re.search(pattern, text))
    ]
    praised, _, _, name = min(seen, default=(True, True, 0, None))
    return None if praised else name


def _praised(text: str, match: re.Match[str]) -> bool:
    """The client is named as one that works: `with curl it works`."""
    return told(around(text, match.start(), match.end(), CLAUSE)) == (True, False)


def client_ip(text: str) -> str | None:
    """The address that the report's requests come from."""
    match = CLIENT_IP.search(text) or CALLING_IP.search(text) or LONE_IP.search(text)
    return match["ip"] if match else None


def users(text: str) -> tuple[str, ...]:
    """The users that the words name, in order of how plainly; nobody who is only said to get in."""
    fine = praised(text)
    named = dict.fromkeys(name for name in _users(text) if name.lower() not in NOT_USERS and len(name) > 1)
    return tuple(name for name in named if not any(fares(clause, name) for clause in fine))[:8]


def _users(text: str) -> Iterator[str]:
    for pattern in USERS:
        for match in islice(pattern.finditer(text), 6):
            name = match["user"].strip(".-'")
            if not name.lower().startswith(("http", "www.", "x-")) and name.lower() not in software():
                yield name
    yield from own_names(text)
