"""The environment, read once into frozen settings; every fault is reported at once, and no secret's value ever."""

from __future__ import annotations

import difflib
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from glob import has_magic
from pathlib import Path
from urllib.parse import urlsplit

from bot import services, webhook
from bot.errors import UsageError
from bot.services import Service


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: the README's table and `locksmith doctor` are made from these."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("SLACK_BOT_TOKEN", "", "Bot token (xoxb-…). Unset: `locksmith run` opens a local workspace.", secret=True),
    Setting("SLACK_SIGNING_SECRET", "", "Signing secret of the app; needed unless Socket Mode is used.", secret=True),
    Setting("SLACK_APP_TOKEN", "", "App-level token (xapp-…); when set, Socket Mode is used.", secret=True),
    Setting("SLACK_CLIENT_ID", "", "Client id of the app; when set, other workspaces can install it."),
    Setting("SLACK_CLIENT_SECRET", "", "Client secret of the app, for SLACK_CLIENT_ID.", secret=True),
    Setting(
        "LOCKSMITH_ENCRYPTION_KEY",
        "",
        "Encrypts the tokens of installations: 32 bytes in base64 (`openssl rand -base64 32`); several with commas "
        "between, the newest first.",
        secret=True,
    ),
    Setting("SLACK_API_URL", "https://slack.com/api/", "Base address of the Web API, for stand-ins."),
    Setting("REDIS_URL", "", "redis://, rediss:// or unix://. Unset: an engine in LOCKSMITH_DATA.", secret=True),
    Setting("HOST", "0.0.0.0", "Address on which HTTP is served."),
    Setting("PORT", "3000", "Port on which HTTP is served: /slack/events, /slack/install, /healthz, /readyz."),
    Setting("LOCKSMITH_ADMIN_HOST", "127.0.0.1", "Address on which /status, /status.json and /metrics are served."),
    Setting("LOCKSMITH_ADMIN_PORT", "9401", "Port of these, apart from PORT, which Slack reaches; empty: not served."),
    Setting(
        "LOCKSMITH_CHANGES_SECRET",
        "",
        "Secret (whsec_…) that signs `POST /changes` on PORT. Unset: there is no such path.",
        secret=True,
    ),
    Setting("LOCKSMITH_SERVICES", "", "Path of services.yaml, which says what you know of your services."),
    Setting("LOCKSMITH_LOGS", "", "Log files, folders or globs that every case may look into, with commas between."),
    Setting("LOCKSMITH_SUPPORT_CHANNELS", "", "Ids of channels (C…) where a 401 is answered without a mention."),
    Setting(
        "LOCKSMITH_ENGINEERS",
        "",
        "Who may see logs and evidence: ids of user groups (S…) and of people (U…, W…), with commas between.",
    ),
    Setting(
        "LOCKSMITH_INCIDENTS_CHANNEL",
        "",
        "Id of the channel (C…) for incidents of services without a channel of their own.",
    ),
    Setting("LOCKSMITH_DATA", ".locksmith", "Folder for the embedded engine's data."),
    Setting("LOCKSMITH_CACERT", "", "PEM file with certificate authorities to trust when asking your services."),
)


