"""What software calls the things an entry holds: names as data, so that a new format is a new row.

Names are lower case, nested ones joined by dots; the first that is present and usable wins.
"""

from __future__ import annotations

TIME = (
    "time", "ts", "timestamp", "@timestamp", "@t", "t", "asctime", "datetime", "date", "eventtime", "event_time",
    "starttime", "start_time", "startutc", "startlocal", "time_local", "time_iso8601", "timestampinstant",
    "requesttime", "edgestarttimestamp", "instant.epochsecond", "record.time.timestamp", "log.timestamp",
    "__realtime_timestamp", "_source_realtime_timestamp", "dt", "at", "when", "zeit", "zeitpunkt", "zeitstempel",
    "fecha", "hora", "horodatage", "heure", "tijd", "czas", "logged_at", "loggedat", "occurred_at", "occurredat",
    "t.$date",
)  # fmt: skip
LEVEL = (
    "level", "lvl", "severity", "levelname", "log.level", "loglevel", "@l", "severitytext", "record.level.name",
    "priority",
)  # fmt: skip
MESSAGE = (
    "msg", "message", "event", "@m", "@mt", "@message", "record.message", "renderedmessage", "messagetemplate", "body",
    "text", "log", "short_message", "jsonpayload.message", "textpayload", "log_message",
)  # fmt: skip
METHOD = (
    "method", "req.method", "request.method", "http.request.method", "httprequest.requestmethod", "requestmethod",
    "request_method", "verb", "http_method", "http.method", "m", "cs-method", "httpmethod", "attributes.http.method",
    "clientrequestmethod",
)  # fmt: skip
PATH = (
    "path", "req.url", "request.uri", "request.url", "url", "uri", "http.request.uri", "requesturi", "request_uri",
    "req.path", "request.path", "requestpath", "request_path", "url.path", "url.original", "http.url", "http.target",
    "httprequest.requesturl", "cs-uri-stem", "x-envoy-original-path", "originalpath", "rawpath", "clientrequesturi",
    "clientrequestpath", "resourcepath", "endpoint", "route",
    "urlstem", "cs-uri", "http.path", "http.route", "request.route", "p", "u",
)  # fmt: skip
QUERY = ("query", "req.query", "query_string", "querystring", "cs-uri-query", "url.query", "args")
REQUEST_LINE = ("request", "request_line", "requestline", "req")
HOST = (
    "host", "req.headers.host", "request.host", "http.request.host", "vhost", "server_name", "http_host", "authority",
    "requesthost", "url.domain", "request.headers.host", "hostheader", "servername", "domainname",
    "clientrequesthost", "urlhost", "x-host-header", "cs-host", "cs(host)",
)  # fmt: skip
STATUS = (
    "status", "st", "res.statuscode", "status_code", "statuscode", "response.status", "http.response.status",
    "http.response.status_code", "response_code", "responsecode", "downstreamstatus", "res.status", "code", "resp",
    "httprequest.status", "sc-status", "http_status", "http.status_code", "elb_status_code", "response.status_code",
    "edgeresponsestatus", "http.status", "httpstatus", "http.code", "response.code", "s", "rc",
)  # fmt: skip
FORWARDED = (
    "x-forwarded-for", "req.headers.x-forwarded-for", "request.headers.x-forwarded-for", "http_x_forwarded_for",
    "x_forwarded_for", "xff", "forwarded_for", "forwardedfor", "req.headers.x-real-ip", "request.client_ip",
    "fwd", "cs(x-forwarded-for)",
)  # fmt: skip
CLIENT = (
    "remote_ip", "client_ip", "clientip", "ip", "client", "remote_addr", "remoteaddr", "remote", "remoteaddress",
    "request.remote_ip", "req.remoteaddress", "req.ip", "request.remote_addr", "http.request.remoteaddr",
    "clienthost", "clientaddr", "client.ip", "client.address", "peer", "c-ip", "srcip", "sourceip", "src_ip",
    "sourceips", "source_ip", "ipaddress", "ip_address", "clientipaddress", "calleripaddress", "clientaddress",
    "client_address", "remoteip", "remotehost", "rhost", "rip", "oip", "peername", "origin", "user_ip", "attr.remote",
    "httprequest.remoteip", "downstream_remote_address", "addr", "host_ip",
)  # fmt: skip
USER = (
    "user", "username", "user_name", "uname", "user.name", "user.username", "user.email", "user.id", "user_id",
    "userid", "auth.user", "auth_user", "auth.user.name", "http.request.user", "clientusername", "req.user",
    "remote_user", "login", "principal", "account", "authenticateduser", "attr.principalname",
    "cs-username", "usr", "sub", "who",
)  # fmt: skip
AGENT = (
    "user_agent", "useragent", "ua", "user-agent", "req.headers.user-agent", "request.headers.user-agent",
    "http.request.useragent", "http_user_agent", "request_user-agent", "agent", "user_agent.original",
    "httprequest.useragent", "cs(user-agent)", "request.user_agent", "clientrequestuseragent",
)  # fmt: skip
PID = ("pid", "process", "process_id", "processid", "process.pid", "_pid", "syslog_pid")
UPSTREAM = (
    "upstream", "upstream_addr", "upstream_host", "serviceaddr", "backendaddr", "upstreamaddr", "proxy_host",
    "target", "backend_addr", "sent-to",
)  # fmt: skip
UPSTREAM_STATUS = (
    "us", "ust", "upstream_status", "originstatus", "upstreamstatus", "backend_status", "target_status_code",
    "originresponsestatus",
)  # fmt: skip
CACHE = (
    "cache", "cache_status", "upstream_cache_status", "cachestatus", "x-cache", "cache_result_code",
    "x-edge-result-type", "cachecachestatus",
)  # fmt: skip

CLAIMS: dict[str, list[tuple[str, int]]] = {}
"""Name -> the slots it can fill, each with its place among the slot's names."""
for _slot, _names in {
    "time": TIME, "level": LEVEL, "message": MESSAGE, "method": METHOD, "path": PATH, "query": QUERY,
    "request": REQUEST_LINE, "host": HOST, "status": STATUS, "forwarded": FORWARDED, "client": CLIENT, "user": USER,
    "user_agent": AGENT, "pid": PID, "upstream": UPSTREAM, "upstream_status": UPSTREAM_STATUS, "cache": CACHE,
}.items():  # fmt: skip
    for _place, _name in enumerate(_names):
        CLAIMS.setdefault(_name, []).append((_slot, _place))
