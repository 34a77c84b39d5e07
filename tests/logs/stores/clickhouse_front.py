"""ClickHouse itself (chdb, in this process) behind the HTTP interface that its server has, as far as it is used here.

https://clickhouse.com/docs/interfaces/http: the query is the body, `param_*` and settings are in the address.
Run as a process of its own: prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import base64
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chdb import session

OURS = {"default_format", "wait_end_of_query"}
"""What the server takes for itself; the rest are settings."""
LOGIN = "Basic " + base64.b64encode(b"reader:p@ss:w\xc3\xb6rd").decode()
ENGINE: Any = session.Session()  # type: ignore[no-untyped-call]


class Front(BaseHTTPRequestHandler):
    """One request, one query."""

    def do_POST(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers.get("Authorization") != LOGIN:
            return self._answer(
                403, b"Code: 516. DB::Exception: reader: Authentication failed. (AUTHENTICATION_FAILED)"
            )
        params = {name.removeprefix("param_"): value for name, value in asked.items() if name.startswith("param_")}
        settings = [f"{n} = '{v}'" for n, v in asked.items() if not n.startswith("param_") and n not in OURS]
        form = f" FORMAT {asked['default_format']}" if "default_format" in asked else ""
        limits = f" SETTINGS {', '.join(settings)}" if settings else ""
        try:
            found = ENGINE.query(f"{sql}{form}{limits}", params=params)
        except Exception as error:  # noqa: BLE001 - the engine raises nothing narrower
            return self._answer(404 if "(UNKNOWN_" in str(error) else 500, str(error).encode())
        return self._answer(200, found.bytes())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests read standard output."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Front)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