def table() -> str:
    """The settings as the README's table."""
    rows = (f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.meaning} |" for s in SETTINGS)
    return "\n".join(["| Variable | Default | Meaning |", "|---|---|---|", *rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator set. Empty texts and tuples mean unset."""

    slack_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    """When set, there are a client secret and an encryption key as well."""
    client_secret: str = field(default="", repr=False)
    encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    slack_api_url: str = "https://slack.com/api/"
    """Ends with a slash."""
    redis_url: str = field(default="", repr=False)
    host: str = "0.0.0.0"
    port: int = 3000
    admin_host: str = "127.0.0.1"
    admin_port: int | None = None
    """None: status and metrics are not served."""
    changes_secret: str = field(default="", repr=False)
    services: tuple[Service, ...] = ()
    logs: tuple[str, ...] = ()
    support_channels: tuple[str, ...] = ()
    engineers: tuple[str, ...] = ()
    """Ids of user groups and of people."""
    incidents_channel: str = ""
    data: Path = Path(".locksmith")
    cacert: Path | None = None


def load(environ: Mapping[str, str], *, slack: bool = False) -> Settings:
    """The settings in `environ`. Raises UsageError with all faults; `slack` makes a way into Slack compulsory."""
    given = {s.name: environ.get(s.name, "").strip() or s.default for s in SETTINGS}
    if not environ.get("LOCKSMITH_ADMIN_PORT", "9401").strip():
        given["LOCKSMITH_ADMIN_PORT"] = ""  # the one that is turned off by being empty
    found, service_faults = _services(given["LOCKSMITH_SERVICES"])
    logs = _split(given["LOCKSMITH_LOGS"])
    faults = [
        *_unknown(environ, named={name for service in found for name in service.keys}),
        *_slack(given, needed=slack),
        *_installing(given),
        *_addresses(given),
        *_changes_secret(given["LOCKSMITH_CHANGES_SECRET"]),
        *_ids(given),
        *service_faults,
        *_logs("LOCKSMITH_LOGS", logs),
        *(fault for service in found for fault in _logs(f"service '{service.name}'", service.files)),
        *_cacert(given["LOCKSMITH_CACERT"]),
    ]
    if faults:
        raise UsageError(*faults)
    return Settings(
        slack_token=given["SLACK_BOT_TOKEN"],
        signing_secret=given["SLACK_SIGNING_SECRET"],
        app_token=given["SLACK_APP_TOKEN"],
        client_id=given["SLACK_CLIENT_ID"],
        client_secret=given["SLACK_CLIENT_SECRET"],
        encryption_keys=_split(given["LOCKSMITH_ENCRYPTION_KEY"]),
        slack_api_url=given["SLACK_API_URL"].rstrip("/") + "/",
        redis_url=re.sub(r"^valkey(s?)://", r"redis\1://", given["REDIS_URL"]),
        host=given["HOST"],
        port=int(given["PORT"]),
        admin_host=given["LOCKSMITH_ADMIN_HOST"],
        admin_port=int(given["LOCKSMITH_ADMIN_PORT"]) if given["LOCKSMITH_ADMIN_PORT"] else None,
        changes_secret=given["LOCKSMITH_CHANGES_SECRET"],
        services=found,
        logs=logs,
        support_channels=_split(given["LOCKSMITH_SUPPORT_CHANNELS"]),
        engineers=_split(given["LOCKSMITH_ENGINEERS"]),
        incidents_channel=given["LOCKSMITH_INCIDENTS_CHANNEL"],
        data=Path(given["LOCKSMITH_DATA"]),
        cacert=Path(given["LOCKSMITH_CACERT"]) if given["LOCKSMITH_CACERT"] else None,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _unknown(environ: Mapping[str, str], named: set[str | None]) -> Iterator[str]:
    known = [s.name for s in SETTINGS]
    for name in sorted(environ.keys() - named):
        if name.startswith("LOCKSMITH_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            yield f"{name}: is no setting" + (f"; did you mean {near[0]}?" if near else "; unset it")


def _slack(given: Mapping[str, str], *, needed: bool) -> Iterator[str]:
    bot, app = given["SLACK_BOT_TOKEN"], given["SLACK_APP_TOKEN"]
    if bot.startswith("xapp-"):
        yield "SLACK_BOT_TOKEN: holds an app-level token (xapp-…); give the bot token (xoxb-…), see OAuth & Permissions"
    if app.startswith("xoxb-"):
        yield "SLACK_APP_TOKEN: holds a bot token (xoxb-…); give the app-level token (xapp-…), see Basic Information"
    served = bot or given["SLACK_CLIENT_ID"]
    if not served and (needed or app):
        yield "SLACK_BOT_TOKEN: is not set; give the bot token (xoxb-…) of your Slack app, see OAuth & Permissions"
    if served and not app and not given["SLACK_SIGNING_SECRET"]:
        yield "SLACK_SIGNING_SECRET: is not set; give it, see Basic Information, or set SLACK_APP_TOKEN for Socket Mode"


def _installing(given: Mapping[str, str]) -> Iterator[str]:
    """Several workspaces need all three; the client's id says that they are wanted."""
    keys = _split(given["LOCKSMITH_ENCRYPTION_KEY"])
    if given["SLACK_CLIENT_ID"] and not given["SLACK_CLIENT_SECRET"]:
        yield "SLACK_CLIENT_SECRET: is not set; give it, see Basic Information, or unset SLACK_CLIENT_ID"
    if given["SLACK_CLIENT_SECRET"] and not given["SLACK_CLIENT_ID"]:
        yield "SLACK_CLIENT_ID: is not set; give it, see Basic Information, or unset SLACK_CLIENT_SECRET"
    if keys or given["SLACK_CLIENT_ID"]:
        from bot.install.keys import faults

        yield from faults(keys)


def _addresses(given: Mapping[str, str]) -> Iterator[str]:
    for name in ("PORT", "LOCKSMITH_ADMIN_PORT"):
        port = given[name]
        if not (port.isascii() and port.isdigit() and int(port) < 65536) and (port or name == "PORT"):
            yield f"{name}: {port!r} is no port; give a number from 0 to 65535"
    if not _is_url(given["SLACK_API_URL"], {"http", "https"}):
        yield "SLACK_API_URL: is no address; give one like https://slack.com/api/"
    redis = given["REDIS_URL"]
    if redis and not _is_url(redis, {"redis", "rediss", "valkey", "valkeys", "unix"}):
        yield "REDIS_URL: is no address of a Redis or Valkey; give one like redis://127.0.0.1:6379/0, or unset it"


def _is_url(text: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # parsed when asked for: "redis://host:abc" is refused here
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname or (parts.scheme == "unix" and parts.path))


def _changes_secret(text: str) -> Iterator[str]:
    if text and webhook.secret(text) is None:
        yield (
            "LOCKSMITH_CHANGES_SECRET: is not whsec_ and base64 of 24 to 64 bytes; "
            'make one with: echo "whsec_$(openssl rand -base64 32)"'
        )


def _ids(given: Mapping[str, str]) -> Iterator[str]:
    channels = ("LOCKSMITH_SUPPORT_CHANNELS", "LOCKSMITH_INCIDENTS_CHANNEL")
    for setting, channel in ((name, one) for name in channels for one in _split(given[name])):
        if not re.fullmatch(r"[CGD][A-Z0-9]{2,}", channel):
            yield f"{setting}: {channel!r} is no channel id; give ids like C024BE91L, not names"
    for who in _split(given["LOCKSMITH_ENGINEERS"]):
        if not (services.is_group(who) or services.is_person(who)):
            yield (
                f"LOCKSMITH_ENGINEERS: {who!r} is no id of a user group or a person; "
                "give ids like S0604QSJC or U024BE7LH, not names"
            )


def _services(path: str) -> tuple[tuple[Service, ...], tuple[str, ...]]:
    if not path:
        return (), ()
    try:
        return services.load(Path(path)), ()
    except UsageError as error:
        return (), tuple(f"LOCKSMITH_SERVICES: {fault}" for fault in error.faults)


def _logs(where: str, paths: tuple[str, ...]) -> Iterator[str]:
    for text in paths:
        try:
            # A glob may match nothing yet; the folder it looks into must be there all the same.
            path = _fixed_part(Path(text)) if has_magic(text) else Path(text)
            if not path.exists():
                yield f"{where}: {text}: there is no such log file or folder; mend the path"
            elif path.is_file():
                path.open("rb").close()
        except OSError as error:
            yield f"{where}: {text}: cannot be read ({error.strerror}); mend the path or its permissions"


def _fixed_part(pattern: Path) -> Path:
    return next(parent for parent in pattern.parents if not has_magic(str(parent)))


def _cacert(path: str) -> Iterator[str]:
    if not path:
        return
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        yield f"LOCKSMITH_CACERT: {path}: holds no PEM certificate; give a file with -----BEGIN CERTIFICATE----- blocks"
    except OSError as error:
        yield f"LOCKSMITH_CACERT: {path}: cannot be read ({error.strerror}); mend the path or its permissions"
