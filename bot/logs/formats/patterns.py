"""Lines with a shape of their own, as data. The first pattern that matches wins; `known/` has a sample of each."""

from __future__ import annotations

import re

from bot.logs.shape import Shape

STAMP = r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)"
LEVEL = (
    r"(?P<level>(?i:trace|trce|verbose|debug|dbug|fine(?:r|st)?|config|info|information|notice|warn|warning|error|eror"
    r"|err|fail|severe|crit|critical|fatal|alert|emerg|panic|vrb|dbg|inf|wrn|ftl))"
)

SHAPES: tuple[Shape, ...] = tuple(
    Shape(name, re.compile(pattern, re.DOTALL), starts)
    for name, starts, pattern in (
        (
            "nginx-error",
            "12",
            r"^(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w+)\] (?P<pid>\d+)#(?P<thread>\d+): "
            r"(?:\*(?P<connection>\d+) )?(?P<message>.*)$",
        ),
        (
            "apache-error",
            "[",
            r"^\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:.]+ \d{4})\] \[(?:(?P<module>\w*):)?(?P<level>\w+)\]"
            r"(?: \[pid (?P<pid>\d+)(?::tid (?P<thread>\d+))?\])?"
            r"(?: \[(?:R:)?(?P<trace_id>(?=[\w@-]*\d)[\w@+/=-]{20,64})\])?(?: \[client (?P<client>[^\]\s]+)\])?"
            r"(?: \[(?:R:)?(?P<request_id>[\w@+/=-]{8,64})\])? (?P<message>.*)$",
        ),
        (
            "lighttpd-error",
            "12",
            rf"^{STAMP}: \((?P<source>[\w./-]+\.c\.\d+)\) (?P<message>.*)$",
        ),
        (
            "envoy-access",
            "[",
            rf"^\[{STAMP}\] \"(?P<request>[^\"]*)\" (?P<status>\d+) (?P<response_flags>\S+) (?:(?P<details>[^\s\"]+)"
            r" \S+ \"[^\"]*\" )?(?P<received>\d+) (?P<size>\d+) (?P<duration>\d+) \S+ \"(?P<forwarded>[^\"]*)\""
            r" \"(?P<user_agent>.*?)\" \"(?P<request_id>[^\"]*)\" \"(?P<host>[^\"]*)\""
            r" \"(?P<upstream>[^\"]*)\"(?P<message>.*)$",
        ),
        (
            "envoy",
            "[",
            rf"^\[{STAMP}\]\[(?P<pid>\d+)\]\[(?P<level>\w+)\]\[(?P<logger>[\w.]+)\] (?:\[(?P<source>[^\]]+:\d+)\] )?"
            r"(?P<message>(?:\[C(?P<connection>\d+)\])?.*)$",
        ),
        (
            "alb-access",
            "hgw12",
            rf"^(?:(?P<kind>https?|h2|grpcs?|wss?) )?{STAMP} (?P<elb>\S+) (?P<client>\S+)"
            r" (?P<upstream>\S+) \S+ \S+ \S+ (?P<status>\d+) (?P<upstream_status>\S+) \d+ \d+ \"(?P<request>[^\"]*)\""
            r" \"(?P<user_agent>(?:[^\"\\]|\\.)*)\"(?: \S+ \S+ \S+ \"(?P<trace_id>[^\"]*)\")?(?P<message>.*)$",
        ),
        (
            "squid-access",
            "1",
            r"^(?P<time>\d{10}\.\d{3}) +(?P<duration>\d+) (?P<client>\S+) (?P<cache>[A-Z_]+)/(?P<status>\d{3})"
            r" (?P<size>\d+) (?P<method>[A-Z]+) (?P<path>\S+) (?P<user>\S+) (?P<hierarchy>[A-Z_]+)"
            r"/(?P<upstream>\S+)(?P<message>.*)$",
        ),
        (
            "klog",
            "IWEF",
            r"^(?P<time>[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+) +(?P<pid>\d+) (?P<source>[\w./-]+:\d+)\] (?P<message>.*)$",
        ),
        (
            "mojolicious",
            "[",
            rf"^\[{STAMP}\] \[(?P<pid>\d+)\] \[(?P<level>trace|debug|info|warn|error|fatal)\]"
            r" (?:\[(?P<request_id>[\w-]{6,64})\] )?(?P<message>.*)$",
        ),
        (
            "php-error",
            "[",
            r"^\[(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?: [A-Z][A-Za-z]+(?:/[\w+-]+)*)?)\] "
            r"(?:(?P<level>NOTICE|WARNING|ERROR|ALERT): )?(?:\[pool (?P<pool>[^\]]*)\] )?(?P<message>.*)$",
        ),
        (
            "slapd",
            "456789abcdef",
            r"^(?=(?P<time>[4-9a-f][0-9a-f.]{7,16} (?:0x[0-9a-f]{6,16} |conn=\d)))\S+ (?:(?P<thread>0x[0-9a-f]+) )?"
            r"(?P<message>(?:conn=(?P<connection>\d+) )?.*)$",
        ),
        (
            "gunicorn-error",
            "[",
            rf"^\[{STAMP}\] \[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?!\S+ \S+ \S+ \[)(?P<message>.*)$",
        ),
        (
            "java-util-logging",
            "0123",
            r"^(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} [\d:.]+) (?P<level>[A-Z]+) \[(?P<thread>[^\]]*)\] (?P<logger>\S+)"
            r" (?P<message>.*)$",
        ),
        (
            "spring-boot",
            "12",
            rf"^{STAMP} +{LEVEL} (?:\[(?P<app>[^\],]*),(?P<request_id>[^\],]*)(?:,[^\]]*)?\] )?(?P<pid>\d+) --- "
            r"(?:\[(?P<application>[^\]]*)\] (?=\[))?\[(?P<thread>[^\]]*)\]"
            r" (?:\[(?P<trace_id>[0-9a-f]{16,32})[^\]]*\] )?(?P<logger>\S+) +: (?P<message>.*)$",
        ),
        (
            "ruby-logger",
            "DIWEFA",
            rf"^[DIWEFA], \[{STAMP} #(?P<pid>\d+)\] +(?P<level>[A-Z]+) -- (?P<program>[^:]*): "
            r"(?:\[(?P<request_id>[0-9a-f-]{36})\] )?(?P<message>.*)$",
        ),
        (
            "rails",
            "S[",
            r"^(?:\[(?P<request_id>[\w-]{8,64})\] )?(?:\[[^\]]{1,64}\] ){0,2}"
            r"(?P<message>Started (?P<method>[A-Z]{3,9}) \"(?P<path>[^\"\n]{1,2000})\""
            rf" for (?P<client>[0-9A-Fa-f.:]{{2,45}})) at {STAMP}$",
        ),
        (
            "django",
            "DIWEC",
            rf"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) {STAMP} (?P<pid>\d+)(?: (?P<thread>\d+))? "
            r"(?P<logger>[\w.]+) (?P<message>.*)$",
        ),
        (
            "django",
            "DIWEC",
            rf"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) {STAMP} (?P<logger>[A-Za-z_][\w.]*) (?P<pid>\d+)"
            r" (?P<thread>\d+) (?P<message>.*)$",
        ),
        (
            "flask",
            "[",
            rf"^\[{STAMP}\] (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) in (?P<logger>[\w.]+): (?P<message>.*)$",
        ),
        (
            "serilog",
            "12",
            rf"^{STAMP} \[{LEVEL}\] (?P<logger>[\w.]+(?:\[\d+\])?): (?P<message>.*)$",
        ),
        (
            "aspnet-console",
            "tdiwfc",
            r"^(?P<level>trce|dbug|info|warn|fail|crit): (?P<logger>[\w.+`<>]+)"
            r"\[(?P<event_id>\d+)\](?: (?P<message>.*))?$",
        ),
        (
            "postgres",
            "12",
            rf"^{STAMP}(?: [A-Z]{{3,4}})? \[(?P<pid>\d+)\](?: (?P<user>[\w-]+)@(?P<database>[\w-]+))? "
            r"(?P<level>LOG|ERROR|FATAL|WARNING|PANIC|DETAIL|HINT|STATEMENT): +(?P<message>.*)$",
        ),
        (
            "logrus",
            "TDIWEFP",
            rf"^(?P<level>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?:\d{{4,9}}|{STAMP})\] (?P<message>.*)$",
        ),
        (
            "morgan",
            "GPHDOCTM0123456789:abcdef-",
            r"^(?:(?P<client>\S+) (?P<user>\S+) )?(?P<method>[A-Z]{3,9}) (?P<path>/\S*)(?: HTTP/[\d.]+)?"
            r" (?P<status>\d{3}|-) (?:[\d-]+ - )?(?P<duration>[\d.]+|-) ms(?: - [\d-]+)?$",
        ),
        (
            "esp-idf",
            "EWIDV",
            r"^(?P<level>[EWIDV]) \((?P<uptime_ms>\d{1,12})\) (?P<logger>[\w.-]{1,40}): (?P<message>.*)$",
        ),
        (
            "kernel",
            "[",
            r"^\[ *(?P<uptime_s>\d{1,9}\.\d{6})\] (?P<message>.*)$",
        ),
        (
            "winston-simple",
            "ewihvds",
            r"^(?P<level>error|warn|info|http|verbose|debug|silly): (?=.*\}$)(?P<message>.* \{\".*)$",
        ),
        (
            "uvicorn",
            "DIWEC",
            r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): {2,}(?!.*\" \d{3})(?P<message>.*)$",
        ),
        (
            "python-logging",
            "DIWEC",
            r"^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[\w.]+):(?!.*\" \d{3})(?P<message>.*)$",
        ),
    )
)

NGINX_CONTEXT = re.compile(
    r", (client|server|request|subrequest|upstream|host|referrer): (\"(?:[^\"\\]|\\.)*\"|[^,\"]+)(?=,|$)"
)
"""What nginx appends to an error's message."""

NAMED_USER = re.compile(
    r"\buser \"([^\"]+)\"|\buser (\S+?):? (?:not found|password mismatch|authentication failure|in realm|nonce)"
    r"|\busername: (\S+)|\bUser \[([^\]]+)\]",
)
"""How servers name the user in an error: nginx, Apache (mod_auth_basic), lighttpd, Tomcat and Elasticsearch."""
