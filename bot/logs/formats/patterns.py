"""Lines with a shape of their own, as data: a name and a pattern whose groups are the fields of an entry.

A group `stamp` holds the time, `request` a request line, `peer` an address with port; groups that an entry has no
field for go to `fields`. The first pattern that matches wins.
"""

from __future__ import annotations

import re

STAMP = r"(?P<stamp>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)"
LEVEL = (
    r"(?P<level>(?i:trace|trce|verbose|debug|dbug|fine(?:r|st)?|config|info|information|notice|warn|warning|error|eror"
    r"|err|fail|severe|crit|critical|fatal|alert|emerg|panic))"
)

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.DOTALL))
    for name, pattern in (
        (
            "nginx-error",
            r"^(?P<stamp>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w+)\] (?P<pid>\d+)#(?P<thread>\d+): "
            r"(?:\*(?P<connection>\d+) )?(?P<message>.*)$",
        ),
        (
            "apache-error",
            r"^\[(?P<stamp>[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:.]+ \d{4})\] \[(?:(?P<module>\w*):)?(?P<level>\w+)\]"
            r"(?: \[pid (?P<pid>\d+)(?::tid (?P<thread>\d+))?\])?(?: \[client (?P<peer>[^\]\s]+)\])?"
            r"(?: \[(?P<id>[\w@+/=-]{8,64})\])? (?P<message>.*)$",
        ),
        (
            "lighttpd-error",
            rf"^{STAMP}: \((?P<source>[\w./-]+\.c\.\d+)\) (?P<message>.*)$",
        ),
        (
            "envoy-access",
            rf"^\[{STAMP}\] \"(?P<request>[^\"]*)\" (?P<status>\d+) (?P<response_flags>\S+) (?:(?P<details>[\w{{}}:]+)"
            r" \S+ \"[^\"]*\" )?(?P<received>\d+) (?P<size>\d+) (?P<duration>\d+) \S+ \"(?P<forwarded>[^\"]*)\""
            r" \"(?P<user_agent>[^\"]*)\" \"(?P<id>[^\"]*)\" \"(?P<host>[^\"]*)\""
            r" \"(?P<upstream>[^\"]*)\"(?P<message>.*)$",
        ),
        (
            "alb-access",
            rf"^(?P<kind>https?|h2|grpcs?|wss?) {STAMP} (?P<elb>\S+) (?P<peer>\S+) (?P<upstream>\S+) \S+ \S+ \S+ "
            r"(?P<status>\d+) (?P<upstream_status>\S+) \d+ \d+ \"(?P<request>[^\"]*)\" \"(?P<user_agent>[^\"]*)\""
            r"(?: \S+ \S+ \S+ \"Root=(?P<id>[^\"]*)\")?(?P<message>.*)$",
        ),
        (
            "squid-access",
            r"^(?P<stamp>\d{10}\.\d{3}) +(?P<duration>\d+) (?P<peer>\S+) (?P<cache>[A-Z_]+)/(?P<status>\d{3})"
            r" (?P<size>\d+) (?P<method>[A-Z]+) (?P<target>\S+) (?P<user>\S+) (?P<hierarchy>[A-Z_]+)"
            r"/(?P<upstream>\S+)(?P<message>.*)$",
        ),
        (
            "klog",
            r"^(?P<stamp>[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+) +(?P<pid>\d+) (?P<source>[\w./-]+:\d+)\] (?P<message>.*)$",
        ),
        (
            "mojolicious",
            rf"^\[{STAMP}\] \[(?P<pid>\d+)\] \[(?P<level>trace|debug|info|warn|error|fatal)\]"
            r" (?:\[(?P<id>[\w-]{6,64})\] )?(?P<message>.*)$",
        ),
        (
            "php-error",
            r"^\[(?P<stamp>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?: [A-Z][A-Za-z]+(?:/[\w+-]+)*)?)\] "
            r"(?:(?P<level>NOTICE|WARNING|ERROR|ALERT): )?(?:\[pool (?P<pool>[^\]]*)\] )?(?P<message>.*)$",
        ),
        (
            "slapd",
            r"^(?=(?P<stamp>[4-9a-f][0-9a-f.]{7,16} (?:0x[0-9a-f]{6,16} |conn=\d)))\S+ (?:(?P<thread>0x[0-9a-f]+) )?"
            r"(?P<message>(?:conn=(?P<connection>\d+) )?.*)$",
        ),
        (
            "gunicorn-error",
            rf"^\[{STAMP}\] \[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?P<message>.*)$",
        ),
        (
            "java-util-logging",
            r"^(?P<stamp>\d\d-[A-Z][a-z]{2}-\d{4} [\d:.]+) (?P<level>[A-Z]+) \[(?P<thread>[^\]]*)\] (?P<logger>\S+)"
            r" (?P<message>.*)$",
        ),
        (
            "spring-boot",
            rf"^{STAMP} +{LEVEL} (?:\[(?P<app>[^\],]*),(?P<id>[^\],]*)(?:,[^\]]*)?\] )?(?P<pid>\d+) --- "
            r"(?:\[(?P<application>[^\]]*)\] (?=\[))?\[(?P<thread>[^\]]*)\] (?:\[(?P<trace>[0-9a-f]{16,32})[^\]]*\] )?"
            r"(?P<logger>\S+) +: (?P<message>.*)$",
        ),
        (
            "ruby-logger",
            rf"^[DIWEFA], \[{STAMP} #(?P<pid>\d+)\] +(?P<level>[A-Z]+) -- (?P<program>[^:]*): "
            r"(?:\[(?P<id>[0-9a-f-]{36})\] )?(?P<message>.*)$",
        ),
        (
            "django",
            rf"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) {STAMP} (?P<pid>\d+)(?: (?P<thread>\d+))? "
            r"(?P<logger>[\w.]+) (?P<message>.*)$",
        ),
        (
            "flask",
            rf"^\[{STAMP}\] (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) in (?P<logger>[\w.]+): (?P<message>.*)$",
        ),
        (
            "serilog",
            rf"^{STAMP} \[(?P<level>[A-Za-z]+)\] (?P<logger>[\w.]+(?:\[\d+\])?): (?P<message>.*)$",
        ),
        (
            "aspnet-console",
            r"^(?P<level>trce|dbug|info|warn|fail|crit): (?P<logger>[\w.+`<>]+)"
            r"\[(?P<event_id>\d+)\](?: (?P<message>.*))?$",
        ),
        (
            "postgres",
            rf"^{STAMP}(?: [A-Z]{{3,4}})? \[(?P<pid>\d+)\](?: (?P<user>[\w-]+)@(?P<database>[\w-]+))? "
            r"(?P<level>LOG|ERROR|FATAL|WARNING|PANIC|DETAIL|HINT|STATEMENT): +(?P<message>.*)$",
        ),
        (
            "uvicorn",
            r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): {2,}(?!.*\" \d{3})(?P<message>.*)$",
        ),
        (
            "python-logging",
            r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[\w.]+):(?!.*\" \d{3})(?P<message>.*)$",
        ),
    )
)

