"""Azure Monitor Logs (https://learn.microsoft.com/azure/azure-monitor/logs/api/overview): KQL on a workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from bot.logs.stores.interface import Ask, Row, Store
from bot.logs.stores.quoting import Group, groups_of_runs
from bot.logs.stores.rows import iso, row_of

if TYPE_CHECKING:
    from bot.logs.stores.http import Http

TOKENS = "https://login.microsoftonline.com"
API = "https://api.loganalytics.azure.com"
GUID = re.compile(r"[0-9A-Fa-f-]{32,36}")
COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Azure(Store):
    """Rows of a Log Analytics workspace. The credentials are a client secret, or an access token without `client`."""

    kind: ClassVar[str] = "azure"
    web: ClassVar[bool] = False
    shapes: ClassVar = {"azure": GUID, "tenant": GUID, "client": GUID, "time": COLUMN, "message": COLUMN}

    query: str
    """A table, with operators if need be: `ContainerLogV2 | where PodNamespace == "billing"`."""
    time: str = "TimeGenerated"
    message: str = "Message"
    """The column that holds the line, if one does."""
    tenant: str | None = None
    """The directory of `client`."""
    client: str | None = None
    """The application (client) id that may read the workspace."""
    endpoint: str = API
    authority: str = TOKENS

    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """One question."""
        span = f"{ask.start.isoformat()}/{ask.end.isoformat()}"
        reply = await http.call(
            "POST",
            f"{self.endpoint.rstrip('/')}/v1/workspaces/{quote(self.place)}/query",
            json={"query": self._kql(ask), "timespan": span},
            headers=await self._login(http) | {"Prefer": "wait=10"},
        )
        return reply.read(lambda answer: list(self._rows(answer)))

    def _kql(self, ask: Ask) -> str:
        between = f"{self.time} between (datetime({ask.start.isoformat()}) .. datetime({ask.end.isoformat()}))"
        where = [between, *map(_any_of, groups_of_runs(ask.having))]
        order = "desc" if ask.newest_first else "asc"
        conditions = "".join(f" | where {condition}" for condition in where)
        return f"{self.query}{conditions} | top {ask.most} by {self.time} {order}"

    def _rows(self, answer: Any) -> Iterator[Row]:
        table = answer["tables"][0]
        names = [column["name"] for column in table["columns"]]
        for values in table["rows"]:
            record = {name: value for name, value in zip(names, values, strict=True) if value not in (None, "")}
            time = iso(record[self.time])
            record.setdefault("time", record.pop(self.time))
            yield row_of(time, str(record.get("Type", "")), record, self.message)

    async def _login(self, http: Http) -> dict[str, str]:
        return await http.bearer(partial(self._token, http)) if self.client else http.login()

    async def _token(self, http: Http) -> str:
        reply = await http.call(
            "POST",
            f"{self.authority.rstrip('/')}/{self.tenant}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self.client,
                "client_secret": http.secret() or "",
                "scope": f"{self.endpoint.rstrip('/')}/.default",
            },
        )
        return reply.read(lambda answer: str(answer["access_token"]))


def _any_of(group: Group) -> str:
    """https://learn.microsoft.com/kusto/query/scalar-data-types/string: the runs need no escapes."""
    return " or ".join("(" + " and ".join(f'* contains "{run}"' for run in runs) + ")" for runs in group)
