"""Regions by a local file in MaxMind's DB format (https://maxmind.github.io/MaxMind-DB/); nobody is asked anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from bot.errors import UsageError, reason
from bot.logs.formats import tokens

ELSEWHERE = "(elsewhere)"
"""The region of addresses of which nothing is known."""
By = Literal["country", "continent", "subdivision"]
Fault = Callable[[yaml.Node, str], None]


@dataclass(frozen=True, slots=True)
class GeoIp:
    """A file that tells where addresses are, as GeoLite2-Country.mmdb does."""

    file: Path
    by: By = "country"

    def opened(self) -> Callable[[str], str]:
        """From a caller's address to the code of its region: `DE`, `EU`, `DE-BE`. Raises UsageError."""
        import maxminddb

        try:
            reader = maxminddb.open_database(self.file)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            told = reason(error) if isinstance(error, OSError) else "is none, or damaged"
            raise UsageError(f"{self.file}: no MaxMind DB can be read there ({told}); mend 'geoip'") from None

        def region(client: str) -> str:
            address = tokens.address(client)
            try:
                found = reader.get(address.partition("%")[0]) if address else None
            except (ValueError, maxminddb.InvalidDatabaseError):  # an IPv6 address in a file of IPv4 alone; damage
                found = None
            return _code(found, self.by) or ELSEWHERE

        return region


def _code(found: Any, by: By) -> str:
    """What MaxMind's own files and those made alike have (https://dev.maxmind.com/geoip/docs/databases/)."""
    if not isinstance(found, dict):
        return ""
    if by == "continent":
        return _text(found.get("continent"), "code")
    country = _text(found.get("country") or found.get("registered_country"), "iso_code")
    inner = found.get("subdivisions")
    part = _text(inner[0], "iso_code") if by == "subdivision" and isinstance(inner, list) and inner else ""
    return f"{country}-{part}" if part else country


def _text(found: Any, name: str) -> str:
    return str(found.get(name) or "") if isinstance(found, dict) else ""


def read(node: yaml.Node, folder: Path, fault: Fault) -> GeoIp | None:
    """What stands under `geoip:`, a path or a mapping of `file` and `by`; what is wrong goes to `fault`."""
    values = {"file": node} if isinstance(node, yaml.ScalarNode) else {}
    if isinstance(node, yaml.MappingNode):
        values = {str(key.value): value for key, value in node.value}
    if set(values) - {"file", "by"} or "file" not in values:
        fault(node, "'geoip' is the path of a .mmdb file, or a mapping of 'file' and 'by'")
        return None
    by = str(values["by"].value) if "by" in values else "country"
    if by not in get_args(By):
        fault(values["by"], f"'by' is one of {', '.join(get_args(By))}")
        return None
    file = folder / str(values["file"].value)
    if not file.is_file():
        fault(values["file"], f"'geoip': {file}: there is no such file; mend the path")
    return GeoIp(file, cast(By, by))