STARTS = {
    "nginx-error": "12", "apache-error": "[", "lighttpd-error": "12", "envoy-access": "[", "alb-access": "hgw",
    "squid-access": "1", "klog": "IWEF", "mojolicious": "[", "php-error": "[", "slapd": "456789abcdef",
    "gunicorn-error": "[", "java-util-logging": "0123", "spring-boot": "12",
    "ruby-logger": "DIWEFA", "django": "DIWEC", "flask": "[", "serilog": "12", "aspnet-console": "tdiwfc",
    "postgres": "12", "uvicorn": "DIWEC", "python-logging": "DIWEC",
}  # fmt: skip
"""The characters a line of the format can begin with: most lines are settled by these alone."""

NGINX_CONTEXT = re.compile(
    r", (client|server|request|subrequest|upstream|host|referrer): (\"(?:[^\"\\]|\\.)*\"|[^,\"]+)(?=,|$)"
)
"""What nginx appends to an error's message."""

NAMED_USER = re.compile(
    r"\buser \"([^\"]+)\"|\buser (\S+?):? (?:not found|password mismatch|authentication failure|in realm|nonce)"
    r"|\busername: (\S+)|\bUser \[([^\]]+)\]",
)
"""How servers name the user in an error: nginx, Apache (mod_auth_basic), lighttpd, Tomcat and Elasticsearch."""
