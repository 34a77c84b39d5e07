"""Which certificate authorities a probe trusts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import UsageError

if TYPE_CHECKING:
    import ssl


def only(cacert: Path) -> ssl.SSLContext:
    """A context that trusts the CA certificates of this file and no others, as curl's --cacert. Raises UsageError."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=cacert)
    except ssl.SSLError:
        raise UsageError(f"--cacert {cacert}: holds no CA certificate in PEM form") from None
    except OSError as error:
        raise UsageError(f"--cacert {cacert}: cannot be read ({error.strerror})") from None
    if not context.cert_store_stats()["x509"]:
        raise UsageError(f"--cacert {cacert}: holds no CA certificate in PEM form")
    return context
